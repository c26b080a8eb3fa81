//! Who acts.

use serde::{Deserialize, Serialize};

use crate::{UnitCode, codes::Role};

/// Somebody who acts: a pseudonym, the unit he acts for, and in which capacity.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Principal {
    /// A pseudonym; an officer's is his officer id.
    pub actor: String,
    /// The unit he acts for; an enterprise acts for its own code.
    pub unit: UnitCode,
    /// The capacity in which he acts.
    pub role: Role,
}

impl Principal {
    /// Whether somebody of this unit can act in this capacity: for an enterprise only who is of
    /// one, for 区经信委, 区应急局 and 区防控指挥部 only who is of them, the system nobody.
    pub fn is_consistent(&self) -> bool {
        let unit = self.unit.as_str();
        match self.role {
            Role::Enterprise => self.unit.enterprise().is_some(),
            Role::Township => self.unit.is_territorial() && !unit.starts_with("park-"),
            Role::Park => unit.starts_with("park-"),
            Role::Commission => unit == "eic",
            Role::Emergency => unit == "emb",
            Role::Headquarters => unit == "hq",
            Role::Officer
            | Role::Department
            | Role::Auditor
            | Role::Reporter
            | Role::Integrator
            | Role::Admin => self.unit.enterprise().is_none(),
            Role::System => false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Principal;
    use crate::codes::Role;

    #[test]
    fn a_unit_has_people_in_its_own_capacities() {
        let any = ["officer", "department", "auditor", "reporter", "integrator", "admin"];
        for (unit, own, others) in [
            ("500114106", "township", &any[..]),
            ("park-zy", "park", &any),
            ("eic", "commission", &any),
            ("emb", "emergency", &any),
            ("hq", "headquarters", &any),
            ("91500114MAYY010106", "enterprise", &[]),
        ] {
            for role in Role::ALL {
                let who = Principal { actor: "x".into(), unit: unit.parse().unwrap(), role: *role };
                let may = role.code() == own || others.contains(&role.code());
                assert_eq!(who.is_consistent(), may, "{unit} {role}");
            }
        }
    }
}

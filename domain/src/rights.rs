//! Who may do what to what: one function, asked before every act and every look.
//!
//! What a role may is data of the day ([`RuleSet::granted`](crate::rules::RuleSet::granted)) where it
//! is an act, and stands here where it is a look. Whose enterprise or matter it is follows from
//! where that lies and who has it in hand. The answer names the rule on which it rests; what
//! happened keeps that name in its trace. A report of a resumption needs no right (§四): it is kept
//! from nobody but those whose enterprise it is not.

mod action;
mod rule;

pub use action::Action;
pub use rule::Rule;

use crate::{EnterpriseId, Principal, UnitCode, codes::Role, credit::Involved, township::Units};

/// To what it is to be done.
#[derive(Debug, Clone, Copy)]
pub enum Resource<'a> {
    /// Nothing in particular: whether somebody of this role may do it at all.
    Anything,
    /// The district as a whole.
    District,
    /// An enterprise, or what goes on at it.
    Enterprise {
        /// Which.
        id: &'a EnterpriseId,
        /// The units in whose area it lies.
        lies_in: &'a [UnitCode],
        /// The units of the district, under the codes they had and have.
        units: &'a Units,
    },
    /// A matter that units have in hand.
    Matter {
        /// Of which kind.
        of: Matter,
        /// Who has it in hand.
        hands: &'a [UnitCode],
        /// Against whom it speaks.
        against: Option<&'a UnitCode>,
        /// The units of the district, under the codes they had and have.
        units: &'a Units,
    },
    /// A decision on what these took part in: four eyes.
    Decision(&'a [Involved]),
    /// The duty of an officer, by his id, which he does not judge himself.
    Duty(&'a str),
    /// What somebody began, or what is kept of him, by his pseudonym.
    Person(&'a str),
}

/// What a unit can have in hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// A seat that it fills.
    Seat,
    /// An officer whom it names.
    Enrolment,
    /// An officer whom it posted.
    Officer,
    /// An errand of its inbox.
    Task,
    /// A measure that it imposed.
    Measure,
    /// Words that it holds.
    Hold,
    /// A difficulty that it helps with.
    Support,
    /// A barrier that it looks into.
    Barrier,
    /// A trade that it leads.
    Sector,
}

/// How far somebody sees and acts. Lists are filtered by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// The whole district.
    District,
    /// His unit's area.
    Area,
    /// His own enterprise.
    Own,
}

/// Whether somebody may, and by which rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision {
    /// Whether.
    pub allowed: bool,
    /// By which rule.
    pub rule: Rule,
}

/// Whether `who` may do this to that. Total: every role, action and resource has its rule.
pub fn allows(who: &Principal, action: Action<'_>, resource: &Resource<'_>) -> Decision {
    let rule = rule(who, action, resource);
    Decision { allowed: rule.allows(), rule }
}

/// How far `who` sees and acts.
pub fn reach(who: &Principal) -> Reach {
    match who.role {
        Role::Enterprise => Reach::Own,
        Role::Township | Role::Park => Reach::Area,
        Role::Officer if who.unit.is_territorial() => Reach::Area,
        Role::Officer
        | Role::Commission
        | Role::Emergency
        | Role::Headquarters
        | Role::Department
        | Role::Auditor
        | Role::Reporter
        | Role::Integrator
        | Role::Admin
        | Role::System => Reach::District,
    }
}

fn rule(who: &Principal, action: Action<'_>, resource: &Resource<'_>) -> Rule {
    let by_role = action.rule_for(who.role);
    match resource {
        // What somebody began, and what is kept of him, is his in whatever role he asks.
        Resource::Person(actor) if *actor == who.actor => Rule::Oneself,
        _ if !by_role.allows() || by_role == Rule::System => by_role,
        Resource::Anything | Resource::Person(_) => by_role,
        Resource::District => match reach(who) {
            Reach::District => Rule::District,
            Reach::Area | Reach::Own => Rule::NotTheDistrict,
        },
        Resource::Enterprise { id, lies_in, units } => enterprise(who, id, lies_in, units),
        Resource::Matter { of, hands, against, units } => {
            matter(who, *of, (hands, *against), units)
        }
        Resource::Decision(involved) if part_of(&who.actor, involved).is_some() => Rule::TookPart,
        Resource::Duty(officer) if *officer == who.actor => Rule::TookPart,
        Resource::Decision(_) | Resource::Duty(_) => Rule::AnotherPerson,
    }
}

/// An enterprise acts for its own code and sees its own, a township and the park theirs by where it
/// lies, the district's bodies all.
fn enterprise(who: &Principal, id: &EnterpriseId, lies_in: &[UnitCode], units: &Units) -> Rule {
    match reach(who) {
        Reach::District => Rule::District,
        Reach::Area if lies_in.iter().any(|unit| units.same_unit(unit, &who.unit)) => Rule::OwnArea,
        Reach::Area => Rule::AnotherArea,
        Reach::Own if is_own(who, id) => Rule::OwnEnterprise,
        Reach::Own => Rule::AnotherEnterprise,
    }
}

/// Whether the enterprise, or the site of it, is the one that `who` acts for.
pub fn is_own(who: &Principal, id: &EnterpriseId) -> bool {
    let unit = who.unit.as_str();
    id.to_string() == unit || id.whole().to_string() == unit
}

/// The part that somebody took in what is to be decided on, if he took one.
pub fn part_of<'a>(actor: &str, involved: &'a [Involved]) -> Option<&'a Involved> {
    involved.iter().find(|part| part.actor == actor)
}

/// It is dealt with by those who have it in hand and by those who give it to them, never by whom it
/// is against.
fn matter(
    who: &Principal,
    of: Matter,
    (hands, against): (&[UnitCode], Option<&UnitCode>),
    units: &Units,
) -> Rule {
    if against.is_some_and(|accused| units.same_unit(accused, &who.unit)) {
        return Rule::Accused;
    }
    if hands.iter().any(|unit| units.same_unit(unit, &who.unit)) {
        return Rule::OwnMatter;
    }
    let above = match of {
        Matter::Support | Matter::Barrier => {
            matches!(who.role, Role::Commission | Role::Headquarters)
        }
        Matter::Measure => who.role == Role::Headquarters,
        Matter::Sector => who.role == Role::Commission,
        Matter::Enrolment => !who.unit.is_territorial(),
        Matter::Seat | Matter::Officer | Matter::Task | Matter::Hold => false,
    };
    if above { Rule::Above } else { Rule::AnothersMatter }
}

//! By which codes an enterprise is known: what happened to it is kept under its first one.

use fugong_core::{Facts, Stop};

use super::{Ask, helped, inspected, listed, ordered};
use crate::{EnterpriseId, Principal, Refusal, codes::Role, enterprise::Enterprise};

/// Lets what is asked, and who asks, speak of enterprises under their first codes.
pub(super) fn under_first_codes<F: Facts>(
    ask: &mut Ask,
    by: &mut Principal,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    for id in ask.enterprises_mut() {
        if let Some(first) = first(id, facts)? {
            *id = first;
        }
    }
    let own = by.unit.enterprise().filter(|_| by.role == Role::Enterprise);
    if let Some(own) = own
        && let Some(first) = first(&own, facts)?
        && let Ok(unit) = first.to_string().parse()
    {
        by.unit = unit;
    }
    Ok(())
}

/// The enterprise under its first code, if `id` has a later one.
fn first<F: Facts>(
    id: &EnterpriseId,
    facts: &mut F,
) -> Result<Option<EnterpriseId>, Stop<Refusal>> {
    if id.is_provisional() {
        return Ok(None);
    }
    Ok(facts.read::<Enterprise>(&id.whole().to_string())?.stands_for(id))
}

impl Ask {
    /// The enterprises of which it speaks, each as it was named.
    pub fn enterprises_mut(&mut self) -> Vec<&mut EnterpriseId> {
        match self {
            // What joins is named by what it was.
            Self::Enterprise(_, listed::Command::JoinTo { .. }) => Vec::new(),
            Self::Enterprise(id, listed::Command::DeclareSupplyLink { supplier_of, .. }) => {
                vec![id, supplier_of]
            }
            Self::Enterprise(id, _)
            | Self::Resumption(id, _)
            | Self::Plan(id, _)
            | Self::Posting(id, _)
            | Self::Credit(id, _)
            | Self::Inspection(_, inspected::Command::Open { enterprise: id, .. })
            | Self::Rectification(_, ordered::Command::Order { enterprise: id, .. })
            | Self::Support(_, helped::Command::Raise { enterprise: id, .. }) => vec![id],
            Self::Inspection(..)
            | Self::Rectification(..)
            | Self::Support(..)
            | Self::Officer(..)
            | Self::Task(..)
            | Self::Regime(_) => Vec::new(),
        }
    }
}

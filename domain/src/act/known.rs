//! By which codes an enterprise is known: what happened to it is kept under its first one.

use fugong_core::{Facts, Stop};

use super::{Ask, blocked, helped, imposed, infected, inspected, listed, ordered, told};
use crate::{
    EnterpriseId, Principal, Refusal, UnitCode, codes::Role, enterprise::Enterprise,
    measure::Target,
};

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
    if by.role == Role::Enterprise {
        unit_under_first_code(&mut by.unit, facts)?;
    }
    // A report may be laid to an enterprise, and is kept from it under each of its codes.
    if let Ask::Barrier(_, blocked::Command::Report { against: Some(against), .. }) = ask {
        unit_under_first_code(against, facts)?;
    }
    Ok(())
}

/// The same for a unit that is an enterprise.
fn unit_under_first_code<F: Facts>(
    unit: &mut UnitCode,
    facts: &mut F,
) -> Result<(), Stop<Refusal>> {
    if let Some(own) = unit.enterprise()
        && let Some(first) = first(&own, facts)?
        && let Ok(first) = first.to_string().parse()
    {
        *unit = first;
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
            | Self::Support(_, helped::Command::Raise { enterprise: id, .. })
            | Self::Barrier(_, blocked::Command::Report { enterprise: Some(id), .. })
            | Self::Epidemic(_, infected::Command::Report { enterprise: id, .. })
            | Self::Measure(_, imposed::Command::Impose { target: Target::Enterprise(id), .. })
            | Self::Webhook(
                _,
                told::Command::Create {
                    subscription: told::Subscription { enterprise: Some(id), .. },
                    ..
                },
            ) => {
                vec![id]
            }
            Self::Inspection(..)
            | Self::Rectification(..)
            | Self::Support(..)
            | Self::Barrier(..)
            | Self::Epidemic(..)
            | Self::Measure(..)
            | Self::Officer(..)
            | Self::Task(..)
            | Self::Regime(_)
            | Self::DataSubject(..)
            | Self::Report(..)
            | Self::ApiKey(..)
            | Self::Webhook(..) => Vec::new(),
        }
    }
}

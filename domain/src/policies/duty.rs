//! 「驻厂工作人员履职情况」 (§三): a finding about an officer's duty goes to his unit at once.
//!
//! It never touches the enterprise: there is no order and no flag for what an officer left undone.

use fugong_core::{Failure, Policy, Reaction, Recorded, Rows};

use super::{id, intent, known, owner::Owner};
use crate::{Ask, FindingId, Happened, InspectionId, codes::Subject, inspection, officer::Command};

const NAME: &str = "duty";

/// The policy that refers duty findings.
#[derive(Debug)]
pub(super) struct Duty;

impl Policy for Duty {
    fn name(&self) -> &str {
        NAME
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        let Some(happened) = Happened::of(event)? else { return Ok(Vec::new()) };
        let Happened::Inspection(told) = &happened else { return Ok(Vec::new()) };
        let owner = known::owner(rows, event, &happened)?;
        let Some(enterprise) = owner.and_then(Owner::enterprise) else { return Ok(Vec::new()) };
        let inspection::Event::FindingRecorded {
            number,
            subject: Subject::OfficerDuty,
            officer: Some(officer),
            ..
        } = &**told
        else {
            return Ok(Vec::new());
        };
        let inspection: InspectionId = id(&event.aggregate_id)?;
        let finding = FindingId::nth(&inspection, *number);
        let refer = Ask::Officer(officer.clone(), Command::ReferDuty { finding, enterprise });
        Ok(vec![Reaction::Do(intent(NAME, refer)?)])
    }
}

//! What inspections, orders and the credit record say to the inbox.

use chrono::NaiveDate as Date;

use super::{
    super::facts::{Flag, Inspected, Ordered, Stage},
    View,
};
use crate::{FindingId, InspectionId, OrderId, codes::Subject, credit, inspection, rectification};

impl View {
    pub(super) fn take_inspection(
        &mut self,
        id: InspectionId,
        told: &inspection::Event,
        today: Date,
    ) {
        use inspection::Event as E;
        if let E::Opened { subjects, .. } = told {
            let looks_at_duty = subjects.contains(&Subject::OfficerDuty);
            self.inspections.insert(id, Inspected { looks_at_duty, ..Inspected::default() });
            return;
        }
        self.follow_from(&id, told);
        let Some(inspected) = self.inspections.get_mut(&id) else { return };
        match told {
            E::Opened { .. } => {}
            E::FindingRecorded { number, subject, fixed_on_spot, supersedes, .. } => {
                if let Some(old) = supersedes {
                    inspected.undecided.remove(old);
                }
                if *subject != Subject::OfficerDuty && !fixed_on_spot {
                    inspected.undecided.insert(*number);
                }
            }
            E::Closed { .. } => {
                inspected.closed = true;
                if inspected.looks_at_duty {
                    self.duty_checked_on = Some(today);
                }
            }
            E::Voided { .. } => *inspected = Inspected { closed: true, ..Inspected::default() },
            E::FindingOrdered { number, .. } => {
                inspected.undecided.remove(number);
            }
            E::OrderDeclined { numbers, .. } => {
                inspected.undecided.retain(|number| !numbers.contains(number));
            }
        }
        self.inspections.retain(|_, one| !one.closed || !one.undecided.is_empty());
    }

    /// What an inspection says of orders that failed and of duty that was referred.
    fn follow_from(&mut self, id: &InspectionId, told: &inspection::Event) {
        use inspection::Event as E;
        match told {
            E::FindingOrdered { number, .. } => self.answered(&FindingId::nth(id, *number)),
            E::OrderDeclined { numbers, .. } => {
                for number in numbers {
                    self.answered(&FindingId::nth(id, *number));
                }
            }
            E::FindingRecorded { supersedes: Some(old), .. } => {
                self.referrals.remove(&FindingId::nth(id, *old));
            }
            // What rests on it alone is void with it.
            E::Voided { .. } => {
                self.referrals.retain(|finding, _| finding.inspection() != *id);
                self.orders.retain(|_, order| {
                    let mut findings = order.findings.iter();
                    order.stage != Stage::Failed
                        || findings.any(|finding| finding.inspection() != *id)
                });
            }
            E::Opened { .. } | E::FindingRecorded { supersedes: None, .. } | E::Closed { .. } => {}
        }
    }

    /// A further order on a finding answers the one that failed, and so does the word that there
    /// will be none.
    fn answered(&mut self, finding: &FindingId) {
        self.orders
            .retain(|_, order| order.stage != Stage::Failed || !order.findings.contains(finding));
    }

    pub(super) fn take_order(&mut self, id: OrderId, told: &rectification::Event) {
        use rectification::Event as E;
        match told {
            E::Ordered { findings, .. } => {
                let findings = findings.clone();
                self.orders.insert(id, Ordered { findings, due: None, stage: Stage::Running });
            }
            E::Served { deadline, .. } => {
                self.amend(&id, |order| order.due = deadline.as_ref().map(|it| it.due));
            }
            E::Extended { deadline, .. } => self.amend(&id, |order| order.due = Some(deadline.due)),
            E::Reported { .. } | E::Lapsed { .. } => {
                self.amend(&id, |order| order.stage = Stage::ToReinspect);
            }
            E::Failed { .. } => self.amend(&id, |order| order.stage = Stage::Failed),
            E::Superseded { .. }
            | E::Complied { .. }
            | E::Revoked { .. }
            | E::Terminated { .. } => {
                self.orders.remove(&id);
            }
        }
    }

    fn amend(&mut self, id: &OrderId, change: impl FnOnce(&mut Ordered)) {
        if let Some(order) = self.orders.get_mut(id) {
            change(order);
        }
    }

    pub(super) fn take_credit(&mut self, told: &credit::Event) {
        use credit::Event as E;
        let number = told.flag();
        self.take_disclosure(number, told);
        let next = match told {
            E::FlagProposed { .. } => Some(Flag::Proposed),
            E::NoticeServed { statement, .. } => Some(Flag::Notified(statement.clone())),
            E::ObjectionLodged { decide, .. } | E::VerificationBegun { decide, .. } => {
                Some(Flag::Contested(decide.clone()))
            }
            E::StatementRecorded { .. }
            | E::RepairApplied { .. }
            | E::RepairRefused { .. }
            | E::FlagDisclosed { .. }
            | E::WithdrawalNotified { .. } => return,
            E::ProposalWithdrawn { .. }
            | E::Flagged { .. }
            | E::ProposalDismissed { .. }
            | E::ObjectionUpheld { .. }
            | E::ObjectionRejected { .. }
            | E::RepairGranted { .. }
            | E::Expired { .. }
            | E::Expunged { .. } => None,
        };
        match next {
            Some(flag) => self.flags.insert(number, flag),
            None => self.flags.remove(&number),
        };
    }

    /// Who has the flag, and whether it stands no more.
    fn take_disclosure(&mut self, number: u32, told: &credit::Event) {
        use credit::Event as E;
        match told {
            E::FlagDisclosed { disclosure, .. } => {
                self.handed_out.entry(number).or_default().untold.insert(*disclosure);
            }
            E::WithdrawalNotified { disclosure, .. } => {
                self.handed_out.entry(number).or_default().untold.remove(disclosure);
            }
            E::RepairGranted { .. } | E::ObjectionUpheld { .. } | E::Expunged { .. } => {
                self.handed_out.entry(number).or_default().ended = true;
            }
            E::FlagProposed { .. }
            | E::ProposalWithdrawn { .. }
            | E::NoticeServed { .. }
            | E::StatementRecorded { .. }
            | E::Flagged { .. }
            | E::ProposalDismissed { .. }
            | E::ObjectionLodged { .. }
            | E::VerificationBegun { .. }
            | E::ObjectionRejected { .. }
            | E::RepairApplied { .. }
            | E::RepairRefused { .. }
            | E::Expired { .. } => {}
        }
    }
}

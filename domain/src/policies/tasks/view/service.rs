use chrono::NaiveDate as Date;

use super::{
    super::facts::{Barred, Enforced, Helped},
    View,
};
use crate::{
    BarrierId, IncidentId, MeasureId, SupportId, barrier, codes::SuspensionReason, epidemic,
    measure, resumption, support,
};

impl View {
    /// Takes what happened to a difficulty.
    pub(super) fn take_support(&mut self, id: SupportId, told: &support::Event) {
        use support::Event as E;
        match told {
            E::Raised { .. } | E::Reopened { .. } => {
                self.supports.insert(id, Helped::default());
            }
            E::Assigned { department, due, .. } | E::Transferred { department, due, .. } => {
                if let Some(helped) = self.supports.get_mut(&id) {
                    helped.by = Some((department.clone(), *due));
                }
            }
            E::Escalated { to, .. } => {
                if let Some(helped) = self.supports.get_mut(&id) {
                    helped.above = Some(to.clone());
                }
            }
            E::Resolved { .. } => {
                self.supports.remove(&id);
            }
            E::ProgressNoted { .. } | E::Confirmed { .. } => {}
        }
    }

    /// Takes what happened to a barrier.
    pub(super) fn take_barrier(&mut self, report: BarrierId, told: &barrier::Event) {
        use barrier::Event as E;
        match told {
            E::Reported { to, .. } => {
                let unit = to.clone();
                self.barrier = Some(Barred { report, unit, due: None, above: None });
            }
            E::Assigned { unit, due, .. } => {
                if let Some(barred) = &mut self.barrier {
                    barred.unit = Some(unit.clone());
                    barred.due = Some(*due);
                }
            }
            E::Escalated { to, .. } => {
                if let Some(barred) = &mut self.barrier {
                    barred.above = Some(to.clone());
                }
            }
            E::Removed { .. } | E::FoundUnfounded { .. } => self.barrier = None,
        }
    }

    /// Takes what happened in an incident. What reports told of health up to its end is answered.
    pub(super) fn take_incident(&mut self, id: IncidentId, told: &epidemic::Event) {
        use epidemic::Event as E;
        match told {
            E::Reported { .. } => {
                self.incidents.insert(id);
            }
            E::RuledOut { .. } | E::Closed { .. } => {
                self.incidents.remove(&id);
                if self.incidents.is_empty() {
                    self.daily.abnormal.clear();
                }
            }
            E::Isolated { .. }
            | E::CdcReported { .. }
            | E::Traced { .. }
            | E::Disinfected { .. } => {}
        }
    }

    /// Takes what happened to a measure of control, in the view of the measure itself.
    pub(super) fn take_measure(&mut self, measure: MeasureId, told: &measure::Event) {
        use measure::Event as E;
        match told {
            E::Imposed { by, on, .. } => {
                let (by, reviewed_on) = (by.clone(), *on);
                self.measure = Some(Enforced { measure, by, reviewed_on, risk_changed_on: None });
            }
            E::Relaxed { on, .. } | E::Kept { on, .. } => {
                if let Some(reviewed) = &mut self.measure {
                    reviewed.reviewed_on = reviewed.reviewed_on.max(*on);
                    reviewed.risk_changed_on = None;
                }
            }
            E::Lifted { .. } => self.measure = None,
        }
    }

    /// The same in the view of an enterprise that it is over, or that works again under it.
    pub(in super::super) fn take_stop(
        &mut self,
        id: &MeasureId,
        told: &measure::Event,
        today: Date,
    ) {
        use measure::Event as E;
        if let E::Imposed { .. } = told {
            let works = self.production_on(today).is_some();
            self.stop_orders.insert(id.clone(), works);
            return;
        }
        // Whoever looked at the order has seen who works under it.
        self.resumed_under.remove(id);
        if let E::Lifted { .. } = told {
            self.stop_orders.remove(id);
        }
    }

    /// Takes what production says to stop orders.
    pub(super) fn answer_stops(&mut self, told: &resumption::Event) {
        use resumption::Event as E;
        match told {
            E::Suspended { reason, .. } => {
                self.resumed_under.clear();
                if *reason == SuspensionReason::EpidemicOrder {
                    self.stop_orders.values_mut().for_each(|unanswered| *unanswered = false);
                }
            }
            E::Ended { .. } => self.resumed_under.clear(),
            E::ContinuousProductionDeclared { .. }
            | E::Planned { .. }
            | E::Resumed { .. }
            | E::DailyReported(_)
            | E::Corrected { .. }
            | E::Joined { .. }
            | E::JoinedTo { .. } => {}
        }
    }
}

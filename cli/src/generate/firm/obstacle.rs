//! What befalls an invented enterprise: barriers on its way to work, and somebody falling ill.

use serde_json::json;

use super::{Firm, HEADQUARTERS, TOWNSHIPS};
use crate::generate::district::Day;

/// Kinds of barriers, and in whose hands each is put.
const KINDS: &[(&str, &str)] = &[
    ("roadblock", "police"),
    ("freight_blocked", "traffic"),
    ("condition_set", "eic"),
    ("prior_paper_demanded", "eic"),
];

/// A barrier, by the key of the act that reported it.
#[derive(Debug)]
pub(super) enum Barrier {
    None,
    Reported { case: String, hands: &'static str },
    Assigned { case: String },
}

/// An incident, by the key of the act that reported it, and how many of its steps are done.
#[derive(Debug)]
pub(super) enum Incident {
    None,
    Open { case: String, steps: u8 },
}

impl Firm {
    /// Takes a barrier a step further, one step a day; now and then there is one.
    pub(super) fn be_hindered(&mut self, day: &mut Day<'_>) {
        self.barrier = match std::mem::replace(&mut self.barrier, Barrier::None) {
            Barrier::None if day.troubles.roll(25) == 0 => self.report_barrier(day),
            Barrier::None => Barrier::None,
            Barrier::Reported { case, hands } => see_to(day, case, hands),
            Barrier::Assigned { case } => match day.troubles.roll(4) {
                0 => {
                    let path = of_barrier(&case, "removals");
                    day.act(HEADQUARTERS, path, &json!({"text": "卡点已撤除。"}));
                    Barrier::None
                }
                _ => Barrier::Assigned { case },
            },
        };
    }

    /// Against a township, the park, or nobody whom it can name.
    fn report_barrier(&self, day: &mut Day<'_>) -> Barrier {
        let at = day.troubles.index(KINDS.len());
        let (kind, hands) = KINDS.get(at).copied().unwrap_or_default();
        let mut body = json!({"kind": kind, "place": "示例路口（虚构）"});
        let against = match day.troubles.roll(6) {
            0 => None,
            1 => Some("park-zy"),
            _ => Some(day.troubles.pick(TOWNSHIPS)),
        };
        if let (Some(against), Some(members)) = (against, body.as_object_mut()) {
            members.insert("against_unit".to_owned(), against.into());
        }
        let case = day.act(&self.own(), "/v1/barrier-reports".to_owned(), &body);
        Barrier::Reported { case, hands }
    }

    /// Takes an incident a step further, one step a day; now and then somebody falls ill.
    pub(super) fn fall_ill(&mut self, day: &mut Day<'_>) {
        self.incident = match std::mem::replace(&mut self.incident, Incident::None) {
            Incident::None if self.works() && day.troubles.roll(16) == 0 => {
                let body = json!({"enterprise": self.uscc, "persons": day.troubles.between(1, 3)});
                let case = day.act(&self.own(), "/v1/epidemic-incidents".to_owned(), &body);
                Incident::Open { case, steps: 0 }
            }
            Incident::None => Incident::None,
            Incident::Open { case, steps } => self.contain(day, case, steps),
        };
    }

    /// 隔离、报告、流调、消毒, and its end; some turn out to be nothing.
    fn contain(&self, day: &mut Day<'_>, case: String, steps: u8) -> Incident {
        let own = self.own();
        let (by, below, body) = match steps {
            0 if day.troubles.roll(3) == 0 => {
                let basis = json!({"basis": "两次核酸检测阴性。"});
                day.act(HEADQUARTERS, of_incident(&case, "rulings-out"), &basis);
                return Incident::None;
            }
            0 => (own.as_str(), "isolations", json!({"persons": day.troubles.between(1, 9)})),
            1 => (HEADQUARTERS, "cdc-reports", json!({})),
            2 => (HEADQUARTERS, "tracings", json!({"contacts": day.troubles.between(0, 20)})),
            3 => (own.as_str(), "disinfections", json!({"places": day.troubles.between(1, 4)})),
            _ => {
                day.act(HEADQUARTERS, of_incident(&case, "closures"), &json!({}));
                return Incident::None;
            }
        };
        day.act(by, of_incident(&case, below), &body);
        Incident::Open { case, steps: steps.saturating_add(1) }
    }
}

/// Most are put in somebody's hands; some were never there, others wait.
fn see_to(day: &mut Day<'_>, case: String, hands: &'static str) -> Barrier {
    match day.troubles.roll(6) {
        0 => {
            let reason = json!({"reason": "现场无卡点。"});
            day.act(HEADQUARTERS, of_barrier(&case, "unfounded-findings"), &reason);
            Barrier::None
        }
        1 => Barrier::Reported { case, hands },
        _ => {
            let days = day.troubles.between(1, 4);
            let body = json!({"unit": hands, "due": day.ahead(days)});
            day.act(HEADQUARTERS, of_barrier(&case, "assignments"), &body);
            Barrier::Assigned { case }
        }
    }
}

fn of_barrier(case: &str, below: &str) -> String {
    format!("/v1/barrier-reports/{{{case}}}/{below}")
}

fn of_incident(case: &str, below: &str) -> String {
    format!("/v1/epidemic-incidents/{{{case}}}/{below}")
}

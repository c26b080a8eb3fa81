//! The difficulties (困难) of an invented enterprise.

use serde_json::json;

use super::{EIC, Firm};
use crate::generate::district::Day;

/// With what enterprises have difficulties, who helps, and what is said of it.
const WANTS: &[(&str, &str, &str)] = &[
    ("labour", "hrss", "缺操作工。"),
    ("logistics", "traffic", "货车进不了厂。"),
    ("funds", "fin", "流动资金紧张。"),
    ("supplies", "eic", "口罩采购渠道不稳。"),
    ("policy_fulfilment", "fin", "稳岗返还尚未到账。"),
];
/// To whom a difficulty is handed on.
const HANDED_ON: &str = "eic";

/// A difficulty, by the key of the act that raised it.
#[derive(Debug)]
pub(super) enum Difficulty {
    None,
    Raised { case: String, want: usize },
    Assigned { case: String, want: usize, department: &'static str },
    Resolved { case: String, want: usize },
}

impl Firm {
    /// Takes a difficulty a step further, one step a day; where it has none, now and then one
    /// comes up.
    pub(super) fn be_helped(&mut self, day: &mut Day<'_>) {
        self.difficulty = match std::mem::replace(&mut self.difficulty, Difficulty::None) {
            Difficulty::None if day.dice.roll(12) == 0 => self.raise(day),
            Difficulty::None => Difficulty::None,
            Difficulty::Raised { case, want } => assign(day, case, want),
            Difficulty::Assigned { case, want, department } => work(day, case, want, department),
            Difficulty::Resolved { case, want } => self.say_whether_content(day, case, want),
        };
    }

    /// By itself, by its officer if it has one, or by its township of its own accord (主动).
    fn raise(&self, day: &mut Day<'_>) -> Difficulty {
        let want = day.dice.index(WANTS.len());
        let (category, _, text) = wanted(want);
        let by = match (day.dice.roll(4), self.first_officer()) {
            (0, Some(officer)) => officer,
            (1, _) => format!("clerk:{}:township", self.township),
            _ => self.own(),
        };
        let mut body = json!({"enterprise": self.uscc, "category": category, "text": text});
        if let (true, Some(members)) = (category == "policy_fulfilment", body.as_object_mut()) {
            let thousands = u64::from(day.dice.between(10, 200));
            members.insert("amount_cny".to_owned(), thousands.saturating_mul(1000).into());
        }
        let case = day.act(&by, "/v1/support-cases".to_owned(), &body);
        Difficulty::Raised { case, want }
    }

    /// Most are content; the others raise it again.
    fn say_whether_content(&self, day: &mut Day<'_>, case: String, want: usize) -> Difficulty {
        let satisfied = day.dice.roll(5) != 0;
        day.act(&self.own(), step(&case, "confirmations"), &json!({"satisfied": satisfied}));
        if satisfied {
            return Difficulty::None;
        }
        day.act(&self.own(), step(&case, "reopenings"), &json!({"reason": "问题仍未解决。"}));
        Difficulty::Raised { case, want }
    }
}

fn assign(day: &mut Day<'_>, case: String, want: usize) -> Difficulty {
    let (_, department, _) = wanted(want);
    let days = day.dice.between(1, 6);
    let body = json!({"department": department, "due": day.ahead(days)});
    day.act(EIC, step(&case, "assignments"), &body);
    Difficulty::Assigned { case, want, department }
}

/// Some are solved within their days, some after; a few are handed on first.
fn work(day: &mut Day<'_>, case: String, want: usize, department: &'static str) -> Difficulty {
    let by =
        if department == "eic" { EIC.to_owned() } else { format!("clerk:{department}:department") };
    match day.dice.roll(16) {
        0..5 => {
            day.act(&by, step(&case, "resolutions"), &json!({"text": "已协调解决。"}));
            Difficulty::Resolved { case, want }
        }
        5 if department != HANDED_ON => {
            let days = day.dice.between(1, 6);
            let body = json!({
                "department": HANDED_ON, "due": day.ahead(days), "reason": "需全区统筹。",
            });
            day.act(&by, step(&case, "transfers"), &body);
            Difficulty::Assigned { case, want, department: HANDED_ON }
        }
        6..9 => {
            day.act(&by, step(&case, "progress"), &json!({"text": "正在协调。"}));
            Difficulty::Assigned { case, want, department }
        }
        _ => Difficulty::Assigned { case, want, department },
    }
}

fn wanted(want: usize) -> (&'static str, &'static str, &'static str) {
    WANTS.get(want).copied().unwrap_or_default()
}

fn step(case: &str, below: &str) -> String {
    format!("/v1/support-cases/{{{case}}}/{below}")
}

//! Inspection and rectification of an invented enterprise.

use serde_json::json;

use super::{EIC, Firm};
use crate::generate::district::Day;

/// What inspectors find.
const FACTS: &[&str] =
    &["门岗未测温。", "消毒记录缺失。", "食堂未分散就餐。", "返岗人员登记不全。"];
/// Who issues orders is not who inspects, and another looks again.
const ORDERS: &str = "issuer:eic:commission";
const LOOKS_AGAIN: &str = "reviewer:eic:commission";

/// A case of rectification, by the keys of the acts that made it.
#[derive(Debug)]
pub(super) enum Case {
    None,
    Found(String),
    Ordered { order: String, since: u32 },
    Reported { order: String },
}

impl Firm {
    /// One finding; two of three have to be ordered, the third is put right on the spot.
    pub(super) fn inspect(&mut self, day: &mut Day<'_>) {
        if !matches!(self.case, Case::None) {
            return;
        }
        let opened = json!({"enterprise": self.uscc, "kind": "random", "subjects": ["protection"]});
        let inspection = day.act(EIC, "/v1/inspections".to_owned(), &opened);
        let on_the_spot = day.dice.roll(3) == 0;
        let found = json!({
            "subject": "protection", "category": "measures_not_in_place", "severity": "ordinary",
            "facts": day.dice.pick(FACTS), "fixed_on_spot": on_the_spot,
        });
        let finding = day.act(EIC, format!("/v1/inspections/{{{inspection}}}/findings"), &found);
        let result = if on_the_spot { "fixed_on_spot" } else { "to_order" };
        let closed = json!({"result_codes": [result]});
        day.act(EIC, format!("/v1/inspections/{{{inspection}}}/closures"), &closed);
        if !on_the_spot {
            self.case = Case::Found(finding);
        }
    }

    /// Takes a case of rectification a step further, one step a day.
    pub(super) fn carry_on(&mut self, day: &mut Day<'_>) {
        self.case = match std::mem::replace(&mut self.case, Case::None) {
            Case::None => Case::None,
            Case::Found(finding) => self.order(day, &finding),
            Case::Ordered { order, since } => self.answer(day, order, since),
            Case::Reported { order } => {
                let result = if day.dice.roll(5) == 0 { "failed" } else { "complied" };
                day.act(LOOKS_AGAIN, step(&order, "reinspections"), &json!({"result": result}));
                Case::None
            }
        };
    }

    fn order(&self, day: &mut Day<'_>, finding: &str) -> Case {
        let body = json!({
            "enterprise": self.uscc, "findings": [format!("{{{finding}}}")],
            "working_days": 3, "measures": "立即整改。", "supervisor": "issuer",
        });
        let order = day.act(ORDERS, "/v1/rectification-orders".to_owned(), &body);
        day.act(ORDERS, step(&order, "services"), &json!({}));
        Case::Ordered { order, since: day.number }
    }

    /// Most report in time; some let the day pass and report late; a few get another day, or are
    /// told that the order was mistaken.
    fn answer(&self, day: &mut Day<'_>, order: String, since: u32) -> Case {
        let age = day.number.saturating_sub(since);
        match day.dice.roll(20) {
            0..6 => {
                let body = json!({"at": day.now(), "evidence": []});
                day.act(&self.own(), step(&order, "completion-reports"), &body);
                Case::Reported { order }
            }
            6..9 if age == 1 => {
                let body = json!({"due": day.ahead(9), "reason": "设备采购在途。"});
                day.act(ORDERS, step(&order, "extensions"), &body);
                Case::Ordered { order, since }
            }
            9 if age < 3 => {
                let body = json!({"reason": "认定事实有误。"});
                day.act(ORDERS, step(&order, "revocations"), &body);
                Case::None
            }
            _ if 20 < age => {
                day.act(LOOKS_AGAIN, step(&order, "reinspections"), &json!({"result": "failed"}));
                Case::None
            }
            _ => Case::Ordered { order, since },
        }
    }
}

fn step(order: &str, below: &str) -> String {
    format!("/v1/rectification-orders/{{{order}}}/{below}")
}

//! Workshops without a code that nobody has listed: a township hears that one works, and the
//! commission finds out what it is.

use serde_json::json;

use super::{
    district::Day,
    firm::{Firm, TOWNSHIPS},
};

const EIC: &str = "clerk:eic:commission";

/// The workshops that were heard of.
#[derive(Debug, Default)]
pub(super) struct Workshops {
    heard: u32,
    /// On which day it is known what it is, and the key of the report.
    unknown: Vec<(u32, String)>,
}

impl Workshops {
    /// Now and then one is heard of; some days later it is a listed firm's, or enters no list.
    pub(super) fn live(&mut self, day: &mut Day<'_>, firms: &mut [Firm]) {
        let known = self.unknown.extract_if(.., |(on, _)| *on <= day.number);
        for (_, report) in known.collect::<Vec<_>>() {
            settle(day, firms, &report);
        }
        if 0 < day.number && day.dice.roll(6) == 0 {
            self.hear(day);
        }
    }

    fn hear(&mut self, day: &mut Day<'_>) {
        self.heard = self.heard.saturating_add(1);
        let township = day.dice.pick(TOWNSHIPS);
        let (name, days) = (format!("虚构作坊{:04}", self.heard), day.dice.roll(3));
        let body = json!({
            "name": name, "township_code": township, "resumed_on": day.ago(days),
        });
        let by = format!("clerk:{township}:township");
        let report = day.act(&by, "/v1/resumptions".to_owned(), &body);
        let on = day.number.saturating_add(day.dice.between(1, 5));
        self.unknown.push((on, report));
    }
}

fn settle(day: &mut Day<'_>, firms: &mut [Firm], report: &str) {
    let at = day.dice.index(firms.len());
    let joined = day.dice.roll(2) == 0;
    if let Some(firm) = firms.get_mut(at).filter(|firm| joined && firm.is_listed()) {
        return firm.take_over(day, report);
    }
    let reason = day.dice.pick(&["not_industrial", "duplicate", "outside_district"]);
    let path = format!("/v1/enterprises/{{{report}}}/set-asides");
    day.act(EIC, path, &json!({"reason": reason}));
}

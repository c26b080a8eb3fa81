//! Measures of control (管控) of the headquarters, over areas and over enterprises, until they are
//! lifted.

use serde_json::json;

use super::{
    district::Day,
    firm::{Firm, HEADQUARTERS, TOWNSHIPS},
};

/// Measures over an area, and what each says.
const KINDS: &[(&str, &str)] = &[
    ("closed_management", "小区封闭式管理。"),
    ("access_control", "凭证出入、登记测温。"),
    ("gathering_limit", "暂停聚集性活动。"),
];

/// The measures that are in force, by the keys of the acts that imposed them.
#[derive(Debug, Default)]
pub(super) struct Measures {
    papers: u32,
    in_force: Vec<Measure>,
}

#[derive(Debug)]
struct Measure {
    key: String,
    relaxed: bool,
}

impl Measures {
    /// Those in force are kept, relaxed or lifted; now and then there is one more.
    pub(super) fn live(&mut self, day: &mut Day<'_>, firms: &[Firm]) {
        self.in_force.retain_mut(|measure| measure.live(day));
        if day.troubles.roll(6) == 0 {
            let (kind, text) =
                KINDS.get(day.troubles.index(KINDS.len())).copied().unwrap_or_default();
            let area = day.troubles.pick(TOWNSHIPS);
            let authority = self.paper("黔防控指发");
            let body = json!({"area": area, "kind": kind, "text": text, "authority": authority});
            self.impose(day, &body);
        }
        let at = day.troubles.index(firms.len());
        if let (0, Some(firm)) = (day.troubles.roll(10), firms.get(at).filter(|it| it.is_listed()))
        {
            let body = json!({
                "enterprise": firm.code(), "kind": "stop_order", "text": "处置期间停工停业。",
                "authority": self.paper("黔江府发"),
            });
            self.impose(day, &body);
        }
    }

    fn paper(&mut self, series: &str) -> String {
        self.papers = self.papers.saturating_add(1);
        format!("{series}〔2020〕{}号", self.papers)
    }

    fn impose(&mut self, day: &mut Day<'_>, body: &serde_json::Value) {
        let key = day.act(HEADQUARTERS, "/v1/control-measures".to_owned(), body);
        self.in_force.push(Measure { key, relaxed: false });
    }
}

impl Measure {
    /// 不能简单一撤了之: it is lifted after a step, or on a basis. Whether it is still in force.
    fn live(&mut self, day: &mut Day<'_>) -> bool {
        let path = |below: &str| format!("/v1/control-measures/{{{}}}/{below}", self.key);
        match day.troubles.roll(12) {
            0 | 1 => {
                day.act(HEADQUARTERS, path("continuations"), &json!({"reason": "仍需观察。"}));
            }
            2 | 3 => {
                day.act(HEADQUARTERS, path("relaxations"), &json!({"step": "恢复货车通行。"}));
                self.relaxed = true;
            }
            4 => {
                let basis =
                    if self.relaxed { json!({}) } else { json!({"basis": "风险已排除。"}) };
                day.act(HEADQUARTERS, path("liftings"), &basis);
                return false;
            }
            _ => {}
        }
        true
    }
}

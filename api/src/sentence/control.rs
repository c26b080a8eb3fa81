//! Sentences about control: incidents and measures.

use fugong_core::Occurred;
use fugong_domain::{
    epidemic,
    measure::{self, Target},
    regime::Regime,
};

use super::unit_name;

pub(super) fn epidemic(event: &epidemic::Event) -> String {
    use epidemic::Event as E;
    match event {
        // A sentence is read by everybody, and a small count points at somebody.
        E::Reported { .. } => "报告疫情".to_owned(),
        E::Isolated { .. } => "隔离有关人员".to_owned(),
        E::CdcReported { .. } => "报告疾控机构".to_owned(),
        E::Traced { .. } => "流调追踪密切接触者".to_owned(),
        E::Disinfected { places, .. } => format!("对{places}处场所消毒"),
        E::RuledOut { .. } => "排除疫情".to_owned(),
        E::Closed { .. } => "疫情处置完毕".to_owned(),
    }
}

pub(super) fn measure(event: &measure::Event, regime: &Regime, when: Occurred) -> String {
    use measure::Event as E;
    match event {
        E::Imposed { target, kind, by, authority, on, .. } => {
            let kind = regime.label("control_measure_kinds", kind.code(), "zh");
            let by = unit_name(regime, by.as_str(), when);
            let whom = match target {
                Target::Area(area) => unit_name(regime, area.as_str(), when),
                Target::Enterprise(id) => id.to_string(),
            };
            let paper = authority.as_ref().map(|paper| format!("，{paper}")).unwrap_or_default();
            format!("记录{by}自{on}起对{whom}实施管控（{kind}{paper}）")
        }
        E::Relaxed { .. } => "分步放宽管控措施".to_owned(),
        E::Kept { .. } => "评估后继续实施管控措施".to_owned(),
        E::Lifted { on, .. } => format!("自{on}起解除管控措施"),
    }
}

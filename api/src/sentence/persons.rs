//! Sentences about the words that are kept of persons; whose they are is said by the pseudonym.

use fugong_domain::{data_subject::Event, regime::Regime};

pub(super) fn data_subject(subject: &str, event: &Event, regime: &Regime) -> String {
    let label = |list, code| regime.label(list, code, "zh");
    match event {
        Event::Erased { ground, .. } => {
            let ground = label("erasure_grounds", ground.code());
            format!("删除{subject}的个人信息（{ground}）")
        }
        Event::Held { ground, until, .. } => {
            let ground = label("hold_grounds", ground.code());
            let until = until.map(|day| format!("，预计至{day}")).unwrap_or_default();
            format!("要求依法保存{subject}的个人信息，暂不删除（{ground}{until}）")
        }
        Event::HoldLifted { .. } => format!("解除对{subject}个人信息的依法保存"),
        Event::Restricted { ground, .. } => {
            let ground = label("restriction_grounds", ground.code());
            format!("限制处理{subject}的个人信息，仅予存储（{ground}）")
        }
        Event::RestrictionLifted { .. } => format!("恢复处理{subject}的个人信息"),
    }
}

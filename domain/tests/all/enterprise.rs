//! The list of enterprises: who is in it, where, how large, and until when.

mod changing;
mod codes;
mod listing;
mod stored;

use fugong_domain::{
    Act, Ask, EnterpriseId, UnitCode,
    codes::{ExclusionKind, Scale},
    enterprise::Command,
};
use fugong_fixtures::{
    by,
    desk::{enterprise, registering},
};

const COMMISSION: &str = "zhang:eic:commission";

fn unit(code: &str) -> UnitCode {
    code.parse().unwrap()
}

fn provisional() -> EnterpriseId {
    "p-01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap()
}

fn asked(id: &EnterpriseId, command: Command) -> Act {
    by(COMMISSION).asks(Ask::Enterprise(id.clone(), command))
}

fn scale(to: Scale, effective_on: &str) -> Command {
    Command::ReclassifyScale {
        to,
        effective_on: effective_on.parse().unwrap(),
        basis: "一套表".to_owned(),
        advisories: Vec::new(),
    }
}

fn relocate(township: &str, park: Option<&str>, effective_on: &str) -> Command {
    Command::Relocate {
        township: unit(township),
        park: park.map(unit),
        effective_on: effective_on.parse().unwrap(),
    }
}

fn exclude(kind: ExclusionKind, from: &str, until: Option<&str>) -> Command {
    Command::ExcludeFromBase {
        kind,
        from: from.parse().unwrap(),
        until: until.map(|day| day.parse().unwrap()),
        basis: "区统计局函".to_owned(),
    }
}

/// ENT-004 with some of it said otherwise.
fn listing(change: impl FnOnce(&mut fugong_fixtures::data::Enterprise)) -> (EnterpriseId, Command) {
    let mut said = enterprise("ENT-004");
    change(&mut said);
    (EnterpriseId::from(said.uscc), registering(said))
}

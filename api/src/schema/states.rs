//! Schemas of how things stand, for each kind of aggregate.

use fugong_domain::{
    Kind, api_key, barrier,
    codes::{ClosureKind, FlagState, RiskLevel, SetAsideReason},
    credit, data_subject, enterprise, epidemic, inspection, measure, officer, plan, posting,
    rectification, regime, report, resumption, support, task, webhook,
};
use serde_json::{Value, json};

use crate::counts::OF_PERSONS;

use super::{
    about, by_state, day, list, map, maybe, members_of, named, object, of, one_of, text,
    trace::trace, yes,
};

type Members = Vec<(String, Value)>;

/// How a thing of this kind stands.
pub(super) fn state(kind: Kind) -> Value {
    match kind {
        Kind::Enterprise => enterprise(),
        Kind::Resumption => whole(&members_of(trace::<resumption::Resumption>())),
        Kind::Plan => plan(),
        Kind::Posting => whole(&members_of(trace::<posting::Posting>())),
        Kind::Officer => {
            by_state([("unknown", Vec::new()), ("enrolled", members_of(trace::<officer::Roll>()))])
        }
        Kind::Inspection => inspection(),
        Kind::Rectification => rectification(),
        Kind::Credit => object([("flags", map(flag()))]),
        Kind::Support => support(),
        Kind::Barrier => barrier(),
        Kind::Epidemic => incident(),
        Kind::Measure => control(),
        Kind::Task => task(),
        Kind::Regime => regime(),
        Kind::DataSubject => data_subject(),
        Kind::Report => own_report(),
        Kind::ApiKey => api_key(),
        Kind::Webhook => webhook(),
    }
}

fn whole(members: &Members) -> Value {
    object(members.iter().map(|(name, schema)| (name.as_str(), schema.clone())))
}

fn with<const N: usize>(mut members: Members, more: [(&str, Value); N]) -> Members {
    members.extend(more.map(|(name, schema)| (name.to_owned(), schema)));
    members
}

fn enterprise() -> Value {
    let entry = || ("entry", whole(&members_of(trace::<enterprise::Entry>())));
    let kind = || ("kind", one_of(ClosureKind::ALL.iter().map(|kind| kind.code())));
    let reason = one_of(SetAsideReason::ALL.iter().map(|reason| reason.code()));
    by_state([
        ("unlisted", Vec::new()),
        ("listed", with(Vec::new(), [entry()])),
        ("closing", with(Vec::new(), [entry(), kind()])),
        ("closed", with(Vec::new(), [entry(), kind(), ("on", day())])),
        ("joined_to", with(Vec::new(), [("listed", named("Enterprise"))])),
        ("set_aside", with(Vec::new(), [("reason", reason)])),
    ])
}

fn plan() -> Value {
    let revision = || whole(&members_of(trace::<plan::Revision>()));
    let latest = || ("latest", about(revision(), "The latest revision"));
    let in_place = about(revision(), "The revision that is in place");
    let safety = whole(&members_of(trace::<plan::Safety>()));
    let safety = || ("safety", about(safety.clone(), "Safety at work (安全生产)"));
    by_state([
        ("missing", with(Vec::new(), [safety()])),
        ("drafted", with(Vec::new(), [latest(), safety()])),
        ("in_place", with(Vec::new(), [latest(), ("in_place", in_place), safety()])),
    ])
}

fn data_subject() -> Value {
    let restriction = || members_of(trace::<data_subject::Restriction>());
    let hold = whole(&members_of(trace::<data_subject::Hold>()));
    let restricted = about(maybe(whole(&restriction())), "That they are not used either, if so");
    by_state([
        ("in_use", Vec::new()),
        ("restricted", restriction()),
        ("held", with(Vec::new(), [("hold", hold), ("restriction", restricted)])),
        ("erased", with(Vec::new(), [("on", day())])),
    ])
}

fn own_report() -> Value {
    let definition = || members_of(trace::<report::Definition>());
    by_state([("not_defined", Vec::new()), ("in_use", definition()), ("withdrawn", definition())])
}

fn api_key() -> Value {
    let key = || members_of(trace::<api_key::Key>());
    by_state([("not_issued", Vec::new()), ("in_use", key()), ("withdrawn", key())])
}

fn webhook() -> Value {
    let receiver = || members_of(trace::<webhook::Receiver>());
    by_state([("not_created", Vec::new()), ("in_use", receiver()), ("disabled", receiver())])
}

fn inspection() -> Value {
    let sheet = || members_of(trace::<inspection::Sheet>());
    let codes = fugong_domain::codes::ResultCode::ALL.iter().map(|code| code.code());
    by_state([
        ("not_opened", Vec::new()),
        ("open", sheet()),
        ("closed", with(sheet(), [("result_codes", list(one_of(codes)))])),
        ("void", sheet()),
    ])
}

fn rectification() -> Value {
    let case = || members_of(trace::<rectification::Case>());
    let report = trace::<rectification::Report>().as_ref().map_or_else(|| json!({}), of);
    let deadline = || ("deadline", maybe(named("Deadline")));
    let running = || {
        let reported = about(maybe(report.clone()), "The first report that it is done");
        let since = about(maybe(day()), "The day on which it became overdue");
        let members =
            [("served_on", day()), deadline(), ("reported", reported), ("overdue_since", since)];
        with(case(), members)
    };
    let ended = || {
        let on = about(maybe(day()), "The day of the visit that ended it");
        let in_time = about(yes(), "Whether it was reported or found done in time");
        let counts = about(maybe(day()), "The day from which it counts as failed or overdue");
        with(case(), [deadline(), ("on", on), ("in_time", in_time), ("counts_from", counts)])
    };
    by_state([
        ("not_ordered", Vec::new()),
        ("ordered", case()),
        ("served", running()),
        ("reported", running()),
        ("lapsed", running()),
        ("complied", ended()),
        ("failed", ended()),
        ("superseded", ended()),
        ("revoked", ended()),
        ("terminated", ended()),
    ])
}

/// How a flag of a credit record stands.
pub(super) fn flag() -> Value {
    let involved = trace::<credit::Involved>().as_ref().map_or_else(|| json!({}), of);
    let said = |state: &'static str| {
        let grounds = list(json!({"type": "string", "format": "uuid"}));
        let members =
            [("grounds", grounds), ("involved", list(involved.clone())), ("proposed_on", day())];
        let members = with(Vec::new(), members);
        let stood = trace::<credit::Stood>().as_ref().map_or_else(|| json!({}), of);
        let given = trace::<credit::Disclosure>().as_ref().map_or_else(|| json!({}), of);
        let members = with(members, [("stood", maybe(stood)), ("disclosures", list(given))]);
        (
            state,
            match state {
                "notified" => with(members, [("statement", named("Deadline"))]),
                "flagged" => {
                    members.into_iter().chain(members_of(trace::<credit::Flagged>())).collect()
                }
                _ => members,
            },
        )
    };
    by_state(FlagState::ALL.iter().map(|state| said(state.code())))
}

fn support() -> Value {
    let case = || members_of(trace::<support::Case>());
    let by_whom = about(named("Unit"), "Who helps");
    let late = about(yes(), "Whether it went up because that day had passed");
    let handled = [("department", by_whom), ("due", day()), ("went_up", late)];
    let solved = || {
        let paid = trace::<support::Payment>().as_ref().map_or_else(|| json!({}), of);
        let helped = about(maybe(named("Unit")), "Who had helped, if anybody was asked to");
        let paid = about(maybe(paid), "What was paid (政策兑现)");
        with(case(), [("department", helped), ("on", day()), ("paid", paid)])
    };
    let content = about(yes(), "Whether the enterprise is content");
    by_state([
        ("not_raised", Vec::new()),
        ("raised", case()),
        ("assigned", with(case(), handled)),
        ("resolved", solved()),
        ("confirmed", with(solved(), [("satisfied", content)])),
    ])
}

/// Who reported and whom it hinders is not there for the unit that a report is against.
fn barrier() -> Value {
    let case = || members_of(trace::<barrier::Case>());
    let hands = about(named("Unit"), "Who sees to it");
    let late = about(yes(), "Whether it went up because that day had passed");
    let handled = [("unit", hands), ("due", day()), ("went_up", late)];
    let mut state = by_state([
        ("not_reported", Vec::new()),
        ("reported", case()),
        ("assigned", with(case(), handled)),
        ("removed", case()),
        ("unfounded", case()),
    ]);
    relax(&mut state, &["reported_by", "enterprise"]);
    state
}

/// Small counts of persons are there for those who look after them.
fn incident() -> Value {
    let course = || members_of(trace::<epidemic::Course>());
    let mut state = by_state([
        ("not_reported", Vec::new()),
        ("open", course()),
        ("ruled_out", course()),
        ("closed", course()),
    ]);
    relax(&mut state, &OF_PERSONS);
    state
}

fn control() -> Value {
    let terms = || members_of(trace::<measure::Terms>());
    by_state([
        ("not_imposed", Vec::new()),
        ("in_force", terms()),
        ("lifted", with(terms(), [("on", day())])),
    ])
}

/// Lets these members be absent, wherever they are described.
pub(super) fn relax(schema: &mut Value, names: &[&str]) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::Array(required)) = members.get_mut("required") {
                required.retain(|name| !names.iter().any(|absent| name == absent));
            }
            members.values_mut().for_each(|inner| relax(inner, names));
        }
        Value::Array(values) => values.iter_mut().for_each(|inner| relax(inner, names)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn task() -> Value {
    let errand = || members_of(trace::<task::Errand>());
    by_state([
        ("not_raised", Vec::new()),
        ("open", errand()),
        ("claimed", with(errand(), [("by", about(text(), "Who took it on: a pseudonym"))])),
        ("escalated", errand()),
        ("done", errand()),
        ("cancelled", errand()),
    ])
}

fn regime() -> Value {
    let rules = trace::<fugong_domain::rules::RuleSet>().as_ref().map_or_else(|| json!({}), of);
    let level = one_of(RiskLevel::ALL.iter().map(|level| level.code()));
    let members = with(
        members_of(trace::<regime::Regime>()),
        [
            ("rules_in_force", about(maybe(rules), "The rule set of the day")),
            ("risk_level", about(level, "The highest that holds anywhere on the day")),
            ("true_on", day()),
        ],
    );
    whole(&members)
}

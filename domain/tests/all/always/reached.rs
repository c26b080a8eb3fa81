//! A property over histories in which little happens would say little.

use std::{collections::BTreeSet, fs, path::Path, sync::LazyLock};

use fugong_core::keys;
use fugong_domain::{CAUSES, Kind, Timer};
use fugong_fixtures::steps;
use proptest::{strategy::Strategy, strategy::ValueTree, test_runner::TestRunner};

use super::histories::{begin, courses, history, play};

/// Acts that come along with others, in one commit, and do nothing when they are asked alone.
const ALONE_NOTHING: [&str; 6] = [
    "inspection.note_order",
    "officer.leave_post",
    "officer.take_post",
    "rectification.supersede",
    "resumption.end",
    "resumption.join",
];

/// What the histories are too short for: an order that fails while a proposal is open counts towards
/// the next one, which comes when the first is dismissed; and a firm is closed that works on another
/// site, which ends with it.
const RARE: [(&str, &str); 5] = [
    ("repeat-offenders", "credit"),
    ("closures", "enterprise-closed"),
    ("closures", "posting-withdrawn"),
    ("closures", "officer-post-left"),
    ("closures", "resumption-ended"),
];

/// What the histories came to: events that happened; acts that made something happen, and acts
/// that were accepted.
#[derive(Default)]
struct Reached {
    events: BTreeSet<String>,
    effective: BTreeSet<&'static str>,
    accepted: BTreeSet<&'static str>,
    /// Each policy with the kinds whose events set it off.
    set_off: BTreeSet<(String, String)>,
    /// Each policy with the events it brought about.
    brought: BTreeSet<(String, String)>,
    /// From where to where each event led.
    steps: BTreeSet<steps::Taken>,
}

static REACHED: LazyLock<Reached> = LazyLock::new(reached);

fn reached() -> Reached {
    let mut runner = TestRunner::deterministic();
    let random = (0..64).map(|_| history(60).new_tree(&mut runner).unwrap().current());
    let courses = [false, true]
        .into_iter()
        .flat_map(|troubled| courses().into_iter().map(move |steps| (troubled, steps)));
    let random = random.enumerate().map(|(n, steps)| (n % 2 == 0, steps));
    let mut all = Reached::default();
    for (troubled, steps) in courses.chain(random) {
        let mut district = begin(troubled);
        for step in &steps {
            let (name, answer) = play(&mut district, step);
            if let Ok(events) = answer {
                all.accepted.insert(name);
                if 0 < events {
                    all.effective.insert(name);
                }
            }
        }
        all.effective.extend(district.performed());
        all.set_off.extend(district.set_off().iter().cloned());
        all.steps.extend(steps::taken(district.desk.history()));
        for event in district.desk.history() {
            all.events.insert(event.event_type.to_string());
            let actor = event.meta(keys::ACTOR_ID).unwrap_or_default();
            if let Some(policy) = actor.strip_prefix("policy:").filter(|name| is_policy(name)) {
                all.brought.insert((policy.to_owned(), event.event_type.to_string()));
            }
        }
    }
    all
}

#[test]
fn the_histories_reach_every_act_and_every_event() {
    let reached = &*REACHED;
    let events = Kind::ALL.iter().flat_map(|kind| kind.about().events);
    let missing: Vec<_> = events.filter(|event| !reached.events.contains(**event)).collect();
    assert!(missing.is_empty(), "never happened: {missing:?}");
    let acts = acts();
    let effective = |act: &str| reached.effective.iter().any(|done| *done == act);
    let (alone, others): (Vec<_>, Vec<_>) =
        acts.iter().partition(|act| ALONE_NOTHING.contains(&act.as_str()));
    let missing: Vec<_> = others.into_iter().filter(|act| !effective(act)).collect();
    assert!(missing.is_empty(), "never made anything happen: {missing:?}");
    assert_eq!(alone.len(), ALONE_NOTHING.len());
    for act in alone {
        assert!(reached.accepted.iter().any(|done| done == act), "{act} was never asked");
        assert!(!effective(act), "{act} did something alone");
    }
}

fn is_policy(name: &str) -> bool {
    CAUSES.iter().any(|cause| cause.policy == name)
}

/// What the workflow draws between policies and events is what happens, and all of it.
#[test]
fn what_sets_a_policy_off_and_what_follows_is_as_drawn() {
    let pair = |policy: &str, other: &str| (policy.to_owned(), other.to_owned());
    let mut drawn = BTreeSet::new();
    for cause in CAUSES {
        drawn.extend(cause.heard.iter().map(|kind| pair(cause.policy, kind.code())));
        drawn.extend(cause.events.iter().map(|event| pair(cause.policy, event)));
    }
    for timer in Timer::ALL {
        drawn.extend(timer.events().iter().map(|event| pair(timer.policy(), event)));
    }
    let seen: BTreeSet<_> = REACHED.set_off.union(&REACHED.brought).cloned().collect();
    let rare: BTreeSet<_> = RARE.iter().map(|(policy, other)| pair(policy, other)).collect();
    let undrawn: Vec<_> = seen.difference(&drawn).collect();
    let unseen: BTreeSet<_> = drawn.difference(&seen).cloned().collect();
    assert_eq!((undrawn, unseen), (vec![], rare));
}

/// The workflow draws from where to where each event leads: all that happens, and nothing else.
#[test]
fn each_step_from_state_to_state_is_as_drawn() {
    let mut drawn = BTreeSet::new();
    for kind in Kind::ALL {
        let about = kind.about();
        for step in about.steps {
            assert!(about.events.contains(&step.event), "{}", step.event);
            let to = |from| (step.event.to_owned(), from, step.to);
            drawn.extend(step.from.iter().map(|from| to(Some(*from))));
            drawn.extend(step.from.is_empty().then(|| to(None)));
        }
    }
    let undrawn: Vec<_> = REACHED.steps.difference(&drawn).collect();
    let unseen: Vec<_> = drawn.difference(&REACHED.steps).collect();
    assert_eq!((undrawn, unseen), (vec![], vec![]));
}

/// The names of all acts, out of the code that names them: none can be forgotten here.
fn acts() -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut texts = vec![fs::read_to_string(root.join("act.rs")).unwrap()];
    for entry in fs::read_dir(root.join("act")).unwrap() {
        texts.push(fs::read_to_string(entry.unwrap().path()).unwrap());
    }
    let words = texts.iter().flat_map(|text| text.split('"').skip(1).step_by(2));
    let named = words.filter(|word| {
        let slug = |text: &str| {
            !text.is_empty() && text.bytes().all(|c| c.is_ascii_lowercase() || c == b'_')
        };
        word.split_once('.').is_some_and(|(kind, act)| Kind::from_code(kind).is_some() && slug(act))
    });
    let found: BTreeSet<String> = named.map(str::to_owned).collect();
    assert!(70 < found.len(), "only {} acts are named: {found:?}", found.len());
    found
}

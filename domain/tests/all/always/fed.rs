//! Which events change which register.

use std::collections::{BTreeMap, BTreeSet};

use chrono::Days;
use fugong_core::{Recorded, Register, Rows, shanghai_day, touched};
use fugong_domain::registers::{District, Inbox, Line, Table, tables};

use super::histories::{Step, begin, courses, play};

/// How often an event is tried on a register that it is not known to feed.
const TRIES: usize = 6;

/// Each register with the types of the events that changed a line of it.
#[derive(Default)]
struct Fed {
    seen: BTreeSet<Pair>,
    tried: BTreeMap<Pair, usize>,
}

/// The name of a register, and the type of an event.
type Pair = (&'static str, String);

impl Fed {
    /// Whether trying the pair once more may tell anything.
    fn is_open(&self, pair: &Pair, drawn: &BTreeSet<Pair>) -> bool {
        let tried = self.tried.get(pair).copied().unwrap_or_default();
        !self.seen.contains(pair) && (drawn.contains(pair) || tried < TRIES)
    }

    fn follow(&mut self, history: &[Recorded], drawn: &BTreeSet<Pair>) {
        let folds: [(&str, &dyn Register); 2] = [("district", &District), ("inbox", &Inbox)];
        for (source, fold) in folds {
            let mut rows = Rows::complete();
            for event in history {
                let pair = |table: &Table| (table.relation.name, event.event_type.to_string());
                let its = tables().iter().filter(|table| table.source == source);
                let open: Vec<&Table> = its.filter(|it| self.is_open(&pair(it), drawn)).collect();
                let before = if open.is_empty() { Rows::complete() } else { rows.clone() };
                rows.within(touched(fold.touches(), &event.event_type));
                fold.apply(&mut rows, event).unwrap();
                assert_eq!(rows.strayed(), None, "{} in {source}", event.event_type);
                rows.keep();
                if rows.forget_changes() == 0 {
                    continue;
                }
                for table in open {
                    *self.tried.entry(pair(table)).or_default() += 1;
                    if shown(&before, table, event) != shown(&rows, table, event) {
                        self.seen.insert(pair(table));
                    }
                }
            }
        }
    }
}

/// What a register shows on the day of an event and some weeks later: what is told for a day ahead
/// changes it from then on.
fn shown(rows: &Rows, table: &Table, event: &Recorded) -> [Vec<Line>; 2] {
    let today = shanghai_day(event.recorded_at);
    [today, today + Days::new(40)].map(|day| (table.lines)(rows, day).unwrap())
}

/// The workflow draws which events feed which register: all that do, and no other.
#[test]
fn each_register_is_fed_as_drawn() {
    let drawn = tables()
        .iter()
        .flat_map(|table| table.fed_by().map(move |event| (table.relation.name, event.to_owned())));
    let drawn: BTreeSet<Pair> = drawn.collect();
    let courses = courses();
    // Each course alone; and every third in one history, the last first, so that there is much for
    // what is asked once in a while to change.
    let long = |skip| -> Vec<Step> {
        courses.iter().rev().skip(skip).step_by(3).flatten().cloned().collect()
    };
    let alone = courses.iter().map(|steps| (true, steps.clone()));
    let mut fed = Fed::default();
    for (troubled, steps) in [(true, long(0)), (true, long(2))].into_iter().chain(alone) {
        let mut district = begin(troubled);
        for step in &steps {
            let _answer = play(&mut district, step);
        }
        fed.follow(district.desk.history(), &drawn);
    }
    let undrawn: Vec<_> = fed.seen.difference(&drawn).collect();
    let unseen: Vec<_> = drawn.difference(&fed.seen).collect();
    assert_eq!((undrawn, unseen), (vec![], vec![]));
}

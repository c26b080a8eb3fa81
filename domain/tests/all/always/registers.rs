//! A register kept event by event is a register folded afresh, and says what the aggregates say.

use std::{collections::BTreeMap, sync::Arc};

use fugong_core::{Register, Rows, Want, shanghai_day};
use fugong_domain::{
    EnterpriseId,
    codes::{EnterpriseState, Seat},
    enterprise::Enterprise,
    posting::Posting,
    rectification::Rectification,
    registers::{District, Inbox, Line, TaskRow, View, table, tables},
    resumption::Resumption,
    task::Task,
};
use fugong_fixtures::{Desk, desk::cases};
use proptest::prelude::*;

use super::{
    after,
    histories::{CASES, begin, enterprises, history, play},
};

proptest! {
    #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

    /// Kept: each event folded when it comes, each row fetched when it is asked for.
    #[test]
    fn a_register_rebuilt_equals_the_register_kept(
        steps in history(50),
        troubled in any::<bool>(),
    ) {
        let mut all = begin(troubled);
        let registers: [&dyn Register; 2] = [&District, &Inbox];
        let mut kept = registers.map(|_| Store::default());
        let mut seen = 0;
        for step in steps.iter().map(Some).chain([None]) {
            for event in &all.desk.history()[seen..] {
                for (register, store) in registers.iter().zip(&mut kept) {
                    store.fold(*register, event);
                }
            }
            seen = all.desk.history().len();
            let _answer = step.map(|step| play(&mut all, step));
        }
        for (register, store) in registers.iter().zip(kept) {
            let rebuilt = folded(&all.desk, *register);
            for relation in register.relations() {
                let mut fresh = rebuilt.texts(relation.name).unwrap();
                let mut old: Vec<_> = store.texts(relation.name).collect();
                fresh.sort_unstable();
                old.sort_unstable();
                prop_assert_eq!(fresh, old, "{}", relation.name);
            }
        }
    }

    /// Who sums up the lines of the enterprises by hand comes to what R1 says.
    #[test]
    fn the_lines_of_enterprises_sum_up_to_r1(steps in history(50), troubled in any::<bool>()) {
        let all = after(&steps, troubled);
        let today = shanghai_day(all.desk.now());
        let rows = folded(&all.desk, &District);
        let of = |name: &str| (table(name).unwrap().lines)(&rows, today).unwrap();
        let firms = of("r1-enterprises");
        let all_of_it = of("r1").into_iter().filter(|it| it["by"] != "unlisted");
        for line in all_of_it {
            let (by, group) = (line["by"].as_str().unwrap(), line["group"].as_str().unwrap());
            let above = (by, group) == ("scale", "above");
            let members: Vec<&Line> = firms.iter().filter(|it| counts_in(it, by, &line)).collect();
            let count = |which: &dyn Fn(&Line) -> bool| members.iter().filter(|it| which(it)).count();
            let yes = |name: &'static str| count(&move |it: &Line| it[name] == true);
            let base = if above { "in_above_base" } else { "in_base" };
            let worked = count(&|it| it[base] == true && it["works"] == true);
            prop_assert_eq!(&line["total"], members.len(), "{} {}", by, group);
            prop_assert_eq!(&line["base"], yes(base), "{} {}", by, group);
            prop_assert_eq!(&line["resumed"], yes("works"), "{} {}", by, group);
            prop_assert_eq!(&line["resumed_in_base"], worked, "{} {}", by, group);
            prop_assert_eq!(&line["new_today"], yes("new_today"), "{} {}", by, group);
            prop_assert_eq!(&line["ever_resumed"], yes("ever_worked"), "{} {}", by, group);
            let suspended = count(&|it| it["state"] == "suspended");
            prop_assert_eq!(&line["suspended"], suspended, "{} {}", by, group);
        }
    }

    #[test]
    fn a_register_says_what_the_aggregates_say(
        steps in history(60),
        troubled in any::<bool>(),
    ) {
        let all = after(&steps, troubled);
        let today = shanghai_day(all.desk.now());
        let district = folded(&all.desk, &District);
        let view = View::of(&district, today).unwrap();
        for id in enterprises() {
            check_dossier(&all.desk, &view, &id)?;
        }
        for n in 1..=CASES {
            let order: Rectification = all.desk.read(cases::order(n));
            let row = view.orders().find(|row| row.order == cases::order(n));
            prop_assert_eq!(row.is_some(), order.case().is_some_and(|case| case.ordered_on <= today));
            let Some(row) = row else { continue };
            prop_assert_eq!(row.is_open_on(today), order.is_open(), "order {}", n);
            prop_assert_eq!(row.due(), order.deadline().map(|deadline| deadline.due));
            let state = order.state().code();
            // The register reads off the day what the timer has to say first.
            prop_assert!(row.state_on(today).starts_with(state), "{} {}", row.state_on(today), state);
        }
        let inbox = folded(&all.desk, &Inbox);
        for (id, row) in inbox.all::<TaskRow>("tasks").unwrap() {
            let task: Task = all.desk.read(&id);
            let errand = task.errand().unwrap();
            prop_assert_eq!(row.state, task.state(), "{}", id);
            prop_assert_eq!((&row.unit, &row.officer), (&errand.unit, &errand.officer), "{}", id);
            let claimed = matches!(task, Task::Claimed { .. });
            prop_assert_eq!(row.claimed_by.is_some() && row.ended_on.is_none(), claimed, "{}", id);
        }
        for table in tables().iter().filter(|table| table.source == "district") {
            let lines = (table.lines)(&district, today);
            prop_assert!(lines.is_ok(), "{}: {:?}", table.relation.name, lines);
        }
    }
}

fn check_dossier(desk: &Desk, view: &View, id: &EnterpriseId) -> Result<(), TestCaseError> {
    let today = view.on;
    let (listed, told): (Enterprise, Resumption) = (desk.read(id), desk.read(id));
    let Some(dossier) = view.dossier(&id.to_string()) else {
        prop_assert!(told.is_blank() && listed == Enterprise::Unlisted, "{id} has no row");
        return Ok(());
    };
    if told.joined_to().is_none() {
        prop_assert_eq!(dossier.production_on(today), told.state_on(today), "{}", id);
        let expected = dossier.expected_on(today).map(|expected| expected.on);
        prop_assert_eq!(expected, told.expected_on(), "{}", id);
    }
    let is_listed = matches!(listed.state(), EnterpriseState::Listed | EnterpriseState::Closing);
    if is_listed {
        prop_assert!(dossier.is_listed_on(today), "{id}");
        prop_assert_eq!(dossier.place_on(today), listed.place_on(today), "{}", id);
        let whole: Enterprise = desk.read(id.whole());
        prop_assert_eq!(view.scale_of(dossier, today), whole.scale_on(today), "{}", id);
        prop_assert_eq!(view.exclusion_of(dossier, today), whole.excluded_on(today), "{}", id);
        prop_assert_eq!(dossier.tier_on(today), listed.tier(), "{}", id);
    }
    prop_assert_eq!(dossier.listing_on(today), listed.listing(), "{}", id);
    let posting: Posting = desk.read(id);
    for seat in Seat::ALL {
        let row = dossier.holder_on(*seat, today).map(|tenure| &tenure.officer);
        let end = fugong_core::end_of_day(today) - chrono::TimeDelta::microseconds(1);
        let held = posting.holder_at(*seat, fugong_core::Occurred::At(end));
        prop_assert_eq!(row, held, "{} {}", id, seat);
    }
    Ok(())
}

/// Rows as a store keeps them.
#[derive(Default)]
struct Store(BTreeMap<(&'static str, String), Arc<str>>);

impl Store {
    fn fold(&mut self, register: &dyn Register, event: &fugong_core::Recorded) {
        let mut rows = Rows::partial();
        loop {
            // What is said of rows that were not there yet counts for nothing.
            let applied = register.apply(&mut rows, event);
            let wants = rows.take_wants();
            if wants.is_empty() {
                break applied.unwrap();
            }
            rows.forget();
            for want in wants {
                self.supply(&mut rows, want);
            }
        }
        rows.keep();
        for (relation, key, row) in rows.take_changes().unwrap() {
            match row {
                Some(row) => self.0.insert((relation, key), row),
                None => self.0.remove(&(relation, key)),
            };
        }
    }

    fn supply(&self, rows: &mut Rows, want: Want) {
        match want {
            Want::Key(relation, key) => {
                let row = self.0.get(&(relation, key.clone())).cloned();
                rows.supply(relation, &key, row);
            }
            Want::Prefix(relation, prefix) => {
                for ((at, key), row) in &self.0 {
                    if *at == relation && key.starts_with(&prefix) {
                        rows.supply(relation, key, Some(Arc::clone(row)));
                    }
                }
                rows.supplied(relation, prefix);
            }
        }
    }

    fn texts<'a>(&'a self, relation: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        let its = self.0.iter().filter(move |((at, _), _)| *at == relation);
        its.map(|((_, key), row)| (key.as_str(), &**row))
    }
}

/// The rows that a desk's history comes to, folded afresh.
pub(super) fn folded(desk: &Desk, register: &dyn Register) -> Rows {
    let mut rows = Rows::complete();
    for event in desk.history() {
        register.apply(&mut rows, event).unwrap();
        rows.keep();
    }
    rows
}

/// Whether an enterprise counts in a line of R1.
fn counts_in(firm: &Line, by: &str, line: &Line) -> bool {
    let industrial = firm["industrial"] == true;
    let is = |name: &str, value: &str| firm[name].as_str().unwrap_or("none") == value;
    let (group, label) = (line["group"].as_str().unwrap(), line["label"].as_str().unwrap());
    match by {
        "park_non_industrial" => !industrial,
        "all" => industrial,
        "scale" | "tier" => industrial && is(by, group),
        "location" => industrial && (firm["in_park"] == (group == "park")) && is_placed(firm),
        "sector" => industrial && is("section", group),
        "division" => industrial && is("division", group),
        other => {
            assert_eq!(other, "township", "a grouping of R1 that is not known here");
            industrial && is("township", label)
        }
    }
}

fn is_placed(firm: &Line) -> bool {
    firm["township"].is_string()
}

//! The views that analysts read with their own tools, on either store, over the story.

use std::collections::{BTreeMap, BTreeSet};

use fugong_cluster::Cluster;
use fugong_core::{Column, Relation};
use fugong_domain::registers::all;
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use tempfile::TempDir;

use super::{ends, fugong};

/// The columns in which the story has nothing, and why. Every other one has something somewhere.
const NOTHING_IN_THE_STORY: &[(&str, &str, &str)] =
    &[("enterprises", "parent", "no enterprise of the story is a branch of another")];

/// The story in a database, and what reads its views.
struct Story {
    folder: TempDir,
    file: Connection,
    server: String,
}

impl Story {
    fn told() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let cluster = Cluster::shared().unwrap();
        let (url, analyst) = (cluster.database().unwrap(), cluster.role().unwrap());
        for db in ["@d.db", &url] {
            ends(&folder, &format!("demo --no-serve --db {db}"), 0, "");
        }
        ends(&folder, "migrate --reporting-views --db @d.db", 0, "reporting_");
        let role = &analyst.name;
        ends(&folder, &format!("migrate --reporting-role {role} --db {url}"), 0, "reporting");
        ends(&folder, &format!("migrate --reporting-views --db {url}"), 3, "is on a server");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY;
        let file = Connection::open_with_flags(folder.path().join("d.db"), flags).unwrap();
        let database = url.rsplit('/').next().unwrap();
        Self { folder, file, server: cluster.url_for(&analyst, database) }
    }

    /// One figure, asked of both stores, whose views are called otherwise and whose columns alike.
    #[track_caller]
    fn figure(&self, what: &str, view: &str, condition: &str) -> i64 {
        self.figures(&[what.to_owned()], view, condition)[0]
    }

    /// The same for several figures.
    #[track_caller]
    fn figures(&self, what: &[String], view: &str, condition: &str) -> Vec<i64> {
        let listed = what.join(" || ',' || ");
        let sql = |view: String| format!("SELECT {listed} || '' FROM {view} WHERE {condition}");
        let of_file = sql(format!("reporting_{view}"));
        let of_file: String = self.file.query_row(&of_file, [], |row| row.get(0)).unwrap();
        let said = Cluster::shared().unwrap().run(&self.server, &sql(format!("reporting.{view}")));
        assert_eq!(
            said.unwrap(),
            std::slice::from_ref(&of_file),
            "{listed} of {view} where {condition}"
        );
        of_file.split(',').map(|figure| figure.parse().unwrap()).collect()
    }

    /// The lines of a register as the program exports them.
    fn lines(&self, register: &str, on: &str) -> Vec<Value> {
        let args = format!("registers show {register} --on {on} --format ndjson --db @d.db");
        self.ndjson(&args)
    }

    fn ndjson(&self, args: &str) -> Vec<Value> {
        let said = String::from_utf8(fugong(&self.folder, args).stdout).unwrap();
        said.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

fn relations() -> Vec<Relation> {
    all().iter().flat_map(|fold| fold.relations().to_vec()).collect()
}

fn shown(relation: &Relation) -> impl Iterator<Item = &Column> {
    relation.columns.iter().filter(|column| !column.personal)
}

/// What an analyst reads is there: no column of a view is empty in every row, but for those of which
/// the story says nothing; none has sealed words in it; and each is of its type.
#[test]
fn every_column_of_every_view_says_something() {
    let story = Story::told();
    let mut empty = BTreeSet::new();
    for relation in relations() {
        let view = relation.name;
        let (rows, keyed) = ("count(*)".to_owned(), "count(row_key)".to_owned());
        let told = story.figures(&[rows, keyed], view, "log_id IS NOT NULL");
        assert!(0 < told[0] && told[0] == told[1], "{view}: {told:?}");
        let columns: Vec<_> = shown(&relation).collect();
        let each = |figure: &dyn Fn(&Column) -> String| {
            let figures: Vec<_> = columns.iter().map(|column| figure(column)).collect();
            story.figures(&figures, view, "log_id IS NOT NULL")
        };
        let filled = each(&|column| format!("count(\"{}\")", column.name));
        empty.extend(
            columns
                .iter()
                .zip(filled)
                .filter(|(_, told)| *told == 0)
                .map(|(it, _)| (view, it.name)),
        );
        // Sealed words, or nothing in the place of nothing.
        let wrong = each(&|column| {
            let text = format!("CAST(\"{}\" AS text)", column.name);
            format!("count(CASE WHEN {text} LIKE '%commitment%' OR {text} = 'null' THEN 1 END)")
        });
        assert!(wrong.iter().all(|count| *count == 0), "{view}: {wrong:?}");
    }
    let known = NOTHING_IN_THE_STORY.iter().map(|(view, name, _)| (*view, *name));
    let known: BTreeSet<_> = known.collect();
    assert_eq!(empty, known, "empty columns, and those known to be empty");
}

/// The figures that an analyst counts in the views are those of the registers and of the events.
#[test]
fn the_figures_of_the_views_are_those_of_the_registers() {
    let story = Story::told();
    let sum = |lines: &[Value], member: &str| {
        lines.iter().filter_map(|line| line[member].as_i64()).sum::<i64>()
    };
    let on = "2020-03-10";
    let daily = story.lines("r3", on);
    assert!(2 < daily.len(), "{daily:?}");
    let of_day = format!("date = '{on}'");
    for member in ["staff", "on_post", "from_outside", "power_kwh"] {
        let counted =
            story.figure(&format!("coalesce(sum({member}), 0)"), "daily_reports", &of_day);
        assert_eq!(counted, sum(&daily, member), "{member}");
    }
    let last = "2020-03-31";
    let orders = story.lines("r7", last);
    let with = |lines: &[Value], member: &str| {
        let told = lines.iter().filter(|line| !line[member].is_null());
        i64::try_from(told.count()).unwrap()
    };
    for (member, column) in [
        ("order", "issued_on"),
        ("served_on", "served_on"),
        ("due", "due"),
        ("reinspected_on", "reinspected_on"),
        ("reported_on", "reported_at"),
    ] {
        let until = format!("issued_on <= '{last}' AND {column} IS NOT NULL");
        assert_eq!(story.figure("count(*)", "orders", &until), with(&orders, member), "{column}");
    }
    let flags = story.lines("r8", last);
    for column in ["proposed_on", "flagged_on"] {
        let by_then = format!("{column} <= '{last}'");
        assert_eq!(story.figure("count(*)", "flags", &by_then), with(&flags, column), "{column}");
    }
    let mut events = BTreeMap::<String, i64>::new();
    for event in story.ndjson("export events --db @d.db") {
        let kind = event["event_type"].as_str().unwrap().to_owned();
        let told = events.entry(kind).or_default();
        *told = told.checked_add(1).unwrap();
    }
    for (view, condition, event) in [
        ("orders", "issued_on IS NOT NULL", "rectification-ordered"),
        ("orders", "complied", "rectification-complied"),
        ("barriers", "ended_as = 'removed'", "barrier-removed"),
        ("flags", "proposed_on IS NOT NULL", "credit-flag-proposed"),
        ("measures", "lifted_on IS NOT NULL", "measure-lifted"),
        ("tasks", "raised_on IS NOT NULL", "task-raised"),
        ("supports", "raised_on IS NOT NULL", "support-raised"),
        ("fixed_figures", "position > 0", "regime-figures-fixed"),
        ("inspections", "void", "inspection-voided"),
    ] {
        assert_eq!(story.figure("count(*)", view, condition), events[event], "{view} {condition}");
    }
}

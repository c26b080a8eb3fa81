//! `docs/registers.md`: every register and every stored relation, column by column.

use std::{env, fmt::Write as _, fs};

use fugong_core::{At, Column, Relation};
use fugong_domain::registers::{all, code_list, tables};

use super::sources::root;

const HEAD: &str = "# Registers

The data dictionary (数据字典): the registers (台账) that officials read, with their columns, and below them
what is stored, from which they are computed. `fugong registers schema` prints the same for a program.

A column is a *key* if it names the row, a *dimension* if rows are grouped by it, a *measure* if it is counted or
summed, a *date* if it places the row in time. *Personal* words are sealed, and opened for those only who work with
them. A column that *names* a register holds the key of one of its rows: reports join along it and along nothing
else. No column depends on today: a register is read for a day.

What is stored is read under these names through the views of [reporting.md](reporting.md), where `row_key` is the
key of the row. Of what changes with time a list has every entry with its day; a column of what was *last told* has
what its last entry says, which need not hold yet, or any more.

This page is written from the code: `FUGONG_BLESS=1 cargo test -p fugong-tests registers_page`.
";

/// `FUGONG_BLESS=1` writes it anew.
#[test]
fn the_page_of_registers_is_current() {
    let (path, page) = (root().join("docs/registers.md"), page());
    if env::var_os("FUGONG_BLESS").is_some() {
        fs::write(&path, &page).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == page,
        "docs/registers.md is old: run this with FUGONG_BLESS=1, look at the diff"
    );
}

/// Along a reference one row is found, or none: never several.
#[test]
fn every_reference_names_a_register_with_one_key() {
    let mut found = 0;
    for table in tables() {
        for column in table.relation.columns {
            let Some(named) = column.references else { continue };
            let there = tables().iter().find(|it| it.relation.name == named);
            let columns =
                there.unwrap_or_else(|| panic!("{named} is no register")).relation.columns;
            let keys: Vec<_> =
                columns.iter().filter(|it| it.role == fugong_core::Role::Key).collect();
            assert_eq!(keys.len(), 1, "{named}");
            assert_eq!(keys[0].kind, column.kind, "{}.{}", table.relation.name, column.name);
            found += 1;
        }
    }
    assert!(20 < found, "{found} references");
}

/// What is on paper in Chinese and in a program in English is said in both.
#[test]
fn every_column_is_called_something_in_both_languages() {
    let folds = all();
    let stored = folds.iter().flat_map(|fold| fold.relations());
    for relation in tables().iter().map(|table| &table.relation).chain(stored) {
        for column in relation.columns {
            let names = [column.label_zh, column.label_en, relation.label_zh, relation.label_en];
            assert!(names.iter().all(|name| !name.is_empty()), "{}", relation.name);
        }
    }
}

fn page() -> String {
    let mut page = HEAD.to_owned();
    for table in tables() {
        let source = format!("Computed from the fold `{}`.", table.source);
        write(&mut page, &table.relation, &source);
    }
    for fold in all() {
        for relation in fold.relations() {
            let stored = format!("Stored by the fold `{}`.", fold.name());
            write(&mut page, relation, &stored);
        }
    }
    page
}

fn write(page: &mut String, relation: &Relation, whence: &str) {
    let Relation { name, label_zh, label_en, columns } = relation;
    write!(
        page,
        "\n## `{name}` {label_zh}\n\n{label_en}. {whence}\n\n\
         | column | 列名 | meaning | kind | role | notes |\n|---|---|---|---|---|---|\n"
    )
    .unwrap();
    for column in *columns {
        let Column { name, kind, role, label_zh, label_en, .. } = column;
        let (kind, role) = (format!("{kind:?}").to_lowercase(), format!("{role:?}").to_lowercase());
        let notes = notes(relation.name, column);
        writeln!(page, "| `{name}` | {label_zh} | {label_en} | {kind} | {role} | {notes} |")
            .unwrap();
    }
}

fn notes(table: &str, column: &Column) -> String {
    let personal = column.personal.then(|| "personal".to_owned());
    let named = column.references.map(|named| format!("names `{named}`"));
    let codes = code_list(table, column.name).map(|list| format!("codes of `{list}`"));
    let place = match column.at {
        At::Member => None,
        At::Path(path) => Some(format!("from `{}`", path.join("."))),
        At::RowKey => Some("the row's key".to_owned()),
    };
    [personal, named, codes, place].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

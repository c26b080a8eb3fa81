//! Every operation × every role, against a real server and the table that says who may what.
//!
//! The table (`api/src/openapi/access.txt`) is what the OpenAPI document tells of permissions. What
//! it says is tried on the log of the whole story: by somebody of each role, on what is his and on
//! what is another's.

mod page;
mod table;
mod world;

use std::{collections::BTreeSet, env, fs, path::Path};

use serde_json::Value;

use table::{Line, Table, Word};
use world::World;

/// Without a token, and in every role.
const WHO: [&str; 13] = [
    "nobody",
    "enterprise",
    "township",
    "park",
    "officer",
    "commission",
    "emergency",
    "headquarters",
    "department",
    "auditor",
    "reporter",
    "integrator",
    "admin",
];

/// The operations of the document.
fn operations() -> BTreeSet<String> {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    let paths = document["paths"].as_object().unwrap().values();
    let all = paths.flat_map(|path| path.as_object().unwrap().values());
    all.map(|it| it["operationId"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_operation_has_its_line_and_every_line_its_operation() {
    let table = Table::read();
    assert_eq!(table.roles, WHO);
    let lines: BTreeSet<String> =
        table.lines.iter().map(|line| line.operation().to_owned()).collect();
    let operations = operations();
    let missing: Vec<_> = operations.difference(&lines).collect();
    let stray: Vec<_> = lines.difference(&operations).collect();
    assert!(missing.is_empty() && stray.is_empty(), "no line: {missing:?}; no such: {stray:?}");
    let names: Vec<_> = table.lines.iter().map(|line| &line.name).collect();
    assert!(names.is_sorted_by(|a, b| a < b), "sort the lines by the name of the operation");
}

/// What the table says is so: as he who asks finds it, with his own and with another's.
#[actix_web::test]
async fn everybody_may_what_the_table_says_and_nothing_else() {
    let table = Table::read();
    let mut world = World::lived().await;
    let mut wrong = Vec::new();
    // What looks comes before what changes, and what ends a thing comes last.
    let mut lines: Vec<&Line> = table.lines.iter().collect();
    lines.sort_by_key(|line| world::turn(line.operation()));
    for line in lines {
        for (role, said) in WHO.into_iter().zip(&line.words) {
            let is = world.tried(&line.name, role).await;
            if is != *said {
                wrong.push(format!("{}: {role} {is}, not {said}: {}", line.name, world.last));
            }
        }
    }
    assert!(wrong.is_empty(), "{} cells:\n{}", wrong.len(), wrong.join("\n"));
}

/// Where the document names roles only, they are those of the table; so are the rights of acts.
#[test]
fn the_roles_that_are_told_are_those_of_the_table() {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    let rules = &fugong_fixtures::data::rule_sets().unwrap();
    let rules = rules.last().unwrap();
    let table = Table::read();
    let paths = document["paths"].as_object().unwrap().values();
    for operation in paths.flat_map(|path| path.as_object().unwrap().values()) {
        let id = operation["operationId"].as_str().unwrap();
        let line = table.lines.iter().find(|line| line.name == id).unwrap();
        let may = WHO.iter().zip(&line.words).filter(|(_, word)| **word != Word::No);
        let may: BTreeSet<&str> = may.map(|(role, _)| *role).collect();
        let told: BTreeSet<&str> =
            operation["x-roles"].as_str().unwrap().split(',').map(str::trim).collect();
        if told.iter().all(|role| WHO.contains(role)) {
            assert_eq!(told, may, "{id}");
        }
        let granted = operation["x-right"].as_str().and_then(|right| rules.granted(right));
        if let Some(granted) = granted {
            let granted: BTreeSet<&str> = granted.iter().map(|role| role.code()).collect();
            assert_eq!(granted, may, "{id}");
        }
        let access = operation["x-access"].as_object().unwrap();
        assert_eq!(access.keys().map(String::as_str).collect::<BTreeSet<_>>(), may, "{id}");
    }
}

/// `FUGONG_BLESS=1` writes it anew.
#[test]
fn the_page_is_that_of_the_table() {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/access.md");
    let page = page::written(&Table::read());
    if env::var_os("FUGONG_BLESS").is_some() {
        fs::write(&kept, &page).unwrap();
    }
    assert!(fs::read_to_string(kept).unwrap() == page, "docs/access.md is old: FUGONG_BLESS=1");
}

/// No resumption is kept from anybody but by whose enterprise it is.
#[test]
fn a_resumption_is_reported_by_every_role() {
    let table = Table::read();
    for line in table.lines.iter().filter(|line| line.name.contains("report_resumption")) {
        let roles = WHO.iter().zip(&line.words).filter(|(role, _)| **role != "nobody");
        for (role, word) in roles.filter(|_| !line.name.starts_with("read_")) {
            assert!(matches!(word, Word::Own | Word::All), "{role} {word}");
        }
    }
}

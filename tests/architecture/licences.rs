//! What we may ship.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use super::{crates::metadata, sources::root};

#[test]
fn whatever_we_ship_has_a_licence_on_the_list() {
    let list = list();
    for package in shipped() {
        let licence = package["license"].as_str().unwrap_or("none");
        assert!(allows(&list, licence), "{} is under {licence}", package["name"]);
    }
}

#[test]
fn an_expression_is_allowed_when_one_of_its_choices_is() {
    let list = BTreeSet::from(["MIT".to_owned(), "Apache-2.0".to_owned()]);
    let cases = [
        ("MIT", true),
        ("GPL-3.0-only", false),
        ("none", false),
        ("", false),
        ("MIT OR GPL-3.0-only", true),
        ("GPL-3.0-only OR MIT", true),
        ("MIT AND GPL-3.0-only", false),
        ("GPL-3.0-only AND MIT OR Apache-2.0", true),
        ("(MIT OR GPL-3.0-only) AND Unicode-3.0", false),
        ("(MIT OR Apache-2.0) AND Apache-2.0", true),
        ("MIT/GPL-2.0", true),
        ("Apache-2.0 WITH LLVM-exception OR GPL-2.0", false),
    ];
    for (expression, allowed) in cases {
        assert_eq!(allows(&list, expression), allowed, "{expression}");
    }
}

/// The list that cargo-deny reads too.
fn list() -> BTreeSet<String> {
    let deny = fs::read_to_string(root().join("deny.toml")).unwrap();
    let (_, from) = deny.split_once("\nallow = [").unwrap();
    let (inside, _) = from.split_once(']').unwrap();
    inside.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// The packages that crates of ours reach through dependencies that are built into them.
fn shipped() -> impl Iterator<Item = &'static Value> {
    let nodes = metadata()["resolve"]["nodes"].as_array().unwrap();
    let mut open: Vec<&Value> =
        metadata()["workspace_members"].as_array().unwrap().iter().collect();
    let mut reached = BTreeSet::new();
    while let Some(id) = open.pop() {
        if reached.insert(id.as_str().unwrap()) {
            let node = nodes.iter().find(|node| node["id"] == *id).unwrap();
            let built_in = node["deps"].as_array().unwrap().iter().filter(|dep| {
                dep["dep_kinds"].as_array().unwrap().iter().any(|kind| kind["kind"] != "dev")
            });
            open.extend(built_in.map(|dep| &dep["pkg"]));
        }
    }
    let packages = metadata()["packages"].as_array().unwrap().iter();
    packages.filter(move |package| reached.contains(package["id"].as_str().unwrap()))
}

/// Whether `list` satisfies an SPDX expression; `/` is the old way of writing OR.
fn allows(list: &BTreeSet<String>, expression: &str) -> bool {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let words: Vec<&str> = spaced.split_whitespace().collect();
    let (allowed, rest) = either(list, &words);
    allowed && rest.is_empty()
}

fn either<'w>(list: &BTreeSet<String>, words: &'w [&'w str]) -> (bool, &'w [&'w str]) {
    let (mut allowed, mut rest) = both(list, words);
    while let Some(("OR", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, after) = both(list, after);
        allowed |= other;
        rest = after;
    }
    (allowed, rest)
}

fn both<'w>(list: &BTreeSet<String>, words: &'w [&'w str]) -> (bool, &'w [&'w str]) {
    let (mut allowed, mut rest) = single(list, words);
    while let Some(("AND", after)) = rest.split_first().map(|(word, after)| (*word, after)) {
        let (other, after) = single(list, after);
        allowed &= other;
        rest = after;
    }
    (allowed, rest)
}

fn single<'w>(list: &BTreeSet<String>, words: &'w [&'w str]) -> (bool, &'w [&'w str]) {
    match words {
        ["(", rest @ ..] => {
            let (allowed, rest) = either(list, rest);
            (allowed && rest.first() == Some(&")"), rest.get(1..).unwrap_or_default())
        }
        [licence, "WITH", exception, rest @ ..] => {
            (list.contains(&format!("{licence} WITH {exception}")), rest)
        }
        [licence, rest @ ..] => (list.contains(*licence), rest),
        [] => (false, words),
    }
}

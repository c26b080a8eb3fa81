//! Who may know whom.

use std::{collections::BTreeSet, fs, process::Command, sync::OnceLock};

use serde_json::Value;

use super::sources::{root, rust};

/// A crate of the workspace, and those of the workspace that it may depend on.
const LAYERS: [(&str, &[&str]); 11] = [
    ("fugong-core", &[]),
    ("fugong-engine", &["fugong-core"]),
    ("fugong-report", &["fugong-core"]),
    ("fugong-domain", &["fugong-core"]),
    ("fugong-api", &["fugong-core", "fugong-engine", "fugong-domain", "fugong-report"]),
    ("fugong-fixtures", &["fugong-core", "fugong-domain"]),
    ("fugong-verify", &["fugong-core", "fugong-domain", "fugong-report"]),
    (
        "fugong",
        &[
            "fugong-core",
            "fugong-engine",
            "fugong-domain",
            "fugong-api",
            "fugong-report",
            "fugong-fixtures",
            "fugong-verify",
        ],
    ),
    ("fugong-tests", &[]),
    ("fugong-cluster", &[]),
    (
        "fugong-bench",
        &[
            "fugong-core",
            "fugong-engine",
            "fugong-domain",
            "fugong-api",
            "fugong-report",
            "fugong-fixtures",
            "fugong-verify",
            "fugong-cluster",
        ],
    ),
];

/// What does I/O, runs things, reads a clock or draws a number.
const IMPURE: [&str; 16] = [
    "sqlx",
    "postgres",
    "tokio-postgres",
    "sqlx-core",
    "rusqlite",
    "libsqlite3-sys",
    "sqlite-es",
    "postgres-es",
    "actix-web",
    "hyper",
    "reqwest",
    "mio",
    "socket2",
    "rand",
    "rand_core",
    "getrandom",
];

#[test]
fn each_crate_knows_only_the_layers_below_it() {
    for package in members() {
        let name = package["name"].as_str().unwrap();
        let (_, below) = LAYERS
            .iter()
            .find(|(layer, _)| *layer == name)
            .unwrap_or_else(|| panic!("{name} has no layer: docs/architecture.md, then LAYERS"));
        for known in normal_dependencies(package).filter(|known| known.starts_with("fugong")) {
            assert!(below.contains(&known), "{name} must not know {known}");
        }
    }
    assert_eq!(members().count(), LAYERS.len());
}

/// Proofs are checked by a library that shares nothing with the program that makes them; only what
/// computes a report's figures again, in the program around it, asks the domain what events mean.
#[test]
fn proofs_are_checked_without_our_code() {
    let ours = ["fugong_core", "fugong_engine", "fugong_domain", "fugong_report", "fugong_api"];
    let mut looked = 0;
    for file in rust("verify/src/") {
        let names = ours.iter().filter(|name| file.text.contains(**name)).count();
        let recomputes = file.path.contains("verify/src/recompute");
        assert!(names == 0 || recomputes, "{} names {names} crates of ours", file.path);
        looked += 1;
    }
    let library = fs::read_to_string(root().join("verify/src/lib.rs")).unwrap();
    assert!(!library.contains("recompute") && 10 < looked);
}

#[test]
fn the_domain_names_few_crates_and_none_that_does_io() {
    let may = ["cqrs-es", "fugong-core", "chrono", "serde", "serde_json", "thiserror"];
    let named: BTreeSet<_> = normal_dependencies(member("fugong-domain")).collect();
    assert!(named.contains("fugong-core"));
    assert_eq!(named.difference(&may.into()).collect::<Vec<_>>(), Vec::<&&str>::new());
}

#[test]
fn the_domain_reaches_no_io_no_clock_and_no_chance() {
    for package in ["fugong-domain", "fugong-core", "fugong-report"] {
        let tree = tree(package);
        for impure in IMPURE {
            assert_eq!(features(&tree, impure), None, "{package} reaches {impure}");
        }
        let tokio = features(&tree, "tokio").unwrap();
        for feature in ["full", "net", "fs", "process", "signal", "io-std", "rt-multi-thread"] {
            assert!(!tokio.contains(&feature), "{package} reaches tokio with {feature}");
        }
        let chrono = features(&tree, "chrono").unwrap();
        for feature in ["clock", "now", "wasmbind"] {
            assert!(!chrono.contains(&feature), "{package} reaches chrono with {feature}");
        }
    }
}

#[test]
fn what_the_domain_must_not_reach_is_found_where_it_is_used() {
    let tree = tree("fugong-engine");
    assert!(features(&tree, "rusqlite").is_some());
    assert!(features(&tree, "getrandom").is_some());
}

#[test]
fn only_the_engine_knows_the_database() {
    let measures_or_tests = ["fugong-bench", "fugong-cluster"];
    for package in members().filter(|it| !measures_or_tests.iter().any(|name| it["name"] == *name))
    {
        for store in ["rusqlite", "sqlx", "libsqlite3-sys", "postgres", "tokio-postgres"] {
            let knows = normal_dependencies(package).any(|known| known == store);
            assert!(!knows || package["name"] == "fugong-engine", "{} {store}", package["name"]);
        }
    }
}

/// What `cargo metadata` says, for the machine the tests run on.
pub(crate) fn metadata() -> &'static Value {
    static METADATA: OnceLock<Value> = OnceLock::new();
    METADATA.get_or_init(|| {
        let version = run(Command::new("rustc").arg("-vV"));
        let host = version.lines().find_map(|line| line.strip_prefix("host: ")).unwrap();
        let args = ["metadata", "--format-version=1", "--filter-platform", host];
        serde_json::from_str(&run(Command::new(env!("CARGO")).args(args))).unwrap()
    })
}

fn run(command: &mut Command) -> String {
    let output = command.current_dir(root()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn members() -> impl Iterator<Item = &'static Value> {
    let ids = metadata()["workspace_members"].as_array().unwrap();
    metadata()["packages"].as_array().unwrap().iter().filter(|p| ids.contains(&p["id"]))
}

fn member(name: &str) -> &'static Value {
    members().find(|package| package["name"] == name).unwrap()
}

/// What `package` names in `[dependencies]`.
fn normal_dependencies(package: &'static Value) -> impl Iterator<Item = &'static str> {
    let all = package["dependencies"].as_array().unwrap().iter();
    all.filter(|known| known["kind"].is_null()).map(|known| known["name"].as_str().unwrap())
}

/// What `package` reaches when it is built alone: a line `name version|features` each.
fn tree(package: &str) -> String {
    let args = ["tree", "--edges=normal", "--prefix=none", "--format={p}|{f}", "--package"];
    run(Command::new(env!("CARGO")).args(args).arg(package))
}

/// With which features `tree` reaches `name`, if it does.
fn features<'a>(tree: &'a str, name: &str) -> Option<Vec<&'a str>> {
    let line = tree.lines().find(|line| line.split(' ').next() == Some(name))?;
    Some(line.split_once('|')?.1.trim_end_matches(" (*)").split(',').collect())
}

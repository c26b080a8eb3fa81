//! `docs/edge-cases.md` names a test for each edge, and the tests it names exist.

use std::{collections::BTreeSet, fs};

use crate::{
    architecture::sources::{root, rust},
    notice_map::is_test,
};

/// The rows of the table: an edge, and the tests that hold it.
fn rows(text: &str) -> Vec<(&str, Vec<&str>)> {
    let lines = text.lines().filter(|line| line.starts_with("| ")).skip(1);
    lines
        .map(|line| {
            let mut cells = line.trim_matches(['|', ' ']).split(" | ");
            let (edge, held) = (cells.next().unwrap(), cells.next().unwrap_or_default());
            (edge, held.split('`').skip(1).step_by(2).collect())
        })
        .collect()
}

#[test]
fn every_edge_is_held_by_a_test_that_exists() {
    let text = fs::read_to_string(root().join("docs/edge-cases.md")).unwrap();
    let files: Vec<_> = rust("").into_iter().map(|file| file.text).collect();
    let rows = rows(&text);
    assert!(40 < rows.len(), "only {} edges", rows.len());
    for (edge, tests) in &rows {
        assert!(!tests.is_empty(), "nothing holds: {edge}");
        for name in tests {
            assert!(
                files.iter().any(|file| is_test(file, name)),
                "{edge}: there is no test {name}"
            );
        }
    }
    let edges: BTreeSet<_> = rows.iter().map(|(edge, _)| edge).collect();
    assert_eq!(edges.len(), rows.len(), "an edge is there twice");
}

#[test]
fn a_row_is_an_edge_with_its_tests() {
    let table = "| edge | held by |\n|---|---|\n| a | `x` `y` |\n| b | – |\n\nNot held: c\n";
    assert_eq!(rows(table), [("a", vec!["x", "y"]), ("b", vec![])]);
}

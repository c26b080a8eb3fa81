//! The workflow as it is drawn.

use std::collections::BTreeSet;

use fugong_api::workflow_mermaid;
use fugong_domain::{Kind, policies, registers::tables};

/// What Mermaid draws unless it is told otherwise.
const MOST_ARROWS: usize = 500;
const MOST_CHARACTERS: usize = 50_000;

/// The ids of nodes, and the ends of arrows.
fn read(text: &str) -> (BTreeSet<&str>, Vec<(&str, &str)>) {
    let (mut nodes, mut arrows) = (BTreeSet::new(), Vec::new());
    let inside = text.lines().skip(1).map(str::trim);
    for line in inside.filter(|line| *line != "end" && !line.starts_with("subgraph ")) {
        let words: Vec<&str> = line.split(' ').collect();
        let is_arrow = |word: &&str| ["-->", "-.->", "==>"].iter().any(|it| word.starts_with(it));
        if words.get(1).is_some_and(is_arrow) {
            arrows.push((words[0], *words.last().unwrap()));
        } else {
            let id = line.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').next().unwrap();
            assert!(nodes.insert(id), "{line} is there twice");
        }
    }
    (nodes, arrows)
}

#[test]
fn the_whole_and_each_part_are_small_enough_to_be_drawn_and_lead_nowhere_unknown() {
    let policies = policies();
    let parts = Kind::ALL.iter().map(|kind| kind.code());
    let parts = parts.chain(policies.iter().map(|policy| policy.name()));
    let parts = parts.chain(tables().iter().map(|table| table.relation.name));
    for part in parts.map(Some).chain([None]) {
        let text = workflow_mermaid(part).unwrap();
        let (nodes, arrows) = read(&text);
        assert!(arrows.len() <= MOST_ARROWS, "{part:?} has {} arrows", arrows.len());
        assert!(text.chars().count() <= MOST_CHARACTERS, "{part:?} is too long");
        assert!(!arrows.is_empty(), "{part:?} is joined to nothing");
        for (from, to) in arrows {
            assert!(nodes.contains(from) && nodes.contains(to), "{part:?}: {from} to {to}");
        }
    }
    assert_eq!(workflow_mermaid(Some("nosuch")), None);
}

#[test]
fn an_order_is_drawn_from_service_to_its_end_with_what_it_feeds() {
    for drawn in [workflow_mermaid(None), workflow_mermaid(Some("rectification"))] {
        let drawn = drawn.unwrap();
        for arrow in [
            "rectification_is_ordered ==>|\"served\"| rectification_is_served",
            "rectification_is_served ==>|\"lapsed\"| rectification_is_lapsed",
        ] {
            assert!(drawn.contains(arrow), "{arrow}");
        }
        let fed = |line: &str| line.contains("rectification_events -->|") && line.ends_with("_r7");
        let fed = drawn.lines().find(|line| fed(line)).unwrap();
        assert!(fed.contains("served"), "{fed}");
        assert!(!fed.contains("lapsed"), "R7 reads off the day what the timer says: {fed}");
    }
}

/// Nothing that is said of the workflow is left out of its drawing.
#[test]
fn the_workflow_is_drawn_whole() {
    let (said, drawn) = (fugong_api::workflow_json(), workflow_mermaid(None).unwrap());
    for kind in said["aggregates"].as_array().unwrap() {
        let kind_of = kind["kind"].as_str().unwrap();
        let name = kind_of.replace('-', "_");
        assert!(drawn.contains(&format!("  subgraph {name} [\"")), "{name}");
        for state in kind["states"].as_array().unwrap() {
            let node = format!("    {name}_is_{0}[/\"{0}\"/]\n", state.as_str().unwrap());
            assert!(drawn.contains(&node), "{node}");
        }
        let part = workflow_mermaid(Some(kind_of)).unwrap();
        for event in kind["events"].as_array().unwrap() {
            assert!(part.contains(&format!("([{event}])")), "{event}");
        }
        for act in kind["commands"].as_array().unwrap() {
            let act = act["id"].as_str().unwrap();
            assert!(part.contains(&format!("\n  {act} --> ")), "{act}");
        }
    }
    for policy in said["policies"].as_array().unwrap() {
        let node = format!("policy_{}", policy.as_str().unwrap().replace('-', "_"));
        assert!(drawn.contains(&format!(" -.-> {node}\n")), "nothing sets {node} off");
        assert!(drawn.lines().any(|line| line.starts_with(&format!("  {node} -"))), "{node}");
    }
}

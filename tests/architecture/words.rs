//! Words that must not be said here, or not there.

use std::fs;

use serde_json::Value;

use super::sources::{root, rust, without_comments};

/// “不得对企业复工复产设置条件，不得采取审批、备案等方式延缓开工时间”
#[test]
fn no_name_speaks_of_a_gate() {
    for folder in ["domain/src/", "api/src/", "cli/src/"] {
        for file in rust(folder) {
            for (n, line) in without_comments(&file.text).lines().enumerate() {
                assert_eq!(gate(line), None, "{}:{}", file.path, n + 1);
            }
        }
    }
}

/// What an authority demanded of an enterprise is called what it is, by its label alone.
#[test]
fn no_code_speaks_of_a_gate() {
    let text = fs::read_to_string(root().join("fixtures/data/codes.json")).unwrap();
    let lists: Value = serde_json::from_str(&text).unwrap();
    for (list, entries) in lists.as_object().unwrap() {
        assert_eq!(gate(list), None);
        for entry in entries.as_array().into_iter().flatten() {
            for (member, value) in entry.as_object().unwrap() {
                assert_eq!(gate(member), None, "{list}");
                if member != "zh" {
                    assert_eq!(gate(&value.to_string()), None, "{list}");
                }
            }
        }
    }
}

#[test]
fn a_gate_is_found_in_any_spelling() {
    let gates = [
        "fn approve()",
        "Unapproved",
        "IS_PERMITTED",
        "sendFiling",
        "pending_since",
        "审批",
        "需备案",
    ];
    for line in gates {
        assert!(gate(line).is_some(), "{line}");
    }
    for line in ["profiling", "suspending", "appending", "depending", "filed", "// ok"] {
        assert_eq!(gate(line), None);
    }
    assert_eq!(gate(&without_comments("let a = 1; // never approve")), None);
}

/// Any cqrs-es aggregate runs on the engine: it knows none by name.
#[test]
fn the_engine_says_no_word_of_the_domain() {
    let ours = [
        "enterprise",
        "企业",
        "uscc",
        "rectif",
        "inspection",
        "township",
        "credit",
        "resumption",
        "复工",
        "整改",
        "驻厂",
        "诚信",
        "检查",
    ];
    for file in rust("engine/").iter().filter(|file| !file.path.contains("/tests/")) {
        for (n, line) in file.text.to_lowercase().lines().enumerate() {
            let word = ours.iter().find(|word| line.contains(**word));
            assert_eq!(word, None, "{}:{}", file.path, n + 1);
        }
    }
    assert!(rust("domain/src/").iter().any(|file| file.text.contains("企业")));
}

/// A glossary that names what is no more misleads more than none.
#[test]
fn every_identifier_of_the_glossary_is_in_the_code() {
    let glossary = fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let code: Vec<_> = ["domain/src/", "engine/"].into_iter().flat_map(rust).collect();
    let cells = glossary.lines().filter_map(|line| line.split(" | ").nth(1));
    let named: Vec<_> = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(named.contains(&"Rectification"));
    for name in named {
        assert!(code.iter().any(|file| file.text.contains(name)), "{name} is nowhere");
    }
}

/// The first word in `line` that speaks of a gate.
fn gate(line: &str) -> Option<String> {
    let chinese = ["审批", "备案"].into_iter().find(|word| line.contains(word));
    chinese.map(str::to_owned).or_else(|| {
        words(line).into_iter().find(|word| {
            word.contains("approv")
                || ["permit", "filing", "pending"].iter().any(|stem| word.starts_with(stem))
        })
    })
}

/// The words of which names are made: `sendFiling_now` has three.
fn words(line: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut before = ' ';
    for c in line.chars() {
        let begins = before.is_lowercase() && c.is_uppercase();
        if begins || !c.is_ascii_alphabetic() {
            words.push(String::new());
        }
        if c.is_ascii_alphabetic() {
            words.last_mut().unwrap().extend(c.to_lowercase());
        }
        before = c;
    }
    words
}

//! How much fits on a page, and what has no place here.

use super::sources::{all, bare, below, root, rust};

const FILE: usize = 400;
const FUNCTION: usize = 70;

#[test]
fn a_file_has_at_most_400_lines() {
    for file in rust("") {
        let lines = file.text.lines().count();
        assert!(lines <= FILE, "{} has {lines} lines", file.path);
    }
}

#[test]
fn a_function_has_at_most_70_lines() {
    for file in rust("") {
        for (name, lines) in functions(&file.text) {
            assert!(lines <= FUNCTION, "{}: {name} has {lines} lines", file.path);
        }
    }
}

#[test]
fn the_lines_of_a_function_are_those_that_say_something() {
    let text = "trait T { fn none(&self); }\n/// fn no {\nfn one(f: fn(u8)) where A: B {\n    // why\n\n    call(\"}\");\n}\nfn two() {}\n";
    assert_eq!(functions(text), [("one", 3), ("two", 1)].map(|(n, l)| (n.to_owned(), l)));
}

#[test]
fn no_file_is_a_drawer_for_odds_and_ends() {
    for file in rust("") {
        for part in file.path.trim_end_matches(".rs").split('/') {
            let drawer = ["mod", "utils", "util", "helpers", "helper", "common", "misc"];
            assert!(!drawer.contains(&part), "{}: name it after what is in it", file.path);
        }
    }
}

#[test]
fn nothing_is_left_over() {
    let leftovers = ["todo!(", "unimplemented!(", "dbg!(", "#[ignore", "FIXME", "XXX"];
    for file in rust("") {
        let code = bare(&file.text);
        let found = leftovers.iter().find(|word| code.contains(**word));
        assert_eq!(found, None, "{}", file.path);
    }
}

/// What is written here must hold on any machine, behind any mirror.
#[test]
fn no_file_names_a_place_of_one_machine() {
    let places = ["home", "root", "work", "Users"].map(|place| format!("/{place}/"));
    let mirrors =
        ["index.crates", "static.crates", "pypi", "pythonhosted", "npmjs", "localhost:80"]
            .map(|host| format!("://{host}"));
    let banned: Vec<_> = places.iter().chain(&mirrors).collect();
    for file in all() {
        let found = banned.iter().find(|place| file.text.contains(place.as_str()));
        assert_eq!(found, None, "{}", file.path);
    }
}

/// A map that shows what is gone leads nowhere.
#[test]
fn what_the_documents_point_at_exists() {
    for file in below("", "md") {
        let folder = file.path.rsplit_once('/').map_or("", |(folder, _)| folder);
        for target in links(&file.text) {
            let path = root().join(folder).join(target.split('#').next().unwrap());
            assert!(path.exists(), "{} points at {target}", file.path);
        }
        for named in file.text.split('`').skip(1).step_by(2).filter(|named| is_path(named)) {
            assert!(root().join(named).exists(), "{} names {named}", file.path);
        }
    }
    assert_eq!(links("[a](b.md) [c](https://d) [e](../f#g)"), ["b.md", "../f#g"]);
    assert!(is_path("engine/src/desk.rs") && !is_path("api/v1") && !is_path("x.rs"));
}

/// Where the links of a document lead inside the workspace.
fn links(text: &str) -> Vec<&str> {
    let targets = text.split("](").skip(1).filter_map(|after| after.split(')').next());
    targets.filter(|target| !target.contains("://") && !target.starts_with('#')).collect()
}

/// Whether these words are a file or a folder of a crate.
fn is_path(words: &str) -> bool {
    let crates = ["engine/", "domain/", "api/", "cli/", "fixtures/", "tests/", "bench/", "docs/"];
    crates.iter().any(|folder| words.starts_with(folder))
        && (words.ends_with('/') || words.rsplit('/').next().unwrap().contains('.'))
        && !words.contains([' ', ':', '*', '<', '{'])
}

/// The functions of a Rust text with their lines, blank ones and comments left out.
fn functions(text: &str) -> Vec<(String, usize)> {
    let code = bare(text);
    let mut found = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        let begins = !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        let rest = &code[at + 3..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        if let (true, false, Some(length)) = (begins, name.is_empty(), body_end(rest)) {
            let lines = rest[..length].lines().filter(|line| !line.trim().is_empty()).count();
            found.push((name, lines));
        }
    }
    found
}

/// Where the body of a function ends, if it has one.
fn body_end(rest: &str) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, c) in rest.char_indices() {
        match c {
            ';' if depth == 0 => return None,
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => {
                depth = depth.checked_sub(1)?;
                if depth == 0 && c == '}' {
                    return Some(at + 1);
                }
            }
            _ => {}
        }
    }
    None
}

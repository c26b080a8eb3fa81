//! `docs/notice.md` quotes the whole notice, and what it names exists.

use std::fs;

use crate::architecture::sources::{all, root, rust, without_comments};

/// What the next issue is about; nothing else of the notice may be left open.
const NEXT_ISSUE: [&str; 2] = ["突发疫情", "设卡拦截"];

/// A sentence of the notice, with what `docs/notice.md` says about it.
#[derive(Default)]
struct Entry {
    quotation: String,
    code: Vec<String>,
    tests: Vec<String>,
    open: bool,
}

#[test]
fn every_sentence_of_the_notice_is_quoted_word_for_word_and_in_order() {
    assert_eq!(left_out(&notice(), &entries(&map())), Ok(Vec::new()));
}

#[test]
fn every_sentence_has_a_test_or_waits_for_the_next_issue() {
    for entry in entries(&map()) {
        assert!(entry.open || !entry.tests.is_empty(), "no test: {}", entry.quotation);
        assert!(entry.open || !entry.code.is_empty(), "no code: {}", entry.quotation);
    }
}

#[test]
fn only_what_the_next_issue_is_about_is_left_open() {
    for entry in entries(&map()).iter().filter(|entry| entry.open) {
        let known = NEXT_ISSUE.iter().any(|words| entry.quotation.contains(words));
        assert!(known, "left open: {}", entry.quotation);
    }
}

#[test]
fn every_test_that_is_named_exists() {
    let tests: Vec<_> = rust("").into_iter().map(|file| file.text).collect();
    for name in entries(&map()).iter().flat_map(|entry| &entry.tests) {
        assert!(tests.iter().any(|text| is_test(text, name)), "there is no test {name}");
    }
}

#[test]
fn every_piece_of_code_that_is_named_exists() {
    let files = all();
    for place in entries(&map()).iter().flat_map(|entry| &entry.code) {
        let named = place.split_once("::");
        let (path, item) = named.unwrap_or_else(|| panic!("{place} names nothing in a file"));
        let file = files.iter().find(|file| file.path == path);
        let text = without_comments(&file.unwrap_or_else(|| panic!("no file {path}")).text);
        for name in item.split("::") {
            assert!(defines(&text, name), "{path} does not define {name}");
        }
    }
}

/// The tests that tell the notice quote it, and quote it right.
#[test]
fn every_sentence_quoted_above_a_test_is_in_the_notice() {
    let notice = notice();
    let mut seen = 0;
    for file in rust("").iter().filter(|file| file.path.contains("/notice/section_")) {
        for quotation in quotations(&file.text) {
            for part in quotation.split('…').filter(|part| !part.is_empty()) {
                assert!(notice.contains(part), "{} quotes wrongly: {part}", file.path);
                seen += 1;
            }
        }
    }
    assert!(20 < seen, "only {seen} quotations were found");
}

#[test]
fn a_quotation_may_run_over_lines_and_hold_a_quotation() {
    let text = "/// “甲“乙”\n/// 丙。”\n///\n/// “a” b\n\n//! “丁”\nfn x() {}\n/// no\n";
    assert_eq!(quotations(text), ["甲“乙”丙。", "a", "丁"]);
}

#[test]
fn a_quotation_that_is_wrong_or_missing_is_found() {
    let notice = "通知\n\n一、标题\n甲。乙。\n";
    let of = |text: &str| left_out(notice, &entries(text));
    assert_eq!(of("> 甲。\n\n> 乙。\n"), Ok(Vec::new()));
    assert_eq!(of("> 甲。\n"), Ok(vec!["乙。".to_owned()]));
    assert_eq!(of("> 乙。\n"), Ok(vec!["通知\n\n一、标题\n甲。".to_owned()]));
    assert!(of("> 丙。\n").is_err());
    assert!(of("> 乙。\n> 甲。\n").is_err());
}

#[test]
fn what_is_only_mentioned_is_not_defined() {
    let text = "pub(super) const fn made() {\n    called(of);\n}\nenum Kind {\n    One,\n    Two { of: u8 },\n}\n  \"member\": [\n";
    for (name, found) in [
        ("made", true),
        ("Kind", true),
        ("One", true),
        ("Two", true),
        ("member", true),
        ("called", false),
        ("of", false),
        ("On", false),
        ("mem", false),
        ("", false),
    ] {
        assert_eq!(defines(text, name), found, "{name}");
    }
}

#[test]
fn a_function_that_is_no_test_does_not_count() {
    let text =
        "#[test]\nfn shown() {}\n\nfn helping() {}\n\n#[tokio::test]\nasync fn waited() {}\n";
    let found = ["shown", "helping", "waited", "absent"].map(|name| is_test(text, name));
    assert_eq!(found, [true, false, true, false]);
}

fn notice() -> String {
    fs::read_to_string(root().join("fixtures/data/notice.zh.txt")).unwrap()
}

fn map() -> String {
    fs::read_to_string(root().join("docs/notice.md")).unwrap()
}

fn entries(map: &str) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for line in map.lines() {
        let names = || line.split('`').skip(1).step_by(2).map(str::to_owned);
        if let Some(quotation) = line.strip_prefix("> ") {
            entries.push(Entry { quotation: quotation.to_owned(), ..Entry::default() });
        } else if let Some(entry) = entries.last_mut() {
            if line.starts_with("- code: ") {
                entry.code.extend(names());
            } else if line.starts_with("- test: ") {
                entry.tests.extend(names());
            }
            entry.open |= line == "- open: next issue";
        }
    }
    entries
}

/// What the quotations leave out and should not: headings and the letterhead have no full stop.
fn left_out(notice: &str, entries: &[Entry]) -> Result<Vec<String>, String> {
    let mut rest = notice;
    let mut left = Vec::new();
    for Entry { quotation, .. } in entries {
        let Some((gap, after)) = rest.split_once(quotation.as_str()) else {
            return Err(format!("not in the notice at this place: {quotation}"));
        };
        left.push(gap);
        rest = after;
    }
    left.push(rest);
    let said = left.into_iter().map(str::trim).filter(|gap| !gap.is_empty());
    Ok(said.filter(|gap| !is_heading(gap)).map(str::to_owned).collect())
}

/// What the paragraphs of doc comments quote, from the first quotation mark to the last.
fn quotations(text: &str) -> Vec<String> {
    let mut paragraphs = vec![String::new()];
    for line in text.lines().map(str::trim) {
        match line.strip_prefix("/// ").or_else(|| line.strip_prefix("//! ")) {
            Some(said) => paragraphs.last_mut().unwrap().push_str(said),
            None => paragraphs.push(String::new()),
        }
    }
    let quoted = paragraphs.iter().filter_map(|said| {
        let (_, after) = said.split_once('“')?;
        after.rsplit_once('”').map(|(inside, _)| inside.to_owned())
    });
    quoted.collect()
}

/// Whether `text` has a function `name` with the attribute of a test just above it.
pub(crate) fn is_test(text: &str, name: &str) -> bool {
    let found = text.split_once(&format!("fn {name}("));
    found.is_some_and(|(above, _)| above.rsplit("\n\n").next().unwrap().contains("test]"))
}

/// Whether a line of `text` begins the definition of an item, a variant, a field or, in JSON, a
/// member with this name.
fn defines(text: &str, name: &str) -> bool {
    const ITEMS: [&str; 8] =
        ["fn ", "struct ", "enum ", "trait ", "type ", "const ", "static ", "mod "];
    let begins = |line: &str| {
        if line.starts_with(&format!("\"{name}\":")) {
            return true;
        }
        let line = line.strip_prefix("pub").map_or(line, |rest| {
            let shown = rest.strip_prefix('(').and_then(|rest| rest.split_once(')'));
            shown.map_or(rest, |(_, rest)| rest).trim_start()
        });
        let bare = ["const fn ", "async fn "].iter().find_map(|words| line.strip_prefix(words));
        let item = bare.or_else(|| ITEMS.iter().find_map(|words| line.strip_prefix(words)));
        let Some(after) = item.unwrap_or(line).strip_prefix(name) else { return false };
        if item.is_some() {
            return !after.starts_with(|c: char| c.is_alphanumeric() || c == '_');
        }
        let tuple = after.starts_with('(') && after.ends_with("),");
        tuple || [",", ": ", " {", " = "].iter().any(|mark| after.starts_with(mark))
    };
    !name.is_empty() && text.lines().map(str::trim).any(begins)
}

fn is_heading(gap: &str) -> bool {
    !gap.contains(['。', '；', '，'])
}

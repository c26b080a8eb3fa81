//! The files of the workspace, and Rust text taken apart just far enough to count and to search.

use std::{fs, path::Path};

/// A text file of the workspace.
pub(crate) struct Source {
    /// Its path from the root, with `/`.
    pub(crate) path: String,
    /// What is in it.
    pub(crate) text: String,
}

/// Where the workspace lies.
pub(crate) fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

/// Every text file of the workspace that people write.
pub(crate) fn all() -> Vec<Source> {
    let mut found = Vec::new();
    visit(root(), "", &mut found);
    assert!(found.iter().any(|file| file.path == "Cargo.toml"), "the root is somewhere else");
    found
}

/// The Rust files below `folder`, or all of them for "".
pub(crate) fn rust(folder: &str) -> Vec<Source> {
    below(folder, "rs")
}

/// The files below `folder` with this extension; there is at least one.
pub(crate) fn below(folder: &str, extension: &str) -> Vec<Source> {
    let mut found = all();
    found.retain(|file| file.path.starts_with(folder));
    found.retain(|file| Path::new(&file.path).extension().is_some_and(|is| is == extension));
    assert!(!found.is_empty(), "no .{extension} file below {folder}");
    found
}

fn visit(folder: &Path, prefix: &str, found: &mut Vec<Source>) {
    let built = ["target", ".git", ".tools", "out"];
    if folder.join("CACHEDIR.TAG").exists() {
        return;
    }
    for entry in fs::read_dir(folder).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        let path = format!("{prefix}{name}");
        // In a worktree `.git` is a file.
        if built.contains(&path.as_str()) {
            continue;
        }
        if entry.file_type().unwrap().is_dir() {
            visit(&entry.path(), &format!("{path}/"), found);
        } else if let Ok(text) = fs::read_to_string(entry.path()) {
            found.push(Source { path, text });
        }
    }
}

/// Rust text with its comments blanked out; every line stays where it is.
pub(crate) fn without_comments(text: &str) -> String {
    blanked(text, &[Part::Comment])
}

/// Rust text with its comments and literals blanked out; every line stays where it is.
pub(crate) fn bare(text: &str) -> String {
    blanked(text, &[Part::Comment, Part::Literal])
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Part {
    Code,
    Comment,
    Literal,
}

fn blanked(text: &str, blank: &[Part]) -> String {
    let mut rest = text;
    let mut out = String::with_capacity(text.len());
    while !rest.is_empty() {
        let (part, length) = first(rest);
        let (head, tail) = rest.split_at(length);
        if blank.contains(&part) {
            out.extend(head.chars().map(|c| if c == '\n' { c } else { ' ' }));
        } else {
            out.push_str(head);
        }
        rest = tail;
    }
    out
}

/// What `rest` begins with, and how many bytes of it.
fn first(rest: &str) -> (Part, usize) {
    let upto = |from: usize, end: &str| {
        rest[from..].find(end).map_or(rest.len(), |at| from + at + end.len())
    };
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
    let hashes = rest[word..].bytes().take_while(|b| *b == b'#').count();
    let opens_raw = rest[word + hashes..].starts_with('"');
    match &rest[..word] {
        "r" | "br" if opens_raw => {
            let end = format!("\"{}", "#".repeat(hashes));
            return (Part::Literal, upto(word + hashes + 1, &end));
        }
        "" => {}
        _ => return (Part::Code, word),
    }
    if rest.starts_with("//") {
        (Part::Comment, rest.find('\n').unwrap_or(rest.len()))
    } else if rest.starts_with("/*") {
        (Part::Comment, upto(2, "*/"))
    } else if rest.starts_with('"') {
        (Part::Literal, string_length(rest))
    } else if rest.starts_with("'\\") {
        (Part::Literal, upto(3, "'"))
    } else if rest.starts_with('\'') && rest.chars().nth(2) == Some('\'') {
        (Part::Literal, rest.char_indices().nth(3).map_or(rest.len(), |(at, _)| at))
    } else {
        (Part::Code, rest.chars().next().map_or(0, char::len_utf8))
    }
}

fn string_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            '"' if !escaped => return at + 1,
            _ => escaped = c == '\\' && !escaped,
        }
    }
    rest.len()
}

#[test]
fn comments_and_literals_are_told_from_code() {
    let text = "a /* b\n */ \"c // \\\" d\" r#\"e\" f\"# 'g' '\\'' &'h x // i\nj";
    assert_eq!(
        without_comments(text).trim_end(),
        text.replace("/* b\n */", "    \n   ").replace("// i", "    ")
    );
    assert_eq!(bare(text).split_whitespace().collect::<String>(), "a&'hxj");
    assert_eq!(bare(text).lines().count(), text.lines().count());
}

//! The transcript that both READMEs open with is what the demo prints.

use std::{env, fs, process::Command};

use crate::{architecture::sources::root, torture::binary};

/// The tables that are shown, and how many rows of each.
const SHOWN: &[(&str, usize)] =
    &[("R1 ", 9), ("空缺席位", 5), ("R7 ", 4), ("R14 ", 3), ("R15 ", 4)];

/// `FUGONG_BLESS=1` writes it anew.
#[test]
fn the_transcript_is_what_the_demo_prints() {
    let folder = tempfile::tempdir().unwrap();
    let demo = Command::new(binary())
        .args(["demo", "--no-serve", "--db"])
        .arg(folder.path().join("demo.db"))
        .output()
        .unwrap();
    assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
    let transcript = transcript(&String::from_utf8(demo.stdout).unwrap());
    for name in ["README.md", "README.zh-CN.md"] {
        let path = root().join(name);
        let text = fs::read_to_string(&path).unwrap();
        let (before, rest) = text.split_once("```text\n").unwrap();
        let (kept, after) = rest.split_once("```\n").unwrap();
        if env::var_os("FUGONG_BLESS").is_some() {
            fs::write(&path, format!("{before}```text\n{transcript}```\n{after}")).unwrap();
        } else {
            let why = "run this with FUGONG_BLESS=1, look at the diff";
            assert!(kept == transcript, "the transcript of {name} is old: {why}");
        }
    }
}

/// The first line, and of each table that is shown its heading and its first rows.
fn transcript(output: &str) -> String {
    let mut parts = output.split("\n\n");
    let mut shown = vec![parts.next().unwrap().to_owned()];
    for part in parts {
        let Some((_, rows)) = SHOWN.iter().find(|(name, _)| part.starts_with(name)) else {
            continue;
        };
        let lines: Vec<_> = part.trim_end().lines().map(str::trim_end).collect();
        let kept = lines.len().min(rows + 2);
        let mut lines = lines[..kept].join("\n");
        if kept < part.trim_end().lines().count() {
            lines.push_str("\n…");
        }
        shown.push(lines);
    }
    assert_eq!(shown.len(), SHOWN.len() + 1, "the demo prints other tables: {output}");
    format!("{}\n", shown.join("\n\n"))
}

//! What is wrong with a text as TOML, in Chinese.

use std::ops::Range;

use toml::de::{DeTable, Error};

use crate::finding::{Findings, nearest};

/// So often a text is read again without the lines that could not be read, of which so many are
/// taken at a time.
const ROUNDS: usize = 40;
const AT_ONCE: usize = 100;
/// The tables of a definition.
const TABLES: [&str; 10] = [
    "[[parameter]]",
    "[[join]]",
    "[[filter]]",
    "[[group]]",
    "[[column]]",
    "[[measure]]",
    "[[measure.when]]",
    "[[sort]]",
    "[sheet]",
    "[sheet.chart]",
];
/// What is said of a line that is no TOML, by how the parser's message begins.
const SAID: &[(&str, &str)] = &[
    ("key with no value", "有名称而没有值，应写作 名称 = 值"),
    ("missing value", "等号后没有值"),
    ("missing assignment", "名称与值之间缺少等号"),
    ("extra assignment", "多了一个等号"),
    ("extra `=`", "多了一个等号"),
    ("unexpected `=` in array", "列表内不得有等号"),
    ("duplicate key", "同一项写了两次"),
    ("string values must be quoted", "文字须加引号"),
    ("invalid basic string", "文字没有写完：缺少引号，或含不能写的字符"),
    ("invalid literal string", "文字没有写完：缺少引号，或含不能写的字符"),
    ("invalid multi-line", "多行文字没有写完：缺少引号，或含不能写的字符"),
    ("missing opening quote", "缺少引号"),
    ("missing escaped value", "反斜杠后缺少要转义的字符；反斜杠本身写作 \\\\"),
    ("too few unicode value digits", "反斜杠后的字符编号不全"),
    ("invalid escape", "反斜杠后的字符不能这样写；反斜杠本身写作 \\\\"),
    ("invalid unquoted key", "名称含不能写的字符，须加引号"),
    ("unquoted keys cannot be empty", "缺少名称"),
    ("keys cannot be multi-line", "名称只能写在一行内"),
    ("missing key", "缺少名称"),
    ("missing comma", "各项之间缺少逗号"),
    ("extra comma", "多了一个逗号"),
    ("unclosed array table", "表名后缺少 ]]"),
    ("unclosed table", "表名后缺少 ]"),
    ("unclosed inline table", "缺少 }"),
    ("missing inline table opening", "缺少 {"),
    ("invalid inline table element", "大括号内应写作 名称 = 值"),
    ("unclosed array", "缺少 ]"),
    ("missing array opening", "缺少 ["),
    ("missing table open", "缺少 ["),
    ("`_` may only go between digits", "数字中的下划线只能写在两个数字之间"),
    ("unexpected leading zero", "数字不得以 0 开头；日期须加引号，写作 \"2020-02-29\""),
    ("cannot recurse further", "层次过深"),
    ("recursion limit", "层次过深"),
    ("invalid comment character", "注释中含不能写的字符"),
    ("carriage return must be followed by newline", "换行不完整"),
];

/// The text without the lines that are no TOML, which are noted; everything else stands where it
/// stood. None if there is no end of them.
pub(super) fn readable(text: &str, findings: &mut Findings<'_>) -> Option<String> {
    let mut kept = text.to_owned();
    for round in 0..ROUNDS {
        let (_, problems) = DeTable::parse_recoverable(&kept);
        if problems.is_empty() {
            return Some(kept);
        }
        let mut all: Vec<(usize, &str)> = problems.iter().map(place).collect();
        all.sort_unstable();
        all.truncate(AT_ONCE);
        let (mut more, mut mended) = (0_usize, 0..0);
        for (at, said) in all {
            let at = at.saturating_add(more);
            // Of one line several things may be said.
            if mended.contains(&at) {
                continue;
            }
            let without = line(&kept, at);
            let first = kept.get(without.clone()).and_then(|text| text.lines().next());
            let own = without.start..without.start.saturating_add(first.map_or(0, str::len));
            let Some(name) = first.and_then(meant) else {
                // What is said of the neighbours of a broken line later is for its sake.
                findings.note_broken((at, &without), said, round == 0);
                blank(&mut kept, without);
                continue;
            };
            // What belongs to the table is looked at all the same.
            findings.note_broken((at, &own), said, round == 0);
            findings.put_in(own.start, name.len());
            blank(&mut kept, own.clone());
            kept.insert_str(own.start, name);
            more = more.saturating_add(name.len());
            mended = own.start..own.end.saturating_add(name.len()).saturating_add(1);
        }
    }
    None
}

/// The name of a table that is written a little otherwise; none if the line has it, or another.
fn meant(line: &str) -> Option<&'static str> {
    let written = line.trim();
    let plain = |c: char| c.is_ascii_lowercase() || c == '_' || c == '.';
    let name: String = written.chars().filter(|c| plain(*c)).collect();
    let known = TABLES.iter().map(|table| table.trim_matches(['[', ']']));
    let near = nearest(&name, known).filter(|_| written.starts_with('['))?;
    let table = TABLES.iter().find(|table| table.trim_matches(['[', ']']) == near)?;
    (written != *table).then_some(*table)
}

/// Where a line is no TOML, and what is said of that.
fn place(problem: &Error) -> (usize, &'static str) {
    let known = SAID.iter().find(|(begins, _)| problem.message().starts_with(begins));
    let at = problem.span().map_or(0, |span| span.start);
    (at, known.map_or("这里不合 TOML 语法", |(_, said)| said))
}

/// The line in which a place is, or the last before it that says something; with what belongs to it
/// if it is the name of a table.
fn line(text: &str, at: usize) -> Range<usize> {
    let mut end = text
        .get(at..)
        .and_then(|rest| rest.find('\n'))
        .map_or(text.len(), |to| at.saturating_add(to));
    let before = text.get(..end).unwrap_or(text).trim_end();
    let start = before.rfind('\n').map_or(0, |at| at.saturating_add(1));
    let own = before.get(start..).unwrap_or_default();
    if own.trim_start().starts_with('[') {
        let rest = text.get(end..).unwrap_or_default();
        end = rest.find("\n[").map_or(text.len(), |to| end.saturating_add(to));
    }
    start..end
}

fn blank(text: &mut String, at: Range<usize>) {
    let line = text.get(at.clone()).unwrap_or_default();
    let gone: String = line.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect();
    text.replace_range(at, &gone);
}

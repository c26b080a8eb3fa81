//! What is wrong with a definition, and where.

use std::{collections::BTreeSet, fmt, ops::Range};

use serde::Serialize;

/// What is wrong with a definition. Lines and columns count from 1.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// A stable code, such as `UNKNOWN_COLUMN`.
    pub code: &'static str,
    /// The line of the text.
    pub line: usize,
    /// The character in it.
    pub column: usize,
    /// What is wrong and what to do, in Chinese.
    pub message: String,
    /// What was probably meant.
    pub nearest: Option<String>,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { code, line, column, message, nearest } = self;
        write!(f, "第 {line} 行第 {column} 列：{message}")?;
        if let Some(nearest) = nearest {
            write!(f, "，是否指「{nearest}」？")?;
        }
        write!(f, "（{code}）")
    }
}

/// The name that was probably meant, of those that there are.
pub fn nearest(name: &str, known: impl IntoIterator<Item = impl AsRef<str>>) -> Option<String> {
    known
        .into_iter()
        .map(|known| (strsim::normalized_damerau_levenshtein(known.as_ref(), name), known))
        .filter(|(likeness, _)| 0.5 <= *likeness)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, known)| known.as_ref().to_owned())
}

/// So many are told; whoever mends those finds the rest.
const MOST: usize = 100;
/// What says that something is wanted or too much.
const OF_THE_FORM: &[&str] = &["CONDITION", "MEASURE", "RATIO_WITHOUT_BASE", "WRONG_TYPE"];
/// What may only look wrong where lines cannot be read.
const OF_WHAT_IS_THERE: &[&str] = &[
    "CONDITION",
    "MEASURE",
    "MISSING",
    "NOTHING_SHOWN",
    "RATIO_WITHOUT_BASE",
    "UNBOUNDED_ROWS",
    "UNKNOWN_JOIN",
    "UNKNOWN_MEASURE",
    "UNKNOWN_PARAMETER",
    "UNKNOWN_PLACE",
];

/// Collects what is wrong with one text.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    text: &'a str,
    /// What was put into the text before it was read: where in what was read, and how many bytes.
    put_in: Vec<(usize, usize)>,
    pub(crate) found: Vec<Finding>,
    /// Lines that cannot be read.
    broken: BTreeSet<usize>,
    /// Where something stands that nobody wrote, after what was wrong there was noted.
    silent: BTreeSet<usize>,
    /// Where something is that was not understood as a whole.
    doubtful: BTreeSet<usize>,
}

impl<'a> Findings<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        let (silent, doubtful) = (BTreeSet::new(), BTreeSet::new());
        let (put_in, found, broken) = (Vec::new(), Vec::new(), BTreeSet::new());
        Self { text, put_in, found, broken, silent, doubtful }
    }

    /// Notes something about this part of the text.
    pub(crate) fn note(
        &mut self,
        code: &'static str,
        at: Range<usize>,
        message: impl Into<String>,
    ) {
        self.note_near(code, at, message, None);
    }

    /// The same about a name, with the one of `known` that is nearest to it.
    pub(crate) fn note_name(
        &mut self,
        code: &'static str,
        (at, name): (Range<usize>, &str),
        message: impl Into<String>,
        known: impl IntoIterator<Item = impl AsRef<str>>,
    ) -> Option<String> {
        let near = nearest(name, known);
        self.note_near(code, at, message, near.clone());
        near
    }

    /// The same, where each has a Chinese name too, by which somebody may have called it.
    pub(crate) fn note_called(
        &mut self,
        code: &'static str,
        (at, name): (Range<usize>, &str),
        message: impl Into<String>,
        known: &[(&str, &str)],
    ) {
        let by_name = nearest(name, known.iter().map(|(name, _)| name));
        let by_label = || {
            let label = nearest(name, known.iter().map(|(_, label)| label))?;
            known.iter().find(|(_, known)| *known == label).map(|(name, _)| (*name).to_owned())
        };
        let near = by_name.or_else(by_label);
        self.note_near(code, at, message, near);
    }

    /// Notes a place that cannot be read, and that nothing else is said of its lines. Only the first
    /// of neighbours is told where not each is.
    pub(crate) fn note_broken(
        &mut self,
        (at, lines): (usize, &Range<usize>),
        message: &str,
        each: bool,
    ) {
        let (line, _) = self.place(at);
        let near = line.saturating_sub(1)..=line.saturating_add(1);
        if each || !self.broken.iter().any(|broken| near.contains(broken)) {
            self.note("SYNTAX", at..at, message);
        }
        let (first, last) = (self.place(lines.start).0, self.place(lines.end).0);
        self.broken.extend(line.min(first)..=line.max(last));
    }

    /// So many bytes were put into the text here, which nobody wrote.
    pub(crate) fn put_in(&mut self, at: usize, length: usize) {
        for (known, _) in self.put_in.iter_mut().filter(|(known, _)| at <= *known) {
            *known = known.saturating_add(length);
        }
        self.put_in.push((at, length));
    }

    /// What begins here was put there after something else was noted.
    pub(crate) fn silence(&mut self, at: usize) {
        self.silent.insert(at);
    }

    /// What begins here was not understood as a whole.
    pub(crate) fn doubt(&mut self, at: usize) {
        self.doubtful.insert(at);
    }

    fn note_near(
        &mut self,
        code: &'static str,
        at: Range<usize>,
        message: impl Into<String>,
        nearest: Option<String>,
    ) {
        let is_in_doubt = OF_THE_FORM.contains(&code) && self.doubtful.contains(&at.start)
            || OF_WHAT_IS_THERE.contains(&code) && !self.broken.is_empty();
        if MOST <= self.found.len() || is_in_doubt || self.silent.contains(&at.start) {
            return;
        }
        let (line, column) = self.place(at.start);
        if !self.broken.contains(&line) {
            self.found.push(Finding { code, line, column, message: message.into(), nearest });
        }
    }

    /// The line and the character in it, counted from 1.
    fn place(&self, at: usize) -> (usize, usize) {
        let put_in = self.put_in.iter().filter(|(place, _)| *place < at);
        let more = put_in.map(|(place, length)| at.saturating_sub(*place).min(*length));
        let at = at.saturating_sub(more.fold(0, usize::saturating_add));
        let before = self.text.get(..at).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        (line, column.saturating_add(1))
    }
}

//! What is wrong with a definition, and where.

use std::{fmt, ops::Range};

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

/// Collects what is wrong with one text.
#[derive(Debug)]
pub(crate) struct Findings<'a> {
    text: &'a str,
    pub(crate) found: Vec<Finding>,
}

impl<'a> Findings<'a> {
    pub(crate) fn of(text: &'a str) -> Self {
        Self { text, found: Vec::new() }
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
    ) {
        let near = known
            .into_iter()
            .map(|known| (strsim::normalized_damerau_levenshtein(known.as_ref(), name), known))
            .filter(|(likeness, _)| 0.5 <= *likeness)
            .max_by(|a, b| a.0.total_cmp(&b.0))
            .map(|(_, known)| known.as_ref().to_owned());
        self.note_near(code, at, message, near);
    }

    fn note_near(
        &mut self,
        code: &'static str,
        at: Range<usize>,
        message: impl Into<String>,
        nearest: Option<String>,
    ) {
        let before = self.text.get(..at.start).unwrap_or(self.text);
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        let column = column.saturating_add(1);
        self.found.push(Finding { code, line, column, message: message.into(), nearest });
    }
}

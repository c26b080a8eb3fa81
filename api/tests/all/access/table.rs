//! The table of who may what, as it is kept.

use std::fmt;

pub(super) struct Table {
    pub(super) roles: Vec<String>,
    pub(super) lines: Vec<Line>,
}

/// What it says of an operation, or of one use of it.
pub(super) struct Line {
    /// The operation, and after a `#` the use.
    pub(super) name: String,
    pub(super) words: Vec<Word>,
}

/// What somebody may.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Word {
    /// He is turned away.
    No,
    /// He may; it is no matter of one enterprise or unit.
    Yes,
    /// Throughout the district.
    All,
    /// His own enterprise, or those of his unit's area.
    Own,
    /// What his unit has in hand, or he began.
    Hand,
    /// He is told that there is no such thing.
    Hidden,
}

impl Table {
    pub(super) fn read() -> Self {
        let text = include_str!("../../../src/openapi/access.txt");
        let mut lines = text.lines().filter(|line| !line.starts_with('#') && !line.is_empty());
        let roles = lines.next().unwrap().split_whitespace().skip(1).map(str::to_owned).collect();
        Self { roles, lines: lines.map(Line::read).collect() }
    }
}

impl Line {
    fn read(text: &str) -> Self {
        let mut parts = text.split_whitespace();
        let name = parts.next().unwrap().to_owned();
        let words: Vec<_> = parts.map(Word::read).collect();
        assert_eq!(words.len(), super::WHO.len(), "{text}");
        Self { name, words }
    }

    pub(super) fn operation(&self) -> &str {
        self.name.split('#').next().unwrap()
    }
}

const WORDS: [(Word, &str); 6] = [
    (Word::No, "-"),
    (Word::Yes, "yes"),
    (Word::All, "all"),
    (Word::Own, "own"),
    (Word::Hand, "hand"),
    (Word::Hidden, "hid"),
];

impl Word {
    fn read(text: &str) -> Self {
        let found = WORDS.iter().find(|(_, word)| *word == text);
        found.unwrap_or_else(|| panic!("{text:?} is no word of the table")).0
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(WORDS.iter().find(|(word, _)| word == self).unwrap().1)
    }
}

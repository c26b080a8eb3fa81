//! What a definition may name.

use fugong_core::Relation;

/// What somebody means by a value that is compared with a column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Choice {
    /// Anything may stand there.
    Any,
    /// What stands there for it: a code for what it is called.
    Is(String),
    /// It is nothing that can stand there: by it nothing is ever found.
    Never {
        /// What was probably meant.
        nearest: Option<String>,
        /// Everything that can be chosen; nothing where that is too much to say.
        can: Vec<String>,
    },
}

/// The registers that there are, and what their codes are called.
pub trait Catalog {
    /// A register by its name.
    fn relation(&self, name: &str) -> Option<&'static Relation>;

    /// The names of all registers, to find what was meant.
    fn names(&self) -> Vec<&'static str>;

    /// What a code in a column is called; none where it is no code.
    fn label(&self, register: &str, column: &str, code: &str) -> Option<String>;

    /// The codes that can be in a column; none where it has others, or which is not known.
    fn codes(&self, _register: &str, _column: &str) -> Option<Vec<&'static str>> {
        None
    }

    /// What is meant by a value that somebody chose for a column.
    fn choice(&self, _register: &str, _column: &str, _value: &str) -> Choice {
        Choice::Any
    }
}

//! What a definition may name.

use fugong_core::Relation;

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
}

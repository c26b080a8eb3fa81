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
}

//! Checks a log without its database, on a machine without a network, and without any code of the
//! program that wrote it: everything here is read from `docs/leaf-format.md` and the formats of
//! C2SP.

pub mod access;
pub mod bundle;
pub mod leaf;
pub mod note;
pub mod policy;
pub mod proof;
pub mod report;
pub mod tree;
mod verdict;

pub use verdict::{Verdict, Wrong};

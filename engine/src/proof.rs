//! The transparent log: who holds a checkpoint can tell whether anything before it was changed.
//!
//! A *checkpoint* says how many events a log has and the root of the tree over them, signed. It is
//! small enough to be printed, and whoever keeps one (an auditor, a witness, another office) keeps
//! what no administrator of the database can take back. Everything is in the formats of C2SP:
//! signed-note, tlog-checkpoint, tlog-tiles, tlog-proof.

mod bundle;
mod files;
mod nodes;
mod reading;
mod sealer;
mod signer;
mod witness;

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use signed_note::NoteError;

pub use crate::tree::{Hash, empty_root, extends, includes, node_hash};
pub use bundle::{Exported, export_bundle};
pub use nodes::TILE;
pub use signed_note;
pub use signer::{FileKey, Signer};
pub use witness::{Cosigner, Declined, Request, Witness, cosigned};

pub(crate) use sealer::Sealer;

/// The head of a tree, as a checkpoint says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
}

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root))
    }
}

/// From the text, or from a note that begins with it; signatures are not looked at.
impl FromStr for Checkpoint {
    type Err = NoteError;

    fn from_str(note: &str) -> Result<Self, NoteError> {
        let mut lines = note.lines();
        let mut line = || lines.next().filter(|line| !line.is_empty());
        let (Some(origin), Some(size), Some(root)) = (line(), line(), line()) else {
            return Err(NoteError::MalformedNote);
        };
        let number: u64 = size.parse().map_err(|_| NoteError::MalformedNote)?;
        let root = STANDARD.decode(root).ok().and_then(|root| root.try_into().ok());
        match root {
            Some(root) if number.to_string() == size => {
                Ok(Self { origin: origin.to_owned(), size: number, root })
            }
            Some(_) | None => Err(NoteError::MalformedNote),
        }
    }
}

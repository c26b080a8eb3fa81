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
#[cfg(feature = "gm")]
mod sm2;
mod witness;

use std::{fmt, iter, str::FromStr};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use signed_note::NoteError;

pub use crate::tree::{Hash, Hashing, empty_root, extends, includes, node_hash};
pub use bundle::{Exported, export_bundle};
pub use nodes::TILE;
pub use signed_note;
pub use signer::{FileKey, Signer};
#[cfg(feature = "gm")]
pub use sm2::Sm2Key;
pub use witness::{Cosigner, Declined, Request, Witness, cosigned};

pub(crate) use sealer::{Sealer, Second, Signers};

/// The head of a tree, as a checkpoint says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: the name of its key.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root of the tree over them.
    pub root: Hash,
    /// The root of the tree over them by SM3, where the log has one beside.
    pub sm3: Option<Hash>,
}

/// What stands before the root by SM3, on a line of its own.
const SM3: &str = "sm3 ";

/// The text that is signed.
impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root))?;
        self.sm3.map_or(Ok(()), |root| writeln!(f, "{SM3}{}", STANDARD.encode(root)))
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
        let hash = |text| -> Result<Hash, NoteError> {
            let hash = STANDARD.decode(text).ok().and_then(|hash| hash.try_into().ok());
            hash.ok_or(NoteError::MalformedNote)
        };
        let root = hash(root)?;
        // Whatever else stands in the text is somebody else's.
        let sm3 = iter::from_fn(line).find_map(|line| line.strip_prefix(SM3));
        let sm3 = sm3.map(hash).transpose()?;
        if number.to_string() == size {
            Ok(Self { origin: origin.to_owned(), size: number, root, sm3 })
        } else {
            Err(NoteError::MalformedNote)
        }
    }
}

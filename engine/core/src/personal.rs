//! Words about persons, stored so that they can be erased without touching history.

use std::{fmt, marker::PhantomData};

use serde::{Deserialize, Serialize};

use crate::{Failure, Recorded};

/// A value about a person, sealed under the key of its subject.
///
/// What is stored is the subject (a pseudonym), a ciphertext and a commitment; destroying the
/// subject's key erases the value, and every hash over the stored bytes still holds. The salt of
/// the commitment lies inside the ciphertext, so that nobody can guess a short value from it.
/// Whoever seals and opens it is the engine's key store.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Personal<T = String> {
    /// Whose key seals it: a pseudonym such as an officer's id.
    pub subject: String,
    /// base64 of nonce (12 bytes), ciphertext and tag of AES-256-GCM; the subject is its
    /// associated data, the plaintext a salt of 32 bytes and the JSON text of the value.
    pub sealed: String,
    /// Hex of SHA-256 over the plaintext: salt and JSON text.
    pub commitment: String,
    #[serde(skip)]
    what: PhantomData<fn() -> T>,
}

impl<T> Personal<T> {
    /// A sealed value from its stored parts.
    pub fn from_parts(subject: String, sealed: String, commitment: String) -> Self {
        Self { subject, sealed, commitment, what: PhantomData }
    }
}

impl<T> Clone for Personal<T> {
    fn clone(&self) -> Self {
        Self::from_parts(self.subject.clone(), self.sealed.clone(), self.commitment.clone())
    }
}

impl<T> PartialEq for Personal<T> {
    fn eq(&self, other: &Self) -> bool {
        self.subject == other.subject
            && self.sealed == other.sealed
            && self.commitment == other.commitment
    }
}

impl<T> Eq for Personal<T> {}

impl<T> fmt::Debug for Personal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Personal({}, {})", self.subject, self.commitment.get(..8).unwrap_or_default())
    }
}

/// What opening a [`Personal`] value gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unsealed<T> {
    /// The value.
    Value(T),
    /// The subject's key was destroyed on request: the value is gone for good.
    Erased,
    /// The value is kept, and not to be used until that is lifted.
    Restricted,
}

/// What an event asks of the key of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyDeed {
    /// Destroy it: what was sealed under it is gone for good, and a restriction of it ends.
    Destroy,
    /// Keep it, and open nothing that was or will be sealed under it.
    Restrict,
    /// Open with it again.
    Unrestrict,
}

/// What the events of one kind of aggregate ask of the keys. Such an aggregate has the subject's
/// name for its id. The engine does what is asked before it answers, and again after a crash.
#[derive(Debug, Clone, Copy)]
pub struct Consequences {
    /// The kind: its `Aggregate::TYPE`.
    pub kind: &'static str,
    /// What an event of it asks, if anything.
    pub of: fn(&Recorded) -> Result<Option<KeyDeed>, Failure>,
}

//! Policies and timers: what happens by itself.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::{Act, Failure, Recorded, Rows};

/// A pure function from an event and its own state to commands and timers.
///
/// State, checkpoint and what it gave out are stored in one transaction; what it gave out runs
/// once in effect. Replaying or rebuilding never runs a policy.
pub trait Policy: Send + Sync {
    /// Its name: part of the id of every command it gives, so it never changes.
    fn name(&self) -> &str;

    /// What `event` sets off.
    ///
    /// # Errors
    ///
    /// [`Failure`] when the event cannot be read; the policy then stops at it, visibly.
    fn react(&self, state: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure>;
}

/// One thing a policy sets off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reaction {
    /// Do this now.
    Do(Intent),
    /// Do this at an instant; a timer of the same key is replaced.
    At {
        /// Names the timer within its policy.
        key: String,
        /// When it is due.
        due: DateTime<Utc>,
        /// What to do then. It looks at the state of that moment, and does nothing if outdated.
        intent: Intent,
    },
    /// Forget the timer with this key.
    Forget {
        /// Names the timer within its policy.
        key: String,
    },
}

/// A command as text, to be run later.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intent {
    /// Which kind of act, [`Act::KIND`].
    pub kind: String,
    /// Its JSON text.
    pub body: String,
}

impl Intent {
    /// `act` as text.
    ///
    /// # Errors
    ///
    /// When it cannot be written as JSON.
    pub fn new<X: Act>(act: &X) -> Result<Self, serde_json::Error> {
        Ok(Self { kind: X::KIND.to_owned(), body: serde_json::to_string(act)? })
    }
}

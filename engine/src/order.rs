//! What goes with an act, and what comes back.

use fugong_core::{Position, Recorded};

/// How an act is to be carried out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Order {
    /// Names the command for ever: a repeat gets the first receipt.
    pub command_id: String,
    /// Tells a repeat from another request under the same id.
    pub fingerprint: String,
    /// The version the caller saw of the subject, if the act depends on it.
    pub expected_version: Option<u64>,
    /// The command that began the chain.
    pub correlation_id: Option<String>,
    /// The event that caused the command.
    pub causation_id: Option<String>,
    /// Whether a receipt is kept although nothing happened: yes for a caller, no for a timer.
    pub keep_no_op: bool,
    /// The command as text, kept with the receipt, where the engine cannot write it down itself:
    /// the command of a plain aggregate need not be serialisable. An act brings its own text.
    pub command: Option<String>,
}

impl Order {
    /// What of it goes into the receipt as it is.
    pub(crate) fn texts(&self) -> impl Iterator<Item = &str> {
        let always = [self.command_id.as_str(), &self.fingerprint];
        always.into_iter().chain(self.command.as_deref())
    }
}

/// What an act came to.
#[derive(Debug, Clone)]
pub struct Receipt {
    /// Whether it had been carried out before.
    pub replayed: bool,
    /// Where its last event stands; the head if nothing had to happen.
    pub position: Position,
    /// The subject's version after it.
    pub version: u64,
    /// What happened.
    pub events: Vec<Recorded>,
}

/// Which events of the log are wanted; all of them if nothing is said.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only these event types, unless empty. Alone, they are looked for along the whole log.
    pub types: Vec<String>,
    /// Only aggregates of this kind; found by their keys, however long the log is.
    pub kind: Option<String>,
    /// Only this aggregate: kind and id.
    pub aggregate: Option<(String, String)>,
    /// Only one of these aggregates: kinds and ids. Where kinds are known, this is sooner found than
    /// [`Self::ids`].
    pub aggregates: Option<Vec<(String, String)>>,
    /// Only aggregates with one of these ids, of whatever kind; found by their keys, however long
    /// the log is.
    pub ids: Option<Vec<String>>,
    /// None after this position.
    pub upto: Option<Position>,
}

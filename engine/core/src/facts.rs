//! What a decision may look at.

use cqrs_es::Aggregate;

/// The aggregates of one log, as a decision reads them.
///
/// What is read is noted with its version, and the append fails if it changed meanwhile: so a
/// decision never stands on what was not so.
pub trait Facts {
    /// The state of the aggregate `id` of kind `A`; its default state if nothing happened to it.
    ///
    /// # Errors
    ///
    /// [`NotYet`] when it has to be fetched first: pass it on with `?`, the engine fetches it and
    /// asks again. A decision is a pure function, so asking twice does no harm.
    fn read<A: Aggregate + 'static>(&mut self, id: &str) -> Result<&A, NotYet>;

    /// How many events have happened to it; 0 if there is none such.
    ///
    /// # Errors
    ///
    /// [`NotYet`], as [`Self::read`].
    fn version<A: Aggregate + 'static>(&mut self, id: &str) -> Result<u64, NotYet>;
}

/// An aggregate must be fetched before the decision can go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotYet;

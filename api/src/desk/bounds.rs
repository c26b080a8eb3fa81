//! The bounds within which a desk serves.

use tokio::time::timeout;

use super::Desk;
use crate::{places::Taken, problem::Problem};

impl Desk {
    /// A place among those who act now, until it is dropped.
    pub(crate) fn act_place(&self) -> Result<Taken, Problem> {
        self.inner.acts.take()
    }

    /// A place among those who read now, until it is dropped.
    pub(crate) fn read_place(&self) -> Result<Taken, Problem> {
        self.inner.reads.take()
    }

    /// Takes what is asked for from what the actor may ask for.
    ///
    /// # Errors
    ///
    /// `RATE_LIMITED` when he has asked for too much.
    pub(crate) fn charge(&self, actor: &str, cost: u32) -> Result<(), Problem> {
        self.inner.rates.as_ref().map_or(Ok(()), |rates| rates.take(actor, cost))
    }

    /// `work`, unless it takes too long.
    pub(crate) async fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let late = || Problem::unavailable("it took too long; repeat it with the same key");
        timeout(self.settings().patience, work).await.map_err(|_| late())?
    }
}

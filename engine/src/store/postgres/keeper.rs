//! What is written beside the appends, on a connection of its own: the disk's time for an append
//! is this thread's time to work.

use super::open::Opener;
use crate::{
    error::Trouble,
    store::{
        db::Db,
        queue::{Batch, Flush, Job},
    },
};

pub(super) struct Keeper {
    opener: Opener,
    /// None after a failure, until the database can be reached again.
    db: Option<Db>,
}

impl Keeper {
    pub(super) fn new(opener: Opener, db: Db) -> Self {
        Self { opener, db: Some(db) }
    }

    /// Writes what was ready in one transaction.
    pub(super) fn carry_out(&mut self, batch: Batch) {
        let Batch { appends, mut jobs, barriers } = batch;
        for append in appends {
            append.failed(Trouble::Unavailable("it was queued in the wrong place".to_owned()));
        }
        if !jobs.is_empty() {
            let ended = self.commit(&mut jobs);
            if let Err(trouble) = &ended {
                tracing::error!(error = %trouble, jobs = jobs.len(), "a batch failed");
                // A connection that failed may hold anything.
                self.db = None;
            }
            for job in jobs {
                job.answer(ended.clone());
            }
        }
        for barrier in barriers {
            let _gone = barrier.send(Ok(()));
        }
    }

    fn commit(&mut self, jobs: &mut [Box<dyn Job>]) -> Result<(), Trouble> {
        let db = match self.db.take().filter(Db::is_alive) {
            Some(db) => db,
            None => self.opener.patiently(|| self.opener.keeper())?,
        };
        let now = jobs.iter().any(|job| job.flush() == Flush::Now);
        if jobs.iter().all(|job| job.flush() == Flush::Alone) {
            for job in jobs {
                job.run(&db);
            }
            self.db = Some(db);
            return Ok(());
        }
        // This connection does not wait for the disk unless it is told to.
        db.batch(if now { "BEGIN; SET LOCAL synchronous_commit = on" } else { "BEGIN" })?;
        if let [job] = jobs {
            let kept = job.run(&db);
            db.batch(if kept { "COMMIT" } else { "ROLLBACK" })?;
        } else {
            for job in jobs {
                db.batch("SAVEPOINT job")?;
                let kept = job.run(&db);
                db.batch(if kept { "RELEASE job" } else { "ROLLBACK TO job; RELEASE job" })?;
            }
            db.batch("COMMIT")?;
        }
        self.db = Some(db);
        Ok(())
    }
}

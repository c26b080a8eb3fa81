//! The one connection of this process that appends.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use ::postgres::{Row as Found, Statement, error::SqlState};
use fugong_core::{LogId, Position, Recorded};
use tokio::time::timeout;
use tokio_postgres::Client;

use super::{
    append::{CHECKED, Call, Groups, PLAINLY, Signed},
    open::SETTINGS,
    spoken,
};
use crate::{
    error::Trouble,
    server::Server,
    store::{
        append::Append,
        db::{Row, number, whole},
        events,
    },
};

/// A connection that has rested so long is tried before it is used.
const RESTED: Duration = Duration::from_secs(2);
/// How long it may take to answer then.
const ALIVE: Duration = Duration::from_secs(2);

/// A connection, on which the next is said before the last is answered: the server carries out one
/// after the other.
pub(super) struct Line {
    client: Client,
    plainly: Statement,
    checked: Statement,
    head: Statement,
    between: Statement,
    by: Signed,
    used: Mutex<Instant>,
}

/// What appending a batch came to.
pub(super) enum Written {
    /// All of it stands after the head that was known.
    All,
    /// Nothing: it has to be checked.
    Nothing,
    /// What held, after this head: whether for each command.
    Some { base: u64, kept: Vec<bool> },
}

impl Line {
    /// Connects, when no transaction that this process began before holds the head any more.
    pub(super) async fn connect(server: &Server, by: Signed) -> Result<Self, Trouble> {
        let client = server.connect_async().await?;
        client.batch_execute(SETTINGS).await?;
        let held = "SELECT head FROM logs WHERE log_id = $1 FOR UPDATE";
        client.query_one(held, &[&i64::from(by.log.0)]).await?;
        Ok(Self {
            plainly: client.prepare(PLAINLY).await?,
            checked: client.prepare(CHECKED).await?,
            head: client.prepare("SELECT head FROM logs WHERE log_id = $1").await?,
            between: client.prepare(&spoken(&events::between())).await?,
            client,
            by,
            used: Mutex::new(Instant::now()),
        })
    }

    /// Whether the server still answers, as far as is known.
    pub(super) async fn is_alive(&self) -> bool {
        if self.client.is_closed() {
            return false;
        }
        let rested = {
            let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::replace(&mut *used, Instant::now()).elapsed()
        };
        rested < RESTED || matches!(timeout(ALIVE, self.client.simple_query("")).await, Ok(Ok(_)))
    }

    /// The head of the log.
    pub(super) async fn head(&self) -> Result<u64, Trouble> {
        let found = self.client.query_one(&self.head, &[&i64::from(self.by.log.0)]).await?;
        Ok(number(found.try_get(0)?))
    }

    /// Appends it all after `known`, if nobody has written since this process did.
    pub(super) async fn append(&self, known: u64, appends: &[Append]) -> Result<Written, Trouble> {
        let call = Call::plain(self.by, known, appends);
        match self.client.query_one(&self.plainly, &call.plainly()).await {
            Ok(found) if found.try_get(0)? => Ok(Written::All),
            Ok(_) => Ok(Written::Nothing),
            // A command that was carried out before: which of them it is, is looked for then.
            Err(error) if error.code() == Some(&SqlState::UNIQUE_VIOLATION) => Ok(Written::Nothing),
            Err(error) => Err(error.into()),
        }
    }

    /// Appends what holds, under the lock of the head.
    pub(super) async fn append_checked(&self, appends: &[Append]) -> Result<Written, Trouble> {
        let groups = Groups::of(appends);
        let call = groups.call(self.by, appends);
        let found = self.client.query_one(&self.checked, &call.checked()).await?;
        let bad: Vec<i64> = found.try_get(1)?;
        Ok(Written::Some { base: number(found.try_get(0)?), kept: groups.kept(&bad) })
    }

    /// The events after a position, up to another, none missing.
    pub(super) async fn events(
        &self,
        log: LogId,
        after: Position,
        end: Position,
    ) -> Result<Vec<Recorded>, Trouble> {
        let values: [i64; 3] = [i64::from(log.0), whole(after.0), whole(end.0)];
        let [log_id, since, upto] = &values;
        let found: Vec<Found> = self.client.query(&self.between, &[log_id, since, upto]).await?;
        events::all(log, (after, end), &found.iter().map(Row::Postgres).collect::<Vec<_>>())
    }
}

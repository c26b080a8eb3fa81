//! The PostgreSQL store: several processes may write one log.

mod append;
mod copied;
mod flight;
mod keeper;
mod layout;
mod line;
mod open;
mod reporting;
mod rights;
mod scribe;
mod trouble;
mod value;

use std::{
    cell::{RefCell, RefMut},
    collections::HashMap,
    ops::ControlFlow,
    time::{Duration, Instant},
};

use postgres::{Client, Statement, fallible_iterator::FallibleIterator as _, types::ToSql};

use self::copied::Streaming;
use super::db::{Row, Value, spell};
use crate::{error::Trouble, server::Server};

pub(in crate::store) use copied::Copied;
pub(super) use open::{foreign, fresh, logs, open, reader};
pub(super) use reporting::report;
pub(super) use rights::{distribute, grant};

/// A connection that has rested so long is tried before it is used.
const RESTED: Duration = Duration::from_secs(2);
/// How long it may take to answer then.
const ALIVE: Duration = Duration::from_secs(2);

/// A connection, with the statements that it has prepared.
pub(crate) struct Session {
    client: RefCell<Client>,
    statements: RefCell<HashMap<String, Statement>>,
    used: RefCell<Instant>,
    server: Server,
    streaming: RefCell<Option<Streaming>>,
}

impl Session {
    fn new(client: Client, server: Server) -> Self {
        Self {
            client: RefCell::new(client),
            statements: RefCell::default(),
            used: RefCell::new(Instant::now()),
            server,
            streaming: RefCell::default(),
        }
    }

    /// Whether the server still answers, as far as is known.
    pub(super) fn is_alive(&self) -> bool {
        let Ok(mut client) = self.client() else { return false };
        if client.is_closed() {
            return false;
        }
        let rested = self.used.replace(Instant::now()).elapsed();
        rested < RESTED || client.is_valid(ALIVE).is_ok()
    }

    pub(super) fn run(&self, sql: &str, values: &[Value<'_>]) -> Result<u64, Trouble> {
        let mut client = self.client()?;
        let statement = self.statement(&mut client, sql)?;
        Ok(client.execute(&statement, &parameters(values))?)
    }

    pub(super) fn each(
        &self,
        sql: &str,
        values: &[Value<'_>],
        take: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, Trouble>,
    ) -> Result<(), Trouble> {
        let mut client = self.client()?;
        let statement = self.statement(&mut client, sql)?;
        let mut rows = client.query_raw(&statement, parameters(values))?;
        while let Some(row) = rows.next()? {
            if take(&Row::Postgres(&row))?.is_break() {
                break;
            }
        }
        Ok(())
    }

    pub(super) fn batch(&self, sql: &str) -> Result<(), Trouble> {
        Ok(self.client()?.batch_execute(sql)?)
    }

    fn client(&self) -> Result<RefMut<'_, Client>, Trouble> {
        self.client.try_borrow_mut().map_err(|_| begun())
    }

    /// The connection for very many rows, made when it is needed first.
    fn streaming(&self) -> Result<RefMut<'_, Streaming>, Trouble> {
        let mut kept = self.streaming.try_borrow_mut().map_err(|_| begun())?;
        if kept.as_ref().is_none_or(Streaming::is_closed) {
            *kept = Some(Streaming::connect(&self.server)?);
        }
        RefMut::filter_map(kept, Option::as_mut).map_err(|_| begun())
    }

    /// The statement, prepared once for each connection.
    fn statement(&self, client: &mut Client, sql: &str) -> Result<Statement, Trouble> {
        let mut statements = self.statements.borrow_mut();
        if let Some(statement) = statements.get(sql) {
            return Ok(statement.clone());
        }
        let statement = client.prepare(&spoken(sql))?;
        statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

fn begun() -> Trouble {
    Trouble::Unavailable("a statement was begun inside another; a defect".to_owned())
}

fn parameters<'a>(values: &'a [Value<'_>]) -> Vec<&'a (dyn ToSql + Sync)> {
    let mut parameters: Vec<&(dyn ToSql + Sync)> = Vec::with_capacity(values.len());
    for value in values {
        parameters.push(value);
    }
    parameters
}

/// A statement as PostgreSQL takes it.
fn spoken(sql: &str) -> String {
    let spelled = spell(sql, |notation, place| match notation {
        "in" => format!("= ANY({place})"),
        "pairs" => format!(
            "(SELECT split_part(value, '/', 1) AS kind, \
             substr(value, strpos(value, '/') + 1) AS id \
             FROM unnest({place}::text[]) AS listed (value)) AS pairs"
        ),
        _each => format!("unnest({place}::text[]) AS wanted (value)"),
    });
    let plain = |spelled: String, column| spelled.replace(&format!("+{column}"), column);
    ["log_id", "position", "policy"].into_iter().fold(spelled.replace('?', "$"), plain)
}

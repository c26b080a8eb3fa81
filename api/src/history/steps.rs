//! Event by event: how it stood, what happened, how it stands.

use fugong_core::Position;
use fugong_domain::{Kind, registers::Table};
use serde_json::{Value, json};

use super::{
    History, Moment, Told, Whose,
    between::{changed, patch},
};
use crate::problem::Problem;

/// How many events of the district are looked at for one page of a register's steps.
const LOOKED_AT: usize = 1_000;

/// One event, and what it changed.
#[derive(Debug, Clone)]
pub struct Step {
    /// What happened.
    pub told: Told,
    /// How it stood before; of a register, the rows that the event changed.
    pub before: Value,
    /// How it stands after it.
    pub after: Value,
    /// From the one to the other: a JSON Patch, for a register its changed rows.
    pub changes: Value,
}

impl History<'_> {
    /// The steps after `after` and up to the moment's position, at most `limit`; and the position
    /// up to which was looked, if there is more. An aggregate's or an enterprise's step shows the
    /// aggregate to which the event happened; a register's steps are the events that changed its
    /// rows for the moment's day.
    ///
    /// # Errors
    ///
    /// When the log cannot be read.
    pub async fn steps(
        &self,
        whose: &Whose,
        after: Position,
        upto: Moment,
        limit: usize,
    ) -> Result<(Vec<Step>, Option<Position>), Problem> {
        if let Whose::Register(table) = whose {
            return self.register_steps(table, after, upto, limit).await;
        }
        let told = self.happened(whose, (after, upto.known), limit).await?;
        let more = told.last().map(|told| told.event.position).filter(|_| limit <= told.len());
        let mut steps = Vec::with_capacity(told.len());
        for told in told {
            steps.push(self.step(told).await?);
        }
        Ok((steps, more))
    }

    async fn step(&self, told: Told) -> Result<Step, Problem> {
        let event = &told.event;
        let (mut before, mut after) = (Value::Null, Value::Null);
        if let Some(kind) = Kind::from_code(&event.aggregate_type) {
            let earlier = Position(event.position.0.saturating_sub(1));
            before = self.thing(kind, &event.aggregate_id, earlier).await?;
            after = self.thing(kind, &event.aggregate_id, event.position).await?;
        }
        let changes = patch(&before, &after);
        Ok(Step { told, before, after, changes })
    }

    async fn register_steps(
        &self,
        table: &'static Table,
        after: Position,
        upto: Moment,
        limit: usize,
    ) -> Result<(Vec<Step>, Option<Position>), Problem> {
        let whole = Whose::Register(table);
        let told = self.happened(&whole, (after, upto.known), LOOKED_AT).await?;
        let full = LOOKED_AT <= told.len();
        let at = |known| Moment { known, ..upto };
        let (mut steps, mut last) = (Vec::new(), after);
        let mut stood = self.lines(table, at(after)).await?;
        for told in told {
            last = told.event.position;
            let stands = self.lines(table, at(last)).await?;
            let rows = changed(table, &stood, &stands);
            if !rows.is_empty() {
                let of = |side: &str| {
                    let rows = rows.iter().filter_map(|row| row.get(side));
                    json!(rows.filter(|row| !row.is_null()).collect::<Vec<_>>())
                };
                let (before, after) = (of("before"), of("after"));
                steps.push(Step { told, before, after, changes: json!(rows) });
            }
            stood = stands;
            if limit <= steps.len() {
                return Ok((steps, Some(last)));
            }
        }
        Ok((steps, full.then_some(last)))
    }
}

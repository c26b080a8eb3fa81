//! A row in memory.

use std::{
    any::Any,
    sync::{Arc, OnceLock},
};

use serde::{Serialize, de::DeserializeOwned};

use super::Row;
use crate::{
    Failure,
    recorded::{Slot, read},
};

/// A row that is held: what it says once somebody has read it or put it, and its text, or how
/// that is written.
#[derive(Debug, Clone)]
pub(super) struct Held {
    said: Slot,
    text: Text,
}

#[derive(Debug, Clone)]
enum Text {
    Known(Row),
    Unwritten(Write, OnceLock<Row>),
}

/// Writes what was put.
type Write = fn(&(dyn Any + Send + Sync)) -> Result<Row, Failure>;

impl From<Row> for Held {
    fn from(text: Row) -> Self {
        Self { said: Slot::new(), text: Text::Known(text) }
    }
}

impl Held {
    pub(super) fn of<R: Serialize + Send + Sync + 'static>(row: R) -> Self {
        let said: Arc<dyn Any + Send + Sync> = Arc::new(row);
        Self { said: Slot::from(said), text: Text::Unwritten(write::<R>, OnceLock::new()) }
    }

    /// What it says as an `R`, read at most once for each kind of reader.
    pub(super) fn read<R>(&self) -> Result<Arc<R>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        if let Some(known) = self.said.get().and_then(|any| Arc::clone(any).downcast().ok()) {
            return Ok(known);
        }
        Ok(read(&self.said, &self.text()?)?)
    }

    pub(super) fn text(&self) -> Result<Row, Failure> {
        match &self.text {
            Text::Known(text) => Ok(Row::clone(text)),
            Text::Unwritten(write, once) => once.get().map_or_else(
                || self.said.get().map_or_else(|| Err(unsaid()), |said| write(&**said)),
                |text| Ok(Row::clone(text)),
            ),
        }
    }

    /// The same, kept for whoever asks again.
    pub(super) fn kept_text(&self) -> Result<&str, Failure> {
        match &self.text {
            Text::Known(text) => Ok(text),
            Text::Unwritten(_, once) => {
                let text = self.text()?;
                Ok(once.get_or_init(|| text))
            }
        }
    }
}

fn write<R: Serialize + 'static>(said: &(dyn Any + Send + Sync)) -> Result<Row, Failure> {
    let said = said.downcast_ref::<R>().ok_or_else(unsaid)?;
    Ok(serde_json::to_string(said)?.into())
}

fn unsaid() -> Failure {
    Failure("a row says nothing; a defect".to_owned())
}

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

/// A row that is held: its text and what it says once somebody has read it, or what was put and
/// its text once somebody has asked for it.
#[derive(Debug, Clone)]
pub(super) enum Held {
    Read(Row, Slot),
    Put(Said, Write, OnceLock<Row>),
}

/// What a row says.
type Said = Arc<dyn Any + Send + Sync>;

/// Writes what was put.
type Write = fn(&(dyn Any + Send + Sync)) -> Result<Row, Failure>;

impl From<Row> for Held {
    fn from(text: Row) -> Self {
        Self::Read(text, Slot::new())
    }
}

impl Held {
    pub(super) fn of<R: Serialize + Send + Sync + 'static>(row: R) -> Self {
        Self::Put(Arc::new(row), write::<R>, OnceLock::new())
    }

    /// What it says as an `R`, read at most once for each kind of reader where it was read.
    pub(super) fn read<R>(&self) -> Result<Arc<R>, Failure>
    where
        R: DeserializeOwned + Send + Sync + 'static,
    {
        match self {
            Self::Read(text, slot) => Ok(read(slot, text)?),
            Self::Put(said, _, _) => match Arc::clone(said).downcast() {
                Ok(said) => Ok(said),
                Err(_other) => Ok(Arc::new(serde_json::from_str(&self.text()?)?)),
            },
        }
    }

    pub(super) fn text(&self) -> Result<Row, Failure> {
        match self {
            Self::Read(text, _) => Ok(Row::clone(text)),
            Self::Put(said, write, once) => {
                once.get().map_or_else(|| write(&**said), |text| Ok(Row::clone(text)))
            }
        }
    }

    /// The same, kept for whoever asks again.
    pub(super) fn kept_text(&self) -> Result<&str, Failure> {
        match self {
            Self::Read(text, _) => Ok(text),
            Self::Put(_, _, once) => {
                let text = self.text()?;
                Ok(once.get_or_init(|| text))
            }
        }
    }
}

fn write<R: Serialize + 'static>(said: &(dyn Any + Send + Sync)) -> Result<Row, Failure> {
    let said = said
        .downcast_ref::<R>()
        .ok_or_else(|| Failure("a row says something else than was put; a defect".to_owned()))?;
    Ok(serde_json::to_string(said)?.into())
}

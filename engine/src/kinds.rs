//! The kinds of aggregate a log runs, met without knowing their types.

use std::{any::Any, collections::HashMap, ops::ControlFlow, sync::Arc};

use cqrs_es::{
    Aggregate,
    persist::{EventUpcaster, SerializedEvent},
};
use fugong_core::{LogId, Position, Recorded};

use crate::{
    error::Trouble,
    store::db::{Db, Row, values},
};

/// An aggregate's state, whatever its type.
pub(crate) type Instance = Box<dyn Any + Send + Sync>;

/// A stretch of one aggregate's life.
#[derive(Debug, Clone)]
pub(crate) struct Life {
    pub(crate) log: LogId,
    pub(crate) id: String,
    /// No event after this one.
    pub(crate) upto: Position,
}

/// What the engine knows of a kind of aggregate.
pub(crate) trait Kind: Send + Sync {
    /// The state of an aggregate folded from its events, and how many they were; none if they are
    /// more than `most`.
    fn fold(&self, db: &Db, life: &Life, most: u64) -> Result<Option<(Instance, u64)>, Trouble>;

    /// The state before anything happened.
    fn fresh(&self) -> Instance;

    /// Lets an event happen to a state of this kind.
    fn apply(&self, instance: &mut Instance, event: &Recorded) -> Result<(), Trouble>;

    /// What its commands may use.
    fn services(&self) -> &(dyn Any + Send + Sync);
}

/// The kinds of a log, by `Aggregate::TYPE`.
pub(crate) type Kinds = HashMap<&'static str, Arc<dyn Kind>>;

/// Rewrite stored events of older versions as they are read.
pub(crate) type Upcasters = Vec<Box<dyn EventUpcaster>>;

/// What reading needs of a stored event.
pub(crate) struct Stored<'a> {
    pub(crate) id: &'a str,
    pub(crate) sequence: u64,
    pub(crate) event_type: &'a str,
    pub(crate) event_version: &'a str,
    pub(crate) payload: &'a str,
}

/// The kind `A`.
pub(crate) struct Of<A: Aggregate> {
    pub(crate) services: A::Services,
    pub(crate) upcasters: Upcasters,
}

impl<A: Aggregate + 'static> Kind for Of<A>
where
    A::Services: 'static,
{
    fn fold(&self, db: &Db, life: &Life, most: u64) -> Result<Option<(Instance, u64)>, Trouble> {
        let Life { log, id, upto } = life;
        // The plus signs keep the planner on the key of the aggregate, not on the whole log.
        let sql = "SELECT sequence, event_type, event_version, payload FROM events \
                   WHERE aggregate_type = ?1 AND aggregate_id = ?2 AND +log_id = ?3 \
                   AND +position <= ?4 ORDER BY sequence";
        let (mut aggregate, mut version, mut whole) = (A::default(), 0_u64, true);
        db.each(sql, values![A::TYPE, id, log.0, upto.0], |row| {
            if version == most {
                whole = false;
                return Ok(ControlFlow::Break(()));
            }
            version = version.saturating_add(1);
            aggregate.apply(self.next(row, id, version)?);
            Ok(ControlFlow::Continue(()))
        })?;
        let instance: Instance = Box::new(aggregate);
        Ok(whole.then_some((instance, version)))
    }

    fn fresh(&self) -> Instance {
        Box::new(A::default())
    }

    fn apply(&self, instance: &mut Instance, event: &Recorded) -> Result<(), Trouble> {
        let Some(aggregate) = instance.downcast_mut::<A>() else {
            return Err(Trouble::Unavailable(format!("{} is no state of its kind", A::TYPE)));
        };
        let stored = Stored {
            id: &event.aggregate_id,
            sequence: event.sequence,
            event_type: &event.event_type,
            event_version: &event.event_version,
            payload: &event.payload,
        };
        aggregate.apply(self.read(&stored)?);
        Ok(())
    }

    fn services(&self) -> &(dyn Any + Send + Sync) {
        &self.services
    }
}

impl<A: Aggregate> Of<A> {
    /// The event in `row`, which is to be number `version` of the life of `id`.
    fn next(&self, row: &Row<'_>, id: &str, version: u64) -> Result<A::Event, Trouble> {
        if row.count(0)? != version {
            return Err(Trouble::Corrupt(format!(
                "event {version} of {} {id} is missing: restore a backup",
                A::TYPE
            )));
        }
        let stored = Stored {
            id,
            sequence: version,
            event_type: row.text(1)?,
            event_version: row.text(2)?,
            payload: row.text(3)?,
        };
        self.read(&stored)
    }

    fn read(&self, stored: &Stored<'_>) -> Result<A::Event, Trouble> {
        read::<A>(&self.upcasters, stored).map_err(|e| {
            let Stored { id, sequence, .. } = stored;
            Trouble::Corrupt(format!(
                "event {sequence} of {} {id} cannot be read ({e}): an upcaster is missing",
                A::TYPE
            ))
        })
    }
}

/// A stored event of `A`, rewritten where it is of an older version.
pub(crate) fn read<A: Aggregate>(
    upcasters: &Upcasters,
    stored: &Stored<'_>,
) -> Result<A::Event, serde_json::Error> {
    let Stored { id, sequence, event_type, event_version, payload } = *stored;
    if !upcasters.iter().any(|it| it.can_upcast(event_type, event_version)) {
        return serde_json::from_str(payload);
    }
    let mut event = SerializedEvent {
        aggregate_id: id.to_owned(),
        sequence: usize::try_from(sequence).unwrap_or(usize::MAX),
        aggregate_type: A::TYPE.to_owned(),
        event_type: event_type.to_owned(),
        event_version: event_version.to_owned(),
        payload: serde_json::from_str(payload)?,
        metadata: serde_json::Value::Null,
    };
    for upcaster in upcasters {
        if upcaster.can_upcast(&event.event_type, &event.event_version) {
            event = upcaster.upcast(event);
        }
    }
    serde_json::from_value(event.payload)
}

//! A cqrs-es view as a register.

use std::{fmt, marker::PhantomData};

use cqrs_es::{Aggregate, EventEnvelope, View, persist::EventUpcaster};
use fugong_core::{Failure, Keys, Recorded, Register, Relation, Rows, Unreadable};

use crate::kinds::{Stored, Upcasters, read};

/// Keeps a view of cqrs-es as a register: one row an aggregate of type `A`, under its id, as
/// `GenericQuery` keeps it; but each event once, with the checkpoint, and to be rebuilt.
///
/// ```
/// # use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View, event_sink::EventSink};
/// # use fugong_engine::{Engine, ViewRegister, core::Relation};
/// # use serde::{Deserialize, Serialize};
/// # use std::{convert::Infallible, sync::Arc};
/// # #[derive(Debug, Default, Serialize, Deserialize)]
/// # struct Door;
/// # #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
/// # enum DoorEvent { Opened }
/// # impl DomainEvent for DoorEvent {
/// #     fn event_type(&self) -> String { "door-opened".to_owned() }
/// #     fn event_version(&self) -> String { "1".to_owned() }
/// # }
/// # impl Aggregate for Door {
/// #     const TYPE: &'static str = "door";
/// #     type Command = ();
/// #     type Event = DoorEvent;
/// #     type Error = Infallible;
/// #     type Services = ();
/// #     async fn handle(&mut self, (): (), (): &(), sink: &EventSink<Self>) -> Result<(), Infallible> {
/// #         sink.write(DoorEvent::Opened, self).await;
/// #         Ok(())
/// #     }
/// #     fn apply(&mut self, _event: DoorEvent) {}
/// # }
/// /// How often a door was opened.
/// #[derive(Debug, Default, Serialize, Deserialize)]
/// struct Openings(u64);
///
/// impl View<Door> for Openings {
///     fn update(&mut self, event: &EventEnvelope<Door>) {
///         match event.payload {
///             DoorEvent::Opened => self.0 += 1,
///         }
///     }
/// }
///
/// let table = Relation { name: "openings", label_zh: "开门", label_en: "openings", columns: &[] };
/// let builder = Engine::builder()
///     .aggregate::<Door>(())
///     .register(Arc::new(ViewRegister::<Openings, Door>::new(table, 1)));
/// ```
pub struct ViewRegister<V, A> {
    relations: [Relation; 1],
    version: u32,
    upcasters: Upcasters,
    unreadable: Unreadable,
    of: PhantomData<fn() -> (V, A)>,
}

impl<V: View<A>, A: Aggregate> ViewRegister<V, A> {
    /// The register that is called as its one table is; `version` is that of what `V` makes of
    /// events.
    pub fn new(table: Relation, version: u32) -> Self {
        let unreadable = Unreadable::Stop;
        Self { relations: [table], version, upcasters: Vec::new(), unreadable, of: PhantomData }
    }

    /// Rewrites stored events as they are read: give those that the aggregate has.
    #[must_use]
    pub fn upcaster(mut self, upcaster: Box<dyn EventUpcaster>) -> Self {
        self.upcasters.push(upcaster);
        self
    }

    /// Sets the row of an aggregate apart whose event cannot be read, instead of stopping.
    #[must_use]
    pub fn setting_apart(mut self) -> Self {
        self.unreadable = Unreadable::SetApart;
        self
    }

    fn table(&self) -> &'static str {
        let [table] = &self.relations;
        table.name
    }
}

impl<V: View<A>, A: Aggregate> Register for ViewRegister<V, A> {
    fn name(&self) -> &str {
        self.table()
    }

    fn version(&self) -> u32 {
        self.version
    }

    fn relations(&self) -> &[Relation] {
        &self.relations
    }

    fn keys(&self, event: &Recorded) -> Keys {
        let ours = *event.aggregate_type == *A::TYPE;
        Keys(ours.then(|| (self.table(), event.aggregate_id.to_string())).into_iter().collect())
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        if *event.aggregate_type != *A::TYPE {
            return Ok(());
        }
        let stored = Stored {
            id: &event.aggregate_id,
            sequence: event.sequence,
            event_type: &event.event_type,
            event_version: &event.event_version,
            payload: &event.payload,
        };
        let known = rows.text(self.table(), &event.aggregate_id)?;
        let known = known.map(|text| serde_json::from_str(&text)).transpose()?;
        let mut view: V = known.unwrap_or_default();
        view.update(&EventEnvelope {
            aggregate_id: event.aggregate_id.to_string(),
            sequence: usize::try_from(event.sequence).unwrap_or(usize::MAX),
            payload: read::<A>(&self.upcasters, &stored)?,
            metadata: event.metadata.iter().map(|(key, it)| (key.clone(), it.clone())).collect(),
        });
        rows.put_text(self.table(), &*event.aggregate_id, serde_json::to_string(&view)?.into());
        Ok(())
    }

    fn unreadable(&self) -> Unreadable {
        self.unreadable
    }
}

impl<V, A> fmt::Debug for ViewRegister<V, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [table] = &self.relations;
        f.debug_struct("ViewRegister").field("name", &table.name).finish_non_exhaustive()
    }
}

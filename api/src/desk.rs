//! The desk: an opened log, and the bounds within which it is served.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::{DateTime, Utc};
use fugong_core::{Personal, Position, Unsealed};
use fugong_domain::{EnterpriseId, MeasureId, OrderId};
use fugong_engine::{Error, Log};
use serde_json::{Value, json};
use tokio::time::timeout;

use crate::{
    attachments::Attachments,
    hints::Hints,
    operations::Operations,
    perform::{Answer, Request, perform},
    places::{Places, Taken},
    problem::Problem,
    views::Views,
};

/// How a desk serves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settings {
    /// Whether `Bearer dev:<actor>:<unit>:<role>` is believed: on a machine of one's own only.
    pub dev: bool,
    /// How many acts may be carried out at once.
    pub acts: usize,
    /// How many answers may be computed at once.
    pub reads: usize,
    /// How long one request may take.
    pub patience: Duration,
    /// Whether, on a simulated clock, what an act sets off happens before it is answered.
    pub settles: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self { dev: false, acts: 1024, reads: 64, patience: Duration::from_secs(30), settles: true }
    }
}

/// An opened log that is served. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    log: Log,
    settings: Settings,
    acts: Places,
    reads: Places,
    hints: Hints,
    operations: Operations,
    attachments: Attachments,
    views: Views,
    /// Numbers the requests, for their trace ids.
    requests: AtomicU64,
    opened: DateTime<Utc>,
}

impl Desk {
    /// A desk for `log`, which believes no token of development.
    pub fn new(log: Log) -> Self {
        Self::with(log, Settings::default())
    }

    /// A desk for development: whoever says that he is somebody, is.
    pub fn dev(log: Log) -> Self {
        Self::with(log, Settings { dev: true, ..Settings::default() })
    }

    /// Does what `request` asks, once.
    ///
    /// # Errors
    ///
    /// The [`Problem`] to answer with; nothing happened then.
    pub async fn perform(&self, request: Request) -> Result<Answer, Problem> {
        perform(self, request).await
    }

    /// A desk that serves so.
    pub fn with(log: Log, settings: Settings) -> Self {
        let opened = log.now();
        let attachments = Attachments::beside(log.database());
        let (acts, reads) = (Places::new(settings.acts), Places::new(settings.reads));
        Self {
            inner: Arc::new(Inner {
                log,
                settings,
                acts,
                reads,
                hints: Hints::default(),
                operations: Operations::default(),
                attachments,
                views: Views::default(),
                requests: AtomicU64::new(0),
                opened,
            }),
        }
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.inner.log
    }

    /// How it serves.
    pub fn settings(&self) -> &Settings {
        &self.inner.settings
    }

    /// What is being done in the background.
    pub(crate) fn operations(&self) -> &Operations {
        &self.inner.operations
    }

    /// Papers and photographs.
    pub(crate) fn attachments(&self) -> &Attachments {
        &self.inner.attachments
    }

    /// What was worked out from rows.
    pub(crate) fn views(&self) -> &Views {
        &self.inner.views
    }

    /// A place among those who act now, until it is dropped.
    pub(crate) fn act_place(&self) -> Result<Taken<'_>, Problem> {
        self.inner.acts.take()
    }

    /// A place among those who read now, until it is dropped.
    pub(crate) fn read_place(&self) -> Result<Taken<'_>, Problem> {
        self.inner.reads.take()
    }

    /// `work`, unless it takes too long.
    pub(crate) async fn bounded<T>(
        &self,
        work: impl Future<Output = Result<T, Problem>>,
    ) -> Result<T, Problem> {
        let late = || Problem::unavailable("it took too long; repeat it with the same key");
        timeout(self.settings().patience, work).await.map_err(|_| late())?
    }

    /// An id for the trace of one request.
    pub(crate) fn trace_id(&self) -> String {
        let n = self.inner.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{n:016x}", self.inner.opened.timestamp_micros())
    }

    /// `text`, sealed under the key of `subject`.
    pub(crate) async fn seal(&self, subject: &str, text: &str) -> Result<Personal, Problem> {
        self.log().seal(subject, text).await.map_err(Problem::unavailable)
    }

    /// Whether what is sealed here are these words.
    pub(crate) fn says(&self, sealed: &Personal, words: &str) -> bool {
        let opened = self.log().open(sealed);
        matches!(opened, Ok(Unsealed::Value(known)) if known == words)
    }

    /// `value` with every sealed part opened, or hidden from whoever may not see it.
    pub(crate) fn opened(&self, value: Value, may_see: bool) -> Value {
        match value {
            Value::Object(members) if is_sealed(&members) => {
                if !may_see {
                    return json!({"hidden": true});
                }
                let sealed = serde_json::from_value::<Personal>(Value::Object(members));
                match sealed.ok().and_then(|sealed| self.log().open(&sealed).ok()) {
                    Some(Unsealed::Value(text)) => Value::String(text),
                    Some(Unsealed::Erased) => json!({"erased": true}),
                    None => json!({"unreadable": true}),
                }
            }
            Value::Object(members) => members
                .into_iter()
                .map(|(name, value)| (name, self.opened(value, may_see)))
                .collect(),
            Value::Array(values) => {
                values.into_iter().map(|value| self.opened(value, may_see)).collect()
            }
            plain @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => plain,
        }
    }

    /// The orders that may be open for an enterprise.
    pub(crate) async fn open_orders(
        &self,
        enterprise: &EnterpriseId,
    ) -> Result<Vec<OrderId>, Problem> {
        self.inner.hints.open_orders(self.log(), enterprise).await
    }

    /// The stop orders that may be in force for an enterprise.
    pub(crate) async fn stop_orders(
        &self,
        enterprise: &EnterpriseId,
    ) -> Result<Vec<MeasureId>, Problem> {
        self.inner.hints.stop_orders(self.log(), enterprise).await
    }

    /// Waits until the registers stand at `position`.
    pub(crate) async fn caught_up(&self, position: Position, patience: Duration) -> bool {
        self.log().wait_for_registers(position, patience).await
    }
}

fn is_sealed(members: &serde_json::Map<String, Value>) -> bool {
    members.len() == 3
        && ["subject", "sealed", "commitment"].iter().all(|name| members.contains_key(*name))
}

/// What the engine says where nothing can be refused.
pub(crate) fn trouble(error: Error<std::convert::Infallible>) -> Problem {
    error.into()
}

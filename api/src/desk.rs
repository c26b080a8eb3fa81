//! The desk: an opened log, the bounds within which it is served, and the other logs that are
//! served beside it.

mod bounds;
mod doors;
mod observed;
mod outward;

use doors::Doors;
pub(crate) use observed::figure;
pub(crate) use outward::Distant;
use outward::Outward;

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
use fugong_engine::{DrawnKeys, Error, Log};
use serde_json::{Value, json};
use tokio::sync::watch;

use crate::{
    access_log::{self, AccessLog},
    attachments::Attachments,
    authenticate::{self, ApiKeys, Authenticator, Caller, DevTokens, Parts},
    feed::Told,
    hints::Hints,
    operations::Operations,
    perform::{Answer, Request, perform},
    places::Places,
    problem::Problem,
    rates::{Rate, Rates},
    views::Views,
};

/// How a desk serves.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::struct_excessive_bools, reason = "each switches something of its own")]
pub struct Settings {
    /// Whether `Bearer dev:<actor>:<unit>:<role>` is believed: on a machine of one's own only.
    pub dev: bool,
    /// Whether whoever develops may have everything go back to how it began: of a log that was made
    /// to be tried on only.
    pub sandbox: bool,
    /// How many acts may be carried out at once.
    pub acts: usize,
    /// How many answers may be computed at once.
    pub reads: usize,
    /// How long one request may take.
    pub patience: Duration,
    /// How many may follow the feed at once, those who wait for one answer among them.
    pub followers: usize,
    /// How long a follower may leave what was sent to him before he is cut off.
    pub slow: Duration,
    /// How long one is followed at a time: then he says again who he is.
    pub followed: Duration,
    /// How much one actor may ask for; nobody counts it if nothing is said.
    pub rate: Option<Rate>,
    /// Whether, on a simulated clock, what an act sets off happens before it is answered.
    pub settles: bool,
    /// Whether the console's pages are served beside the API.
    pub console: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            dev: false,
            sandbox: false,
            acts: 1024,
            reads: 64,
            patience: Duration::from_secs(30),
            followers: 512,
            slow: Duration::from_secs(30),
            followed: Duration::from_mins(10),
            rate: None,
            settles: true,
            console: true,
        }
    }
}

/// An opened log that is served. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Desk {
    inner: Arc<Inner>,
    /// All that are served in this process, this one among them; the first answers at `/v1/…`.
    served: Arc<[Arc<Inner>]>,
    /// Whether the addresses it answers at name its district.
    named: bool,
}

/// Where the districts of a process are found.
pub(crate) const DISTRICTS: &str = "/v1/districts";

#[derive(Debug)]
struct Inner {
    log: Log,
    settings: Settings,
    /// The ways by which somebody may show who he is.
    ways: Vec<Arc<dyn Authenticator>>,
    keys: Arc<ApiKeys>,
    acts: Places,
    reads: Places,
    followers: Places,
    rates: Option<Rates>,
    told: Told,
    outward: Outward,
    /// Whether the server goes.
    ending: watch::Sender<bool>,
    /// Whether somebody wants everything to go back to how it began.
    resetting: watch::Sender<bool>,
    hints: Hints,
    operations: Operations,
    attachments: Attachments,
    access_log: AccessLog,
    views: Views,
    doors: Doors,
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
        Self::knowing(log, settings, Vec::new())
    }

    /// A desk that serves so, and knows by these ways who asks; keys of the log come first,
    /// and before them tokens of development where they are believed.
    pub fn knowing(log: Log, settings: Settings, mut ways: Vec<Arc<dyn Authenticator>>) -> Self {
        let keys = Arc::new(ApiKeys::of(log.clone()));
        ways.insert(0, Arc::<ApiKeys>::clone(&keys));
        if settings.dev {
            ways.insert(0, Arc::new(DevTokens));
        }
        let opened = log.now();
        let (attachments, access_log) = (Attachments::of(&log), AccessLog::of(&log));
        let (acts, reads) = (Places::new(settings.acts), Places::new(settings.reads));
        let followers = Places::new(settings.followers);
        let rates = settings.rate.map(Rates::new);
        // Two logs that were opened in the same moment number their requests apart.
        let first = u64::from(log.id().0).rotate_left(32);
        let inner = Arc::new(Inner {
            log,
            settings,
            ways,
            keys,
            acts,
            reads,
            followers,
            rates,
            told: Told::default(),
            outward: Outward::default(),
            ending: watch::Sender::new(false),
            resetting: watch::Sender::new(false),
            hints: Hints::default(),
            operations: Operations::default(),
            attachments,
            access_log,
            views: Views::default(),
            doors: Doors::default(),
            requests: AtomicU64::new(first),
            opened,
        });
        Self { served: [Arc::clone(&inner)].into(), inner, named: false }
    }

    /// This desk with others beside it: it answers at `/v1/…`, and each of them, itself among
    /// them, at `/v1/districts/{code}/…`. No two may have the same district.
    #[must_use]
    pub fn beside(self, others: impl IntoIterator<Item = Self>) -> Self {
        let others = others.into_iter().map(|other| other.inner);
        let served = std::iter::once(Arc::clone(&self.inner)).chain(others).collect();
        Self { served, ..self }
    }

    /// Every district that is served in this process, at the addresses that name it.
    pub(crate) fn districts(&self) -> impl Iterator<Item = Self> + '_ {
        let of = |inner: &Arc<Inner>| Self {
            inner: Arc::clone(inner),
            served: Arc::clone(&self.served),
            named: true,
        };
        self.served.iter().map(of)
    }

    /// The desk at an address, if it names a district that is served; this one if it names none.
    pub(crate) fn at(&self, path: &str) -> Option<Self> {
        let Some(rest) = path.strip_prefix(DISTRICTS).and_then(|rest| rest.strip_prefix('/'))
        else {
            return Some(self.clone());
        };
        let code = rest.split('/').next().unwrap_or_default();
        self.districts().find(|desk| desk.code() == code)
    }

    /// Whether the addresses it answers at name its district.
    pub(crate) fn is_named(&self) -> bool {
        self.named
    }

    /// The code of its district.
    pub(crate) fn code(&self) -> String {
        self.log().id().to_string()
    }

    /// The address of what stands at `path` in its district: with the district's code where that
    /// is how it was asked for.
    pub(crate) fn address(&self, path: &str) -> String {
        match path.strip_prefix("/v1/") {
            Some(rest) if self.named => format!("{DISTRICTS}/{}/{rest}", self.code()),
            Some(_) | None => path.to_owned(),
        }
    }

    /// The reverse: where in its district an address lies, if it lies there.
    pub(crate) fn within(&self, address: &str) -> Option<String> {
        let own = format!("{DISTRICTS}/{}/", self.code());
        match address.strip_prefix(&own) {
            Some(rest) => Some(format!("/v1/{rest}")),
            None => (!self.named).then(|| address.to_owned()),
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

    /// The keys by which programs are let in.
    pub(crate) fn keys(&self) -> &ApiKeys {
        &self.inner.keys
    }

    /// Who asks.
    pub(crate) async fn caller(&self, parts: &Parts<'_>) -> Result<Caller, Problem> {
        authenticate::first(&self.inner.ways, parts).await
    }

    /// What is being done in the background.
    pub(crate) fn operations(&self) -> &Operations {
        &self.inner.operations
    }

    /// Papers and photographs.
    pub(crate) fn attachments(&self) -> &Attachments {
        &self.inner.attachments
    }

    /// Who read what.
    pub(crate) fn access_log(&self) -> &AccessLog {
        &self.inner.access_log
    }

    /// What was worked out from rows.
    pub(crate) fn views(&self) -> &Views {
        &self.inner.views
    }

    /// An id for the trace of one request.
    pub(crate) fn trace_id(&self) -> String {
        let n = self.inner.requests.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}{n:016x}", self.inner.opened.timestamp_micros())
    }

    /// `text`, sealed under the key of `subject`; one that it has not got yet goes into `keys`.
    pub(crate) async fn seal(
        &self,
        keys: &DrawnKeys,
        subject: &str,
        text: &str,
    ) -> Result<Personal, Problem> {
        self.log().seal_for_act(keys, subject, text).await.map_err(Problem::unavailable)
    }

    /// Whether what is sealed here are these words: to keep them as they are is no use of them.
    pub(crate) fn says(&self, sealed: &Personal, words: &str) -> bool {
        let opened = self.log().open_restricted(sealed);
        matches!(opened, Ok(Unsealed::Value(known)) if known == words)
    }

    /// `value` with every sealed part opened, or hidden from whoever may not see it.
    pub(crate) fn opened(&self, value: Value, may_see: bool) -> Value {
        unsealed(value, &|sealed| match sealed {
            _ if !may_see => json!({"hidden": true}),
            Some(sealed) => words(self.log().open(&sealed)),
            None => json!({"unreadable": true}),
        })
    }

    /// `value` for the subject's own copy: what is sealed under these names opened, also where its
    /// use is restricted, and the words about others hidden.
    pub(crate) fn copied(&self, value: Value, subjects: &[String]) -> Value {
        unsealed(value, &|sealed| match sealed {
            Some(sealed) if subjects.contains(&sealed.subject) => {
                words(self.log().open_restricted(&sealed))
            }
            Some(_) | None => json!({"hidden": true}),
        })
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

/// `value` with what `open` makes of every sealed part; of one that is none, it gets nothing.
fn unsealed(mut value: Value, open: &dyn Fn(Option<Personal>) -> Value) -> Value {
    unseal(&mut value, open);
    value
}

fn unseal(value: &mut Value, open: &dyn Fn(Option<Personal>) -> Value) {
    match value {
        Value::Object(members) if is_sealed(members) => {
            *value = open(serde_json::from_value(value.take()).ok());
        }
        Value::Object(members) => members.values_mut().for_each(|value| unseal(value, open)),
        Value::Array(values) => values.iter_mut().for_each(|value| unseal(value, open)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What was opened, as answers show it.
fn words(opened: Result<Unsealed<String>, Error<std::convert::Infallible>>) -> Value {
    match opened {
        Ok(Unsealed::Value(text)) => {
            access_log::opened();
            Value::String(text)
        }
        Ok(Unsealed::Erased) => json!({"erased": true}),
        Ok(Unsealed::Restricted) => json!({"restricted": true}),
        Err(_) => json!({"unreadable": true}),
    }
}

/// Whether it is a sealed value.
pub(crate) fn is_sealed(members: &serde_json::Map<String, Value>) -> bool {
    members.len() == 3
        && ["subject", "sealed", "commitment"].iter().all(|name| members.contains_key(*name))
}

/// What the engine says where nothing can be refused.
pub(crate) fn trouble(error: Error<std::convert::Infallible>) -> Problem {
    error.into()
}

//! Saying what runs on a log, and opening it.

use std::{collections::HashMap, fmt, mem, path::Path, sync::Arc, time::Duration};

use cqrs_es::{Aggregate, persist::EventUpcaster};
use fugong_core::{Act, Consequences, LogId, Policy, Ref, Register};

use crate::{
    Database, Log, OpenError, Options, Rights,
    cache::Cache,
    desk::Desk,
    error::Trouble,
    following::Following,
    intents::{Acts, Runs},
    keys::{Access, Keys},
    kinds::{Kind, Kinds, Of, Upcasters},
    log::Inner,
    options::beside,
    policies::{Performer, Policies},
    proof::{FileKey, Sealer, Second, Signer, Signers},
    receipts::Flights,
    registers::{EVERY, Registers},
    source::{ClockMode, Sources},
    store::{Evict, Found, Store, db::values},
};

/// How many aggregates are kept in memory if nothing is said.
const CACHED: usize = 20_000;

/// How long a decision may take if nothing is said.
const DEADLINE: Duration = Duration::from_secs(5);

/// The engine: where a [`Builder`] comes from.
#[derive(Debug, Clone, Copy)]
pub struct Engine;

impl Engine {
    /// Begins to say what runs on a log.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// The logs that a database holds, in order; none where there is no database yet.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the file cannot be read or is not a database of this engine.
    pub fn logs(database: &Database) -> Result<Vec<LogId>, OpenError> {
        Store::logs(database)
    }

    /// Gives a role of a server what it needs, and no more; for the role that owns the tables.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when there is no such role, the database is not laid out, or is a file.
    pub fn grant(database: &Database, role: &str, rights: Rights) -> Result<(), OpenError> {
        Store::grant(database, role, rights)
    }

    /// Makes a view of every relation of these registers in the schema `reporting`, and gives a role
    /// of a server the right to read those rows of theirs that are of `log`, and no other right; for
    /// the role that owns the tables. What is sealed is in none of them.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when there is no such role, the database is not laid out, or is a file.
    pub fn report(
        database: &Database,
        log: LogId,
        role: &str,
        registers: &[Arc<dyn Register>],
    ) -> Result<(), OpenError> {
        Store::report(database, log, role, registers)
    }

    /// Makes a view `reporting_…` of every relation of these registers in a file, for whoever opens
    /// it to read; nobody else may write it meanwhile. What is sealed is in none of them.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when another process writes the file, it is not laid out, or the database is on
    /// a server, where [`Engine::report`] makes them.
    pub fn report_in_file(
        database: &Database,
        registers: &[Arc<dyn Register>],
    ) -> Result<(), OpenError> {
        Store::report_in_file(database, registers)
    }

    /// Distributes and co-locates every table, and the functions that write them, by log, where
    /// the extension Citus is; for the role that owns the tables.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when the extension is not there, or the database is a file.
    pub fn distribute(database: &Database) -> Result<(), OpenError> {
        Store::distribute(database)
    }
}

type MakeKind = Box<dyn FnOnce(Upcasters) -> Arc<dyn Kind> + Send>;

/// What runs on a log: aggregates, acts, registers, policies.
#[derive(Default)]
pub struct Builder {
    kinds: HashMap<&'static str, MakeKind>,
    upcasters: HashMap<&'static str, Upcasters>,
    acts: HashMap<&'static str, Arc<dyn Runs>>,
    registers: Vec<Arc<dyn Register>>,
    policies: Vec<Arc<dyn Policy>>,
    signer: Option<Arc<dyn Signer>>,
    #[cfg(feature = "gm")]
    second_signer: Option<Arc<dyn Signer>>,
    consequences: Option<Consequences>,
    cached: Option<usize>,
    deadline: Option<Duration>,
    size_limit: Option<u64>,
    past_every: Option<u64>,
}

impl Builder {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Runs aggregates of kind `A`; their commands use `services`.
    #[must_use]
    pub fn aggregate<A>(mut self, services: A::Services) -> Self
    where
        A: Aggregate + 'static,
        A::Services: 'static,
    {
        let make: MakeKind = Box::new(move |upcasters| Arc::new(Of::<A> { services, upcasters }));
        self.kinds.insert(A::TYPE, make);
        self
    }

    /// Rewrites stored events of `A` as they are read; stored bytes never change.
    #[must_use]
    pub fn upcaster<A: Aggregate>(mut self, upcaster: Box<dyn EventUpcaster>) -> Self {
        self.upcasters.entry(A::TYPE).or_default().push(upcaster);
        self
    }

    /// Lets policies and timers give acts of type `X`.
    #[must_use]
    pub fn acts<X: Act>(mut self) -> Self {
        self.acts.insert(X::KIND, Arc::new(Acts::<X>::new()));
        self
    }

    /// Keeps a register.
    #[must_use]
    pub fn register(mut self, register: Arc<dyn Register>) -> Self {
        self.registers.push(register);
        self
    }

    /// Runs a policy.
    #[must_use]
    pub fn policy(mut self, policy: Arc<dyn Policy>) -> Self {
        self.policies.push(policy);
        self
    }

    /// Signs checkpoints by this instead of a key in a file.
    #[must_use]
    pub fn signer(mut self, signer: Arc<dyn Signer>) -> Self {
        self.signer = Some(signer);
        self
    }

    /// Signs checkpoints by SM2 too, by this instead of a key in a file: a certified module, say.
    /// It has the same name as the first.
    #[cfg(feature = "gm")]
    #[must_use]
    pub fn sm2_signer(mut self, signer: Arc<dyn Signer>) -> Self {
        self.second_signer = Some(signer);
        self
    }

    /// Lets events of one kind of aggregate destroy the keys of persons, or restrict their use.
    #[must_use]
    pub fn consequences(mut self, consequences: Consequences) -> Self {
        self.consequences = Some(consequences);
        self
    }

    /// Keeps at most about so many aggregates in memory; 20,000 if nothing is said.
    #[must_use]
    pub fn cached(mut self, aggregates: usize) -> Self {
        self.cached = Some(aggregates);
        self
    }

    /// Gives a decision, with its commands and their services, so long and no longer; five seconds
    /// if nothing is said.
    #[must_use]
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// Keeps what the rows of registers were at the end of a day once so many events came since the
    /// last that was kept, and where a day is long after twice as many; 5,000 if nothing is said.
    /// Dating back costs at most twice as many, or with more rows than ten times as many, a fifth
    /// as many events as there are rows.
    #[must_use]
    pub fn past_every(mut self, events: u64) -> Self {
        self.past_every = Some(events);
        self
    }

    /// Lets the database grow to so many bytes and no further.
    #[must_use]
    pub fn size_limit(mut self, bytes: u64) -> Self {
        self.size_limit = Some(bytes);
        self
    }

    /// Opens the log; registers are folded up to its head, and what is due by itself begins.
    ///
    /// # Errors
    ///
    /// [`OpenError`], which says what is wrong with the database or the keys and what to do.
    pub async fn open(mut self, options: Options) -> Result<Log, OpenError> {
        let (chosen, limit) = (options.clone(), self.size_limit);
        let cache = Arc::new(Cache::new(self.cached.unwrap_or(CACHED)));
        let evict = self.evict(&cache);
        let (store, found) = blocking(move || Store::open(&chosen, limit, evict)).await?;
        let store = Arc::new(store);
        let opened = self.open_on(Arc::clone(&store), found, cache, options).await;
        if opened.is_err() {
            store.close().await;
        }
        opened
    }

    async fn open_on(
        &mut self,
        store: Arc<Store>,
        found: Found,
        cache: Arc<Cache>,
        options: Options,
    ) -> Result<Log, OpenError> {
        let real = found.clock == ClockMode::Real;
        let sources = Sources::new(found.clock, found.stands)
            .map_err(|e| OpenError::Unavailable(e.to_string()))?;
        let sources = Arc::new(sources);
        let keys = open_keys(&store, &sources, &found, &options).await?;
        let following = Following::new(Arc::clone(&store), keys.clone(), self.consequences);
        following.catch_up().await?;
        let desk = Arc::new(Desk {
            store: Arc::clone(&store),
            keys: keys.clone(),
            following,
            sources: Arc::clone(&sources),
            kinds: self.kinds(),
            acts: mem::take(&mut self.acts),
            cache,
            flights: Flights::new(options.log),
            deadline: self.deadline.unwrap_or(DEADLINE),
        });
        let (registers, every) = (mem::take(&mut self.registers), self.past_every.unwrap_or(EVERY));
        let registers = Registers::open(Arc::clone(&store), registers, every.max(1)).await?;
        let performer: Arc<dyn Performer> = Arc::<Desk>::clone(&desk);
        let policies = mem::take(&mut self.policies);
        let policies = Policies::open(Arc::clone(&store), sources, performer, policies).await?;
        let (registers, policies) = (Arc::new(registers), Arc::new(policies));
        let sealer = if store.writable() { self.sealer(&store, &options)? } else { None };
        let sealer = sealer.map(Arc::new);
        if store.writable() {
            store.watch().await;
            registers.start();
            // A simulated clock is for histories that come out the same to the byte: there,
            // policies run, and it is sealed, only when somebody lets them, by `settle` or
            // `advance`.
            if real {
                policies.start();
                if let Some(sealer) = &sealer {
                    sealer.start();
                }
            }
        }
        Ok(Log::new(Inner { desk, registers, policies, keys, sealer, options }))
    }

    /// What seals the log, if there is something to sign with.
    fn sealer(
        &mut self,
        store: &Arc<Store>,
        options: &Options,
    ) -> Result<Option<Sealer>, OpenError> {
        let place = options.log_key_place();
        let first = match self.signer.take() {
            Some(signer) => signer,
            None if place.exists() => Arc::new(FileKey::open(&place)?),
            None => return Ok(None),
        };
        let signers = Signers { first, second: self.second(&beside(&place, "sm2"))? };
        Ok(Some(Sealer::new(Arc::clone(store), signers, &place)))
    }

    /// Who signs by SM2, if anybody does.
    #[cfg(feature = "gm")]
    fn second(&mut self, place: &Path) -> Result<Option<Second>, OpenError> {
        let signer = match self.second_signer.take() {
            Some(signer) => signer,
            None if place.exists() => Arc::new(crate::proof::Sm2Key::open(place)?),
            None => return Ok(None),
        };
        Ok(Some((signer, crate::proof::Hashing::Sm3)))
    }

    /// A program that cannot sign what the log is to be signed with is the wrong one.
    #[cfg(not(feature = "gm"))]
    #[expect(clippy::unused_self, reason = "with the feature it takes the signer")]
    fn second(&mut self, place: &Path) -> Result<Option<Second>, OpenError> {
        if place.exists() {
            return Err(OpenError::Keys(format!(
                "{} signs by SM2, and this program was built without the feature gm",
                place.display()
            )));
        }
        Ok(None)
    }

    /// Forgets the aggregates that others' events have changed.
    fn evict(&self, cache: &Arc<Cache>) -> Evict {
        let (kinds, cache) = (self.kinds.keys().copied().collect::<Vec<_>>(), Arc::clone(cache));
        Arc::new(move |events| {
            for event in events {
                let kind = kinds.iter().find(|kind| ***kind == *event.aggregate_type);
                if let Some(&kind) = kind {
                    cache.forget(&Ref { kind, id: event.aggregate_id.to_string() });
                }
            }
        })
    }

    fn kinds(&mut self) -> Kinds {
        let mut upcasters = mem::take(&mut self.upcasters);
        mem::take(&mut self.kinds)
            .into_iter()
            .map(|(kind, make)| (kind, make(upcasters.remove(kind).unwrap_or_default())))
            .collect()
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kinds: Vec<_> = self.kinds.keys().collect();
        f.debug_struct("Builder").field("kinds", &kinds).finish_non_exhaustive()
    }
}

/// The key file that belongs to the log; made if the log never had one.
async fn open_keys(
    store: &Store,
    sources: &Sources,
    found: &Found,
    options: &Options,
) -> Result<Keys, OpenError> {
    let access = match (&found.keys_mark, options.read_only) {
        (_, true) => Access::Read,
        (Some(_), false) => Access::Write,
        (None, false) => Access::Create,
    };
    let (path, log, randomness) = (options.key_place(), options.log, sources.randomness().clone());
    let opened = {
        let path = path.clone();
        blocking(move || Ok(Keys::open(&path, log, access, randomness))).await?
    };
    let keys = opened.map_err(|e| OpenError::Keys(e.to_string()))?;
    let mark = keys.mark().to_owned();
    match &found.keys_mark {
        Some(known) if *known != mark => Err(OpenError::Keys(format!(
            "the keys at {path} belong to another database: name the right ones"
        ))),
        None if !options.read_only => {
            store
                .write(move |db| {
                    let sql = "UPDATE logs SET keys_mark = ?2 WHERE log_id = ?1";
                    db.run(sql, values![log.0, &mark])
                })
                .await?;
            Ok(keys)
        }
        Some(_) | None => Ok(keys),
    }
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, OpenError> + Send + 'static,
) -> Result<T, OpenError> {
    let done = tokio::task::spawn_blocking(work).await;
    done.unwrap_or_else(|lost| Err(Trouble::Unavailable(lost.to_string()).into()))
}

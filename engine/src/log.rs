//! The log, as everybody uses it.

mod health;
mod reading;
mod registers;

use std::{convert::Infallible, fmt, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, Utc};
use cqrs_es::Aggregate;
use fugong_core::{Act, Envelope, LogId, Personal, Position, Unsealed, Want};
use tokio::sync::watch;
use uuid::Uuid;

use crate::{
    ClockMode, Database, Error, Options, Order, Rebuilt, Receipt, RegisterStatus, Standing,
    ask::{Acted, Plain},
    desk::Desk,
    keys::{DrawnKeys, KeyError, Keys},
    policies::Policies,
    proof::Sealer,
    registers::Registers,
    source::CannotMove,
    store::view,
};

pub use health::Health;

/// An open log: a cheap handle to it.
///
/// Nobody is answered before what the answer says is on the disk, and a command happens at most
/// once under its id, for ever.
#[derive(Clone)]
pub struct Log(Arc<Inner>);

pub(crate) struct Inner {
    pub(crate) desk: Arc<Desk>,
    pub(crate) registers: Arc<Registers>,
    pub(crate) policies: Arc<Policies>,
    pub(crate) keys: Keys,
    /// None where there is no key to sign with.
    pub(crate) sealer: Option<Arc<Sealer>>,
    pub(crate) options: Options,
}

impl Log {
    pub(crate) fn new(inner: Inner) -> Self {
        Self(Arc::new(inner))
    }

    pub(crate) fn desk(&self) -> &Arc<Desk> {
        &self.0.desk
    }

    pub(crate) fn policies(&self) -> &Arc<Policies> {
        &self.0.policies
    }

    pub(crate) fn sealer(&self) -> Option<&Arc<Sealer>> {
        self.0.sealer.as_ref()
    }

    /// Carries out an act: all of it or nothing, and once for ever under the order's command id.
    ///
    /// # Errors
    ///
    /// [`Error`], which says what to do next.
    pub async fn act<X: Act>(&self, act: &X, order: Order) -> Result<Receipt, Error<X::Refusal>> {
        self.0.desk.carry_out(Acted { act, keys: None }, order, None).await
    }

    /// The same of an act with words that [`Self::seal_for_act`] sealed: the keys that were drawn
    /// for them are durable before it is appended, and nowhere if it is refused.
    ///
    /// # Errors
    ///
    /// As [`Self::act`].
    pub async fn act_sealed<X: Act>(
        &self,
        act: &X,
        order: Order,
        keys: &DrawnKeys,
    ) -> Result<Receipt, Error<X::Refusal>> {
        self.0.desk.carry_out(Acted { act, keys: Some(keys) }, order, None).await
    }

    /// What would come of an act if it were carried out now: the types of its events; none if
    /// there is nothing to do. Nothing is written, and what it tells may be so no more when asked.
    ///
    /// # Errors
    ///
    /// [`Error::Refused`] with the reason why not.
    pub async fn would<X: Act>(&self, act: &X) -> Result<Vec<String>, Error<X::Refusal>> {
        self.0.desk.would(&mut Acted { act, keys: None }).await
    }

    /// Carries out one command on one plain cqrs-es aggregate.
    ///
    /// # Errors
    ///
    /// [`Error`], which says what to do next.
    pub async fn execute<A>(
        &self,
        id: &str,
        command: A::Command,
        order: Order,
        envelope: Envelope,
    ) -> Result<Receipt, Error<A::Error>>
    where
        A: Aggregate + 'static,
        A::Command: Clone + Send + 'static,
        A::Services: 'static,
        A::Error: Send + 'static,
    {
        self.0.desk.carry_out(Plain::<A>::new(id, command, envelope), order, None).await
    }

    /// What it lives in.
    pub fn database(&self) -> &Database {
        &self.0.options.database
    }

    /// The path of something that belongs to it and does not lie in its database.
    pub fn beside(&self, ending: &str) -> PathBuf {
        self.0.options.beside(ending)
    }

    /// Where the key lies that signs its checkpoints, or would.
    pub fn log_key_place(&self) -> PathBuf {
        self.0.options.log_key_place()
    }

    /// Which log it is.
    pub fn id(&self) -> LogId {
        self.0.options.log
    }

    /// The last durable position.
    pub fn head(&self) -> Position {
        self.0.desk.store.head()
    }

    /// The time, by the log's clock.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.desk.sources.now()
    }

    /// By which clock the log runs.
    pub fn clock_mode(&self) -> ClockMode {
        self.0.desk.sources.mode()
    }

    /// Moves a simulated clock to `to`: what falls due until then happens first, each thing at
    /// its own time.
    ///
    /// # Errors
    ///
    /// Refused when the clock is real or would go back.
    pub async fn advance(&self, to: DateTime<Utc>) -> Result<(), Error<CannotMove>> {
        self.0.policies.advance(to).await?.map_err(Error::Refused)?;
        self.0.registers.catch_up().await?;
        self.seal_on().await;
        Ok(())
    }

    /// Lets everything happen that is to happen by now, and the registers take it.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn settle(&self) -> Result<(), Error<Infallible>> {
        if self.0.desk.store.writable() {
            self.0.policies.drain().await?;
            self.0.registers.catch_up().await?;
            self.seal_on().await;
        }
        Ok(())
    }

    /// Seals a log whose clock is simulated, which is not sealed by itself. That it cannot be is
    /// told by its health, and keeps nobody from anything.
    async fn seal_on(&self) {
        let simulated = self.clock_mode() != ClockMode::Real;
        if let Some(sealer) = self.sealer().filter(|_| simulated)
            && let Err(trouble) = sealer.seal().await
        {
            tracing::error!(error = %trouble, "the log could not be sealed");
        }
    }

    /// The rows of a register: as they stand, or as they were after the event at `at`.
    ///
    /// # Errors
    ///
    /// When there is no such register, or the store fails.
    pub async fn rows(
        &self,
        register: &str,
        at: Option<Position>,
    ) -> Result<Standing, Error<Infallible>> {
        self.rows_with(register, at, &self.0.registers.every(register)?).await
    }

    /// The same, but only what is wanted need be there: most of a long log's rows are of days that
    /// nobody asks about ([`fugong_core::Register::dated`]). Whoever looks for more may fail.
    ///
    /// # Errors
    ///
    /// When there is no such register, or the store fails.
    pub async fn rows_with(
        &self,
        register: &str,
        at: Option<Position>,
        wants: &[Want],
    ) -> Result<Standing, Error<Infallible>> {
        self.0.desk.store.refresh().await?;
        let registers = &self.0.registers;
        Ok(match at {
            None => registers.rows_live(register, wants).await?,
            Some(at) => registers.rows_at(register, at.min(self.head()), wants).await?,
        })
    }

    /// Where the registers stand.
    pub async fn register_status(&self) -> Vec<RegisterStatus> {
        self.0.registers.status().await
    }

    /// Waits until the registers have taken the event at `position`; false if that takes longer.
    pub async fn wait_for_registers(&self, position: Position, timeout: Duration) -> bool {
        self.0.registers.wait_for(position, timeout).await
    }

    /// Folds a register afresh, compares its rows with what stood, and repairs them.
    ///
    /// # Errors
    ///
    /// When there is no such register, a fresh fold cannot take an event, or the store fails.
    pub async fn rebuild(&self, register: &str) -> Result<Rebuilt, Error<Infallible>> {
        self.rebuild_telling(register, watch::Sender::default()).await
    }

    /// The same, and `told` is told on the way after which event the fresh fold stands.
    ///
    /// # Errors
    ///
    /// As [`Self::rebuild`].
    pub async fn rebuild_telling(
        &self,
        register: &str,
        told: watch::Sender<Position>,
    ) -> Result<Rebuilt, Error<Infallible>> {
        Ok(self.0.registers.rebuild(register, told).await?)
    }

    /// A new id (`UUIDv7`). On a simulated log it hangs on the head, the time and how many were
    /// drawn there.
    pub fn new_id(&self) -> Uuid {
        self.0.desk.sources.new_id(self.head().0)
    }

    /// A new id for something that `cause`, such as a command's id, brings about; a simulated log
    /// gives the same id for the same cause and number.
    pub fn id_for(&self, cause: &str, n: u64) -> Uuid {
        self.0.desk.sources.id_for(cause, n)
    }

    /// Thirty-two bytes that nobody can guess, for something that `cause` brings about; a simulated
    /// log gives the same for the same cause.
    ///
    /// # Errors
    ///
    /// When the operating system gives none.
    pub fn secret_for(&self, cause: &str) -> Result<[u8; 32], Error<Infallible>> {
        let drawn = self.0.desk.sources.randomness().bytes("secret", &[cause.as_bytes()]);
        drawn.map_err(|why| Error::Unavailable(why.to_string()))
    }

    /// `text` sealed for `subject`; the subject's key is durable before this returns.
    ///
    /// # Errors
    ///
    /// When the key file fails.
    pub async fn seal(&self, subject: &str, text: &str) -> Result<Personal, Error<Infallible>> {
        Ok(self.0.keys.seal(subject, text).await?)
    }

    /// `text` sealed for `subject`, to go into an act that [`Self::act_sealed`] carries out with
    /// these `keys`: where it takes a new key, that is stored with the act and not before.
    ///
    /// # Errors
    ///
    /// When the key file fails.
    pub async fn seal_for_act(
        &self,
        keys: &DrawnKeys,
        subject: &str,
        text: &str,
    ) -> Result<Personal, Error<Infallible>> {
        Ok(self.0.keys.seal_drawing(keys, subject, text).await?)
    }

    /// What was sealed, or the news that its key was destroyed or is not to be used.
    ///
    /// # Errors
    ///
    /// When the value was altered, or the key file does not belong to it.
    pub fn open(&self, sealed: &Personal) -> Result<Unsealed<String>, Error<Infallible>> {
        Ok(self.0.keys.open_sealed(sealed)?)
    }

    /// What was sealed, also where its use is restricted: for keeping it as it is, and for the
    /// subject's own copy.
    ///
    /// # Errors
    ///
    /// As [`Self::open`].
    pub fn open_restricted(
        &self,
        sealed: &Personal,
    ) -> Result<Unsealed<String>, Error<Infallible>> {
        Ok(self.0.keys.open_restricted(sealed)?)
    }

    /// Whether anything was ever sealed for `subject`.
    ///
    /// # Errors
    ///
    /// When the key file fails.
    pub async fn knows(&self, subject: &str) -> Result<bool, Error<Infallible>> {
        Ok(self.0.keys.knows(subject).await?)
    }

    /// Destroys the key of `subject` for good; says whether there was one. No event tells of it:
    /// [`crate::Builder::consequences`] is for those that do.
    ///
    /// # Errors
    ///
    /// When the key file fails; then the key may still be there.
    pub async fn erase(&self, subject: &str) -> Result<bool, Error<Infallible>> {
        Ok(self.0.keys.erase(subject).await?)
    }

    /// Tells whether two requests are the same without saying what they hold.
    pub fn fingerprint(&self, bytes: &[u8]) -> String {
        self.0.keys.fingerprint(bytes)
    }

    /// The view of the database in which cqrs-es' own stores find this log's events:
    /// `SqliteEventRepository::new(pool).with_tables(&view, "")` loads aggregates and replays
    /// from it. Nothing can be written through it; open the pool read-only.
    pub fn events_view(&self) -> String {
        view(self.id())
    }

    /// Lets the command that a policy is carrying out be finished and what is queued be written,
    /// then lets go of the database and its lock. Other handles to the log say from then on that
    /// it is closed. A copy of the database and of the key file is a backup then.
    pub async fn close(self) {
        self.0.policies.stop().await;
        self.0.registers.stop().await;
        if let Some(sealer) = self.sealer() {
            sealer.stop().await;
        }
        self.0.desk.store.close().await;
        if let Err(error) = self.0.keys.close().await {
            tracing::error!(%error, "the key file could not be closed");
        }
    }
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("id", &self.id()).field("head", &self.head()).finish()
    }
}

impl<R> From<KeyError> for Error<R> {
    fn from(error: KeyError) -> Self {
        match error {
            KeyError::Altered { .. } | KeyError::Unknown { .. } => Self::Corrupt(error.to_string()),
            KeyError::Missing(_)
            | KeyError::Unusable { .. }
            | KeyError::ReadOnly(_)
            | KeyError::Overtaken { .. }
            | KeyError::Closed
            | KeyError::NoRandomness(_) => Self::Unavailable(error.to_string()),
        }
    }
}

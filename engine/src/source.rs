//! Where time, ids and randomness come from.
//!
//! A *real* log takes them from the system. A *simulated* log, for demos and tests, has a clock
//! that stands where it was left and draws every random byte from its seed.
//!
//! # Seeded bytes
//!
//! Nothing is drawn from one running stream: what a draw gives would then hang on how often the
//! process was restarted and which task came first. Each draw names its purpose and its context
//! (for an event, the command's id and the event's number in it), and the bytes are the start of
//! the `ChaCha20` stream whose key is SHA-256 over the seed, the purpose and the context, each
//! preceded by its length. So one seed and the same commands give the same bytes, also when the
//! process is restarted between commands.

use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering},
    },
    time::{SystemTime, UNIX_EPOCH},
};

use chrono::{DateTime, Utc};
use rand_chacha::ChaCha20Rng;
use rand_core::{OsRng, RngCore, SeedableRng};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// How a log tells the time. It is stored when the log is made and never changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClockMode {
    /// By the system's clock.
    Real,
    /// By a clock that stands where it was left, with all randomness drawn from a seed: for demos
    /// and tests, never for production data.
    Simulated {
        /// Where the clock stands when the log is made.
        start: DateTime<Utc>,
        /// What all randomness comes from.
        seed: u64,
    },
}

/// The system could not give random bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the operating system gives no random bytes: check /dev/urandom")]
pub struct NoRandomness;

/// A simulated clock cannot go there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CannotMove {
    /// The log runs on the system's clock.
    #[error("the clock of this log is real: only a simulated one can be moved")]
    Real,
    /// It would go back.
    #[error("the clock stands at {now} and never goes back to {to}")]
    Back {
        /// Where it stands.
        now: DateTime<Utc>,
        /// Where it was asked to go.
        to: DateTime<Utc>,
    },
}

/// The one place from which the engine takes time, ids and randomness.
#[derive(Debug)]
pub struct Sources {
    mode: ClockMode,
    clock: Clock,
    randomness: Randomness,
    ids: Mutex<Ids>,
}

impl Sources {
    /// The sources of a log made with `mode`, whose simulated clock was left at `stands`.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when a real log finds none.
    pub fn new(mode: ClockMode, stands: Option<DateTime<Utc>>) -> Result<Self, NoRandomness> {
        let (clock, randomness) = match mode {
            ClockMode::Real => (Clock::Real, Randomness::System),
            ClockMode::Simulated { start, seed } => {
                let at = stands.unwrap_or(start).timestamp_micros();
                (Clock::Simulated(AtomicI64::new(at)), Randomness::Seeded(seed))
            }
        };
        let ids = Mutex::new(Ids::new(&randomness)?);
        Ok(Self { mode, clock, randomness, ids })
    }

    /// How this log tells the time.
    pub fn mode(&self) -> ClockMode {
        self.mode
    }

    /// The time, in whole microseconds.
    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    /// Whether a clock can be moved to `to`.
    ///
    /// # Errors
    ///
    /// [`CannotMove`] when the clock is real or would go back.
    pub fn may_move_to(&self, to: DateTime<Utc>) -> Result<(), CannotMove> {
        let now = self.now();
        match self.mode {
            ClockMode::Real => Err(CannotMove::Real),
            ClockMode::Simulated { .. } if to < now => Err(CannotMove::Back { now, to }),
            ClockMode::Simulated { .. } => Ok(()),
        }
    }

    /// Lets a simulated clock stand at `to`.
    ///
    /// # Errors
    ///
    /// [`CannotMove`] when the clock is real or would go back.
    pub fn move_to(&self, to: DateTime<Utc>) -> Result<(), CannotMove> {
        self.clock.move_to(to)
    }

    /// The random bytes for keys, nonces and salts.
    pub fn randomness(&self) -> &Randomness {
        &self.randomness
    }

    /// The id of event number `n` of the command `command_id`, recorded at `at`.
    ///
    /// On a real log ids only grow; on a simulated one they hang on seed, command, number and
    /// time alone.
    pub fn event_id(&self, at: DateTime<Utc>, command_id: &str, n: u64) -> Uuid {
        match &self.randomness {
            Randomness::System => self.next_id(at),
            Randomness::Seeded(seed) => {
                let context = [command_id.as_bytes(), &n.to_be_bytes()];
                v7(millis(at), seeded(*seed, "event", &context))
            }
        }
    }

    /// A new id for something that `cause` (such as a command's id) brings about; `n` tells the
    /// ids of one cause apart. A simulated log gives the same id to the same cause and number.
    pub fn id_for(&self, cause: &str, n: u64) -> Uuid {
        let at = self.now();
        match &self.randomness {
            Randomness::System => self.next_id(at),
            Randomness::Seeded(seed) => {
                let context = [cause.as_bytes(), &n.to_be_bytes()];
                v7(millis(at), seeded(*seed, "id", &context))
            }
        }
    }

    /// A new id. On a simulated log it hangs on the head, the time and how many ids were drawn
    /// at this head: callers that draw ids for commands that are refused, and restart between
    /// commands, take [`Self::id_for`] if they want the same ids again.
    pub fn new_id(&self, head: u64) -> Uuid {
        let at = self.now();
        match &self.randomness {
            Randomness::System => self.next_id(at),
            Randomness::Seeded(seed) => {
                let n = self.ids.lock().unwrap_or_else(PoisonError::into_inner).drawn_at(head);
                let context = [head.to_be_bytes(), n.to_be_bytes(), millis(at).to_be_bytes()];
                let context: Vec<&[u8]> = context.iter().map(<[u8; 8]>::as_slice).collect();
                v7(millis(at), seeded(*seed, "new id", &context))
            }
        }
    }

    fn next_id(&self, at: DateTime<Utc>) -> Uuid {
        self.ids.lock().unwrap_or_else(PoisonError::into_inner).next(millis(at))
    }
}

/// Tells the time.
#[derive(Debug)]
enum Clock {
    Real,
    /// Microseconds since 1970.
    Simulated(AtomicI64),
}

impl Clock {
    fn now(&self) -> DateTime<Utc> {
        let micros = match self {
            Self::Real => SystemTime::now()
                .duration_since(UNIX_EPOCH)
                .map_or(0, |since| i64::try_from(since.as_micros()).unwrap_or(i64::MAX)),
            Self::Simulated(at) => at.load(Ordering::SeqCst),
        };
        DateTime::from_timestamp_micros(micros).unwrap_or_default()
    }

    fn move_to(&self, to: DateTime<Utc>) -> Result<(), CannotMove> {
        let Self::Simulated(at) = self else { return Err(CannotMove::Real) };
        let before = at.fetch_max(to.timestamp_micros(), Ordering::SeqCst);
        if to.timestamp_micros() < before {
            let now = DateTime::from_timestamp_micros(before).unwrap_or_default();
            return Err(CannotMove::Back { now, to });
        }
        Ok(())
    }
}

/// Gives random bytes.
#[derive(Debug, Clone)]
pub enum Randomness {
    /// From the operating system.
    System,
    /// From this seed, for what they are drawn.
    Seeded(u64),
}

impl Randomness {
    /// Random bytes for `purpose`; a seeded source gives the same ones for the same `context`.
    ///
    /// # Errors
    ///
    /// [`NoRandomness`] when the system gives none.
    pub fn bytes<const N: usize>(
        &self,
        purpose: &str,
        context: &[&[u8]],
    ) -> Result<[u8; N], NoRandomness> {
        match self {
            Self::System => {
                let mut bytes = [0; N];
                OsRng.try_fill_bytes(&mut bytes).map_err(|_| NoRandomness)?;
                Ok(bytes)
            }
            Self::Seeded(seed) => Ok(seeded(*seed, purpose, context)),
        }
    }
}

fn seeded<const N: usize>(seed: u64, purpose: &str, context: &[&[u8]]) -> [u8; N] {
    let mut key = Sha256::new_with_prefix(seed.to_be_bytes());
    for part in [purpose.as_bytes()].iter().chain(context) {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        key.update(length.to_be_bytes());
        key.update(part);
    }
    let mut bytes = [0; N];
    ChaCha20Rng::from_seed(key.finalize().into()).fill_bytes(&mut bytes);
    bytes
}

/// Gives ids that only grow, also within a millisecond and when the clock steps back.
#[derive(Debug)]
struct Ids {
    random: ChaCha20Rng,
    millis: u64,
    /// The 74 bits beside the time, in the low bits.
    rest: u128,
    head: u64,
    drawn: u64,
}

/// The bits of a `UUIDv7` that are neither time nor version nor variant.
const REST_BITS: u32 = 74;

impl Ids {
    fn new(randomness: &Randomness) -> Result<Self, NoRandomness> {
        let seed = randomness.bytes("ids", &[])?;
        let random = ChaCha20Rng::from_seed(seed);
        Ok(Self { random, millis: 0, rest: 0, head: 0, drawn: 0 })
    }

    fn next(&mut self, millis: u64) -> Uuid {
        let step = u128::from(self.random.next_u32()).saturating_add(1);
        let grown = self.rest.saturating_add(step);
        if self.millis < millis {
            self.millis = millis;
            self.rest = self.fresh();
        } else if grown >> REST_BITS == 0 {
            self.rest = grown;
        } else {
            self.millis = self.millis.saturating_add(1);
            self.rest = self.fresh();
        }
        // `v7` takes 12 + 62 bits out of 80: 4 and 2 bits stay unused.
        let high = (self.rest >> 62) << 64;
        let low = self.rest & ((1 << 62) - 1);
        let [_, _, _, _, _, _, bytes @ ..] = (high | low).to_be_bytes();
        v7(self.millis, bytes)
    }

    /// Random, with the top bit clear so that there is room to grow.
    fn fresh(&mut self) -> u128 {
        let random = u128::from(self.random.next_u64()) << 64 | u128::from(self.random.next_u64());
        random >> (u128::BITS - REST_BITS + 1)
    }

    /// How many ids have been drawn at `head` before this one.
    fn drawn_at(&mut self, head: u64) -> u64 {
        if self.head != head {
            self.head = head;
            self.drawn = 0;
        }
        let n = self.drawn;
        self.drawn = n.saturating_add(1);
        n
    }
}

fn v7(millis: u64, random: [u8; 10]) -> Uuid {
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

fn millis(at: DateTime<Utc>) -> u64 {
    u64::try_from(at.timestamp_millis()).unwrap_or_default()
}

//! The keys of a provider: kept here, asked for again when one is not among them, and not often.

use std::{
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, KeyAlgorithm, KeyOperations, PublicKeyUse},
};
use serde_json::Value;
use tokio::{sync::Mutex, time::Instant};

use super::{
    address::Address,
    discovery::{Discovery, json},
};
use crate::outward::Client;

/// How old they may be before they are asked for again, so that what a provider withdraws is gone.
const FRESH: Duration = Duration::from_mins(10);
/// How old they may be used while the provider does not answer.
const STALE: Duration = Duration::from_hours(24);
/// How long nothing is asked after keys were asked for again, whatever keys tokens name.
const PAUSE: Duration = Duration::from_secs(30);
/// The same after a provider did not answer of whom nothing is known yet.
const RETRY: Duration = Duration::from_secs(5);

/// The keys of one provider.
#[derive(Debug)]
pub(super) struct KeySet {
    issuer: Address,
    jwks_uri: Option<Address>,
    client: Client,
    held: RwLock<Option<Held>>,
    /// Held by the one who asks the provider.
    turn: Mutex<Turn>,
}

#[derive(Debug)]
struct Held {
    keys: Vec<Key>,
    at: Instant,
}

#[derive(Debug)]
struct Turn {
    /// Before that nothing is asked.
    not_before: Instant,
    /// Whether the provider answered when it was asked last.
    answered: bool,
}

#[derive(Debug, Clone)]
struct Key {
    id: String,
    algorithm: Option<KeyAlgorithm>,
    verifier: DecodingKey,
}

/// Why there is no such key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Missing {
    /// The provider does not name it, or did not some seconds ago.
    Unknown,
    /// The provider does not answer.
    Unanswered,
}

impl KeySet {
    pub(super) fn of(issuer: Address, jwks_uri: Option<Address>, client: Client) -> Arc<Self> {
        let turn = Turn { not_before: Instant::now(), answered: false };
        let (held, turn) = (RwLock::new(None), Mutex::new(turn));
        Arc::new(Self { issuer, jwks_uri, client, held, turn })
    }

    /// The key of this name for this algorithm.
    pub(super) async fn key(
        self: &Arc<Self>,
        id: &str,
        algorithm: Algorithm,
    ) -> Result<DecodingKey, Missing> {
        if let Some((key, age)) = self.find(id, algorithm) {
            if FRESH < age {
                // Nobody waits for that.
                drop(tokio::spawn(Arc::clone(self).look_again()));
            }
            return Ok(key);
        }
        // In a task of its own: whoever hangs up meanwhile does not use up the others' turn.
        let (set, name) = (Arc::clone(self), id.to_owned());
        let asked = tokio::spawn(async move { set.look_for(&name, algorithm).await });
        let answered = asked.await.unwrap_or(false);
        let missing = if answered { Missing::Unknown } else { Missing::Unanswered };
        self.find(id, algorithm).map(|(key, _)| key).ok_or(missing)
    }

    /// The key if it is held and not too old, with its age.
    fn find(&self, id: &str, algorithm: Algorithm) -> Option<(DecodingKey, Duration)> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        let Held { keys, at } = held.as_ref()?;
        let key = keys.iter().find(|key| key.id == id && key.fits(algorithm))?;
        Some((key.verifier.clone(), at.elapsed())).filter(|(_, age)| *age < STALE)
    }

    /// Asks unless somebody does already.
    async fn look_again(self: Arc<Self>) {
        if let Ok(mut turn) = self.turn.try_lock() {
            self.ask(&mut turn).await;
        }
    }

    /// Asks when it is the time, unless somebody found it meanwhile; tells whether the provider
    /// answered when it was asked last.
    async fn look_for(&self, id: &str, algorithm: Algorithm) -> bool {
        let mut turn = self.turn.lock().await;
        if self.find(id, algorithm).is_none() {
            self.ask(&mut turn).await;
        }
        turn.answered
    }

    async fn ask(&self, turn: &mut Turn) {
        if Instant::now() < turn.not_before {
            return;
        }
        let first = self.held.read().unwrap_or_else(PoisonError::into_inner).is_none();
        let keys = self.fetch().await;
        let at = Instant::now();
        turn.answered = keys.is_ok();
        let pause = match keys {
            Ok(keys) => {
                *self.held.write().unwrap_or_else(PoisonError::into_inner) =
                    Some(Held { keys, at });
                if first { Duration::ZERO } else { PAUSE }
            }
            Err(why) => {
                tracing::warn!(issuer = self.issuer.as_str(), why, "its keys cannot be had");
                if first { RETRY } else { PAUSE }
            }
        };
        turn.not_before = at.checked_add(pause).unwrap_or(at);
    }

    async fn fetch(&self) -> Result<Vec<Key>, String> {
        let address = match &self.jwks_uri {
            Some(address) => address.clone(),
            None => Discovery::of(&self.issuer, &self.client).await?.keys()?,
        };
        let address = address.as_str();
        let said: Value = json(address, &self.client.get(address).await?)?;
        let keys = said.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or_else(|| format!("{address}: it holds no keys"))?;
        Ok(keys.iter().filter_map(Key::read).collect())
    }
}

impl Key {
    /// A key that may sign, if it is one that is known here.
    fn read(value: &Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value.clone()).ok()?;
        let verifier = DecodingKey::from_jwk(&jwk).ok()?;
        let common = jwk.common;
        let signs = common.public_key_use.is_none_or(|usage| usage == PublicKeyUse::Signature);
        let checks = |may: Vec<KeyOperations>| may.contains(&KeyOperations::Verify);
        let may = signs && common.key_operations.is_none_or(checks);
        let id = common.key_id.filter(|_| may)?;
        Some(Self { id, algorithm: common.key_algorithm, verifier })
    }

    fn fits(&self, algorithm: Algorithm) -> bool {
        self.verifier.family() == algorithm.family()
            && self.algorithm.is_none_or(|own| own == KeyAlgorithm::from(algorithm))
    }
}

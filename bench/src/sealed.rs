//! What the transparent log costs: in throughput, in bytes, and whoever asks for a proof or checks
//! everything.

use std::time::Instant;

use fugong_core::{LogId, Position};
use fugong_engine::{
    Database,
    proof::{FileKey, Signer as _, export_bundle},
};
use fugong_verify::{bundle, policy::Policy};
use serde::Serialize;

use crate::{
    Failed, bare,
    commands::{compared, turn},
    place::Store,
    replay,
    sides::{Ours, Sealed, Side as _},
    told::Told,
};

/// How often a log that is sealed and one that is not take turns.
const ROUNDS: u32 = 7;
/// So many proofs are asked for.
const ASKED: u64 = 1_000;
/// They lie so far apart, round the log again and again.
const STRIDE: u64 = 618_033;

/// Commands on a log that is sealed while they come, against the same on one that is not.
pub(crate) async fn commands(case: &str, store: Store, clients: u64) -> Result<Told, Failed> {
    let (mut sealed, mut plain) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        plain.push(turn::<Ours>(store, clients, false).await?);
        sealed.push(turn::<Sealed>(store, clients, false).await?);
    }
    Ok(compared(case, &sealed, &plain).against("the same without a key"))
}

/// What was measured of a log of a million events.
#[derive(Debug, Serialize)]
pub(crate) struct Proved {
    case: String,
    events: u64,
    /// Hashing all of them into the tree, and the first checkpoint.
    sealed_per_s: f64,
    /// What the tree takes: the hash with each event, and what stands above.
    tree_bytes_an_event: f64,
    proof_bytes: usize,
    proof_median_ms: f64,
    proof_p99_ms: f64,
    /// Writing a bundle, and checking it on one core.
    exported_per_s: f64,
    verified_per_s: f64,
}

pub(crate) async fn proofs(case: &str, store: Store) -> Result<Proved, Failed> {
    let fresh = replay::fill_ours(store).await?;
    let place = &fresh.place;
    let before = bare::size(place)?;
    let key = FileKey::make(&place.folder.join("ours.log-key"), "example.org/bench")?;
    let policy = format!("log {}\nquorum none\n", key.verifier_key());
    let ours = Ours::open(place).await?;
    let began = Instant::now();
    ours.0.sign_checkpoint().await?;
    let sealing = began.elapsed().as_secs_f64();
    let events = ours.0.head().0;
    let count = f64::from(u32::try_from(events)?);
    let (mut times, mut proof_bytes) = (Vec::new(), 0);
    for n in 1..=ASKED {
        let position = Position(n.saturating_mul(STRIDE).rem_euclid(events).saturating_add(1));
        let began = Instant::now();
        let proof = ours.0.prove(position).await?.unwrap_or_default();
        times.push(began.elapsed().as_secs_f64() * 1e3);
        proof_bytes = proof_bytes.max(proof.len());
    }
    ours.close().await;
    times.sort_by(f64::total_cmp);
    let above = (bare::size(place)? - before).max(0.0) * 1_048_576.0;
    let file = place.folder.join("ours.db");
    let database = place.database.as_ref().map_or(Database::File(file), Database::from);
    let to = place.folder.join("bundle");
    let began = Instant::now();
    export_bundle(database, LogId(1), to.clone(), policy.clone(), None).await?;
    let exporting = began.elapsed().as_secs_f64();
    let policy = Policy::parse(&policy).map_err(Failed)?;
    let began = Instant::now();
    let verdict = bundle::check(&to, &policy);
    let verifying = began.elapsed().as_secs_f64();
    if verdict.code() != 0 {
        return Err(Failed(format!("{verdict:?}")));
    }
    let at = |part: usize| {
        let index = times.len().saturating_mul(part).div_euclid(100);
        (times.get(index).copied().unwrap_or_default() * 100.0).round() / 100.0
    };
    Ok(Proved {
        case: case.to_owned(),
        events,
        sealed_per_s: (count / sealing).round(),
        tree_bytes_an_event: ((32.0 + above / count) * 100.0).round() / 100.0,
        proof_bytes,
        proof_median_ms: at(50),
        proof_p99_ms: at(99),
        exported_per_s: (count / exporting).round(),
        verified_per_s: (count / verifying).round(),
    })
}

//! Events a second through the engine, against rows of the same size written in batches by one
//! client that does nothing else.

use crate::{
    Failed, bare,
    commands::{SLICE, turn},
    place::Store,
    sides::Ours,
    told::{Told, median},
};

/// With more, batches grow no further.
const CLIENTS: u64 = 256;
const ROUNDS: u32 = 5;
/// A command has so many events on average.
const EVENTS: f64 = 1.6;

pub(crate) async fn run(case: &str, store: Store) -> Result<Told, Failed> {
    let (mut ours, mut bare) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let fresh = store.fresh()?;
        let rows = u32::try_from(bare::write(&fresh.place, SLICE)?)?;
        bare.push(f64::from(rows) / SLICE.as_secs_f64());
        ours.push(turn::<Ours>(store, CLIENTS, false).await?.rate() * EVENTS);
    }
    let told = Told::new(case, "events/s", median(ours), median(bare));
    Ok(told.against("INSERT of 64 rows at a time by one client"))
}

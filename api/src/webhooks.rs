//! Webhooks: what happens is sent to other platforms as it comes, as Standard Webhooks has it.
//!
//! To whom is said in a file of settings of who runs the server, since a process that sends
//! wherever it is told to sends into the inside of its own network. Each receiver has a courier:
//! one event at a time, in the order of the log, and the next when the one before was taken or set
//! aside. Where it stands is on the disk after the event was taken, so that a receiver may get an
//! event twice, and none never.

mod address;
mod courier;
mod gauges;
mod message;
mod sending;
mod settings;
mod state;

use std::{
    fs::{self, File},
    sync::Arc,
};

use crate::desk::Desk;

pub(crate) use address::Network;
pub(crate) use courier::Courier;
pub use settings::Webhooks;
use settings::{Payload, Webhook};

/// The couriers of one log.
#[derive(Debug)]
pub(crate) struct Couriers {
    all: Vec<Arc<Courier>>,
    /// Held while this process sends, so that no other does.
    _lock: File,
}

impl Couriers {
    /// One for each webhook of the settings.
    ///
    /// # Errors
    ///
    /// In words, when another process sends, or where a courier stands cannot be read.
    pub(crate) fn new(desk: &Desk, settings: Webhooks) -> Result<Self, String> {
        let folder = desk.log().beside("webhooks");
        let unusable = |why: std::io::Error| format!("{} cannot be used: {why}", folder.display());
        fs::create_dir_all(&folder).map_err(unusable)?;
        let lock = File::create(folder.join("lock")).map_err(unusable)?;
        lock.try_lock()
            .map_err(|_| format!("another process sends from {} already", folder.display()))?;
        let road = Arc::new(sending::Road::new(&settings)?);
        let all = settings.all.into_iter().map(|webhook| {
            let place = folder.join(format!("{}.json", webhook.id));
            Courier::new(desk.distant(), webhook, Arc::clone(&road), place).map(Arc::new)
        });
        Ok(Self { all: all.collect::<Result<_, _>>()?, _lock: lock })
    }

    pub(crate) fn all(&self) -> &[Arc<Courier>] {
        &self.all
    }
}

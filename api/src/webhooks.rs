//! Webhooks: what happens is sent to other platforms as it comes, as Standard Webhooks has it.
//!
//! Some receivers are named in a file of settings of who runs the server, others are created by acts.
//! Where may be sent to is said in that file for both, since a process that sends wherever it is told
//! to sends into the inside of its own network. Each receiver has a courier: one event at a time, in
//! the order of the log, and the next when the one before was taken or set aside. Where it stands is
//! on the disk after the event was taken, so that a receiver may get an event twice, and none never.

mod address;
mod courier;
mod created;
mod gauges;
mod hosts;
mod message;
mod sending;
mod settings;
mod state;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use fugong_core::{Position, Recorded};
use fugong_domain::{Kind, WebhookId};
use fugong_engine::Filter;
use tokio::{sync::Mutex, time::sleep};

use crate::{
    desk::{Desk, Distant, trouble},
    kept::Folder,
    problem::Problem,
};

pub(crate) use address::Network;
pub(crate) use courier::Courier;
use courier::{IDLE, Source};
pub(crate) use created::{line, secret_text};
pub(crate) use hosts::Hosts;
use sending::Road;
use settings::Webhook;
pub use settings::Webhooks;

/// So many receivers are looked up at a time.
const PAGE: usize = 200;

/// The couriers of one log.
#[derive(Debug)]
pub(crate) struct Couriers {
    /// Those to whom the settings name.
    named: Vec<Arc<Courier>>,
    created: Mutex<Created>,
    road: Arc<Road>,
    /// Whether they run by themselves.
    run: AtomicBool,
    folder: Folder,
}

/// Those to whom acts created.
#[derive(Debug, Default)]
struct Created {
    all: Vec<Arc<Courier>>,
    /// Up to here the log was looked through for more.
    seen: Position,
}

impl Couriers {
    /// One for each webhook of the settings; those of the log follow.
    ///
    /// # Errors
    ///
    /// In words, when another process sends, or where a courier stands cannot be read.
    pub(crate) fn new(desk: &Desk, settings: Webhooks) -> Result<Self, String> {
        let folder = Folder::of(desk.log(), "webhooks", "sends")?;
        let road = Arc::new(Road::new(&settings)?);
        let named = settings.all.into_iter().map(|webhook| {
            let (place, after) = (folder.file(&format!("{}.json", webhook.id)), webhook.after);
            let source = Source::Settings(Arc::new(webhook));
            Courier::new(desk.distant(), (source, after), Arc::clone(&road), place).map(Arc::new)
        });
        let named = named.collect::<Result<_, _>>()?;
        Ok(Self { named, created: Mutex::default(), road, run: AtomicBool::new(false), folder })
    }

    /// Whom may be sent to.
    pub(crate) fn hosts(&self) -> &Hosts {
        self.road.hosts()
    }

    /// All, those among them whom the log has created since it was looked through last.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when the log cannot be read, or where a courier stands.
    pub(crate) async fn all(&self, desk: &Desk) -> Result<Vec<Arc<Courier>>, Problem> {
        let mut created = self.created.lock().await;
        let (kind, types) = (Some(Kind::Webhook.code().to_owned()), vec![CREATED.to_owned()]);
        let head = desk.log().head();
        let filter = Filter { kind, types, upto: Some(head), ..Filter::default() };
        while created.seen < head {
            let page = desk.log().events(created.seen, PAGE, &filter).await.map_err(trouble)?;
            for event in &page {
                let courier = self.courier(desk, event).map_err(Problem::unavailable)?;
                if self.run.load(Ordering::Acquire) {
                    drop(tokio::spawn(Arc::clone(&courier).run()));
                }
                created.all.push(courier);
                created.seen = event.position;
            }
            if page.len() < PAGE {
                created.seen = head;
            }
        }
        Ok(self.named.iter().chain(&created.all).map(Arc::clone).collect())
    }

    /// The courier to whom this event created: he begins after it.
    fn courier(&self, desk: &Desk, event: &Recorded) -> Result<Arc<Courier>, String> {
        let id: WebhookId =
            event.aggregate_id.parse().map_err(|why: fugong_domain::InvalidId| why.to_string())?;
        let place = self.folder.file(&format!("{id}.json"));
        let source = (Source::Log(id), Some(event.position.0));
        Courier::new(desk.distant(), source, Arc::clone(&self.road), place).map(Arc::new)
    }

    /// Lets all of them run, and those who are created from now on.
    pub(crate) async fn start(desk: Distant) {
        let Some(mut heads) = desk.desk().map(|desk| desk.log().heads()) else { return };
        if let Some(desk) = desk.desk()
            && let Some(couriers) = desk.sending()
        {
            // Whoever is known already is started here, and whoever is found later where he is found.
            let created = couriers.created.lock().await;
            couriers.run.store(true, Ordering::Release);
            for courier in couriers.named.iter().chain(&created.all) {
                drop(tokio::spawn(Arc::clone(courier).run()));
            }
        }
        loop {
            heads.borrow_and_update();
            let Some(desk) = desk.desk() else { return };
            if let Err(problem) = desk.couriers().await {
                tracing::warn!(%problem, "webhooks that were created are not found");
            }
            tokio::select! {
                () = desk.ended() => return,
                moved = heads.changed() => if moved.is_err() { return },
                () = sleep(IDLE) => {}
            }
        }
    }
}

/// The type of the event from which on a receiver is sent to.
const CREATED: &str = "webhook-created";

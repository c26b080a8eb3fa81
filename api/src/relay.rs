//! The relay: what happens is handed to NATS `JetStream`, for a platform that has one already.
//!
//! One event at a time, in the order of the log, and the next when the stream has acknowledged the
//! one before; where it stands is on the disk after that. So an event may come twice, which the
//! stream sees by its `Nats-Msg-Id`, and none is left out.

mod settings;

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use async_nats::{
    Client, ConnectOptions,
    jetstream::{self, Context, message::PublishMessage},
};
use fugong_core::{Position, Recorded};
use metrics::gauge;
use tokio::time::sleep;

use crate::{
    desk::{Desk, Distant, figure},
    event,
    feed::Wanted,
    kept::{self, Folder},
    look::Asked,
    problem::Problem,
};

pub use settings::Relay;

/// How long is waited for an acknowledgement.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long is waited after something went wrong: at first, and at most.
const WAITS: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(30));
/// How often is looked although nothing was heard.
const IDLE: Duration = Duration::from_mins(1);
/// So many events are read at once.
const MANY: usize = 64;

/// Hands the events of one log on.
#[derive(Debug)]
pub(crate) struct Runner {
    desk: Distant,
    district: String,
    settings: Relay,
    place: PathBuf,
    /// Up to here everything was acknowledged.
    position: Position,
    /// Held while this process hands on.
    _folder: Folder,
}

impl Runner {
    /// Ready to begin where it stopped, or where the settings say.
    ///
    /// # Errors
    ///
    /// In words, when another process hands on, or it is not known how far it came.
    pub(crate) fn new(desk: &Desk, settings: Relay) -> Result<Self, String> {
        let folder = Folder::of(desk.log(), "nats", "hands on")?;
        let place = folder.file("position");
        let position = if let Some(text) = kept::read(&place)? {
            let wrong = |_| format!("{} holds no position", place.display());
            Position(text.trim().parse().map_err(wrong)?)
        } else {
            // From here on: where it began does not change with the next start.
            let head = desk.log().head();
            let position = Position(settings.after.unwrap_or(head.0).min(head.0));
            kept::write(&place, &position.to_string())?;
            position
        };
        let (district, desk) = (desk.code(), desk.distant());
        Ok(Self { desk, district, settings, place, position, _folder: folder })
    }

    /// Hands on whatever there is, until the log is closed or the server goes.
    pub(crate) async fn run(mut self) {
        let Some(mut heads) = self.desk.desk().map(|desk| desk.log().heads()) else { return };
        let stream = match self.connect().await {
            Ok(client) => stream(client),
            Err(why) => {
                tracing::error!(%why, "nothing is handed to NATS: its settings cannot be used");
                return;
            }
        };
        let mut wait = WAITS.0;
        loop {
            heads.borrow_and_update();
            let Some(desk) = self.desk.desk() else { return };
            let handed = tokio::select! {
                () = desk.ended() => return,
                handed = self.hand(&desk, &stream) => handed,
            };
            self.tell(handed.is_err());
            let patience = match handed {
                Ok(true) => continue,
                Ok(false) => IDLE,
                Err(why) => {
                    tracing::warn!(%why, position = self.position.0, "the relay to NATS stands still");
                    let longer = wait.saturating_mul(2).min(WAITS.1);
                    std::mem::replace(&mut wait, longer)
                }
            };
            if patience == IDLE {
                wait = WAITS.0;
            }
            tokio::select! {
                () = desk.ended() => return,
                // What comes meanwhile does not mend what is wrong.
                moved = heads.changed(), if patience == IDLE => if moved.is_err() { return },
                () = sleep(patience) => {}
            }
        }
    }

    /// Connects, now or as soon as there is a server.
    async fn connect(&self) -> Result<Client, String> {
        let mut options = ConnectOptions::new()
            .name(format!("fugong {}", self.district))
            .retry_on_initial_connect()
            .require_tls(self.settings.tls);
        if let Some(ca) = &self.settings.ca {
            options = options.add_root_certificates(ca.clone());
        }
        if let Some(token) = self.settings.token()? {
            options = options.token(token);
        }
        options.connect(&*self.settings.servers).await.map_err(|why| why.to_string())
    }

    /// The next events, one after another; whether there were any.
    async fn hand(&mut self, desk: &Desk, stream: &Context) -> Result<bool, String> {
        let (events, next) = self.next(desk).await.map_err(|problem| problem.to_string())?;
        if next <= self.position {
            return Ok(false);
        }
        let mut handed = Ok(true);
        let mut reached = next;
        for event in events {
            handed = self.publish(desk, stream, &event).await.map(|()| true);
            if handed.is_err() {
                // What was acknowledged before is not sent again after the next start.
                reached = self.position;
                break;
            }
            self.position = event.position;
        }
        self.position = reached;
        kept::write(&self.place, &self.position.to_string())?;
        handed
    }

    /// The next events that are to be handed on, and up to where that is all.
    async fn next(&self, desk: &Desk) -> Result<(Vec<Recorded>, Position), Problem> {
        let query = BTreeMap::from([("types".to_owned(), self.settings.types.join(","))]);
        let wanted = Wanted::of(desk, &Asked::of(self.settings.by.clone(), query)).await?;
        let part = wanted.page(desk, self.position, MANY).await?;
        Ok((wanted.seen(desk, part.events).await?, part.next))
    }

    /// One event, until the stream has it.
    async fn publish(&self, desk: &Desk, stream: &Context, event: &Recorded) -> Result<(), String> {
        let id = format!("{}-{}", desk.log().id(), event.position);
        let subject = self.settings.subject(&self.district, &event.event_type);
        let message = PublishMessage::build()
            .message_id(id)
            .expected_stream(&self.settings.stream)
            .header("content-type", "application/cloudevents+json")
            .payload(event::cloud(desk, event, false).to_string().into());
        let halt = |why: jetstream::context::PublishError| format!("{subject}: {why}");
        let sent = stream.send_publish(subject.clone(), message).await.map_err(halt)?;
        sent.await.map(drop).map_err(halt)
    }

    /// Tells whoever watches the process.
    fn tell(&self, failing: bool) {
        let of = |name: &'static str| gauge!(name, "district" => self.district.clone());
        of("fugong_relay_position").set(figure(self.position.0));
        of("fugong_relay_failing").set(figure(u8::from(failing)));
    }
}

fn stream(client: Client) -> Context {
    jetstream::context::ContextBuilder::new().ack_timeout(PATIENCE).timeout(PATIENCE).build(client)
}

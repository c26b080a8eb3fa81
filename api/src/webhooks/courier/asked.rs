//! What a courier is asked by those who look after him.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Courier, Source};
use crate::{
    desk::Desk,
    problem::Problem,
    spans::Delivery,
    webhooks::{
        Webhook, created, message,
        sending::{Letter, clock},
    },
};

impl Courier {
    /// Has an event sent again that was set aside.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when it was not, or nothing is sent any more.
    pub(crate) async fn replay(&self, position: u64) -> Result<(), Problem> {
        self.standing().await?;
        let mut state = self.state.lock().await;
        if !state.dead.iter().any(|it| it.position == position) {
            let what = format!("event {position} among those that were set aside");
            return Err(Problem::absent(what));
        }
        state.replays.insert(position);
        self.keep(&state)?;
        self.told.notify_one();
        Ok(())
    }

    /// Sends him a message that tells of nothing, once, and says what he answered. It is none of the
    /// events, so nothing of how he stands changes.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when the log is closed, `NOT_FOUND` when nothing is sent any more.
    pub(crate) async fn test(&self) -> Result<Value, Problem> {
        let (desk, webhook) = self.standing().await?;
        let (at, timestamp) = (desk.log().now(), clock());
        let id = message::test_id(desk.log().id(), &self.id, &desk.trace_id());
        let body = message::test(at);
        let signature = message::signature(&webhook.secrets, &id, timestamp, &body);
        let whose = (self.district.as_str(), self.id.as_str());
        let delivery = Delivery::begin(whose, &webhook.url, None);
        let traceparent = delivery.traceparent();
        let letter = Letter { id: id.clone(), timestamp, signature, body, traceparent };
        let said = self.road.send(&webhook.url, &letter).await;
        delivery.answered(said.as_ref().ok().map(|said| said.status));
        let (status, why) = match said {
            Ok(said) if (200..=299).contains(&said.status) => (Some(said.status), None),
            Ok(said) => (Some(said.status), Some(format!("he answered {}", said.status))),
            Err(why) => (None, Some(why)),
        };
        Ok(json!({"id": id, "at": at, "status": status, "taken": why.is_none(), "why": why}))
    }

    /// The log and whom he sends to, while that is in use.
    async fn standing(&self) -> Result<(Desk, Arc<Webhook>), Problem> {
        let closed = || Problem::unavailable("the log is closed");
        let desk = self.desk.desk().ok_or_else(closed)?;
        let disabled = || Problem::absent(format!("webhook {} in use", self.id));
        let webhook = self.webhook(&desk).await?.ok_or_else(disabled)?;
        Ok((desk, webhook))
    }

    /// How he stands, as answers show it.
    ///
    /// # Errors
    ///
    /// `UNAVAILABLE` when the log cannot be read.
    pub(crate) async fn line(&self, desk: &Desk) -> Result<Value, Problem> {
        let mut line = match &self.source {
            Source::Settings(webhook) => webhook.line(),
            Source::Log(id) => {
                created::line(desk, id, None).await?.map(|(line, _)| line).unwrap_or_default()
            }
        };
        let state = self.state.lock().await;
        if let Value::Object(members) = &mut line {
            members.extend(state.standing());
        }
        Ok(line)
    }

    /// The last attempts, and what was set aside.
    pub(crate) async fn deliveries(&self) -> Value {
        self.state.lock().await.told()
    }
}

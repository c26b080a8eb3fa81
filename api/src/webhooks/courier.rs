//! Who carries events to one receiver, one by one.

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use fugong_core::{Position, Recorded};
use serde_json::{Value, json};
use tokio::{
    sync::{Mutex, Notify},
    time::sleep,
};

use super::{
    Webhook, gauges, message,
    sending::{Letter, Road, Said, clock},
    state::{Dead, Delivery, Disabled, Failing, State},
};
use crate::{
    desk::{Desk, Distant},
    feed::Wanted,
    look::Asked,
    looks,
    problem::Problem,
};

/// How long is waited for the next attempt, at most: somewhere between at once and this.
const RETRIES: [TimeDelta; 9] = [
    TimeDelta::seconds(5),
    TimeDelta::minutes(5),
    TimeDelta::minutes(30),
    TimeDelta::hours(2),
    TimeDelta::hours(5),
    TimeDelta::hours(10),
    TimeDelta::hours(14),
    TimeDelta::hours(20),
    TimeDelta::hours(24),
];
/// A receiver puts off no longer than this.
const LONGEST: TimeDelta = TimeDelta::hours(24);
/// How often is looked although nothing was heard.
const IDLE: Duration = Duration::from_mins(1);

/// Carries events to one receiver.
#[derive(Debug)]
pub(crate) struct Courier {
    desk: Distant,
    webhook: Webhook,
    district: String,
    road: Arc<Road>,
    place: PathBuf,
    state: Mutex<State>,
    /// Somebody wants an event sent again.
    told: Notify,
}

/// When there is something to do again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// At once.
    Now,
    /// When something happens.
    News,
    /// At this time of the log.
    At(DateTime<Utc>),
}

impl Courier {
    pub(super) fn new(
        desk: Distant,
        webhook: Webhook,
        road: Arc<Road>,
        place: PathBuf,
    ) -> Result<Self, String> {
        let unusable = |why: String| format!("{} cannot be used: {why}", place.display());
        let head = desk.desk().map_or(Position::START, |desk| desk.log().head());
        let state = if let Some(state) = State::read(&place).map_err(unusable)? {
            state
        } else {
            // From here on: where it began does not change with the next start.
            let position = webhook.after.unwrap_or(head.0).min(head.0);
            let state = State { position, ..State::default() };
            state.write(&place).map_err(|why| unusable(why.to_string()))?;
            state
        };
        let district = desk.desk().map(|desk| desk.code()).unwrap_or_default();
        gauges::set(&district, &webhook.id, &state);
        let (state, told) = (Mutex::new(state), Notify::new());
        Ok(Self { desk, webhook, district, road, place, state, told })
    }

    pub(crate) fn id(&self) -> &str {
        &self.webhook.id
    }

    /// Carries whatever is to be carried, until the log is closed or the server goes.
    pub(crate) async fn run(self: Arc<Self>) {
        let Some(mut heads) = self.desk.desk().map(|desk| desk.log().heads()) else { return };
        loop {
            heads.borrow_and_update();
            let next = self.step().await;
            let Some(desk) = self.desk.desk() else { return };
            let patience = match next {
                Next::Now => Duration::ZERO,
                Next::News => IDLE,
                Next::At(due) => {
                    let left = due.signed_duration_since(desk.log().now());
                    left.to_std().unwrap_or_default().min(IDLE)
                }
            };
            tokio::select! {
                biased;
                () = desk.ended() => return,
                () = self.told.notified() => {}
                moved = heads.changed() => if moved.is_err() { return },
                () = sleep(patience) => {}
            }
        }
    }

    /// Does what there is to do now, and says when there will be something again.
    pub(crate) async fn turn(&self) -> Next {
        loop {
            match self.step().await {
                Next::Now => {}
                next @ (Next::News | Next::At(_)) => return next,
            }
        }
    }

    /// One event.
    async fn step(&self) -> Next {
        let mut state = self.state.lock().await;
        let Some(desk) = self.desk.desk() else { return Next::News };
        match self.stepped(&desk, &mut state).await {
            Ok(next) => next,
            Err(problem) => {
                tracing::warn!(webhook = self.webhook.id, %problem, "a webhook stands still");
                let later = desk.log().now().checked_add_signed(TimeDelta::minutes(1));
                later.map_or(Next::News, Next::At)
            }
        }
    }

    async fn stepped(&self, desk: &Desk, state: &mut State) -> Result<Next, Problem> {
        if state.disabled.as_ref().is_some_and(|it| it.url == self.webhook.url.to_string()) {
            return Ok(Next::News);
        }
        if let Some(position) = state.replays.pop_first() {
            return self.again(desk, state, position).await;
        }
        if let Some(failing) = &state.failing
            && desk.log().now() < failing.next_at
        {
            return Ok(Next::At(failing.next_at));
        }
        let wanted = self.wanted(desk).await?;
        let part = wanted.page(desk, Position(state.position), 1).await?;
        let Some(event) = wanted.seen(desk, part.events).await?.pop() else {
            let came = part.more;
            state.position = part.next.0;
            return Ok(if came { Next::Now } else { Next::News });
        };
        let failing = state.failing.take().filter(|it| it.position == event.position.0);
        let attempt = failing.as_ref().map_or(0, |failing| failing.attempts).saturating_add(1);
        let said = self.carry(desk, state, &event, attempt).await?;
        let next = match said {
            Ok(()) => {
                state.position = event.position.0;
                Next::Now
            }
            Err(Refused::Gone) => Next::News,
            Err(Refused::Not { why, wait }) => {
                let failed = Failed { attempt, since: failing.map(|it| it.since), why, wait };
                self.failed(desk, state, &event, failed)
            }
        };
        self.keep(state)?;
        Ok(next)
    }

    /// What he is told: what whoever stands for him may see.
    async fn wanted(&self, desk: &Desk) -> Result<Wanted, Problem> {
        let types = [("types".to_owned(), self.webhook.types.join(","))];
        let about = self.webhook.enterprise.iter().map(|it| ("enterprise".to_owned(), it.clone()));
        let query: BTreeMap<_, _> = types.into_iter().chain(about).collect();
        Wanted::of(desk, &Asked::of(self.webhook.by.clone(), query)).await
    }

    /// Carries an event to him once.
    async fn carry(
        &self,
        desk: &Desk,
        state: &mut State,
        event: &Recorded,
        attempt: u32,
    ) -> Result<Result<(), Refused>, Problem> {
        let about = looks::about(desk, event).await?;
        let (id, timestamp) = (self.letter_id(desk, event.position), clock());
        let body = message::body(desk, event, self.webhook.payload, about.as_ref());
        let signature = message::signature(&self.webhook.secrets, &id, timestamp, &body);
        let letter = Letter { id: id.clone(), timestamp, signature, body };
        let said = self.road.send(&self.webhook.url, &letter).await;
        let (status, why, wait) = match said {
            Ok(Said { status: 200..=299, .. }) => {
                (Some(said.map_or(0, |said| said.status)), None, None)
            }
            Ok(Said { status, retry_after }) => {
                (Some(status), Some(format!("he answered {status}")), retry_after)
            }
            Err(why) => (None, Some(why), None),
        };
        state.tell(Delivery {
            id,
            position: event.position.0,
            event_type: event.event_type.to_string(),
            at: desk.log().now(),
            attempt,
            status,
            taken: why.is_none(),
            why: why.clone(),
        });
        let Some(why) = why else { return Ok(Ok(())) };
        if status == Some(410) {
            let (at, url) = (desk.log().now(), self.webhook.url.to_string());
            state.disabled = Some(Disabled { at, url });
            return Ok(Err(Refused::Gone));
        }
        Ok(Err(Refused::Not { why, wait }))
    }

    /// Puts an event off, or sets it aside when it was not taken for days.
    fn failed(&self, desk: &Desk, state: &mut State, event: &Recorded, failed: Failed) -> Next {
        let (now, Failed { attempt, since, why, wait }) = (desk.log().now(), failed);
        let tried = usize::try_from(attempt).unwrap_or(usize::MAX);
        let Some(most) = RETRIES.get(tried.saturating_sub(1)) else {
            let event_type = event.event_type.to_string();
            let position = event.position.0;
            state.dead.push(Dead { position, event_type, attempts: attempt, at: now, why });
            state.position = position;
            return Next::Now;
        };
        let asked = wait.and_then(|wait| TimeDelta::from_std(wait).ok()).map(|it| it.min(LONGEST));
        let put_off = self.jitter(desk, event, attempt, *most).max(asked.unwrap_or_default());
        let next_at = now.checked_add_signed(put_off).unwrap_or(now);
        let (position, since) = (event.position.0, since.unwrap_or(now));
        state.failing = Some(Failing { position, attempts: attempt, since, next_at, why });
        Next::At(next_at)
    }

    /// Somewhere between nothing and `most`, so that those who were away do not come all at once.
    fn jitter(&self, desk: &Desk, event: &Recorded, attempt: u32, most: TimeDelta) -> TimeDelta {
        let drawn = format!("{} {attempt}", self.letter_id(desk, event.position));
        let part = self.webhook.secrets.first().map_or(1.0, |secret| secret.chance(&drawn));
        let most = most.to_std().unwrap_or_default();
        TimeDelta::from_std(most.mul_f64(part)).unwrap_or_default()
    }

    /// Sends an event again that was set aside: once.
    async fn again(&self, desk: &Desk, state: &mut State, position: u64) -> Result<Next, Problem> {
        let wanted = self.wanted(desk).await?;
        let part = wanted.page(desk, Position(position.saturating_sub(1)), 1).await?;
        let event = wanted.seen(desk, part.events).await?.pop();
        let event = event.filter(|event| event.position.0 == position);
        let attempts = state.dead.iter().find(|it| it.position == position).map(|it| it.attempts);
        if let (Some(event), Some(attempts)) = (event, attempts) {
            let attempt = attempts.saturating_add(1);
            let taken = self.carry(desk, state, &event, attempt).await?.is_ok();
            state.dead.iter_mut().filter(|it| it.position == position).for_each(|it| {
                it.attempts = attempt;
            });
            state.dead.retain(|it| !taken || it.position != position);
        }
        self.keep(state)?;
        Ok(Next::Now)
    }

    fn letter_id(&self, desk: &Desk, position: Position) -> String {
        message::id(desk.log().id(), &self.webhook.id, position)
    }

    fn keep(&self, state: &State) -> Result<(), Problem> {
        let unusable = |why| format!("{} cannot be written: {why}", self.place.display());
        state.write(&self.place).map_err(|why| Problem::unavailable(unusable(why)))?;
        gauges::set(&self.district, &self.webhook.id, state);
        Ok(())
    }

    /// Has an event sent again that was set aside.
    ///
    /// # Errors
    ///
    /// `NOT_FOUND` when it was not.
    pub(crate) async fn replay(&self, position: u64) -> Result<(), Problem> {
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
    /// `UNAVAILABLE` when the log is closed.
    pub(crate) async fn test(&self) -> Result<Value, Problem> {
        let closed = || Problem::unavailable("the log is closed");
        let desk = self.desk.desk().ok_or_else(closed)?;
        let (at, timestamp) = (desk.log().now(), clock());
        let id = message::test_id(desk.log().id(), &self.webhook.id, &desk.trace_id());
        let body = message::test(at);
        let signature = message::signature(&self.webhook.secrets, &id, timestamp, &body);
        let letter = Letter { id: id.clone(), timestamp, signature, body };
        let (status, why) = match self.road.send(&self.webhook.url, &letter).await {
            Ok(said) if (200..=299).contains(&said.status) => (Some(said.status), None),
            Ok(said) => (Some(said.status), Some(format!("he answered {}", said.status))),
            Err(why) => (None, Some(why)),
        };
        Ok(json!({"id": id, "at": at, "status": status, "taken": why.is_none(), "why": why}))
    }

    /// How he stands, as answers show it.
    pub(crate) async fn line(&self) -> Value {
        let state = self.state.lock().await;
        json!({
            "id": self.webhook.id,
            "url": self.webhook.url.to_string(),
            "types": self.webhook.types,
            "enterprise": self.webhook.enterprise,
            "delivered_to": state.position.to_string(),
            "failing": state.failing.as_ref().map(|failing| json!({
                "position": failing.position.to_string(),
                "attempts": failing.attempts,
                "since": failing.since,
                "next_at": failing.next_at,
                "why": failing.why,
            })),
            "disabled_at": state.disabled.as_ref().map(|disabled| disabled.at),
            "dead_letters": state.dead.len(),
        })
    }

    /// The last attempts, and what was set aside.
    pub(crate) async fn deliveries(&self) -> Value {
        let state = self.state.lock().await;
        let shown: Vec<_> = state.deliveries.iter().map(positioned).collect();
        let dead: Vec<_> = state.dead.iter().map(positioned).collect();
        json!({"items": shown, "dead_letters": dead})
    }
}

/// With its position as text, as everywhere.
fn positioned(one: &impl serde::Serialize) -> Value {
    let mut shown = json!(one);
    if let Some(position) = shown.get_mut("position") {
        *position = json!(position.to_string());
    }
    shown
}

/// Why an event was not taken.
enum Refused {
    /// The receiver wants no more.
    Gone,
    Not {
        why: String,
        wait: Option<Duration>,
    },
}

/// An attempt that failed.
struct Failed {
    attempt: u32,
    since: Option<DateTime<Utc>>,
    why: String,
    wait: Option<Duration>,
}

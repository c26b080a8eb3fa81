//! Who carries events to one receiver, one by one.

mod asked;

use std::{collections::BTreeMap, path::PathBuf, sync::Arc, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use fugong_core::{Position, Recorded};
use fugong_domain::WebhookId;
use tokio::{
    sync::{Mutex, Notify},
    time::sleep,
};

use super::{
    Webhook, created, gauges, message,
    sending::{Letter, Road, Said, clock},
    state::{self, Dead, Disabled, Failing, State},
};
use crate::{
    desk::{Desk, Distant},
    feed::Wanted,
    look::Asked,
    looks,
    problem::Problem,
    spans::Delivery,
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
pub(super) const IDLE: Duration = Duration::from_mins(1);

/// Carries events to one receiver.
#[derive(Debug)]
pub(crate) struct Courier {
    desk: Distant,
    id: String,
    source: Source,
    district: String,
    road: Arc<Road>,
    place: PathBuf,
    state: Mutex<State>,
    /// Somebody wants an event sent again.
    told: Notify,
}

/// Where it stands to whom he carries them.
#[derive(Debug)]
pub(super) enum Source {
    /// In the settings.
    Settings(Arc<Webhook>),
    /// In the log, where it may change at any time.
    Log(WebhookId),
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
    /// Never: it was disabled.
    Over,
}

impl Courier {
    /// He begins after this position where it is not known how far he has come; where the log stands,
    /// if none is said.
    pub(super) fn new(
        desk: Distant,
        (source, after): (Source, Option<u64>),
        road: Arc<Road>,
        place: PathBuf,
    ) -> Result<Self, String> {
        let head = desk.desk().map_or(Position::START, |desk| desk.log().head());
        let state = if let Some(state) = State::read(&place)? {
            state
        } else {
            // From here on: where it began does not change with the next start.
            let position = after.unwrap_or(head.0).min(head.0);
            let state = State { position, ..State::default() };
            state.write(&place)?;
            state
        };
        let district = desk.desk().map(|desk| desk.code()).unwrap_or_default();
        let id = match &source {
            Source::Settings(webhook) => webhook.id.clone(),
            Source::Log(id) => id.to_string(),
        };
        gauges::set(&district, &id, &state);
        let (state, told) = (Mutex::new(state), Notify::new());
        Ok(Self { desk, id, source, district, road, place, state, told })
    }

    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// To whom he carries them now; none if it was disabled.
    async fn webhook(&self, desk: &Desk) -> Result<Option<Arc<Webhook>>, Problem> {
        match &self.source {
            Source::Settings(webhook) => Ok(Some(Arc::clone(webhook))),
            Source::Log(id) => created::in_use(desk, id).await,
        }
    }

    /// Carries whatever is to be carried, until the log is closed or the server goes.
    pub(crate) async fn run(self: Arc<Self>) {
        let Some(mut heads) = self.desk.desk().map(|desk| desk.log().heads()) else { return };
        loop {
            heads.borrow_and_update();
            let next = self.step().await;
            let Some(desk) = self.desk.desk() else { return };
            let patience = match next {
                Next::Over => return,
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
                next @ (Next::News | Next::At(_) | Next::Over) => return next,
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
                tracing::warn!(webhook = self.id, %problem, "a webhook stands still");
                let later = desk.log().now().checked_add_signed(TimeDelta::minutes(1));
                later.map_or(Next::News, Next::At)
            }
        }
    }

    async fn stepped(&self, desk: &Desk, state: &mut State) -> Result<Next, Problem> {
        let Some(webhook) = self.webhook(desk).await? else {
            gauges::set(&self.district, &self.id, &State::default());
            return Ok(Next::Over);
        };
        if state.disabled.as_ref().is_some_and(|it| it.url == webhook.url) {
            return Ok(Next::News);
        }
        if let Some(position) = state.replays.pop_first() {
            return self.again(desk, &webhook, state, position).await;
        }
        if let Some(failing) = &state.failing
            && desk.log().now() < failing.next_at
        {
            return Ok(Next::At(failing.next_at));
        }
        let wanted = wanted(desk, &webhook).await?;
        let part = wanted.page(desk, Position(state.position), 1).await?;
        let Some(event) = wanted.seen(desk, part.events).await?.pop() else {
            let came = part.more;
            state.position = part.next.0;
            return Ok(if came { Next::Now } else { Next::News });
        };
        let failing = state.failing.take().filter(|it| it.position == event.position.0);
        let attempt = failing.as_ref().map_or(0, |failing| failing.attempts).saturating_add(1);
        let said = self.carry(desk, &webhook, state, (&event, attempt)).await?;
        let next = match said {
            Ok(()) => {
                state.position = event.position.0;
                Next::Now
            }
            Err(Refused::Gone) => Next::News,
            Err(Refused::Not { why, wait }) => {
                let failed = Failed { attempt, since: failing.map(|it| it.since), why, wait };
                self.failed(desk, &webhook, state, (&event, failed))
            }
        };
        self.keep(state)?;
        Ok(next)
    }

    /// Carries an event to him once.
    async fn carry(
        &self,
        desk: &Desk,
        webhook: &Webhook,
        state: &mut State,
        (event, attempt): (&Recorded, u32),
    ) -> Result<Result<(), Refused>, Problem> {
        let about = looks::about(desk, event).await?;
        let (id, timestamp) = (self.letter_id(desk, event.position), clock());
        let body = message::body(desk, event, webhook.payload, about.as_ref());
        let signature = message::signature(&webhook.secrets, &id, timestamp, &body);
        let whose = (self.district.as_str(), self.id.as_str());
        let delivery = Delivery::begin(whose, &webhook.url, Some((event, attempt)));
        let traceparent = delivery.traceparent();
        let letter = Letter { id: id.clone(), timestamp, signature, body, traceparent };
        let said = self.road.send(&webhook.url, &letter).await;
        delivery.answered(said.as_ref().ok().map(|said| said.status));
        let (status, why, wait) = match said {
            Ok(Said { status: 200..=299, .. }) => {
                (Some(said.map_or(0, |said| said.status)), None, None)
            }
            Ok(Said { status, retry_after }) => {
                (Some(status), Some(format!("he answered {status}")), retry_after)
            }
            Err(why) => (None, Some(why), None),
        };
        state.tell(state::Delivery {
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
            let (at, url) = (desk.log().now(), webhook.url.clone());
            state.disabled = Some(Disabled { at, url });
            return Ok(Err(Refused::Gone));
        }
        Ok(Err(Refused::Not { why, wait }))
    }

    /// Puts an event off, or sets it aside when it was not taken for days.
    fn failed(
        &self,
        desk: &Desk,
        webhook: &Webhook,
        state: &mut State,
        (event, failed): (&Recorded, Failed),
    ) -> Next {
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
        let drawn = format!("{} {attempt}", self.letter_id(desk, event.position));
        let put_off = jitter(webhook, &drawn, *most).max(asked.unwrap_or_default());
        let next_at = now.checked_add_signed(put_off).unwrap_or(now);
        let (position, since) = (event.position.0, since.unwrap_or(now));
        state.failing = Some(Failing { position, attempts: attempt, since, next_at, why });
        Next::At(next_at)
    }

    /// Sends an event again that was set aside: once.
    async fn again(
        &self,
        desk: &Desk,
        webhook: &Webhook,
        state: &mut State,
        position: u64,
    ) -> Result<Next, Problem> {
        let wanted = wanted(desk, webhook).await?;
        let part = wanted.page(desk, Position(position.saturating_sub(1)), 1).await?;
        let event = wanted.seen(desk, part.events).await?.pop();
        let event = event.filter(|event| event.position.0 == position);
        let attempts = state.dead.iter().find(|it| it.position == position).map(|it| it.attempts);
        if let (Some(event), Some(attempts)) = (event, attempts) {
            let attempt = attempts.saturating_add(1);
            let taken = self.carry(desk, webhook, state, (&event, attempt)).await?.is_ok();
            state.dead.iter_mut().filter(|it| it.position == position).for_each(|it| {
                it.attempts = attempt;
            });
            state.dead.retain(|it| !taken || it.position != position);
        }
        self.keep(state)?;
        Ok(Next::Now)
    }

    fn letter_id(&self, desk: &Desk, position: Position) -> String {
        message::id(desk.log().id(), &self.id, position)
    }

    fn keep(&self, state: &State) -> Result<(), Problem> {
        state.write(&self.place).map_err(Problem::unavailable)?;
        gauges::set(&self.district, &self.id, state);
        Ok(())
    }
}

/// What he is told: what whoever stands for him may see.
async fn wanted(desk: &Desk, webhook: &Webhook) -> Result<Wanted, Problem> {
    let types = [("types".to_owned(), webhook.types.join(","))];
    let about = webhook.enterprise.iter().map(|it| ("enterprise".to_owned(), it.clone()));
    let query: BTreeMap<_, _> = types.into_iter().chain(about).collect();
    Wanted::of(desk, &Asked::of(webhook.by.clone(), query)).await
}

/// Somewhere between nothing and `most`, so that those who were away do not come all at once.
fn jitter(webhook: &Webhook, drawn: &str, most: TimeDelta) -> TimeDelta {
    let part = webhook.secrets.first().map_or(1.0, |secret| secret.chance(drawn));
    let most = most.to_std().unwrap_or_default();
    TimeDelta::from_std(most.mul_f64(part)).unwrap_or_default()
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

//! The feed: events in the order of the log.

use fugong_core::Recorded;
use fugong_domain::Principal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::things::enterprise_of;
use crate::{
    desk::{Desk, trouble},
    event,
    feed::{Part, Wanted, position},
    http::FEED,
    look::{Asked, Format, Found, LIMIT, Look, Page, StandsOn},
    problem::Problem,
    sight,
    veil::Veil,
};

pub(super) const LOOKS: &[Look] = &[
    Look {
        id: "list_events",
        answer: "EventList",
        path: FEED,
        summary: "Events, in the order of the log",
        query: &[
            ("after", "Only after this position; 0 if absent"),
            ("types", "Only these types, with commas between them"),
            ("enterprise", "Only what is about this enterprise"),
            LIMIT,
        ],
        formats: &[Format::Json, Format::Ndjson, Format::CloudEvents, Format::Stream],
        stands_on: StandsOn::Head,
        roles: "the district's bodies all; others with ?enterprise= of what they may see",
        deed: None,
        run: list,
    },
    Look {
        id: "read_event",
        answer: "Event",
        path: "/v1/events/{event_id}",
        summary: "One event",
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Head,
        roles: "whoever may see what it is about",
        deed: None,
        run: one,
    },
];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let (limit, wanted) = (asked.limit()?, Wanted::of(desk, asked).await?);
        let after = position("after", asked.query("after").unwrap_or("0"))?;
        let Part { events, next, more } = wanted.page(desk, after, limit).await?;
        let events = wanted.seen(desk, events).await?;
        let told = |tell: fn(&Desk, &Recorded, bool) -> Value| -> Vec<Value> {
            events.iter().map(|event| tell(desk, event, wanted.opens(event))).collect()
        };
        let media = asked.format.media();
        Ok(match asked.format {
            Format::Ndjson => {
                let lines: Vec<_> =
                    told(event::shown).iter().map(|event| format!("{event}\n")).collect();
                Page::text(next, media, lines.concat())
            }
            Format::CloudEvents => {
                Page::text(next, media, Value::Array(told(event::cloud)).to_string())
            }
            // A stream is answered elsewhere, and nothing else is offered.
            Format::Json | Format::Csv | Format::Xlsx | Format::Html | Format::Stream => {
                let head = desk.log().head();
                let rest = json!({
                    "next_after": next.to_string(),
                    "more": more,
                    "position": head.to_string(),
                });
                Page::listed(head, told(event::shown), rest)
            }
        })
    })
}

fn one<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let who = asked.who()?;
        let event = seen(desk, who, asked.param("event_id")).await?;
        let opens = sight::opens(who, &event.aggregate_type);
        let shown = event::shown(desk, &event, opens);
        Ok(Page::json(desk.log().head(), shown))
    })
}

/// The event with this id, if `who` may see what it is about.
///
/// # Errors
///
/// `NOT_FOUND` when there is none, or he may not.
pub(crate) async fn seen(desk: &Desk, who: &Principal, id: &str) -> Result<Recorded, Problem> {
    let absent = || Problem::absent(format!("event {id}"));
    let id: Uuid = id.parse().map_err(|_| absent())?;
    let event = desk.log().event(id).await.map_err(trouble)?.ok_or_else(absent)?;
    let about = enterprise_of(desk, &event.aggregate_type, &event.aggregate_id).await?;
    let seen = sight::check_thing(desk, who, (&event.aggregate_type, about.as_ref())).await;
    seen.map_err(|problem| problem.instead(absent()))?;
    Veil::of(desk, who).await?.alone(event).await?.ok_or_else(absent)
}

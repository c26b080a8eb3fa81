//! The feed: events in the order of the log.

use fugong_core::{Position, Recorded};
use fugong_domain::Principal;
use fugong_engine::Filter;
use serde_json::json;
use uuid::Uuid;

use super::things::enterprise_of;
use crate::{
    desk::{Desk, trouble},
    door, event, filters, known,
    look::{Asked, Format, Found, LIMIT, Look, Page, StandsOn},
    problem::Problem,
    sight::{self, Reach},
    timeline,
    veil::Veil,
};

pub(super) const LOOKS: &[Look] = &[
    Look {
        id: "list_events",
        answer: "EventList",
        path: "/v1/events",
        summary: "Events, in the order of the log",
        query: &[
            ("after", "Only after this position; 0 if absent"),
            ("types", "Only these types, with commas between them"),
            ("enterprise", "Only what is about this enterprise"),
            LIMIT,
        ],
        formats: &[Format::Json, Format::Ndjson],
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
        let (limit, who) = (asked.limit()?, asked.who()?);
        let filter = filter(desk, asked).await?;
        let after = asked.query("after").unwrap_or("0").parse().map(Position);
        let after = after.map_err(|_| Problem::invalid("after", "send a position"))?;
        let head = desk.log().head();
        let events = desk.log().events(after, limit, &filter).await.map_err(trouble)?;
        let full = limit <= events.len();
        let last = events.last().map(|event| event.position);
        let next = if full { last.unwrap_or(head) } else { head.max(after) };
        let events = Veil::of(desk, who).await?.all(events).await?;
        let opens = |event: &Recorded| sight::opens(who, &event.aggregate_type);
        let shown: Vec<_> =
            events.iter().map(|event| event::shown(desk, event, opens(event))).collect();
        if asked.format == Format::Ndjson {
            let lines: Vec<_> = shown.iter().map(|event| format!("{event}\n")).collect();
            let text = lines.concat();
            return Ok(Page::text(next, Format::Ndjson.media(), text));
        }
        let body = json!({
            "items": shown,
            "next_after": next.to_string(),
            "more": full,
            "position": head.to_string(),
        });
        Ok(Page::json(head, body))
    })
}

async fn filter(desk: &Desk, asked: &Asked) -> Result<Filter, Problem> {
    let who = asked.who()?;
    let types = asked.query("types").unwrap_or_default().split(',').map(str::trim);
    let types: Vec<_> = types.filter(|name| !name.is_empty()).map(str::to_owned).collect();
    filters::event_types("types", &types)?;
    let Some(code) = asked.query("enterprise") else {
        if sight::reach(who) != Reach::District {
            let detail = "name an enterprise that you may see with ?enterprise=";
            return Err(Problem::new("ROLE_NOT_ALLOWED", detail));
        }
        return Ok(Filter { types, ..Filter::default() });
    };
    let id = known::first(desk, door::enterprise(code)?).await?;
    sight::check(desk, who, &id, None).await?;
    let ids = timeline::ids(desk, asked, &id).await?;
    Ok(Filter { types, ids: Some(ids), ..Filter::default() })
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
    match about {
        Some(about) => {
            sight::check(desk, who, &about, None).await.map_err(|_| absent())?;
        }
        None if sight::reach(who) == Reach::Own && !is_open(&event) => return Err(absent()),
        None => {}
    }
    Veil::of(desk, who).await?.alone(event).await?.ok_or_else(absent)
}

/// Whether its own rules say who may see it: a report of a barrier, or what is over an area.
fn is_open(event: &Recorded) -> bool {
    matches!(&*event.aggregate_type, "barrier" | "measure")
}

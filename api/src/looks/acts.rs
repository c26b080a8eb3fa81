//! Acts, read back by their ids: one look for each deed whose receipt names the act itself.

use fugong_core::Recorded;
use serde_json::Value;
use uuid::Uuid;

use super::things::enterprise_of;
use crate::{
    deed::{Entry, Makes},
    deeds,
    desk::{Desk, trouble},
    event,
    look::{Asked, Format, Found, Look, Page, StandsOn},
    path,
    perform::inner,
    problem::Problem,
    sight,
    veil::Veil,
};

/// The looks that read acts back.
pub(super) fn looks() -> impl Iterator<Item = Look> {
    let acts =
        |entry: &&Entry| matches!(entry.row.makes, Makes::Event | Makes::Finding | Makes::Numbered);
    deeds::TABLE.iter().filter(acts).map(look)
}

fn look(entry: &'static Entry) -> Look {
    // The table lives as long as the program: so may the addresses made from it.
    let path: &'static str = Box::leak(format!("{}/{{act}}", entry.row.path).into_boxed_str());
    let id: &'static str = Box::leak(format!("read_{}", entry.row.id).into_boxed_str());
    Look {
        id,
        answer: "Event",
        path,
        summary: "Read the act back",
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Head,
        roles: "whoever may see what it is about",
        deed: Some(entry),
        run: read,
    }
}

fn read<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.reached(desk).await?;
        let who = asked.who()?;
        let absent = || Problem::absent(format!("act {}", asked.param("act")));
        let entry = asked.deed.ok_or_else(absent)?;
        let event = find(desk, entry, asked).await?.ok_or_else(absent)?;
        let about = enterprise_of(desk, &event.aggregate_type, &event.aggregate_id).await?;
        let seen = sight::check_thing(desk, who, (&event.aggregate_type, about.as_ref())).await;
        seen.map_err(|problem| problem.instead(absent()))?;
        let event = Veil::of(desk, who).await?.alone(event).await?.ok_or_else(absent)?;
        let shown = event::shown(desk, &event, sight::opens(who, &event.aggregate_type));
        Ok(Page::json(desk.log().head(), shown).version(event.sequence))
    })
}

/// The event that the address names, if the act of this deed made it.
async fn find(
    desk: &Desk,
    entry: &'static Entry,
    asked: &Asked,
) -> Result<Option<Recorded>, Problem> {
    let row = &entry.row;
    let Some(subject) = path::subject(row, &asked.params) else { return Ok(None) };
    let fits = |event: &Recorded| {
        &*event.aggregate_type == row.aggregate && row.events.contains(&&*event.event_type)
    };
    if matches!(row.makes, Makes::Finding | Makes::Numbered) {
        let act = asked.param("act");
        let number = match act.rsplit_once('.') {
            Some((_, number)) if row.makes == Makes::Finding => number,
            None if row.makes == Makes::Numbered => act,
            Some(_) | None => return Ok(None),
        };
        let history = desk.log().history(row.aggregate, &subject).await.map_err(trouble)?;
        return Ok(history.into_iter().find(|event| fits(event) && has_number(event, number)));
    }
    let Ok(id) = asked.param("act").parse::<Uuid>() else { return Ok(None) };
    let event = desk.log().event(id).await.map_err(trouble)?;
    Ok(event.filter(|event| fits(event) && *event.aggregate_id == *subject))
}

fn has_number(event: &Recorded, number: &str) -> bool {
    let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
    let said = inner(&payload).and_then(|said| said.get("number")).and_then(Value::as_u64);
    said.is_some_and(|said| said.to_string() == number)
}

//! The timeline of an enterprise: everything that happened, a sentence each (全程留痕).

use std::convert::Infallible;

use fugong_core::{Position, Recorded};
use fugong_domain::{
    EnterpriseId, Happened,
    act::REGIME,
    regime::Regime,
    registers::{
        BarrierRow, Dossier, IncidentRow, InspectionRow, MeasureRow, OrderRow, SupportRow,
    },
};
use fugong_engine::{Error, Filter, Log};
use serde_json::{Value, json};

use crate::{
    desk::{Desk, trouble},
    door, event,
    look::{Asked, Found, Page, veiled},
    problem::Problem,
    record::typed,
    sentence, sight,
    veil::Veil,
};

/// Answers a timeline.
pub(crate) fn look<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let (who, stand) = (asked.who()?, asked.stand(desk).await?);
        let id = door::enterprise(asked.param("uscc"))?;
        sight::check(desk, who, &id, None).await?;
        let after = match asked.cursor()? {
            Some(text) => text.parse().map(Position).map_err(|_| {
                Problem::invalid("cursor", "send the next_cursor of an answer as it was")
            })?,
            None => Position::START,
        };
        let limit = asked.limit()?;
        let ids = ids(desk, asked, &id).await?;
        let filter = Filter { ids: Some(ids), upto: stand.at, ..Filter::default() };
        let events = desk.log().events(after, limit, &filter).await.map_err(trouble)?;
        let (last, count) = (events.last().map(|event| event.position), events.len());
        let events = Veil::of(desk, who).await?.all(events).await?;
        let (regime, _) = typed::<Regime>(desk, REGIME, stand.at).await?;
        let opens = |event: &Recorded| sight::opens(who, &event.aggregate_type);
        let items: Vec<_> =
            events.iter().map(|event| line(desk, event, &regime, opens(event))).collect();
        if count == 0 && after == Position::START {
            return Err(Problem::new("ENTERPRISE_UNKNOWN", format!("{id} is not listed")));
        }
        let next = last.filter(|_| limit <= count).map(|last| veiled(&last.to_string()));
        let position = stand.at.unwrap_or_else(|| desk.log().head());
        let body = json!({"items": items, "next_cursor": next, "position": position.to_string()});
        Ok(Page::json(position, body))
    })
}

fn line(desk: &Desk, event: &Recorded, regime: &Regime, may_see: bool) -> Value {
    let mut shown = event::shown(desk, event, may_see);
    let sentence = said(event, regime);
    if let Value::Object(members) = &mut shown {
        members.insert("sentence".to_owned(), json!(sentence));
    }
    shown
}

fn said(event: &Recorded, regime: &Regime) -> String {
    match Happened::of(event) {
        Ok(Some(happened)) => sentence::of(event, &happened, regime),
        Ok(None) | Err(_) => event.event_type.to_string(),
    }
}

/// Everything that happened to an enterprise, a sentence each.
///
/// # Errors
///
/// When the log cannot be read.
pub async fn timeline(log: &Log, id: &EnterpriseId) -> Result<Vec<String>, Error<Infallible>> {
    let filter = Filter { ids: Some(about(log, id).await?), ..Filter::default() };
    let regime = log.read::<Regime, _>(REGIME, |regime, _| regime.clone()).await?;
    let (mut after, mut sentences) = (Position::START, Vec::new());
    loop {
        let events = log.events(after, 1000, &filter).await?;
        let Some(last) = events.last() else { return Ok(sentences) };
        after = last.position;
        sentences.extend(events.iter().map(|event| said(event, &regime)));
    }
}

/// The ids of everything that is about an enterprise.
pub(crate) async fn ids(
    desk: &Desk,
    asked: &Asked,
    id: &EnterpriseId,
) -> Result<Vec<String>, Problem> {
    asked.caught_up(desk).await?;
    about(desk.log(), id).await.map_err(trouble)
}

async fn about(log: &Log, id: &EnterpriseId) -> Result<Vec<String>, Error<Infallible>> {
    let rows = log.rows("district", None).await?.rows;
    let unreadable = |failure: fugong_core::Failure| Error::Corrupt(failure.to_string());
    let mut ids = vec![id.to_string()];
    let dossiers = rows.shared::<Dossier>("enterprises").map_err(unreadable)?;
    let joined = |row: &Dossier| row.joined_to.as_ref() == Some(id);
    ids.extend(dossiers.into_iter().filter(|(_, row)| joined(row)).map(|(key, _)| key));
    let inspections = rows.shared::<InspectionRow>("inspections").map_err(unreadable)?;
    ids.extend(inspections.into_iter().filter(|(_, row)| row.enterprise == *id).map(|row| row.0));
    let orders = rows.shared::<OrderRow>("orders").map_err(unreadable)?;
    ids.extend(orders.into_iter().filter(|(_, row)| row.enterprise == *id).map(|row| row.0));
    let supports = rows.all::<SupportRow>("supports").map_err(unreadable)?;
    ids.extend(supports.into_iter().filter(|(_, row)| row.enterprise == *id).map(|row| row.0));
    let incidents = rows.shared::<IncidentRow>("incidents").map_err(unreadable)?;
    ids.extend(incidents.into_iter().filter(|(_, row)| row.enterprise == *id).map(|row| row.0));
    let measures = rows.shared::<MeasureRow>("measures").map_err(unreadable)?;
    let over = |row: &MeasureRow| row.target.enterprise() == Some(id);
    ids.extend(measures.into_iter().filter(|(_, row)| over(row)).map(|row| row.0));
    let barriers = rows.shared::<BarrierRow>("barriers").map_err(unreadable)?;
    let hindered = |row: &BarrierRow| row.enterprise.as_ref() == Some(id);
    ids.extend(barriers.into_iter().filter(|(_, row)| hindered(row)).map(|row| row.0));
    Ok(ids)
}

//! The timeline of an enterprise: everything that happened, a sentence each (全程留痕).

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use fugong_core::{Failure, Position, Recorded, Rows};
use fugong_domain::{
    EnterpriseId, Happened,
    act::REGIME,
    barrier::Barrier,
    credit::Credit,
    enterprise::Enterprise,
    epidemic::Epidemic,
    inspection::Inspection,
    measure::ControlMeasure,
    plan::Plan,
    posting::Posting,
    rectification::Rectification,
    regime::Regime,
    registers::{
        BarrierRow, Dossier, IncidentRow, InspectionRow, MeasureRow, OrderRow, SupportRow, undated,
    },
    resumption::Resumption,
    support::Support,
};
use fugong_engine::Filter;
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
        asked.caught_up(desk).await?;
        let (aggregates, _) = about(desk, &id).await?;
        let aggregates = Some(aggregates);
        let filter = Filter { aggregates, upto: stand.at, ..Filter::default() };
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
        let rest = json!({"next_cursor": next, "position": position.to_string()});
        Ok(Page::listed(position, items, rest))
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

/// An event as a sentence.
pub(crate) fn said(event: &Recorded, regime: &Regime) -> String {
    match Happened::of(event) {
        Ok(Some(happened)) => sentence::of(event, &happened, regime),
        Ok(None) | Err(_) => event.event_type.to_string(),
    }
}

/// Kinds of aggregates, with ids of them.
pub(crate) type Aggregates = Vec<(String, String)>;

/// Everything that is about an enterprise, as the registers stand; and up to which event that is
/// all of it.
pub(crate) async fn about(
    desk: &Desk,
    id: &EnterpriseId,
) -> Result<(Aggregates, Position), Problem> {
    let stands = desk.log().rows_with("district", None, &undated("district")).await;
    let stands = stands.map_err(trouble)?;
    let things = desk.views().things(&stands.rows).map_err(Problem::unavailable)?;
    let others = things.get(id).into_iter().flatten();
    let others = others.map(|(kind, id)| ((*kind).to_owned(), id.clone()));
    let own = OWN.map(|kind| (kind.to_owned(), id.to_string()));
    Ok((own.into_iter().chain(others).collect(), stands.position))
}

/// The kinds of aggregates that go by the id of an enterprise.
const OWN: [&str; 5] =
    [Enterprise::TYPE, Resumption::TYPE, Plan::TYPE, Posting::TYPE, Credit::TYPE];

/// What is about each enterprise, but for what goes by its own id.
pub(crate) type Things = BTreeMap<EnterpriseId, Vec<(&'static str, String)>>;

/// What is about whom, by the rows of the `district` fold.
pub(crate) fn things(rows: &Rows) -> Result<Things, Failure> {
    let mut things = Things::new();
    let mut note = |whom: Option<&EnterpriseId>, kind, id: String| {
        if let Some(whom) = whom {
            things.entry(whom.clone()).or_default().push((kind, id));
        }
    };
    for (id, row) in rows.shared::<Dossier>("enterprises")? {
        for kind in OWN {
            note(row.joined_to.as_ref(), kind, id.clone());
        }
    }
    for (id, row) in rows.shared::<InspectionRow>("inspections")? {
        note(Some(&row.enterprise), Inspection::TYPE, id);
    }
    for (id, row) in rows.shared::<OrderRow>("orders")? {
        note(Some(&row.enterprise), Rectification::TYPE, id);
    }
    for (id, row) in rows.shared::<SupportRow>("supports")? {
        note(Some(&row.enterprise), Support::TYPE, id);
    }
    for (id, row) in rows.shared::<IncidentRow>("incidents")? {
        note(Some(&row.enterprise), Epidemic::TYPE, id);
    }
    for (id, row) in rows.shared::<MeasureRow>("measures")? {
        note(row.target.enterprise(), ControlMeasure::TYPE, id);
    }
    for (id, row) in rows.shared::<BarrierRow>("barriers")? {
        note(row.enterprise.as_ref(), Barrier::TYPE, id);
    }
    Ok(things)
}

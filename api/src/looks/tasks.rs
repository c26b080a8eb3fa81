//! The inbox (待办) and the roll of officers.

use chrono::NaiveDate as Date;
use fugong_domain::{
    OfficerId, UnitCode,
    codes::TaskState,
    registers::{Called, Names, OfficerRow, TaskRow},
    rights::{Action, Matter},
    township::Units,
};
use serde_json::{Value, json};

use super::rows::{Held, held, unreadable};
use crate::{
    desk::Desk,
    filters,
    look::{AS_OF, AT_POSITION, Asked, CURSOR, Format, Found, LIMIT, Look, Page, StandsOn, veiled},
    problem::Problem,
    sight,
};

pub(super) const LOOKS: &[Look] = &[
    Look {
        id: "list_tasks",
        answer: "TaskList",
        path: "/v1/tasks",
        summary: "Tasks (待办), by when they are due",
        query: &[
            ("unit", "Only of this unit's inbox"),
            ("officer", "Only of this officer"),
            ("state", "open, claimed, done, cancelled or escalated; those not ended if absent"),
            ("due_before", "Only what is due before this day"),
            AS_OF,
            AT_POSITION,
            LIMIT,
            CURSOR,
        ],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "a unit its own inbox, the district's bodies all",
        deed: None,
        run: tasks,
    },
    Look {
        id: "list_officers",
        answer: "OfficerList",
        path: "/v1/officers",
        summary: "Stationed officers (驻厂员)",
        query: &[("unit", "Only of this unit"), AS_OF, AT_POSITION, LIMIT, CURSOR],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "everybody but enterprises",
        deed: None,
        run: officers,
    },
];

fn tasks<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let who = asked.who()?;
        let due_before = asked.day("due_before")?;
        if let Some(state) = asked.query("state") {
            let known: Vec<_> = TaskState::ALL.iter().map(|state| state.code()).collect();
            filters::one_of("state", state, &known)?;
        }
        let held = held(desk, asked, "inbox").await?;
        let rows = held.rows.shared::<TaskRow>("tasks").map_err(|failure| unreadable(&failure))?;
        let (units, names) = (sight::units(desk).await?, held.names()?);
        let called = Called::of(&held.rows).map_err(|failure| unreadable(&failure))?;
        let seen = |task: &TaskRow| sight::sees_matter(who, Matter::Task, &task.unit, &units);
        let unit = unit(&units, asked)?;
        let of_unit =
            |task: &TaskRow| unit.as_ref().is_none_or(|unit| units.same_unit(&task.unit, unit));
        let mut found: Vec<_> = rows
            .into_iter()
            .filter(|(_, task)| seen(task) && of_unit(task) && wanted(task, asked, due_before))
            .map(|(id, task)| {
                (format!("{}/{id}", due(&task)), said(&task, (&names, &called), held.stand.on))
            })
            .collect();
        found.sort_by(|a, b| a.0.cmp(&b.0));
        page(desk, asked, &held, found)
    })
}

/// The unit that is asked for, one of the district's or an enterprise.
fn unit(units: &Units, asked: &Asked) -> Result<Option<UnitCode>, Problem> {
    let Some(text) = asked.query("unit") else { return Ok(None) };
    let unit = text.parse::<UnitCode>().ok();
    if unit.as_ref().and_then(UnitCode::enterprise).is_none() {
        let divisions = units.divisions.iter().map(|division| division.code.as_str());
        let offices = units.parks.iter().chain(&units.offices).map(|office| office.code.as_str());
        filters::one_of("unit", text, &divisions.chain(offices).collect::<Vec<_>>())?;
    }
    Ok(unit)
}

/// A task with what its enterprise, under the code of the day, its subject and its officer are
/// called.
fn said(task: &TaskRow, (names, called): (&Names, &Called), day: Date) -> Value {
    let enterprise = task.enterprise.as_ref();
    let code = enterprise.map(|id| names.named_on(id, day));
    let mut said = json!(task);
    if let Value::Object(members) = &mut said {
        members.insert("enterprise".to_owned(), json!(code));
        members.insert("name".to_owned(), json!(enterprise.and_then(|id| names.name(id))));
        members.insert("about".to_owned(), json!(called.subject(&task.subject)));
        let officer = task.officer.as_ref().and_then(|id| called.officer(id));
        members.insert("officer_name".to_owned(), json!(officer));
    }
    said
}

/// What is due first stands first; what is never due stands last.
fn due(task: &TaskRow) -> String {
    task.due.map_or_else(|| "9999-12-31".to_owned(), |due| due.to_string())
}

fn wanted(task: &TaskRow, asked: &Asked, due_before: Option<Date>) -> bool {
    let officer = task.officer.as_ref().map(OfficerId::as_str);
    asked.query("officer").is_none_or(|wanted| officer == Some(wanted))
        && match asked.query("state") {
            Some(state) => task.state.code() == state,
            None => task.ended_on.is_none(),
        }
        && due_before.is_none_or(|day| task.due.is_some_and(|due| due < day))
}

fn officers<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        sight::check_role(asked.who()?, Action::SeeStaff)?;
        let held = held(desk, asked, "district").await?;
        let rows =
            held.rows.shared::<OfficerRow>("officers").map_err(|failure| unreadable(&failure))?;
        let units = sight::units(desk).await?;
        let unit = unit(&units, asked)?;
        let found = rows
            .into_iter()
            .filter(|(_, officer)| {
                unit.as_ref().is_none_or(|unit| units.same_unit(&officer.unit, unit))
            })
            .map(|(id, officer)| (id, json!(*officer)))
            .collect();
        page(desk, asked, &held, found)
    })
}

/// One page of what was found, which stands in the order of its keys.
fn page(
    desk: &Desk,
    asked: &Asked,
    held: &Held,
    found: Vec<(String, Value)>,
) -> Result<Page, Problem> {
    let (limit, after) = (asked.limit()?, asked.cursor()?);
    let may_see = asked.principal.as_ref().is_some_and(sight::sees_persons);
    let mut rest = found
        .into_iter()
        .filter(|(key, _)| after.as_ref().is_none_or(|after| after < key))
        .peekable();
    let (mut items, mut last) = (Vec::new(), None);
    for (key, item) in rest.by_ref().take(limit) {
        items.push(desk.opened(item, may_see));
        last = Some(key);
    }
    let next = rest.peek().and(last).map(|key| veiled(&key));
    let position = held.position.to_string();
    let rest = json!({"next_cursor": next, "position": position});
    Ok(Page { lenient: held.lenient, ..Page::listed(held.position, items, rest) })
}

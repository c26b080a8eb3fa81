//! The districts of this process, and registers rolled up over them.

use std::time::Duration;

use chrono::NaiveDate as Date;
use fugong_core::Checkpoint;
use fugong_domain::{
    act::REGIME,
    regime::Regime,
    registers::{ROLL_UP, ROLLED_UP, Rolled, roll_up, table},
};
use serde_json::{Value, json};

use super::{
    registers::csv,
    rows::{self, unreadable},
};
use crate::{
    desk::{DISTRICTS, Desk},
    look::{AS_OF, Asked, BOM, Format, Found, Look, Page, Stand, StandsOn, TRUE_ON},
    problem::Problem,
    record::typed,
    sight,
};

/// How long the rows of a district are waited for.
const MOMENT: Duration = Duration::from_secs(1);

const fn look(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Districts,
        roles: "everybody who is known",
        deed: None,
        run: list,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look("list_districts", DISTRICTS, "The districts that are served", "DistrictList"),
    Look {
        run: rolled_up,
        query: &[
            ("by", "A grouping of R1, but townships; `all` if absent"),
            ("at_checkpoint", "The checkpoint of an earlier answer: as the logs stood for it"),
            AS_OF,
            TRUE_ON,
            BOM,
        ],
        formats: &[Format::Json, Format::Ndjson, Format::Csv],
        roles: "a unit above districts, such as 500000, for those within it",
        ..look("read_roll_up", "/v1/roll-ups/{name}", "R1 over all districts", "RollUp")
    },
];

fn list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.who()?;
        let mut items = Vec::new();
        for desk in desk.districts() {
            let path = format!("{DISTRICTS}/{}", desk.code());
            items.push(json!({"district": desk.code(), "name": name(&desk).await?, "path": path}));
        }
        Ok(Page::json(desk.log().head(), json!({ "items": items })))
    })
}

/// What a district is called; its code where nobody said.
async fn name(desk: &Desk) -> Result<String, Problem> {
    let (regime, _) = typed::<Regime>(desk, REGIME, None).await?;
    Ok(regime.units().name.clone().unwrap_or_else(|| desk.code()))
}

fn rolled_up<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let desks = in_area(desk, asked)?;
        let absent = || Problem::absent(format!("roll-up {}; there is r1", asked.param("name")));
        let r1 = table(asked.param("name")).filter(|table| table.relation.name == "r1");
        let r1 = r1.ok_or_else(absent)?;
        let by = grouping(asked)?;
        let stands = stands(&desks, asked).await?;
        // One day for all: none is asked for a day that has not come there.
        let on = stands.iter().map(|stand| stand.on).min().unwrap_or_default();
        let (mut parts, mut checkpoint) = (Vec::new(), Checkpoint::default());
        for (desk, stand) in desks.iter().zip(stands) {
            let stand = Stand { on, ..stand };
            let held = rows::standing_for(desk, r1, stand).await?;
            let lines = desk.views().lines(r1, &held.rows, on);
            checkpoint.set(desk.log().id(), held.position);
            parts.push(Rolled {
                district: desk.code(),
                name: name(desk).await?,
                position: held.position,
                lines: lines.map_err(|failure| unreadable(&failure))?,
            });
        }
        let lines = roll_up(&parts, by).map_err(|failure| unreadable(&failure))?;
        page(desk, asked, (by, on), &checkpoint, lines.iter().map(fugong_core::Line::object))
    })
}

/// The districts that whoever asks stands above.
fn in_area(desk: &Desk, asked: &Asked) -> Result<Vec<Desk>, Problem> {
    let who = asked.who()?;
    let desks: Vec<_> = desk.districts().filter(|it| sight::is_above(who, &it.code())).collect();
    if desks.is_empty() {
        let detail = format!(
            "unit {} stands above no district here; a district's own figures are the rows of r1",
            who.unit
        );
        return Err(Problem::new("OUT_OF_JURISDICTION", detail));
    }
    Ok(desks)
}

fn grouping(asked: &Asked) -> Result<&'static str, Problem> {
    let by = asked.query("by").unwrap_or("all");
    let found = ROLLED_UP.iter().find(|known| **known == by).copied();
    found.ok_or_else(|| Problem::invalid("by", format!("send one of {}", ROLLED_UP.join(", "))))
}

/// Where the answer stands in each district.
async fn stands(desks: &[Desk], asked: &Asked) -> Result<Vec<Stand>, Problem> {
    let wrong = || Problem::unfit("at_checkpoint", "send the checkpoint of an answer as it was");
    let at = match asked.query("at_checkpoint") {
        Some(text) => Some(text.parse::<Checkpoint>().map_err(|_| wrong())?),
        None => None,
    };
    if at.is_some() && asked.query("as_of").is_some() {
        return Err(Problem::naming(
            "MEMBERS_DISAGREE",
            "at_checkpoint",
            "send as_of or at_checkpoint, not both",
        ));
    }
    let mut stands = Vec::new();
    for desk in desks {
        // What was acknowledged a moment ago is in the rows a moment later.
        desk.caught_up(desk.log().head(), MOMENT).await;
        let mut stand = asked.stand(desk).await?;
        if let Some(at) = &at {
            let position = at.of(desk.log().id()).filter(|at| *at <= desk.log().head());
            stand.at = Some(position.ok_or_else(wrong)?);
        }
        stands.push(stand);
    }
    Ok(stands)
}

fn page(
    desk: &Desk,
    asked: &Asked,
    (by, on): (&str, Date),
    checkpoint: &Checkpoint,
    lines: impl Iterator<Item = Value>,
) -> Result<Page, Problem> {
    let (head, media) = (desk.log().head(), asked.format.media());
    let lines: Vec<Value> = lines.collect();
    let bom = asked.bom()?;
    Ok(match asked.format {
        Format::Json => {
            let body = json!({
                "name": asked.param("name"),
                "by": by,
                "items": lines,
                "checkpoint": checkpoint.to_string(),
                "true_on": on,
            });
            Page::json(head, body)
        }
        // Others than JSON, NDJSON and CSV are not offered.
        Format::Ndjson | Format::Xlsx | Format::Html | Format::Stream | Format::CloudEvents => {
            let text = lines.iter().map(|line| format!("{line}\n")).collect::<Vec<_>>().concat();
            Page::text(head, media, text)
        }
        Format::Csv => Page::text(head, media, csv(ROLL_UP.columns, &lines, bom)),
    })
}

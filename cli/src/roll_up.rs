//! `fugong registers roll-up`: R1 over several districts (区县汇总).

use std::sync::Arc;

use chrono::NaiveDate as Date;
use fugong_core::shanghai_day;
use fugong_domain::registers::{Line, ROLL_UP, ROLLED_UP, Rolled, roll_up, table};
use fugong_engine::Log;
use serde_json::Value;

use crate::{
    args::{RollUp, RowFormat},
    database::{self, Access},
    demo,
    failure::Failure,
    print::{Grid, heading, say},
};

/// Rolls R1 up and prints it.
pub(crate) async fn run(args: &RollUp) -> Result<(), Failure> {
    if !ROLLED_UP.contains(&args.by.as_str()) {
        let known = ROLLED_UP.join(", ");
        return Err(Failure::Usage(format!("there is no grouping {}; there are {known}", args.by)));
    }
    let mut logs = Vec::new();
    for database in database::several(&args.db, &args.keys, &args.district)? {
        logs.push(database::open(&database, Access::Read).await?);
    }
    let today = logs.iter().map(|log| shanghai_day(log.now())).min().unwrap_or_default();
    let on = args.on.unwrap_or(today);
    let mut parts = Vec::new();
    for log in &logs {
        parts.push(part(log, on).await?);
    }
    let lines = roll_up(&parts, &args.by)?;
    match args.format {
        RowFormat::Ndjson => {
            for line in lines {
                say(&line.object().to_string())?;
            }
            Ok(())
        }
        RowFormat::Table => {
            heading(&format!("{}（截至 {on}）", ROLL_UP.label_zh))?;
            Ok(grid(&lines).print()?)
        }
    }
}

async fn part(log: &Log, on: Date) -> Result<Rolled, Failure> {
    let r1 = table("r1").ok_or_else(|| Failure::Unavailable("there is no r1".to_owned()))?;
    let standing = demo::standing(log, r1.source).await?;
    let name = database::name(log).await?;
    let lines = Arc::new((r1.lines)(&standing.rows, on)?);
    Ok(Rolled { district: log.id().to_string(), name, position: standing.position, lines })
}

fn grid(lines: &[Line]) -> Grid {
    let columns = ROLL_UP.columns.iter().filter(|column| !["by", "group"].contains(&column.name));
    let columns: Vec<_> = columns.collect();
    let mut grid = Grid::new(columns.iter().map(|column| column.label_zh));
    for line in lines {
        grid.push(columns.iter().map(|column| match line.get(column.name) {
            Some(Value::String(text)) => text.clone(),
            Some(value) => value.to_string(),
            None => String::new(),
        }));
    }
    grid
}

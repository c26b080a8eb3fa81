//! Commands that look: timeline, tasks, registers, export, doctor.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};

use chrono::NaiveDate as Date;
use fugong_api::{Desk, History, NotWritten, Ocel, Progress, Whose};
use fugong_core::Position;
use fugong_domain::registers;
use fugong_engine::{Filter, Log};

use crate::{
    args::{Database, RowFormat, Tasks, Timeline},
    database::{self, Access},
    demo,
    failure::Failure,
    print::{Grid, heading, say},
};

/// How many events are read at a time.
const BATCH: usize = 1_000;

/// Tells an enterprise's history.
pub(crate) async fn timeline(args: Timeline) -> Result<(), Failure> {
    let log = database::open(&args.database, Access::Read).await?;
    let id = args
        .uscc
        .parse()
        .map_err(|why: fugong_domain::InvalidEnterpriseId| Failure::Usage(why.to_string()))?;
    let desk = Desk::new(log);
    let history = History::of(&desk);
    let whose = Whose::Enterprise(id);
    let (mut after, now) = (Some(Position::START), history.now());
    while let Some(from) = after {
        let (told, more) = history.timeline(&whose, from, now, BATCH).await?;
        if told.is_empty() && from == Position::START {
            return Err(Failure::Refused(format!("{} 没有任何记录。", args.uscc)));
        }
        for told in told {
            say(&told.sentence)?;
        }
        after = more;
    }
    Ok(())
}

/// Shows the inbox.
pub(crate) async fn tasks(args: Tasks) -> Result<(), Failure> {
    let log = database::open(&args.database, Access::Read).await?;
    let (table, mut rows) = demo::lines(&log, "r15", args.on).await?;
    if let Some(unit) = &args.unit {
        rows.retain(|row| row.get("unit").and_then(|at| at.as_str()) == Some(unit));
    }
    let columns = [
        "task",
        "unit",
        "kind",
        "name",
        "enterprise",
        "about",
        "officer_name",
        "due",
        "overdue",
        "state",
    ];
    Grid::of(table, &rows, &columns, &log)?.print()?;
    Ok(say(&format!("共 {} 项。", rows.len()))?)
}

/// The names of all registers.
pub(crate) fn list() -> Result<(), Failure> {
    let mut grid = Grid::new(["名称", "台账", "register", "数据来源"]);
    for table in registers::tables() {
        let relation = &table.relation;
        grid.push([relation.name, relation.label_zh, relation.label_en, table.source]);
    }
    Ok(grid.print()?)
}

/// The rows of one register.
pub(crate) async fn show(
    name: &str,
    on: Option<Date>,
    format: RowFormat,
    database: &Database,
) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let (table, rows) = demo::lines(&log, name, on).await?;
    match format {
        RowFormat::Table => {
            let columns: Vec<&str> =
                table.relation.columns.iter().map(|column| column.name).collect();
            heading(table.relation.label_zh)?;
            Ok(Grid::of(table, &rows, &columns, &log)?.print()?)
        }
        RowFormat::Ndjson => {
            for row in rows {
                say(&row.object().to_string())?;
            }
            Ok(())
        }
    }
}

/// How far each register is.
pub(crate) async fn status(database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    status_of(&log).await
}

async fn status_of(log: &Log) -> Result<(), Failure> {
    let mut grid = Grid::new([
        "台账数据",
        "版本",
        "位置",
        "日志末位",
        "落后事件",
        "落后秒",
        "每秒事件",
        "状态",
    ]);
    for progress in Progress::of(log).await {
        let status = &progress.status;
        grid.push([
            status.name.clone(),
            status.version.to_string(),
            status.position.to_string(),
            status.head.to_string(),
            status.lag().to_string(),
            progress.waited.to_string(),
            progress.rate.to_string(),
            state(&progress),
        ]);
    }
    Ok(grid.print()?)
}

/// How a register gets on.
fn state(progress: &Progress) -> String {
    let status = &progress.status;
    let state = match &status.stuck {
        Some((at, why)) => format!("停在第 {at} 号事件：{why}"),
        None if status.lag() == 0 => "最新".to_owned(),
        None if progress.rate == 0 => "落后，没有进程在更新".to_owned(),
        None => "追赶中".to_owned(),
    };
    match status.apart.len() {
        0 => state,
        rows => format!("{state}；{rows} 行已隔离"),
    }
}

/// Writes every event after a position, one JSON object a line.
pub(crate) async fn export(after: u64, database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let mut out = BufWriter::new(io::stdout().lock());
    let mut position = Position(after);
    loop {
        let events = log.events(position, BATCH, &Filter::default()).await?;
        let Some(last) = events.last() else { break };
        position = last.position;
        for event in &events {
            writeln!(out, "{}", fugong_api::event_json(event))?;
        }
    }
    Ok(out.flush()?)
}

/// Writes the log for process mining.
pub(crate) async fn ocel(database: &Database, out: &Path) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let file = File::create_new(out)
        .map_err(|error| Failure::Usage(format!("{} cannot be written: {error}", out.display())))?;
    let written = fugong_api::write_ocel(&log, &mut BufWriter::new(file)).await;
    let Ocel { events, objects } = written.map_err(|why| match why {
        NotWritten::Unread(problem) => problem.into(),
        NotWritten::Unwritten(error) => Failure::from(error),
    })?;
    log.close().await;
    let out = out.display();
    Ok(say(&format!("{events} 个事件、{objects} 个对象已按 OCEL 2.0 写入 {out}。"))?)
}

/// Checks a database and says what to do.
pub(crate) async fn doctor(database: &Database) -> Result<(), Failure> {
    let log = database::open(database, Access::Read).await?;
    let health = log.health().await;
    say(&format!("{health}"))?;
    status_of(&log).await?;
    let damage = log.damage().await?;
    if let Some(damage) = &damage {
        say(damage)?;
    }
    if health.is_well() && damage.is_none() {
        return Ok(say("一切正常。")?);
    }
    Err(Failure::Unavailable("有问题需要处理，见上。".to_owned()))
}

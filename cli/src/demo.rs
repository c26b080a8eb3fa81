//! `fugong demo`: a district lives through February and March 2020.

use std::{fs, net::TcpListener, path::Path, time::Duration};

use chrono::{DateTime, Utc};
use fugong_api::{Desk, Settings};
use fugong_domain::registers::{self, Line as Row, Table};
use fugong_engine::{Log, Standing};
use fugong_fixtures::data;
use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    acts::{self, Player},
    args::{Database, Demo},
    database::{self, Access},
    failure::Failure,
    print::{Grid, heading, say},
    serve::{self, Ended},
};

/// The clock at which the story begins.
const BEGINS: &str = "2020-02-20T08:00:00+08:00";
/// The seed of its ids and keys.
const SEED: u64 = 20_200_226;

/// Plays the story, prints the tables, serves.
pub(crate) async fn run(args: Demo) -> Result<(), Failure> {
    let (database, folder) = fresh(&args).await?;
    // Before the story is played: whoever has waited for it wants to look at it.
    let door = if args.no_serve { None } else { Some(serve::door(&args.listen, true)?) };
    let begins: DateTime<Utc> = BEGINS
        .parse()
        .map_err(|_| Failure::Unavailable("the story has no beginning".to_owned()))?;
    let log = database::open(&database, Access::Simulated(begins, SEED)).await?;
    let (recorded, refused) = play(&log, acts::parse_all(data::STORY)?).await?;
    say(&format!(
        "故事演完：{recorded} 项行为已记录，{refused} 项被拒绝（均如预期），日志共 {} 个事件。",
        log.head()
    ))?;
    tables(&log).await?;
    let Some(door) = door else {
        log.close().await;
        return Ok(());
    };
    say(&hint(&args.listen))?;
    let Some(folder) = folder.filter(|_| args.sandbox) else {
        let desk = Desk::dev(log.clone());
        return serve::serve(vec![log], vec![desk], door).await.map(drop);
    };
    log.close().await;
    sandbox(folder.path(), &door).await
}

/// Serves a copy of what is in a folder, and another each time that somebody wants to begin anew:
/// what was made by this process goes, and nothing else ever.
async fn sandbox(beginning: &Path, door: &TcpListener) -> Result<(), Failure> {
    let settings = Settings { dev: true, sandbox: true, ..Settings::default() };
    loop {
        let copy = tempfile::Builder::new().prefix("fugong-sandbox-").tempdir()?;
        for file in fs::read_dir(beginning)? {
            let file = file?;
            fs::copy(file.path(), copy.path().join(file.file_name()))?;
        }
        let log = database::open(&within(copy.path()), Access::Mend).await?;
        let desk = Desk::with(log.clone(), settings.clone());
        // Whoever comes meanwhile waits at the door, which stays open.
        if serve::serve(vec![log], vec![desk], door.try_clone()?).await? == Ended::Stopped {
            return Ok(());
        }
        say("已恢复到故事结束时的状态，继续服务。")?;
    }
}

/// Plays a story with a progress bar.
pub(crate) async fn play(log: &Log, lines: Vec<acts::Line>) -> Result<(usize, usize), Failure> {
    let bar = bar(u64::try_from(lines.len()).unwrap_or(u64::MAX));
    let mut player = Player::new(log.clone());
    for (number, line) in (1..).zip(lines) {
        bar.set_message(line.at.format("%m-%d").to_string());
        player.play(number, line).await?;
        bar.inc(1);
    }
    bar.finish_and_clear();
    log.settle().await?;
    Ok((player.recorded, player.refused))
}

/// A progress bar with rate and time left.
pub(crate) fn bar(length: u64) -> ProgressBar {
    let bar = ProgressBar::new(length);
    let style = ProgressStyle::with_template("{msg} [{bar:40}] {pos}/{len} {per_sec} {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()).progress_chars("=> "));
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// R1, R4 with its vacant seats, R7, R14 and the inbox.
async fn tables(log: &Log) -> Result<(), Failure> {
    let on = fugong_core::shanghai_day(log.now());
    heading(&format!("R1 复工复产情况（截至 {on}）"))?;
    let by = |names: &'static [&'static str]| {
        move |row: &Row| {
            row.get("by").and_then(|by| by.as_str()).is_some_and(|by| names.contains(&by))
        }
    };
    let columns = [
        "label",
        "total",
        "excluded",
        "base",
        "resumed",
        "continuous",
        "new_today",
        "suspended",
        "not_resumed",
        "rate_all",
        "rate",
        "delta_pp",
    ];
    show(
        log,
        "r1",
        &columns,
        by(&["all", "scale", "location", "sector", "park_non_industrial", "unlisted"]),
    )
    .await?;
    officers(log, by(&["all", "location"])).await?;
    heading("R7 责令限期整改台账")?;
    let columns =
        ["name", "problems", "issued_on", "served_on", "due", "overseer", "state", "complied"];
    show(log, "r7", &columns, |_| true).await?;
    heading(&format!("R14 规模以上工业企业月底复工目标（截至 {on}）"))?;
    let columns = [
        "label",
        "target_on",
        "total",
        "excluded",
        "base",
        "resumed",
        "remaining",
        "rate_all",
        "rate",
        "names",
        "target_resumed",
        "target_rate",
    ];
    show(log, "r14", &columns, |_| true).await?;
    heading("R15 待办事项")?;
    let columns = ["unit", "kind", "name", "about", "officer_name", "raised_on", "due", "overdue"];
    show(log, "r15", &columns, |_| true).await
}

/// R4: the roster, the vacant seats, how far the district is covered.
async fn officers(log: &Log, groups: impl Fn(&Row) -> bool) -> Result<(), Failure> {
    heading("R4 驻厂员名册")?;
    let columns = [
        "name",
        "township_officer_name",
        "township_phone",
        "township_since",
        "second_seat",
        "second_officer_name",
        "second_phone",
        "second_since",
        "stationed",
    ];
    show(log, "r4", &columns, |_| true).await?;
    heading("空缺席位（不留死角）")?;
    let vacant = |row: &Row| row.get("vacant").and_then(serde_json::Value::as_bool) == Some(true);
    show(log, "r4-seats", &["name", "township", "seat", "unit", "stationed"], vacant).await?;
    heading("驻厂覆盖统计")?;
    let columns = [
        "label",
        "enterprises",
        "seats",
        "designated",
        "vacant",
        "designated_rate",
        "at_work",
        "seats_at_work",
        "stationed",
        "stationed_rate",
        "visited_24h",
    ];
    show(log, "r4-summary", &columns, groups).await
}

async fn show(
    log: &Log,
    name: &str,
    columns: &[&str],
    which: impl Fn(&Row) -> bool,
) -> Result<(), Failure> {
    let (table, mut rows) = lines(log, name, None).await?;
    rows.retain(which);
    if rows.is_empty() {
        return Ok(say("（无）")?);
    }
    Ok(Grid::of(table, &rows, columns, log)?.print()?)
}

/// The rows of a fold after the last event. Who only reads cannot keep rows: where the kept ones
/// are behind, such as those of an older program, they are folded afresh and not shown as they are.
pub(crate) async fn standing(log: &Log, source: &str) -> Result<Standing, Failure> {
    let mut rows = log.rows(source, None).await?;
    if rows.position < log.head() {
        rows = log.rows(source, Some(log.head())).await?;
    }
    match &rows.stuck {
        None => Ok(rows),
        Some(why) => {
            let at = rows.position;
            let why = format!("{source} 停在日志第 {at} 号事件之后：{why}。请运行 fugong doctor。");
            Err(Failure::Unavailable(why))
        }
    }
}

/// The lines of a register for a day; for the clock's if none is given.
pub(crate) async fn lines(
    log: &Log,
    name: &str,
    on: Option<chrono::NaiveDate>,
) -> Result<(&'static Table, Vec<Row>), Failure> {
    let table = registers::table(name).ok_or_else(|| {
        let known: Vec<_> = registers::tables().iter().map(|table| table.relation.name).collect();
        Failure::Usage(format!("there is no register {name}; there are {}", known.join(", ")))
    })?;
    let standing = standing(log, table.source).await?;
    let on = on.unwrap_or_else(|| fugong_core::shanghai_day(log.now()));
    Ok((table, (table.lines)(&standing.rows, on)?))
}

fn hint(listen: &str) -> String {
    format!(
        "\n现在打开 http://{listen}/ （控制台，选一个演示身份进入；接口文档在 /docs），或者试一试：\n\
         curl -s -H 'Authorization: Bearer dev:zhang:eic:commission' \
         http://{listen}/v1/registers/r14/rows\n按 Ctrl-C 结束。"
    )
}

/// A database that does not exist yet, and the folder that goes with it.
async fn fresh(args: &Demo) -> Result<(Database, Option<tempfile::TempDir>), Failure> {
    if let Some(db) = &args.db {
        let (place, named) = (
            database::path(db)?,
            Database { db: db.clone(), keys: None, log_key: None, district: None },
        );
        if database::exists(&named, &place).await {
            return Err(Failure::Usage(format!(
                "{place} exists; the demo wants a fresh database: name another one, or serve this"
            )));
        }
        return Ok((named, None));
    }
    let folder = tempfile::Builder::new().prefix("fugong-demo-").tempdir()?;
    Ok((within(folder.path()), Some(folder)))
}

/// The database in a folder of the demo.
fn within(folder: &Path) -> Database {
    let db = folder.join("fugong.db").display().to_string();
    Database { db, keys: None, log_key: None, district: None }
}

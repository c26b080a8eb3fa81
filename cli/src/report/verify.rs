//! `fugong report verify`: a report that was handed up, computed again from the log it names.

use std::{collections::BTreeMap, path::Path};

use fugong_api::{
    Desk,
    reports::{Known, Reports, When, checked},
};
use fugong_core::Position;
use fugong_report::write;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{not_run, read, shown, wrong};
use crate::{
    args::VerifyReport,
    database::{self, Access},
    failure::Failure,
    print::say,
};

/// What a report says of itself, as far as it is needed to compute it again.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    provenance: Provenance,
}

#[derive(Debug, Deserialize)]
struct Provenance {
    definition: String,
    definition_sha256: String,
    laid_down: Option<LaidDown>,
    log: u64,
    log_size: String,
    root: Option<String>,
    parameters: Map<String, Value>,
    as_of: chrono::DateTime<chrono::Utc>,
    true_on: chrono::NaiveDate,
    reach: String,
}

/// That its definition stands in the log.
#[derive(Debug, Deserialize)]
struct LaidDown {
    version: u64,
}

/// Computes the report again and says what is not the same.
pub(super) async fn run(args: &VerifyReport) -> Result<(), Failure> {
    let (theirs, told) = parsed(&args.file)?;
    let from = &told.provenance;
    let plan = checked(&from.definition, true).map_err(|found| wrong(&told.id, &found))?;
    if plan.hash != from.definition_sha256 {
        return differs("定义与其摘要不符。");
    }
    if from.reach != "全区" {
        let why = format!("该报表只含{}可见的内容，须由原单位复核。", from.reach);
        return Err(Failure::Usage(why));
    }
    let desk = Desk::new(database::open(&args.database, Access::Read).await?);
    let log = desk.log();
    let size = from.log_size.parse().unwrap_or(u64::MAX);
    if u64::from(log.id().0) != from.log || log.head().0 < size {
        return differs(&format!("报表所依据的日志 {}（长度 {size}）不是这个数据库。", from.log));
    }
    let when = When::at(Position(size), from.as_of, from.true_on);
    let chosen: BTreeMap<String, String> =
        from.parameters.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    let reports = Reports::of(&desk);
    let known = match &from.laid_down {
        None => Known::of(told.id.clone(), from.definition.clone()),
        Some(LaidDown { version }) => match reports.version(&told.id, *version).await? {
            Some(known) if known.text == from.definition => known,
            Some(_) | None => {
                return differs(&format!("本区没有以第 {version} 版保存过该定义。"));
            }
        },
    };
    let run = reports.run(&known, when, &chosen).await;
    let sheet = run.map_err(|why| not_run(&told.id, why))?;
    if let (Some(theirs), Some(ours)) = (&from.root, &sheet.stand.root)
        && theirs != ours
    {
        return differs(&format!("日志前 {size} 个事件的根不同：报表为 {theirs}，现为 {ours}。"));
    }
    let mut ours = write::json(&sheet);
    // What was not signed when the report was made may be signed by now.
    if let (None, Some(root)) = (&from.root, ours.pointer_mut("/provenance/root")) {
        *root = Value::Null;
    }
    match difference(&theirs, &ours) {
        Some(what) => differs(&what),
        None => Ok(say(&format!("{}：与日志前 {size} 个事件重算的结果一致。", sheet.title))?),
    }
}

fn parsed(file: &Path) -> Result<(Value, Told), Failure> {
    let unreadable = |why| Failure::Usage(format!("{} 不是 JSON 格式的报表：{why}", shown(file)));
    let value: Value = serde_json::from_str(&read(file)?).map_err(unreadable)?;
    let told = Told::deserialize(&value).map_err(unreadable)?;
    Ok((value, told))
}

fn differs(what: &str) -> Result<(), Failure> {
    Err(Failure::Refused(format!("报表与日志不符：{what}")))
}

/// The first place where two reports are not the same.
fn difference(theirs: &Value, ours: &Value) -> Option<String> {
    if theirs == ours {
        return None;
    }
    let rows = |report: &Value| {
        let rows = report.get("rows").and_then(Value::as_array);
        rows.cloned().unwrap_or_default()
    };
    let (their_rows, our_rows) = (rows(theirs), rows(ours));
    if their_rows.len() != our_rows.len() {
        return Some(format!("文件有 {} 行，重算有 {} 行。", their_rows.len(), our_rows.len()));
    }
    let heads = ours.get("columns").and_then(Value::as_array).cloned().unwrap_or_default();
    for (number, (theirs, ours)) in (1..).zip(their_rows.iter().zip(&our_rows)) {
        for head in &heads {
            let name = head.get("name").and_then(Value::as_str).unwrap_or_default();
            let cell = |row: &Value| row.pointer(&format!("/cells/{}", escaped(name))).cloned();
            let (theirs, ours) = (cell(theirs), cell(ours));
            if theirs != ours {
                let heading = head.get("heading").and_then(Value::as_str).unwrap_or(name);
                let [theirs, ours] = [theirs, ours].map(|it| it.unwrap_or_default().to_string());
                return Some(format!(
                    "第 {number} 行「{heading}」，文件为 {theirs}，重算为 {ours}。"
                ));
            }
        }
    }
    Some("标题、说明或出处不同。".to_owned())
}

/// A name as it stands in a JSON pointer.
fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

//! `fugong report verify`: a report that was handed up, computed again from the log it names.

use std::{collections::BTreeMap, path::Path};

use fugong_api::{
    Desk,
    reports::{Known, Reports, Times, When, checked},
};
use fugong_core::Position;
use fugong_domain::{Principal, codes::Role};
use fugong_report::{Reader, Sheet, compare, write};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{bytes, not_run, shown, wrong};
use crate::{
    args::VerifyReport,
    database::{self, Access},
    failure::Failure,
    print::say,
};

/// So large a report may be, in bytes.
const LARGEST: u64 = 128 << 20;

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
    unit: Option<String>,
    #[serde(default)]
    withheld: bool,
    beside: Option<Beside>,
    log: u64,
    log_size: String,
    root: Option<String>,
    parameters: Map<String, Value>,
    as_of: chrono::DateTime<chrono::Utc>,
    true_on: chrono::NaiveDate,
    reach: String,
    reader: Option<Reader>,
}

/// The other moment, where it shows two.
#[derive(Debug, Deserialize)]
struct Beside {
    log_size: String,
    as_of: chrono::DateTime<chrono::Utc>,
    true_on: chrono::NaiveDate,
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
    let reader = from.reader.as_ref().map(principal).transpose()?;
    if reader.is_none() && from.reach != "全区" {
        let why = format!("该报表只含{}可见的内容，但没有写明由谁生成，无法重算。", from.reach);
        return Err(Failure::Usage(why));
    }
    let desk = Desk::new(database::open(&args.database, Access::Read).await?);
    let log = desk.log();
    let size = from.log_size.parse().unwrap_or(u64::MAX);
    if u64::from(log.id().0) != from.log || log.head().0 < size {
        return differs(&format!("报表所依据的日志 {}（长度 {size}）不是这个数据库。", from.log));
    }
    let Some(sheet) = again(&desk, &told, size, reader.as_ref()).await? else {
        return differs("本区没有以其所称的版本保存过该定义。");
    };
    if let (Some(theirs), Some(ours)) = (&from.root, &sheet.stand.root)
        && theirs != ours
    {
        return differs(&format!("日志前 {size} 个事件的根不同：报表为 {theirs}，现为 {ours}。"));
    }
    let mut ours = write::json(&sheet);
    // What was not signed when the report was made may be signed by now.
    for place in ["/provenance/root", "/provenance/beside/root"] {
        if let (Some(Value::Null), Some(root)) = (theirs.pointer(place), ours.pointer_mut(place)) {
            *root = Value::Null;
        }
    }
    let personal = plan.personal_columns();
    // What was erased since, or is kept and not used, says nothing of what it was.
    let compared = compare(&theirs, &ours, &personal);
    let left_out = compared.not_compared();
    if let Some(what) = compared.different {
        return differs(&format!("{what}。"));
    }
    let title = sheet.title;
    let left_out = left_out.map(|it| format!("；{it}的个人信息已删除或不再使用，未比对"));
    let by_hand = compared.by_hand.iter().map(|it| format!("；「{it}」为手填，未比对"));
    let not_compared: String = left_out.into_iter().chain(by_hand).collect();
    Ok(say(&format!("{title}：与日志前 {size} 个事件重算的结果一致{not_compared}。"))?)
}

/// The report made again; none if its definition was not laid down as it says.
async fn again(
    desk: &Desk,
    told: &Told,
    size: u64,
    reader: Option<&Principal>,
) -> Result<Option<Sheet>, Failure> {
    let from = &told.provenance;
    let head = desk.log().head();
    let when = When::at(Position(size), from.as_of, from.true_on);
    let beside = from.beside.as_ref().map(|it| {
        let known = it.log_size.parse().map_or(head, Position).min(head);
        When::at(known, it.as_of, it.true_on)
    });
    let reports = match reader {
        Some(reader) => Reports::of(desk).run_by(reader),
        None => Reports::of(desk).handed_up(from.unit.as_deref(), from.withheld),
    };
    let known = match &from.laid_down {
        None => Known::of(told.id.clone(), from.definition.clone()),
        Some(LaidDown { version }) => match reports.version(&told.id, *version).await? {
            Some(known) if known.text == from.definition => known,
            Some(_) | None => return Ok(None),
        },
    };
    let chosen: BTreeMap<String, String> =
        from.parameters.iter().map(|(name, value)| (name.clone(), plain(value))).collect();
    let run = reports.run(&known, Times { when, beside }, &chosen).await;
    run.map(Some).map_err(|why| not_run(&told.id, why))
}

/// Whoever ran it, as far as it decides what he saw.
fn principal(reader: &Reader) -> Result<Principal, Failure> {
    let (role, unit) = (Role::from_code(&reader.role), reader.unit.parse().ok());
    let who = role.zip(unit).map(|(role, unit)| Principal { actor: String::new(), unit, role });
    who.filter(Principal::is_consistent).ok_or_else(|| {
        let Reader { role, unit } = reader;
        Failure::Refused(format!("报表与日志不符：没有以「{role}」身份代表「{unit}」的人。"))
    })
}

fn parsed(file: &Path) -> Result<(Value, Told), Failure> {
    let unreadable = |why| Failure::Usage(format!("{} 不是 JSON 格式的报表：{why}", shown(file)));
    let bytes = bytes(file, LARGEST, "报表")?;
    if let Some(why) = other_form(&bytes) {
        return Err(Failure::Usage(format!("{} {why}", shown(file))));
    }
    let value: Value = serde_json::from_slice(&bytes).map_err(unreadable)?;
    let told = Told::deserialize(&value).map_err(unreadable)?;
    Ok((value, told))
}

/// What a report is in another form, and which program checks that.
fn other_form(bytes: &[u8]) -> Option<String> {
    let by_another = |what: &str| {
        format!(
            "是{what}，不是 JSON 格式的报表：请用 fugong export bundle --out 目录 导出包，再用 \
             fugong-verify report 文件 --bundle 目录 核对，或用 fugong report run … -o 文件.json 另行生成"
        )
    };
    let none = "不是 JSON 格式的报表：CSV、NDJSON、文本和 Parquet 不写明出处，不能核对，\
                请用 fugong report run … -o 文件.json 另行生成";
    let text = bytes.trim_ascii_start();
    match () {
        () if bytes.starts_with(b"PK") => Some(by_another("工作簿")),
        () if text.starts_with(b"<!doctype html>") => Some(by_another("网页")),
        // A line of NDJSON begins like a report.
        () if !text.starts_with(b"{") || text.starts_with(b"{\"cells\"") => Some(none.to_owned()),
        () => None,
    }
}

fn differs(what: &str) -> Result<(), Failure> {
    Err(Failure::Refused(format!("报表与日志不符：{what}")))
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

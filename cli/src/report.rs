//! `fugong report`: reports listed, checked, run, computed again.

mod own;
mod verify;

use std::{
    collections::BTreeMap,
    fs,
    io::{self, Read as _, Write, stderr, stdout},
    path::Path,
    time::Duration,
};

use chrono::NaiveDate;
use clap::ValueEnum;
use fugong_api::{
    Desk,
    reports::{self, Course, Known, NotRun, Reports, Times},
};
use fugong_core::shanghai_day;
use fugong_report::{Finding, Sheet, write};
use indicatif::ProgressBar;
use serde_json::json;

use crate::{
    args::{DATABASE, Database, Report, ReportFormat, RunReport, SchemaFormat},
    database::{self, Access},
    failure::Failure,
    moment,
    print::{Grid, say},
    whole,
};

/// Does what is asked.
pub(crate) async fn run(what: Report) -> Result<(), Failure> {
    match what {
        Report::List { format, database } => list(format, &database).await,
        Report::Schema => Ok(say(fugong_report::SCHEMA.trim_end())?),
        Report::Check { file } => check(&file),
        Report::Run(args) => print(&args).await,
        Report::New { from, database } => new(&from, &database).await,
        Report::Save(args) => own::save(args).await,
        Report::Withdraw { report, reason, asked } => own::withdraw(&report, reason, asked).await,
        Report::Verify(args) => verify::run(&args).await,
    }
}

/// The log of a database; none where none is named and none lies here.
async fn desk(database: &Database) -> Result<Option<Desk>, Failure> {
    if database.db == DATABASE && !Path::new(DATABASE).exists() {
        return Ok(None);
    }
    Ok(Some(Desk::new(database::open(database, Access::Read).await?)))
}

async fn list(format: SchemaFormat, database: &Database) -> Result<(), Failure> {
    let known = match desk(database).await? {
        Some(desk) => Reports::of(&desk).all(desk.log().head()).await?,
        None => reports::known(),
    };
    let mut all = Vec::new();
    for known in known {
        let plan = reports::checked(&known.text, true).map_err(|found| wrong(&known.id, &found))?;
        all.push((known, plan));
    }
    match format {
        SchemaFormat::Json => {
            let told: Vec<_> = all
                .iter()
                .map(|(known, plan)| {
                    let parameters: Vec<_> =
                        plan.parameters.iter().map(|it| it.name.get_ref()).collect();
                    json!({
                        "id": known.id,
                        "title": plan.title,
                        "title_en": plan.title_en,
                        "about": plan.about,
                        "instant": known.instant,
                        "parameters": parameters,
                        "definition_sha256": plan.hash,
                        "version": known.defined.as_ref().map(|it| it.version),
                    })
                })
                .collect();
            Ok(say(&json!(told).to_string())?)
        }
        SchemaFormat::Table => {
            let mut grid = Grid::new(["名称", "报表", "参数", "说明"]);
            for (known, plan) in &all {
                let parameters = plan.parameters.iter().map(|it| it.name.get_ref().as_str());
                let parameters: Vec<_> = parameters.collect();
                grid.push([&known.id, &plan.title, &parameters.join("、"), &plan.about]);
            }
            Ok(grid.print()?)
        }
    }
}

fn check(file: &Path) -> Result<(), Failure> {
    let text = read(file)?;
    let plan = reports::checked(&text, true).map_err(|found| wrong(&shown(file), &found))?;
    Ok(say(&format!("{}：定义无误（SHA-256 {}）。", plan.title, plan.hash))?)
}

async fn new(from: &str, database: &Database) -> Result<(), Failure> {
    let ready = reports::named(from);
    let desk = match desk(database).await {
        // What the program has needs no database, whatever it is that lies here under that name.
        Err(_) if database.db == DATABASE && ready.is_some() => None,
        desk => desk?,
    };
    let known = match desk {
        Some(desk) => Reports::of(&desk).named(from, desk.log().head()).await?,
        None => ready,
    };
    let known = known.ok_or_else(|| unknown(from, &reports::known()))?;
    Ok(say(known.text.trim_end())?)
}

async fn print(args: &RunReport) -> Result<(), Failure> {
    let file = file(&args.report)?;
    let format = format(args)?;
    let desk = Desk::new(database::open(&args.database, Access::Read).await?);
    let reports = Reports::of(&desk);
    let head = desk.log().head();
    let unknown_moment = |option, text: &Option<String>| {
        let text = text.clone().unwrap_or_default();
        move |problem| moment::unknown(option, &text, head, problem)
    };
    let when = reports.when(args.as_of.as_deref(), args.true_on).await;
    let when = when.map_err(unknown_moment("--as-of", &args.as_of))?;
    let beside = match &args.beside {
        None => None,
        Some(text) => {
            let when = reports.when(Some(text), None).await;
            Some(when.map_err(unknown_moment("--beside", &args.beside))?)
        }
    };
    let known = match (file, &args.definition) {
        (Some(known), _) => Some(known),
        (None, None) => reports.named(&args.report, when.known()).await?,
        (None, Some(sha256)) => reports.with_hash(&args.report, sha256).await?,
    };
    let Some(known) = known else {
        return Err(unknown(&args.report, &reports.all(when.known()).await?));
    };
    let today = shanghai_day(desk.log().now());
    for note in yet_to_come(args, today) {
        writeln!(stderr(), "提示：{note}。")?;
    }
    let bar = bar();
    let hears = |course: Course| bar.set_message(format!("已读取台账 {} 行", course.read));
    let times = Times { when, beside };
    let prepared = reports.prepared(&known, times, &chosen(&args.set)?, &hears).await;
    let prepared = prepared.map_err(|why| not_run(&args.report, why))?;
    bar.set_message("汇总");
    let sheet = prepared.sheet()?;
    bar.set_message(format!("写出 {} 行", sheet.table.rows.len()));
    match &args.output {
        None => {
            bar.finish_and_clear();
            written(&sheet, format, args.bom, &mut stdout().lock())
        }
        Some(file) => {
            whole::written(file, |out| written(&sheet, format, args.bom, out))?;
            bar.finish_and_clear();
            Ok(say(&format!("{}：{} 已写好。", sheet.title, shown(file)))?)
        }
    }
}

/// What is asked of days that have not come: answered, and not without saying so.
fn yet_to_come(args: &RunReport, today: NaiveDate) -> Vec<String> {
    // An instant begins with its day; a position of the log names none.
    let day = |text: &String| text.get(..10)?.parse::<NaiveDate>().ok();
    let known = [("--as-of", &args.as_of), ("--beside", &args.beside)];
    let known = known.into_iter().filter_map(|(name, text)| Some((name, text.as_ref()?)));
    let later = known.filter(|(_, text)| day(text).is_some_and(|day| today < day));
    let later = later.map(|(name, text)| format!("{name} {text} 尚未到来，按现在已记录的情况生成"));
    let shown = args.true_on.filter(|day| today < *day);
    let shown = shown.map(|day| {
        format!("--true-on {day} 尚未到来，只是按现在已登记的情况推算到该日，并非该日的实际情况")
    });
    later.chain(shown).collect()
}

/// Shows on a terminal how far it has come, where that takes a while.
fn bar() -> ProgressBar {
    let bar = ProgressBar::new_spinner();
    bar.enable_steady_tick(Duration::from_millis(200));
    bar
}

/// The definition in a file, which is known by its ending; none if it is the name of a report. It is
/// called as the file is, ending and all, so that nobody takes it for a report of that name.
fn file(report: &str) -> Result<Option<Known>, Failure> {
    let file = Path::new(report);
    if file.extension().is_none_or(|ending| ending != "toml") {
        return Ok(None);
    }
    let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Some(Known::of(name, read(file)?)))
}

/// What a report in a file is called.
fn stem(file: &Path) -> String {
    file.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn format(args: &RunReport) -> Result<ReportFormat, Failure> {
    let file = match (args.format, &args.output) {
        (Some(format), _) => return Ok(format),
        (None, None) => return Ok(ReportFormat::Text),
        (None, Some(file)) => file,
    };
    let ending = file.extension().unwrap_or_default().to_string_lossy().to_lowercase();
    ReportFormat::from_str(&ending, true).map_err(|_| {
        let why = if ending == "parquet" {
            "本程序未编入 Parquet 格式，编译时须加 --features parquet"
        } else {
            "看不出格式，请用 .txt、.json、.ndjson、.csv、.xlsx 或 .html 结尾"
        };
        Failure::Usage(format!("{}：{why}。", shown(file)))
    })
}

fn chosen(set: &[String]) -> Result<BTreeMap<String, String>, Failure> {
    let pair = |text: &String| {
        let pair = text.split_once('=').filter(|(name, _)| !name.is_empty());
        let pair = pair.map(|(name, value)| (name.to_owned(), value.to_owned()));
        pair.ok_or_else(|| Failure::Usage(format!("--set 须为 名称=值，不是「{text}」")))
    };
    set.iter().map(pair).collect()
}

/// Writes a report, line by line where the form has lines.
fn written(
    sheet: &Sheet,
    format: ReportFormat,
    bom: bool,
    out: &mut dyn Write,
) -> Result<(), Failure> {
    Ok(match format {
        ReportFormat::Text => out.write_all(write::text(sheet).as_bytes()),
        ReportFormat::Json => writeln!(out, "{}", write::json(sheet)),
        ReportFormat::Ndjson => write::ndjson_to(sheet, out),
        ReportFormat::Csv => write::csv_to(sheet, bom, out),
        ReportFormat::Html => out.write_all(write::html(sheet).as_bytes()),
        ReportFormat::Xlsx => {
            let book = write::xlsx(sheet).map_err(|why| Failure::Unavailable(why.to_string()))?;
            out.write_all(&book)
        }
        #[cfg(feature = "parquet")]
        ReportFormat::Parquet => {
            let file = write::parquet(sheet);
            out.write_all(&file.map_err(|why| Failure::Unavailable(why.to_string()))?)
        }
    }?)
}

/// So large a definition may be, in bytes; of what is larger no more is read.
const DEFINITION: u64 = 65_536;

/// The text of a definition.
fn read(file: &Path) -> Result<String, Failure> {
    let bytes = bytes(file, DEFINITION, "报表定义")?;
    String::from_utf8(bytes).map_err(|why| {
        let before = why.as_bytes().get(..why.utf8_error().valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(before);
        let line = before.matches('\n').count().saturating_add(1);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        Failure::Usage(format!(
            "{} 第 {line} 行第 {} 列：不是 UTF-8 编码（可能是 GBK），请在编辑器中另存为 UTF-8 后再试。",
            shown(file),
            column.saturating_add(1),
        ))
    })
}

/// What is in a file, if that is not more than `most` bytes.
fn bytes(file: &Path, most: u64, what: &str) -> Result<Vec<u8>, Failure> {
    let place = shown(file);
    if file.is_dir() {
        return Err(Failure::Usage(format!("{place} 是文件夹，请指明其中的文件。")));
    }
    let unread = |why: io::Error| {
        let kind = why.kind();
        let why = if kind == io::ErrorKind::NotFound {
            "没有这个文件，请检查路径".to_owned()
        } else if kind == io::ErrorKind::PermissionDenied {
            "无权读取，请检查文件的权限".to_owned()
        } else {
            format!("读不出来（{why}），请检查磁盘和权限")
        };
        Failure::Unavailable(format!("{place}：{why}。"))
    };
    let mut bytes = Vec::new();
    let opened = fs::File::open(file).map_err(unread)?;
    opened.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(unread)?;
    if u64::try_from(bytes.len()).is_ok_and(|length| most < length) {
        let most = most.div_euclid(1024);
        return Err(Failure::Usage(format!("{place}：超过 {most} KiB，不是{what}。")));
    }
    Ok(bytes)
}

fn shown(file: &Path) -> String {
    file.display().to_string()
}

fn unknown(report: &str, known: &[Known]) -> Failure {
    let nearest = fugong_report::nearest(report, known.iter().map(|known| known.id.as_str()));
    let nearest = nearest.map_or("；".to_owned(), |id| format!("，是否指「{id}」？"));
    Failure::Usage(format!("没有报表「{report}」{nearest}fugong report list 列出全部报表。"))
}

fn not_run(what: &str, why: NotRun) -> Failure {
    match why {
        NotRun::Definition(found) => wrong(what, &found),
        NotRun::Parameter(why) => Failure::Usage(why.to_string()),
        NotRun::ListBeside => Failure::Usage(format!("{}。", reports::LIST_BESIDE)),
        NotRun::Problem(problem) => problem.into(),
    }
}

fn wrong(what: &str, found: &[Finding]) -> Failure {
    let lines: Vec<_> = found.iter().map(|finding| format!("\n  {finding}")).collect();
    Failure::Usage(format!("{what} 的定义有 {} 处不对：{}", found.len(), lines.concat()))
}

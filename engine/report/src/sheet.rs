//! A report as it lies on paper: the table, what stands around it, and what proves it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::shanghai_time;
use serde::Deserialize;

use crate::{Level, NumberForm, Paper, Plan, Table, cell::Cell, definition::Literal};

/// That a definition was laid down in the log itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LaidDown {
    /// Which one under its name.
    pub version: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// By which unit.
    pub by: String,
}

/// The other moment of a report that shows two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Beside {
    /// The last instant of which its figures know.
    pub as_of: DateTime<Utc>,
    /// The day of the world that they show.
    pub true_on: Date,
    /// The last event of the log of which they know.
    pub position: u64,
    /// The root of the hash tree over that much of the log, in hexadecimal digits, if it is kept.
    pub root: Option<String>,
}

/// That figures are not there, where a reader of the paper would take them for none.
const WITHHELD: &str = "部分数字过小，可能指向个人，按生成者的权限未列出，相应单元格为空";

/// On what a report stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stand {
    /// The last instant of which it knows: as of.
    pub as_of: DateTime<Utc>,
    /// The day of the world that it shows.
    pub true_on: Date,
    /// The last event of the log of which it knows: the size of the log that it stands on.
    pub position: u64,
    /// The root of the hash tree over that much of the log, in hexadecimal digits, if it is kept.
    pub root: Option<String>,
    /// What its district is called.
    pub district: String,
    /// Its log.
    pub log: u64,
    /// What the unit that hands it up is called.
    pub unit: String,
    /// Of how much of the district its figures are.
    pub reach: String,
    /// As whom it was run; none for who holds the database and its keys.
    pub reader: Option<Reader>,
    /// Whether figures that may point at persons are left out, where they are small.
    pub withheld: bool,
    /// Where its definition stands, if it stands in the log.
    pub laid_down: Option<LaidDown>,
    /// The other moment, if it shows two.
    pub beside: Option<Beside>,
}

/// As whom a report was run, from which follows what is in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Reader {
    /// The role, by its code.
    pub role: String,
    /// The unit that he acted for, by its code.
    pub unit: String,
}

/// A report as it lies on paper.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// Its name in addresses.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The line below it.
    pub subtitle: Option<String>,
    /// What stands above the table.
    pub head: Vec<String>,
    /// The table.
    pub table: Table,
    /// Remarks below it.
    pub notes: Vec<String>,
    /// What is signed.
    pub signature: Vec<String>,
    /// What it stands on, with labels: 出处.
    pub provenance: Vec<(&'static str, String)>,
    /// The same for programs.
    pub stand: Stand,
    /// The text of its definition.
    pub definition: String,
    /// The hash of that.
    pub definition_sha256: String,
    /// What was chosen.
    pub chosen: BTreeMap<String, Literal>,
    /// Whether the page is higher than wide.
    pub portrait: bool,
    /// The paper that its definition asks for.
    pub paper: Option<Paper>,
    /// The chart, if it has one.
    pub chart: Option<Bars>,
}

/// A chart of bars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bars {
    /// Its title.
    pub title: String,
    /// Each of them.
    pub each: Vec<Bar>,
    /// Whether they are per cent.
    pub percent: bool,
    /// How their figures are written.
    pub form: NumberForm,
}

/// A bar of a chart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// What it is called.
    pub name: String,
    /// How long it is, in hundredths.
    pub length: i64,
    /// The same as it is printed.
    pub shown: String,
}

impl Sheet {
    /// Lays `table` out as `plan` says.
    pub fn of(
        id: &str,
        plan: &Plan,
        table: Table,
        chosen: BTreeMap<String, Literal>,
        stand: Stand,
    ) -> Self {
        let shown = shown(plan, &chosen, &stand, &table);
        let fill = |text: &toml::Spanned<String>| filled(text.get_ref(), &shown);
        let layout = &plan.layout;
        let mut notes: Vec<String> = layout.notes.iter().map(fill).collect();
        if 0 < table.cut {
            let kept = details(&table);
            notes.push(format!("仅列前 {kept} 行，另有 {} 行未列。", table.cut));
        }
        Self {
            id: id.to_owned(),
            title: plan.title.clone(),
            subtitle: layout.subtitle.as_ref().map(fill),
            head: layout.head.iter().map(fill).collect(),
            signature: layout.signature.iter().map(fill).collect(),
            notes,
            provenance: provenance(id, plan, &chosen, &stand),
            definition: plan.text.clone(),
            definition_sha256: plan.hash.clone(),
            portrait: layout.portrait,
            paper: layout.paper,
            chart: chart(plan, &table),
            table,
            stand,
            chosen,
        }
    }

    /// The line at the foot of each page: what proves the report.
    pub fn checkpoint(&self) -> String {
        let root = self.stand.root.as_deref().unwrap_or("未存证");
        let (log, size) = (self.stand.log, self.stand.position);
        format!("日志 {log}·{size}　根 {}", root.get(..16).unwrap_or(root))
    }
}

/// The names in braces of a text.
pub(crate) fn places(text: &str) -> Vec<&str> {
    let after = text.split('{').skip(1);
    after.filter_map(|rest| rest.split_once('}')).map(|(name, _)| name).collect()
}

fn filled(text: &str, shown: &BTreeMap<String, String>) -> String {
    let mut parts = text.split('{');
    let mut filled = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        if let Some((name, rest)) = part.split_once('}') {
            filled.push_str(shown.get(name).map_or("全部", String::as_str));
            filled.push_str(rest);
        } else {
            filled.push('{');
            filled.push_str(part);
        }
    }
    filled
}

fn shown(
    plan: &Plan,
    chosen: &BTreeMap<String, Literal>,
    stand: &Stand,
    table: &Table,
) -> BTreeMap<String, String> {
    let given = [
        ("as_of", minute(stand.as_of)),
        ("true_on", stand.true_on.format("%Y年%-m月%-d日").to_string()),
        ("district", stand.district.clone()),
        ("unit", stand.unit.clone()),
        ("rows", details(table).to_string()),
    ];
    let given = given.into_iter().map(|(name, text)| (name.to_owned(), text));
    let chosen = plan.parameters.iter().filter_map(|parameter| {
        let name = parameter.name.get_ref();
        Some((name.clone(), written(chosen.get(name)?)))
    });
    given.chain(chosen).collect()
}

fn details(table: &Table) -> usize {
    table.rows.iter().filter(|row| row.level == Level::Detail).count()
}

fn written(literal: &Literal) -> String {
    match literal {
        Literal::Flag(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Literal::Number(number) => number.to_string(),
        Literal::Text(text) => text.clone(),
    }
}

/// An instant as the clocks on the walls show it; the end of a day as its last hour.
fn minute(at: DateTime<Utc>) -> String {
    let time = shanghai_time(at);
    let last = time.format("%H:%M:%S%.f").to_string();
    if last.starts_with("23:59:59.999") {
        return time.format("%Y-%m-%d 24:00").to_string();
    }
    time.format("%Y-%m-%d %H:%M").to_string()
}

fn provenance(
    id: &str,
    plan: &Plan,
    chosen: &BTreeMap<String, Literal>,
    stand: &Stand,
) -> Vec<(&'static str, String)> {
    let told = plan.parameters.iter().map(|parameter| {
        let value = chosen.get(parameter.name.get_ref()).map_or_else(|| "全部".to_owned(), written);
        format!("{}={value}", parameter.label)
    });
    let told = told.collect::<Vec<_>>().join("；");
    let laid_down = stand.laid_down.as_ref().map(|LaidDown { version, at, by }| {
        ("定义来源", format!("本区第 {version} 版，{}由{by}保存", minute(*at)))
    });
    let beside = stand.beside.iter().flat_map(|it| {
        let Beside { as_of, true_on, position, root } = it;
        let said = format!("{true_on}，截至{}，日志前 {position} 个事件", minute(*as_of));
        [("并列日期", said), ("并列日志根（SHA-256）", called(root.as_deref()))]
    });
    let withheld = stand.withheld.then(|| ("未列数字", WITHHELD.to_owned()));
    let head = [("报表", format!("{}（{id}）", plan.title))].into_iter().chain(laid_down);
    let rest = [
        ("定义摘要（SHA-256）", plan.hash.clone()),
        ("日志", stand.log.to_string()),
        ("日志长度", stand.position.to_string()),
        ("日志根（SHA-256）", called(stand.root.as_deref())),
        ("参数", if told.is_empty() { "无".to_owned() } else { told }),
        ("截至时间（记录）", format!("{}+08:00", shanghai_time(stand.as_of).format("%FT%T%.f"))),
        ("数据日期（实际）", stand.true_on.to_string()),
        ("可见范围", stand.reach.clone()),
    ];
    head.chain(rest).chain(withheld).chain(beside).collect()
}

fn called(root: Option<&str>) -> String {
    root.unwrap_or("未存证").to_owned()
}

fn chart(plan: &Plan, table: &Table) -> Option<Bars> {
    let wanted = plan.layout.chart.as_ref()?;
    let column = table.heads.iter().position(|head| head.name == *wanted.measure.get_ref())?;
    let head = table.heads.get(column)?;
    let (heading, form) = (head.heading.clone(), head.form);
    let mut percent = false;
    let details = table.rows.iter().filter(|row| row.level == Level::Detail);
    let bars = details.filter_map(|row| {
        let cell = row.cells.get(column)?;
        let length = match cell {
            Cell::Number(number) | Cell::Change(number) => number.saturating_mul(100),
            Cell::Share(share) => {
                percent = true;
                share.ratio.hundredths()?
            }
            Cell::Empty
            | Cell::Text(_)
            | Cell::Date(..)
            | Cell::Points { .. }
            | Cell::Average { .. } => return None,
        };
        let name: Vec<_> = row
            .cells
            .iter()
            .zip(&table.heads)
            .filter(|(_, head)| head.shape == crate::Shape::Merged)
            .map(|(cell, _)| cell.printed())
            .collect();
        Some(Bar { name: name.join(" "), length, shown: head.printed(cell) })
    });
    let each = bars.collect();
    Some(Bars { title: wanted.title.clone().unwrap_or(heading), each, percent, form })
}

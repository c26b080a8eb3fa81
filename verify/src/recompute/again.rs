//! A report made again, with everything that stands around its table.

use std::sync::Arc;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{LogId, Relation, shanghai_day};
use fugong_domain::{
    UnitCode,
    regime::Regime,
    registers::{GUARDED, View, label, table, withhold},
};
use fugong_report::{Beside, Catalog, LaidDown, Lines, Plan, Sheet, Stand, Table};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{
    Schema,
    past::{Folded, Past},
    told::{Told, size},
    unclear, unfolded,
};

/// The report as it must be, and what of it the log does not tell.
pub(super) fn made(told: &Told, plan: &Plan, past: &Past) -> Result<(Sheet, Vec<String>), Wrong> {
    let from = &told.provenance;
    let given = from.parameters.iter().map(|(name, value)| (name.clone(), plain(value)));
    let chosen = plan.chosen(&given.collect());
    let chosen = chosen.map_err(|why| Wrong::Tampered(format!("参数不合报表的定义：{why}")))?;
    if from.beside.is_some() && !plan.is_grouped() {
        return Err(Wrong::Tampered("逐条列出的报表没有可并列的指标，却写有并列日期".to_owned()));
    }
    if from.withheld && !plan.shows(GUARDED) {
        return Err(Wrong::Tampered("报表称有未列数字，而其定义不列这类数字".to_owned()));
    }
    let own = size(&from.log_size)?;
    let rows = past.at(own)?;
    let view = View::of(rows.of("district"), from.true_on).map_err(|why| unfolded(&why))?;
    let regime = view.regime.as_ref();
    let moment = |rows: &Folded, on| -> Result<Table, Wrong> {
        let lines = lines(plan, rows, (on, from.withheld))?;
        let registers = Registers { regime, on };
        plan.run(on, &chosen, &lines, &registers).map_err(|why| unfolded(&why))
    };
    let mut table = moment(rows, from.true_on)?;
    let mut unproved = vec![unit(&from.unit, regime, from.true_on)?];
    unproved.extend(from.reader.as_ref().map(|it| format!("生成者（{}，{}）", it.unit, it.role)));
    unproved.extend(until(past, own, from.as_of)?);
    let mut stand = stand(told, past, regime)?;
    if let Some(it) = &from.beside {
        let other = size(&it.log_size)?;
        let names = names((own, from.true_on), (other, it.true_on));
        table = table.beside(&moment(past.at(other)?, it.true_on)?, (&names.0, &names.1));
        unproved.extend(until(past, other, it.as_of)?);
        stand.beside = Some(Beside {
            as_of: it.as_of,
            true_on: it.true_on,
            position: position(other)?,
            root: past.root(other),
        });
    }
    Ok((Sheet::of(&told.id, plan, table, chosen, stand), unproved))
}

/// What it stands on, as the log says it.
fn stand(told: &Told, past: &Past, regime: &Regime) -> Result<Stand, Wrong> {
    let from = &told.provenance;
    let own = size(&from.log_size)?;
    let name = regime.units().name.clone();
    Ok(Stand {
        as_of: from.as_of,
        true_on: from.true_on,
        position: position(own)?,
        root: past.root(own),
        district: name.unwrap_or_else(|| LogId(from.log).to_string()),
        log: from.log.into(),
        unit: from.unit.clone(),
        reach: from.reach.clone(),
        reader: from.reader.clone(),
        withheld: from.withheld,
        laid_down: laid_down(told, past, regime),
        beside: None,
    })
}

fn laid_down(told: &Told, past: &Past, regime: &Regime) -> Option<LaidDown> {
    let version = told.provenance.laid_down.as_ref()?.version;
    let mut all = past.definitions.iter();
    let kept = all.find(|it| it.id == told.id && it.version == version)?;
    let unit: Option<UnitCode> = kept.unit.parse().ok();
    let found = unit.as_ref().and_then(|unit| regime.units().at(unit, shanghai_day(kept.at)).ok());
    let by = found.map_or_else(|| kept.unit.clone(), |unit| unit.short().to_owned());
    Some(LaidDown { version, at: kept.at, by })
}

/// What the log tells of the instant of which a report knows the first `size` events and no more.
fn until(past: &Past, size: usize, as_of: DateTime<Utc>) -> Result<Option<String>, Wrong> {
    let (known, rest) = past.times.split_at_checked(size).unwrap_or((&past.times, &[]));
    let next = rest.first();
    // As of an event by its position, or as of the last: the instant is that of the event.
    if known.last() == Some(&as_of) {
        return Ok(None);
    }
    // Clocks may have gone back: it is as of an instant up to the first event that is later.
    if known.iter().any(|at| as_of < *at) || next.is_some_and(|next| *next <= as_of) {
        return Err(Wrong::Tampered(format!(
            "截至时间 {as_of} 与所依据的前 {size} 个事件不符：其时已知的事件不是这么多"
        )));
    }
    Ok(next.is_none().then(|| format!("截至 {as_of} 没有更多的事件（包中最后一个事件早于此时）")))
}

/// Who hands a report up no event says; it is a unit of the district at least.
fn unit(named: &str, regime: &Regime, on: Date) -> Result<String, Wrong> {
    let units = regime.units();
    let divisions = units.divisions.iter().filter(|it| it.holds_on(on)).map(|it| it.name.as_str());
    let offices = units.parks.iter().chain(&units.offices).map(|it| it.short.as_str());
    let code: Option<UnitCode> = named.parse().ok();
    let is_unknown_code = code.is_some_and(|code| units.at(&code, on).is_err());
    if divisions.chain(offices).any(|unit| unit == named) || is_unknown_code {
        Ok(format!("填报单位是「{named}」（生成者所写）"))
    } else {
        Err(Wrong::Tampered(format!("填报单位「{named}」不是本区的单位")))
    }
}

fn position(size: usize) -> Result<u64, Wrong> {
    u64::try_from(size).map_err(|_| unclear("事件数过大"))
}

/// What two moments are called beside each other.
fn names((size, on): (usize, Date), (other_size, other): (usize, Date)) -> (String, String) {
    if on == other {
        (format!("日志前 {size} 个事件"), format!("日志前 {other_size} 个事件"))
    } else {
        (on.to_string(), other.to_string())
    }
}

/// The lines that a plan reads, as whoever sees the whole district sees them.
fn lines(plan: &Plan, rows: &Folded, (on, withheld): (Date, bool)) -> Result<Lines, Wrong> {
    let mut lines = Lines::new();
    for (register, day) in plan.needs(on) {
        let Some(table) = table(register) else { continue };
        let mut found = (table.lines)(rows.of(table.source), day).map_err(|why| unfolded(&why))?;
        let guarded = table.relation.columns.iter().any(|column| GUARDED.contains(&column.name));
        if guarded && withheld {
            let its = rows.of(table.source);
            withhold(table, its, day, &mut found).map_err(|why| unfolded(&why))?;
        }
        lines.insert((register, day), Arc::new(found));
    }
    Ok(lines)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The registers, and what codes are called on a day.
struct Registers<'a> {
    regime: &'a Regime,
    on: Date,
}

impl Catalog for Registers<'_> {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        Schema.relation(name)
    }

    fn names(&self) -> Vec<&'static str> {
        Schema.names()
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        label(self.regime, self.on, (register, column), code)
    }
}

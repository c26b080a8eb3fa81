//! The figures of a report, computed again from the events of a bundle.
//!
//! What an event means to a register is said by the domain, in one place, and is asked there: the
//! program that wrote the report and this one fold by the same code. What is proved is that the
//! figures follow from the events that were signed; that the code is right is another question,
//! which `tests/recount` asks in another language. The checks of proofs know nothing of this.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc};

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_core::{Decoded, LogId, Metadata, Occurred, Position, Recorded, Relation, Rows};
use fugong_domain::{
    regime::Regime,
    registers::{GUARDED, View, all, label, table, tables, withhold},
};
use fugong_report::{Catalog, Lines, Literal, Plan, Sheet, Stand, Table, compare, write};
use fugong_verify::{
    Verdict, Wrong, bundle,
    leaf::{Leaf, Value as Said},
    policy::Policy,
    report,
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// Checks a report against a bundle: that it speaks of the log that was signed, and then that its
/// figures follow from the events of that.
pub(crate) fn check(file: &Path, folder: &Path, policy: &Policy) -> Verdict {
    let Verdict { sound, wrong } = report::check(file, folder, policy);
    if !wrong.is_empty() {
        return Verdict { sound, wrong };
    }
    match recomputed(file, folder, policy) {
        Ok(said) => Verdict { sound: format!("{sound}；{said}"), wrong },
        Err(wrong) => Verdict { sound, wrong: vec![wrong] },
    }
}

/// What a report says of itself.
#[derive(Debug, Deserialize)]
struct Told {
    id: String,
    provenance: Provenance,
}

#[derive(Debug, Deserialize)]
struct Provenance {
    definition: String,
    log: u64,
    log_size: String,
    root: Option<String>,
    parameters: Map<String, Value>,
    as_of: DateTime<Utc>,
    true_on: Date,
    reach: String,
    #[serde(default)]
    withheld: bool,
    beside: Option<Beside>,
}

/// The other moment, where it shows two.
#[derive(Debug, Deserialize)]
struct Beside {
    log_size: String,
    true_on: Date,
}

fn recomputed(file: &Path, folder: &Path, policy: &Policy) -> Result<String, Wrong> {
    let text = fs::read_to_string(file).map_err(|why| unclear(&format!("报表读不出来：{why}")))?;
    let theirs: Value = serde_json::from_str(&text).map_err(|why| unclear(&why.to_string()))?;
    let told =
        Told::deserialize(&theirs).map_err(|why| unclear(&format!("报表缺少出处：{why}")))?;
    let from = &told.provenance;
    if from.reach != "全区" {
        let reach = &from.reach;
        return Err(unclear(&format!(
            "报表只含{reach}可见的内容，请由原单位用 fugong report verify 复核"
        )));
    }
    let plan = fugong_report::check(&from.definition, &Registers(None), true).map_err(|found| {
        let first = found.first().map(ToString::to_string).unwrap_or_default();
        unclear(&format!("本程序不认得报表的定义（{first}），请用生成报表的版本核对"))
    })?;
    let ours = again(&told, &plan, (folder, policy))?;
    let personal = plan.personal_columns();
    // Words about persons are sealed in the log: nobody reads them in a bundle.
    let compared = compare(&theirs, &write::json(&ours), &|name, _| personal.contains(&name));
    let left_out = compared.not_compared();
    if let Some(what) = compared.different {
        return Err(Wrong::Tampered(format!("报表的内容与日志不符：{what}")));
    }
    let left_out = left_out.map(|it| format!("；{it}含个人信息，包中为密文，未比对"));
    let around = if compared.whole {
        ""
    } else {
        "；表格以外的文字（题注、落款、单位和时间）未比对"
    };
    Ok(format!("重算 {} 格，均一致{around}{}", compared.same, left_out.unwrap_or_default()))
}

fn unclear(what: &str) -> Wrong {
    Wrong::CannotTell(what.to_owned())
}

/// The report made again.
fn again(told: &Told, plan: &Plan, bundle: (&Path, &Policy)) -> Result<Sheet, Wrong> {
    let from = &told.provenance;
    let given = from.parameters.iter().map(|(name, value)| (name.clone(), plain(value)));
    let chosen = plan.chosen(&given.collect()).map_err(|why| unclear(&why.to_string()))?;
    let size = size(&from.log_size)?;
    let other = from.beside.as_ref().map(|it| Ok((self::size(&it.log_size)?, it.true_on)));
    let other = other.transpose()?;
    let mut folded = BTreeMap::from([(size, None)]);
    folded.extend(other.map(|(size, _)| (size, None)));
    fold(from, bundle, &mut folded)?;
    let at =
        |size: usize| folded.get(&size).and_then(Option::as_ref).ok_or_else(|| unclear("包不完整"));
    let rows = at(size)?;
    let view = View::of(rows.of("district"), from.true_on).map_err(|why| unfolded(&why))?;
    let regime = &view.regime;
    let moment = |rows: &Folded, on| {
        let lines = lines(plan, rows, (on, from.withheld))?;
        plan.run(on, &chosen, &lines, &Registers(Some((regime.as_ref(), on))))
            .map_err(|why| unfolded(&why))
    };
    let mut table = moment(rows, from.true_on)?;
    if let Some((other_size, on)) = other {
        let names = names((size, from.true_on), (other_size, on));
        table = table.beside(&moment(at(other_size)?, on)?, (&names.0, &names.1));
    }
    Ok(laid_out(told, plan, table, chosen))
}

/// What two moments are called beside each other.
fn names((size, on): (usize, Date), (other_size, other): (usize, Date)) -> (String, String) {
    if on == other {
        (format!("日志前 {size} 个事件"), format!("日志前 {other_size} 个事件"))
    } else {
        (on.to_string(), other.to_string())
    }
}

fn laid_out(told: &Told, plan: &Plan, table: Table, chosen: BTreeMap<String, Literal>) -> Sheet {
    let from = &told.provenance;
    // What stands around the table is not compared.
    let stand = Stand {
        as_of: from.as_of,
        true_on: from.true_on,
        position: 0,
        root: None,
        district: String::new(),
        log: from.log,
        unit: String::new(),
        reach: String::new(),
        withheld: from.withheld,
        laid_down: None,
        beside: None,
    };
    Sheet::of(&told.id, plan, table, chosen, stand)
}

/// The rows of every fold.
#[derive(Debug, Clone, Default)]
struct Folded(BTreeMap<String, Rows>);

impl Folded {
    fn of(&self, fold: &str) -> &Rows {
        static NONE: std::sync::LazyLock<Rows> = std::sync::LazyLock::new(Rows::complete);
        self.0.get(fold).unwrap_or(&NONE)
    }
}

/// Folds the events of a bundle, and keeps the rows after as many as are wanted.
fn fold(
    from: &Provenance,
    (folder, policy): (&Path, &Policy),
    wanted: &mut BTreeMap<usize, Option<Folded>>,
) -> Result<(), Wrong> {
    let folds = all();
    let fresh = folds.iter().map(|fold| (fold.name().to_owned(), Rows::complete()));
    let mut rows = Folded(fresh.collect());
    let last = wanted.keys().next_back().copied().unwrap_or_default();
    if let Some(kept) = wanted.get_mut(&0) {
        *kept = Some(rows.clone());
    }
    let root = bundle::entries(folder, policy, last, |position, leaf| {
        let event = recorded(position, leaf)?;
        for fold in &folds {
            if let Some(rows) = rows.0.get_mut(fold.name()) {
                fold.apply(rows, &event).map_err(|why| unfolded(&why))?;
                rows.keep();
                rows.forget_changes();
            }
        }
        if let Some(kept) = wanted.get_mut(&position) {
            *kept = Some(rows.clone());
        }
        Ok(())
    })?;
    let root = root.map(|byte| format!("{byte:02x}")).concat();
    let own = from.root.as_ref().filter(|_| from.log_size == last.to_string());
    // What was read now is what was checked before.
    match own {
        Some(own) if *own != root => Err(Wrong::Tampered("包中的事件在核对期间被改动".to_owned())),
        Some(_) | None => Ok(()),
    }
}

fn size(text: &str) -> Result<usize, Wrong> {
    text.parse().map_err(|_| unclear("报表未写明依据多少个事件"))
}

fn unfolded(why: &fugong_core::Failure) -> Wrong {
    unclear(&format!("包中的事件不能推算成台账（{why}），请用生成报表的版本核对"))
}

/// An event as the folds read it.
fn recorded(position: usize, leaf: &Leaf<'_>) -> Result<Recorded, Wrong> {
    let unread = || unclear(&format!("第 {position} 个事件读不出来"));
    let instant = |micros| DateTime::from_timestamp_micros(micros).ok_or_else(unread);
    let mut metadata = Metadata::default();
    for (key, value) in &leaf.metadata {
        let text = match value {
            Said::Text(text) => (*text).to_owned(),
            Said::Instant(micros) => Occurred::At(instant(*micros)?).to_string(),
        };
        metadata.insert((*key).to_owned(), text);
    }
    let (kind, id) = leaf.aggregate;
    Ok(Recorded {
        log: LogId(leaf.log),
        position: Position(u64::try_from(position).map_err(|_| unread())?),
        event_id: Uuid::from_bytes(leaf.event_id),
        aggregate_type: kind.into(),
        aggregate_id: id.into(),
        sequence: leaf.sequence,
        event_type: leaf.event_type.into(),
        event_version: leaf.event_version.into(),
        payload: leaf.payload.into(),
        metadata: metadata.into(),
        recorded_at: instant(leaf.recorded_at)?,
        leaf_hash: [0; 32],
        decoded: Decoded::default(),
    })
}

/// The lines that a plan reads, as whoever sees the whole district sees them.
fn lines(plan: &Plan, rows: &Folded, (on, withheld): (Date, bool)) -> Result<Lines, Wrong> {
    let mut lines = Lines::new();
    for (register, day) in plan.needs(on) {
        let Some(table) = table(register) else { continue };
        let mut found = (table.lines)(rows.of(table.source), day).map_err(|why| unfolded(&why))?;
        let guarded = table.relation.columns.iter().any(|column| GUARDED.contains(&column.name));
        if guarded && withheld {
            withhold(&mut found);
        }
        lines.insert((register, day), Arc::new(found));
    }
    Ok(lines)
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The registers, and what codes are called on a day, where that is known yet.
struct Registers<'a>(Option<(&'a Regime, Date)>);

impl Catalog for Registers<'_> {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        table(name).map(|table| &table.relation)
    }

    fn names(&self) -> Vec<&'static str> {
        tables().iter().map(|table| table.relation.name).collect()
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        let (regime, on) = self.0?;
        label(regime, on, (register, column), code)
    }
}

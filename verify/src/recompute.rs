//! A report, made again from the events of a bundle.
//!
//! What an event means to a register is said by the domain, in one place, and is asked there: the
//! program that wrote the report and this one fold by the same code. What is proved is that the
//! report follows from the events that were signed; that the code is right is another question,
//! which `tests/recount` asks in another language. The checks of proofs know nothing of this.

mod again;
mod book;
mod handed;
mod page;
mod past;
mod told;
mod whose;

use std::path::Path;

use fugong_domain::registers::{table, tables};
use fugong_report::{Catalog, Plan};
use fugong_verify::{Verdict, Wrong, policy::Policy, report};
use serde::Deserialize;
use serde_json::Value;

use handed::{Handed, Likeness};
use past::Past;
use told::Told;
use whose::Whose;

/// Checks a report against a bundle: that it speaks of the log that was signed, and then that
/// everything in it follows from the events of that.
pub(crate) fn check(file: &Path, folder: &Path, policy: &Policy) -> Verdict {
    let (handed, origin) = match Handed::read(file) {
        Ok(read) => read,
        Err(wrong) => return Verdict { sound: String::new(), wrong: vec![wrong] },
    };
    let Verdict { sound, wrong } = report::check_told(&origin, folder, policy);
    if !wrong.is_empty() {
        return Verdict { sound, wrong };
    }
    match recomputed(&handed, &origin, (folder, policy)) {
        Ok(said) => Verdict { sound: format!("{sound}；{said}"), wrong },
        Err(wrong) => Verdict { sound, wrong },
    }
}

fn recomputed(
    handed: &Handed,
    origin: &Value,
    bundle: (&Path, &Policy),
) -> Result<String, Vec<Wrong>> {
    let told = Told::deserialize(origin);
    let told = told.map_err(|why| vec![unclear(&format!("报表缺少出处：{why}"))])?;
    told.is_whole().map_err(one)?;
    let past = Past::read(&told.provenance, bundle).map_err(one)?;
    let whose = Whose::of(&told, &past).map_err(one)?;
    let plan = plan(&whose.text).map_err(one)?;
    let (sheet, mut unproved) = again::made(&told, &plan, &past).map_err(one)?;
    let Likeness { cells, closed, unproved: more } = handed.compare(sheet, &plan)?;
    unproved.extend(more);
    whose.is_known().map_err(one)?;
    let (said, unproved) = (whose.said, unproved.join("、"));
    let around = "格和题注、附注、落款、出处，均一致";
    match closed {
        None => Ok(format!("{said}；重算 {cells} {around}；未证明：{unproved}")),
        // Other words may have been put in their place: nobody can say so without the key.
        Some(closed) => Err(one(unclear(&format!(
            "{closed}是个人信息，包中只有密文，改没改无从知道，请由持有密钥的单位用 \
             fugong report verify 核对；{said}；其余 {cells} {around}；未证明：{unproved}"
        )))),
    }
}

fn one(wrong: Wrong) -> Vec<Wrong> {
    vec![wrong]
}

fn plan(definition: &str) -> Result<Plan, Wrong> {
    fugong_report::check(definition, &Schema, true).map_err(|found| {
        let first = found.first().map(ToString::to_string).unwrap_or_default();
        unclear(&format!("本程序不认得报表的定义（{first}），请用生成报表的版本核对"))
    })
}

fn unclear(what: &str) -> Wrong {
    Wrong::CannotTell(what.to_owned())
}

fn unfolded(why: &fugong_core::Failure) -> Wrong {
    unclear(&format!("包中的事件不能推算成台账（{why}），请用生成报表的版本核对"))
}

/// The registers, without what codes are called: enough to check a definition.
struct Schema;

impl Catalog for Schema {
    fn relation(&self, name: &str) -> Option<&'static fugong_core::Relation> {
        table(name).map(|table| &table.relation)
    }

    fn names(&self) -> Vec<&'static str> {
        tables().iter().map(|table| table.relation.name).collect()
    }

    fn label(&self, _register: &str, _column: &str, _code: &str) -> Option<String> {
        None
    }
}

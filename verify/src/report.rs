//! A report that was handed up, against a bundle of the log it names.
//!
//! A report names its definition or the hash of it, how many events it stands on and the root over
//! them. What is checked here: that the definition is the one of that hash, that the
//! bundle is sound, and that its first so many events have that root. So the report speaks of the
//! log that was signed, and of no other. That its figures follow from these events is another
//! question, which is not for the checks of proofs: the program asks it next.

use std::path::Path;

use serde::Deserialize;
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{
    bundle::{self, Bundle, files},
    leaf::Leaf,
    policy::Policy,
    tree::{Hash, Hashing},
    verdict::{Verdict, Wrong},
};

#[derive(Debug, Deserialize)]
struct Report {
    title: String,
    provenance: Provenance,
}

#[derive(Debug, Deserialize)]
struct Provenance {
    /// A workbook or a page carries its hash alone.
    definition: Option<String>,
    definition_sha256: String,
    log: u64,
    log_size: String,
    root: Option<String>,
    beside: Option<Beside>,
}

/// The other moment of a report that shows two.
#[derive(Debug, Deserialize)]
struct Beside {
    log_size: String,
    root: Option<String>,
}

/// Checks the report in a file against the bundle in a folder.
pub fn check(file: &Path, folder: &Path, policy: &Policy) -> Verdict {
    match read(file) {
        Ok(report) => check_told(&report, folder, policy),
        Err(wrong) => wrong.into(),
    }
}

/// Checks what a report says of itself against the bundle in a folder: its title, and its
/// provenance, with the definition or the hash of it alone.
pub fn check_told(told: &Value, folder: &Path, policy: &Policy) -> Verdict {
    let report = match Report::deserialize(told) {
        Ok(report) => report,
        Err(why) => return Wrong::CannotTell(format!("报表缺少出处：{why}")).into(),
    };
    let from = &report.provenance;
    let kept = match Bundle::read(folder, policy) {
        Ok(bundle) => bundle.kept,
        Err(wrong) => return wrong.into(),
    };
    let unlike_own = unlike((&from.log_size, from.root.as_deref()), &kept);
    if let Some(other) = of_another_log(from, unlike_own.is_none(), (folder, policy)) {
        return other.into();
    }
    let Verdict { sound, mut wrong } = bundle::check(folder, policy);
    let hash = from.definition.as_ref().map(|text| hex(&Sha256::digest(text).into()));
    if hash.is_some_and(|hash| hash != from.definition_sha256) {
        wrong.push(Wrong::Tampered("报表的定义与其摘要不符".to_owned()));
    }
    wrong.extend(unlike_own);
    let beside = from.beside.as_ref();
    wrong.extend(beside.and_then(|it| unlike((&it.log_size, it.root.as_deref()), &kept)));
    let (title, size) = (&report.title, &from.log_size);
    let sound = format!("{sound}；报表「{title}」依据其中前 {size} 个事件");
    Verdict { sound, wrong }
}

/// Whether the bundle is of another log than the report, as its events say themselves. A report that
/// names the root of these events (`rooted`) is of this log, whatever it calls it.
fn of_another_log(
    from: &Provenance,
    rooted: bool,
    (folder, policy): (&Path, &Policy),
) -> Option<Wrong> {
    let mut its = None;
    let first = |_: usize, leaf: &Leaf<'_>| {
        its = Some(u64::from(leaf.log));
        Ok(())
    };
    // What cannot be read is said by the check of the bundle.
    let _read = bundle::entries(folder, policy, 1, first);
    let (log, its) = (from.log, its.filter(|its| *its != from.log)?);
    Some(if rooted && from.log_size != "0" {
        Wrong::Tampered(format!("报表称依据日志 {log}，而所写的根是日志 {its} 的"))
    } else {
        Wrong::CannotTell(format!("报表依据日志 {log}，而包是日志 {its} 的，请导出日志 {log} 的包"))
    })
}

/// Whether the events that the report names are others.
fn unlike((size, root): (&str, Option<&str>), kept: &[Hash]) -> Option<Wrong> {
    let Some(first) = size.parse::<usize>().ok().and_then(|size| kept.get(..size)) else {
        let there = kept.len();
        return Some(Wrong::CannotTell(format!(
            "报表依据 {size} 个事件，而包中只有 {there} 个，请导出较新的包"
        )));
    };
    let Some(root) = root else {
        return Some(Wrong::CannotTell("报表未写明日志的根，生成时日志尚未存证".to_owned()));
    };
    let ours = hex(&Hashing::Sha256.root(first));
    (ours != root).then(|| Wrong::Tampered(format!("报表所写前 {size} 个事件的根与日志不符")))
}

fn read(file: &Path) -> Result<Value, Wrong> {
    serde_json::from_str(&files::text(file)?).map_err(|error| {
        Wrong::CannotTell(format!("{} 不是 JSON 格式的报表：{error}", file.display()))
    })
}

fn hex(hash: &Hash) -> String {
    hash.map(|byte| format!("{byte:02x}")).concat()
}

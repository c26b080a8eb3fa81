//! A report that was handed up, against a bundle of the log it names.
//!
//! A report in JSON names its definition and the hash of it, how many events it stands on and the
//! root over them. What is checked here: that the definition is the one of that hash, that the
//! bundle is sound, and that its first so many events have that root. So the report speaks of the
//! log that was signed, and of no other. That its figures follow from these events is another
//! question, which is not for the checks of proofs: the program asks it next.

use std::path::Path;

use serde::Deserialize;
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
    definition: String,
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
    let report = match read(file) {
        Ok(report) => report,
        Err(wrong) => return wrong.into(),
    };
    let kept = match Bundle::read(folder, policy) {
        Ok(bundle) => bundle.kept,
        Err(wrong) => return wrong.into(),
    };
    if let Some(other) = of_another_log(&report.provenance, folder, policy) {
        return other.into();
    }
    let Verdict { sound, mut wrong } = bundle::check(folder, policy);
    if hex(&Sha256::digest(&report.provenance.definition).into())
        != report.provenance.definition_sha256
    {
        wrong.push(Wrong::Tampered("报表的定义与其摘要不符".to_owned()));
    }
    let from = &report.provenance;
    wrong.extend(unlike((&from.log_size, from.root.as_deref()), &kept));
    let beside = from.beside.as_ref();
    wrong.extend(beside.and_then(|it| unlike((&it.log_size, it.root.as_deref()), &kept)));
    let Report { title, provenance: Provenance { log_size, .. } } = report;
    let sound = format!("{sound}；报表「{title}」依据其中前 {log_size} 个事件，定义与摘要相符");
    Verdict { sound, wrong }
}

/// Whether the bundle is of another log than the report, as its events say themselves.
fn of_another_log(from: &Provenance, folder: &Path, policy: &Policy) -> Option<Wrong> {
    let mut its = None;
    let first = |_: usize, leaf: &Leaf<'_>| {
        its = Some(u64::from(leaf.log));
        Ok(())
    };
    // What cannot be read is said by the check of the bundle.
    let _read = bundle::entries(folder, policy, 1, first);
    let (log, its) = (from.log, its.filter(|its| *its != from.log)?);
    Some(Wrong::CannotTell(format!(
        "报表依据日志 {log}，而包是日志 {its} 的，请导出日志 {log} 的包"
    )))
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

fn read(file: &Path) -> Result<Report, Wrong> {
    serde_json::from_str(&files::text(file)?).map_err(|error| {
        Wrong::CannotTell(format!("{} 不是 JSON 格式的报表：{error}", file.display()))
    })
}

fn hex(hash: &Hash) -> String {
    hash.map(|byte| format!("{byte:02x}")).concat()
}

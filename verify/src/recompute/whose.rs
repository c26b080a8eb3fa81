//! Whose definition a report was made by.
//!
//! A definition says what is counted. One that was doctored gives figures that follow from the log,
//! under the title that everybody knows; so a report is held against what runs under its name: the
//! ready report of this edition, or what the log says was laid down. What somebody ran from a file of
//! his own is named by the file (`weekly.toml`) and by nothing else.

use std::path::Path;

use fugong_domain::reports;
use fugong_verify::Wrong;
use sha2::{Digest, Sha256};

use super::{
    past::{Defined, Past},
    told::{LaidDown, Told},
    unclear,
};

/// The definition of a report.
pub(super) struct Whose {
    pub(super) text: String,
    /// Whose it is, in a sentence.
    pub(super) said: String,
    known: bool,
}

impl Whose {
    /// Finds out whose definition it is that a report names by its hash.
    pub(super) fn of(told: &Told, past: &Past) -> Result<Self, Wrong> {
        if let Some(laid_down) = &told.provenance.laid_down {
            return of_version(told, laid_down, past);
        }
        let hash = &told.provenance.definition_sha256;
        let ready = ready(hash);
        if let Some((id, text)) = &ready
            && *id == told.id
        {
            let said = format!("定义是随程序提供的「{id}」");
            return Ok(Self { text: text.clone(), said, known: true });
        }
        let id = &told.id;
        if reports::all().any(|(known, _)| known == id) {
            return Err(Wrong::Tampered(format!(
                "报表自称随程序提供的「{id}」，而所用的定义不是本版本的那一份；\
                 如系其他版本生成，请用该版本的 fugong-verify 核对"
            )));
        }
        if past.definitions.iter().any(|known| known.id == *id) {
            let what = "而出处未写明是哪一版，或定义不是其中任何一版";
            return Err(Wrong::Tampered(format!("日志中保存有名为「{id}」的报表，{what}")));
        }
        let kept = past.definitions.iter().find(|known| known.sha256 == *hash);
        let kept = kept.map(|it| (it.id.as_str(), it.text.clone()));
        match ready.or(kept) {
            Some((id, text)) if is_file(&told.id) => {
                let said = format!("定义取自文件 {}，与「{id}」的定义相同", told.id);
                Ok(Self { text, said, known: true })
            }
            Some((other, _)) => {
                Err(Wrong::Tampered(format!("报表自称「{id}」，而所用的定义是「{other}」的")))
            }
            None => of_nobody(told),
        }
    }

    /// Whether anybody else than who ran the report says what its definition is.
    pub(super) fn is_known(&self) -> Result<(), Wrong> {
        if self.known { Ok(()) } else { Err(unclear(&self.said)) }
    }
}

/// What stands in the log as this version of a report.
fn of_version(
    told: &Told,
    LaidDown { version, at }: &LaidDown,
    past: &Past,
) -> Result<Whose, Wrong> {
    let id = &told.id;
    let is_it = |it: &&Defined| it.id == *id && it.version == *version;
    let Some(kept) = past.definitions.iter().find(is_it) else {
        return Err(if past.times.last().is_none_or(|last| last < at) {
            unclear("报表的定义在包中最后一个事件之后才存入日志，请导出较新的包")
        } else {
            Wrong::Tampered(format!(
                "报表称定义是日志中「{id}」的第 {version} 版，而日志中没有这一版"
            ))
        });
    };
    let position = kept.position;
    if kept.sha256 != told.provenance.definition_sha256 {
        return Err(Wrong::Tampered(format!(
            "报表称定义是日志中「{id}」的第 {version} 版，而第 {position} 个事件所存的不是这一份"
        )));
    }
    let said = format!("定义是本区自定的「{id}」第 {version} 版，由日志第 {position} 个事件保存");
    Ok(Whose { text: kept.text.clone(), said, known: true })
}

/// A definition that nobody vouches for but who ran it.
fn of_nobody(told: &Told) -> Result<Whose, Wrong> {
    let advice = "它既不是随程序提供的，也没有存入日志，是否如此统计只凭生成者；\
                  请先用 fugong report save 存入日志，再生成报表，导出包";
    match &told.provenance.definition {
        None => Err(unclear(&format!("报表的定义不在本程序和包中：{advice}"))),
        Some(text) => {
            let said = format!("报表的内容由所附定义推得，而定义无从核对：{advice}");
            Ok(Whose { text: text.clone(), said, known: false })
        }
    }
}

/// The report of this edition with a definition of this hash.
fn ready(hash: &str) -> Option<(&'static str, String)> {
    let mut all = reports::all();
    let found = all.find(|(_, text)| format!("{:x}", Sha256::digest(text.as_bytes())) == *hash);
    found.map(|(id, text)| (id, text.into_owned()))
}

/// Whether a report is named by a file: no other name has a dot.
fn is_file(id: &str) -> bool {
    Path::new(id).extension().is_some()
}

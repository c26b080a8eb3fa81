//! A report as a workbook: the same cells, each where it stands.

mod cells;

use fugong_report::{Sheet, filled_in, write};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{
    handed::{Likeness, by_hand, open_cells, take_over},
    told::once,
    unclear,
};
use cells::{Held, Page, address, pages};

/// So many cells are told that are otherwise.
const TOLD: usize = 20;
/// Where a workbook says what it stands on.
const PROVENANCE: &str = "出处";

/// A workbook, read.
pub(super) struct Book {
    bytes: Vec<u8>,
    pages: Vec<Page>,
}

impl Book {
    pub(super) fn read(bytes: Vec<u8>) -> Result<Self, Wrong> {
        let pages = pages(&bytes).map_err(|why| unclear(&format!("工作簿读不出来：{why}")))?;
        Ok(Self { bytes, pages })
    }

    /// What it says of itself, in the row that is for programs.
    pub(super) fn origin(&self) -> Result<Value, Wrong> {
        let page = self.pages.iter().find(|page| page.name == PROVENANCE);
        let mut rows = page.into_iter().flat_map(|page| &page.cells);
        let label = Held::Words(write::XLSX_ORIGIN.to_owned());
        let row = rows.find(|((_, column), held)| *column == 0 && **held == label);
        let said = row.and_then(|((row, _), _)| page?.cells.get(&(*row, 1)));
        match said {
            Some(Held::Words(text)) => once(text),
            Some(Held::Number(_) | Held::Other(_)) | None => Err(unclear(
                "工作簿的「出处」没有「核对数据」，请用 fugong report run … -o 文件.xlsx 另行生成",
            )),
        }
    }

    /// Compares it with the same report made again. Words about persons are sealed in the log, and
    /// are taken as they stand.
    pub(super) fn compare(
        &self,
        mut ours: Sheet,
        personal: &[&str],
    ) -> Result<Likeness, Vec<Wrong>> {
        let first = write::first_line(&ours);
        let closed = take_over(&mut ours, personal, |line, column| {
            let row = first.checked_add(u32::try_from(line).ok()?)?;
            match self.pages.first()?.at(row, u32::try_from(column).ok()?)? {
                Held::Words(words) => Some(words.clone()),
                Held::Number(_) | Held::Other(_) => None,
            }
        });
        let made = write::xlsx(&ours).map_err(|why| vec![unclear(&why.to_string())])?;
        let (cells, closed) = (open_cells(&ours, &closed), closed.said());
        if made == self.bytes {
            return Ok(Likeness { cells, closed, unproved: Vec::new() });
        }
        let made = Self::read(made).map_err(|wrong| vec![wrong])?;
        let signed = write::signed(&ours);
        let mut unproved = self.unlike(&made, &signed)?;
        unproved.push(
            "格式、隐藏的行列、图形、批注和页眉页脚（文件在生成后另存过，只比对单元格）".to_owned(),
        );
        Ok(Likeness { cells, closed, unproved })
    }

    /// The cells that are otherwise; or what was written in by hand, where somebody signs.
    fn unlike(&self, made: &Self, signed: &[String]) -> Result<Vec<String>, Vec<Wrong>> {
        let names = |book: &Self| {
            let pages = book.pages.iter();
            pages.map(|page| (page.name.clone(), page.shown)).collect::<Vec<_>>()
        };
        if names(self) != names(made) {
            let told: Vec<_> = self.pages.iter().map(|page| format!("「{}」", page.name)).collect();
            let what = format!("工作簿的工作表为 {}，与重算的不同，或有隐藏", told.concat());
            return Err(vec![Wrong::Tampered(what)]);
        }
        let (mut wrong, mut unproved, mut more) = (Vec::new(), Vec::new(), 0_usize);
        for (n, (theirs, ours)) in self.pages.iter().zip(&made.pages).enumerate() {
            let page = if n == 0 { String::new() } else { format!("{}!", theirs.name) };
            let only_theirs = theirs.cells.keys().filter(|at| !ours.cells.contains_key(*at));
            for at in ours.cells.keys().chain(only_theirs) {
                let (held, wanted) = (theirs.cells.get(at), ours.cells.get(at));
                if held == wanted {
                    continue;
                }
                if let (Some(Held::Words(held)), Some(Held::Words(wanted))) = (held, wanted)
                    && signed.contains(wanted)
                    && let Some(words) = filled_in(held, wanted)
                {
                    unproved.extend(words.iter().map(|words| by_hand(words)));
                } else if wrong.len() < TOLD {
                    let told = |held: Option<&Held>| held.map(ToString::to_string);
                    wrong.push(Wrong::Tampered(format!(
                        "单元格 {page}{} 为「{}」，应为「{}」",
                        address(*at),
                        told(held).unwrap_or_default(),
                        told(wanted).unwrap_or_default(),
                    )));
                } else {
                    more = more.saturating_add(1);
                }
            }
        }
        if 0 < more {
            wrong.push(Wrong::Tampered(format!("另有 {more} 个单元格，未逐一列出")));
        }
        if wrong.is_empty() { Ok(unproved) } else { Err(wrong) }
    }
}

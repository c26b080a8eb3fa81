//! A report as a workbook: the same cells, each where it stands.

mod cells;
mod looks;

use fugong_report::{Sheet, filled_in, write};
use fugong_verify::Wrong;
use serde_json::Value;

use super::{
    handed::{Likeness, by_hand, open_cells, take_over},
    told::once,
    unclear,
};
use cells::{Held, Page, address, pages};
use looks::{differences, parts};

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
        let filled = self.unlike(&made, &signed)?;
        for (line, joined) in [&mut ours.head, &mut ours.signature].into_iter().zip(&signed) {
            let its = filled.iter().find(|(label, _)| label == joined);
            if let Some((_, held)) = its {
                *line = vec![held.clone()];
            }
        }
        let made = write::xlsx(&ours).map_err(|why| vec![unclear(&why.to_string())])?;
        let words = filled.iter().filter_map(|(label, held)| filled_in(held, label));
        let unproved: Vec<_> = words.flatten().map(|words| by_hand(&words)).collect();
        self.looks_like(&made, cells, &unproved).map_err(|wrong| vec![wrong])?;
        Ok(Likeness { cells, closed, unproved })
    }

    /// That the file has the parts of the one that was made again, to the byte: what a reader sees
    /// depends on more than what stands in the cells.
    fn looks_like(&self, made: &[u8], cells: usize, by_hand: &[String]) -> Result<(), Wrong> {
        let read = |bytes| parts(bytes).ok_or_else(|| unclear("工作簿读不出来"));
        let (theirs, ours) = (read(&self.bytes)?, read(made)?);
        if theirs == ours {
            return Ok(());
        }
        let other = differences(&theirs, &ours);
        let other = if other.is_empty() { "样式等部件".to_owned() } else { other.join("、") };
        let by_hand = by_hand.iter().map(|words| format!("；{words}"));
        Err(unclear(&format!(
            "工作簿在生成后另存或改动过：各单元格的内容（{cells} 格）与重算的一致，而{other}与重算的\
             不同，看到的是否如此无从证明{}；请取生成时的原文件，或用 fugong report run … -o \
             文件.json 另行生成",
            by_hand.collect::<String>(),
        )))
    }

    /// The cells that are otherwise; or, where somebody signs, each line as it was made and as it is
    /// with what was written in by hand.
    fn unlike(&self, made: &Self, signed: &[String]) -> Result<Vec<(String, String)>, Vec<Wrong>> {
        let names = |book: &Self| {
            let pages = book.pages.iter();
            pages.map(|page| (page.name.clone(), page.shown)).collect::<Vec<_>>()
        };
        if names(self) != names(made) {
            let told: Vec<_> = self.pages.iter().map(|page| format!("「{}」", page.name)).collect();
            let what = format!("工作簿的工作表为 {}，与重算的不同，或有隐藏", told.concat());
            return Err(vec![Wrong::Tampered(what)]);
        }
        let (mut wrong, mut filled, mut more) = (Vec::new(), Vec::new(), 0_usize);
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
                    && filled_in(held, wanted).is_some()
                {
                    filled.push((wanted.clone(), held.clone()));
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
        if wrong.is_empty() { Ok(filled) } else { Err(wrong) }
    }
}

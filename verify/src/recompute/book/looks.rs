//! How a workbook looks, as far as it is told where two of them differ.
//!
//! What a reader sees depends on more than cells: on formats of numbers, hidden rows, headers. Nothing
//! is proved here: only a file of the same parts is the same. Of another it is said where to look.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{Cursor, Read as _},
};

use zip::ZipArchive;

/// So many places are told of each difference.
const TOLD: usize = 5;
const SHEETS: &str = "xl/worksheets/sheet";
const STYLES: &str = "xl/styles.xml";

/// The files in a workbook, by their names.
pub(super) type Parts = BTreeMap<String, Vec<u8>>;

/// What is in a workbook; it is known to be no larger than one may be.
pub(super) fn parts(bytes: &[u8]) -> Option<Parts> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut parts = Parts::new();
    for at in 0..archive.len() {
        let mut file = archive.by_index(at).ok()?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).ok()?;
        parts.insert(file.name().to_owned(), bytes);
    }
    Some(parts)
}

/// What looks otherwise, in words; nothing where only the writing is another.
pub(super) fn differences(theirs: &Parts, ours: &Parts) -> Vec<String> {
    let mut found = Vec::new();
    let nothing = Vec::new();
    let sheets = ours.keys().filter(|name| name.starts_with(SHEETS));
    for name in sheets {
        let looks = [theirs, ours].map(|parts| {
            let text = |name: &str| String::from_utf8_lossy(parts.get(name).unwrap_or(&nothing));
            Looks::of(&text(name), &formats(&text(STYLES)))
        });
        let [theirs, ours] = looks;
        found.extend(theirs.beside(&ours));
    }
    let more: Vec<_> =
        theirs.keys().filter(|name| !ours.contains_key(*name) && is_seen(name)).collect();
    found.extend(more.into_iter().take(TOLD).map(|name| format!("多出部件 {name}")));
    let mut seen = BTreeSet::new();
    found.retain(|what| seen.insert(what.clone()));
    found
}

/// Whether a part that is not in ours may show something.
fn is_seen(name: &str) -> bool {
    ["drawing", "comment", "media", "worksheets/sheet", "chart", "custom", "vba"]
        .iter()
        .any(|part| name.contains(part))
}

/// What of a sheet may be otherwise although its cells are the same: what it is called, and the places.
#[derive(Default)]
struct Looks {
    sets: BTreeMap<&'static str, BTreeSet<String>>,
    /// The format of the numbers in each cell.
    formats: BTreeMap<String, String>,
}

impl Looks {
    fn of(sheet: &str, formats: &[String]) -> Self {
        let mut looks = Self::default();
        let mut seen = BTreeSet::new();
        for tag in sheet.split('<').skip(1) {
            let (mark, text) = tag.split_once('>').unwrap_or((tag, ""));
            let name = mark.split([' ', '/', '\t', '\n', '\r']).next().unwrap_or_default();
            let local = name.rsplit(':').next().unwrap_or_default();
            let value = |name: &str| attribute(mark, name);
            let is_hidden = ["1", "true"].map(str::to_owned).contains(&value("hidden"));
            match local {
                "row" => looks.note_if(is_hidden, "隐藏的行", value("r")),
                "col" => looks.note_if(
                    is_hidden,
                    "隐藏的列",
                    format!("{}-{}", value("min"), value("max")),
                ),
                "c" => {
                    let at = value("r");
                    looks.note_if(!seen.insert(at.clone()), "写了两次的单元格", at.clone());
                    let style = value("s").parse::<usize>().unwrap_or_default();
                    let format = formats.get(style).cloned().unwrap_or_default();
                    looks.formats.insert(at, format);
                }
                "mergeCell" => looks.note_if(true, "合并的单元格", value("ref")),
                "oddHeader" | "evenHeader" | "firstHeader" | "oddFooter" | "evenFooter"
                | "firstFooter" => looks.note_if(!text.is_empty(), "页眉页脚", text.to_owned()),
                "pageSetup" => {
                    let set_up = [value("paperSize"), value("orientation")].join(" ");
                    looks.note_if(true, "纸张", set_up);
                }
                "AlternateContent" => looks.note_if(true, "供选择的内容", name.to_owned()),
                "conditionalFormatting" => looks.note_if(true, "条件格式", value("sqref")),
                _ => {}
            }
        }
        looks
    }

    fn note_if(&mut self, is_so: bool, what: &'static str, place: String) {
        if is_so {
            self.sets.entry(what).or_default().insert(place);
        }
    }

    /// What is otherwise in `ours`.
    fn beside(&self, ours: &Self) -> Vec<String> {
        let nothing = BTreeSet::new();
        let names: BTreeSet<_> = self.sets.keys().chain(ours.sets.keys()).collect();
        let mut found = Vec::new();
        for name in names {
            let [a, b] = [self, ours].map(|looks| looks.sets.get(*name).unwrap_or(&nothing));
            let other: Vec<_> = a.symmetric_difference(b).take(TOLD).cloned().collect();
            if !other.is_empty() {
                found.push(format!("{name}（{}）", other.join("、")));
            }
        }
        let other = self
            .formats
            .iter()
            .filter(|(at, form)| ours.formats.get(*at).is_some_and(|wanted| wanted != *form));
        let other: Vec<_> = other.take(TOLD).map(|(at, _)| at.clone()).collect();
        if !other.is_empty() {
            found.push(format!("数字格式（{}）", other.join("、")));
        }
        found
    }
}

/// The formats of numbers, by the number of the style.
fn formats(styles: &str) -> Vec<String> {
    let mut own = BTreeMap::new();
    let mut formats = Vec::new();
    let mut is_of_cells = false;
    for tag in styles.split('<').skip(1) {
        let mark = tag.split('>').next().unwrap_or_default();
        let name = mark.split([' ', '/']).next().unwrap_or_default();
        match name.rsplit(':').next().unwrap_or_default() {
            "numFmt" => {
                own.insert(attribute(mark, "numFmtId"), attribute(mark, "formatCode"));
            }
            "cellXfs" => is_of_cells = !name.is_empty(),
            "xf" if is_of_cells => {
                let number = attribute(mark, "numFmtId");
                let known = match number.as_str() {
                    "" | "0" => "General",
                    "1" => "0",
                    "10" => "0.00%",
                    other => other,
                };
                formats.push(own.get(&number).cloned().unwrap_or_else(|| known.to_owned()));
            }
            "cellStyles" | "dxfs" => is_of_cells = false,
            _ => {}
        }
    }
    formats
}

/// What an attribute of a tag says; nothing if it is not there.
fn attribute(mark: &str, name: &str) -> String {
    let found = mark.split_once(&format!(" {name}=\"")).and_then(|(_, rest)| rest.split_once('"'));
    let text = found.map(|(value, _)| value).unwrap_or_default();
    text.replace("&quot;", "\"").replace("&amp;", "&")
}

//! Workbooks that were changed after they were made, and such as never were reports.

use std::{
    fs,
    io::{Read as _, Write as _},
};

use tempfile::TempDir;
use zip::{ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    ends,
    report_forgeries::{run_verify, signed},
    reports::python,
    verifies,
};
use crate::architecture::sources::root;

/// The file of a workbook with something in it replaced.
pub(super) fn repacked(folder: &TempDir, from: &str, part: &str, change: impl Fn(&str) -> String) {
    repacked_with(folder, from, |name, text| {
        if name != part {
            return text;
        }
        let changed = change(&text);
        assert_ne!(changed, text, "{part}");
        changed
    });
}

/// The file of a workbook, packed anew, with each of its parts as `change` makes it.
fn repacked_with(folder: &TempDir, from: &str, change: impl Fn(&str, String) -> String) {
    let bytes = fs::read(folder.path().join(from)).unwrap();
    let mut book = ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut made = ZipWriter::new(fs::File::create(folder.path().join("f.xlsx")).unwrap());
    for n in 0..book.len() {
        let mut file = book.by_index(n).unwrap();
        let name = file.name().to_owned();
        let mut text = String::new();
        file.read_to_string(&mut text).unwrap();
        let text = change(&name, text);
        made.start_file(name, SimpleFileOptions::default()).unwrap();
        made.write_all(text.as_bytes()).unwrap();
    }
    made.finish().unwrap();
}

pub(super) const SHEET: &str = "xl/worksheets/sheet1.xml";

/// A clerk hands the workbook up: each of its cells follows from the log, or is named.
#[test]
fn a_changed_cell_of_a_workbook_is_found_and_named() {
    let folder = signed();
    let check = |file: &str, code, said: &str| {
        verifies(&folder, &format!("report @{file} --bundle @bundle"), code, said);
    };
    let run = "report run daily-resumption --as-of 2020-03-10 --beside 2020-03-01 --db @d.db";
    ends(&folder, &format!("{run} -o @r.xlsx"), 0, "已写好");
    check("r.xlsx", 0, "未证明：填报单位是「区经信委」（生成者所写）。");
    let other = |part: &str, change: &dyn Fn(&str) -> String, code, said: &str| {
        repacked(&folder, "r.xlsx", part, change);
        check("f.xlsx", code, said);
    };
    // The first figure of the first line.
    let add = |text: &str| {
        let (before, after) = text.split_once("<c r=\"C5\"").unwrap();
        let (style, after) = after.split_once("<v>").unwrap();
        let (number, after) = after.split_once("</v>").unwrap();
        let number: u64 = number.parse().unwrap();
        format!("{before}<c r=\"C5\"{style}<v>{}</v>{after}", number + 1)
    };
    other(SHEET, &add, 1, "单元格 C5 为「");
    let formula = |text: &str| text.replacen("<v>", "<f>1+1</f><v>", 1);
    other(SHEET, &formula, 1, "公式 =1+1");
    let hidden = |text: &str| text.replacen("name=\"出处\"", "state=\"hidden\" name=\"出处\"", 1);
    other("xl/workbook.xml", &hidden, 1, "或有隐藏");
    let words = "xl/sharedStrings.xml";
    let strings = [
        ("复工复产日报", "停工停产日报", 1, "单元格 A1 为「停工停产日报」，应为「复工复产日报"),
        ("填报单位：区经信委", "填报单位：区应急局", 1, "单元格 A3 为「填报单位：区应急局"),
        ("填报人：", "填报人：李四", 0, "「填报人：李四」（手填）。"),
        ("截至时间：2020-03-10", "截至时间：2020-03-11", 1, "单元格 A3 为「"),
        ("并列日志根（SHA-256）", "并列日志根", 1, "单元格 出处!A"),
        ("核对数据", "数据", 2, "没有「核对数据」"),
    ];
    for (old, new, code, said) in strings {
        other(words, &|text: &str| text.replace(old, new), code, said);
    }
    // The same as another program saves it, with a name written in.
    let script = root().join("tests/sheets/signed.py");
    let files = ["r.xlsx", "s.xlsx"].map(|name| folder.path().join(name));
    let saved = python(&[]).arg(script).args(files).output().unwrap();
    assert!(saved.status.success(), "{}", String::from_utf8_lossy(&saved.stderr));
    check("s.xlsx", 2, "；「填报人：张三」（手填）；请取生成时的原文件");
    check("s.xlsx", 2, "各单元格的内容（");
}

/// What a reader sees depends on more than the cells: a workbook that looks otherwise never passes.
#[test]
fn a_workbook_that_looks_otherwise_is_told() {
    let folder = signed();
    let run = "report run daily-resumption --as-of 2020-03-10 --db @d.db -o @r.xlsx";
    ends(&folder, run, 0, "已写好");
    let other = |part: &str, change: &dyn Fn(&str) -> String, code, said: &str| {
        repacked(&folder, "r.xlsx", part, change);
        verifies(&folder, "report @f.xlsx --bundle @bundle", code, said);
    };
    let replaced = |old: &'static str, new: &'static str| {
        move |text: &str| {
            assert!(text.contains(old), "{old}: {text}");
            text.replacen(old, new, 1)
        }
    };
    // Another pack of the same parts is the same.
    let whole = fs::read(folder.path().join("r.xlsx")).unwrap();
    repacked_with(&folder, "r.xlsx", |_, text| text);
    assert_ne!(fs::read(folder.path().join("f.xlsx")).unwrap(), whole);
    verifies(&folder, "report @f.xlsx --bundle @bundle", 0, "均一致");
    let styles = "xl/styles.xml";
    other(styles, &replaced("0.00%", "&quot;99.99%&quot;"), 2, "数字格式（");
    let hidden = replaced("<row r=\"6\"", "<row hidden=\"1\" r=\"6\"");
    other(SHEET, &hidden, 2, "隐藏的行（6）");
    other(SHEET, &replaced("<col min=\"3\"", "<col hidden=\"1\" min=\"3\""), 2, "隐藏的列（3-3）");
    other(SHEET, &replaced("<mergeCell ref=\"A1:", "<mergeCell ref=\"B1:"), 2, "合并的单元格（A1:");
    other(
        SHEET,
        &replaced("<oddFooter>", "<oddHeader>&amp;C绝密</oddHeader><oddFooter>"),
        2,
        "页眉页脚（",
    );
    other(SHEET, &replaced("<c r=\"A5\"", "<c r=\"A5\"/><c r=\"A5\""), 2, "写了两次的单元格（A5）");
    let instead = "<mc:AlternateContent xmlns:mc=\"http://schemas.openxmlformats.org/markup-compatibility/2006\"/></worksheet>";
    other(
        SHEET,
        &|text| text.replacen("</worksheet>", instead, 1),
        2,
        "供选择的内容（mc:AlternateContent）",
    );
    other("xl/theme/theme1.xml", &|text| format!("{text}\n"), 2, "样式等部件");
}

/// A workbook comes from anybody: whatever it is, the program says something and ends.
#[test]
fn a_hostile_workbook_ends_in_words() {
    let folder = signed();
    ends(&folder, "report run r7 --as-of 2020-03-10 --db @d.db -o @r.xlsx", 0, "已写好");
    let whole = fs::read(folder.path().join("r.xlsx")).unwrap();
    let file = folder.path().join("f.xlsx");
    for n in 1..40 {
        let mut bytes = whole.clone();
        let at = bytes.len() * n / 40;
        if n % 3 == 0 {
            bytes.truncate(at);
        } else {
            bytes[at..at + 4].copy_from_slice(&[0xff, 0x7f, 0, n.to_le_bytes()[0]]);
        }
        fs::write(&file, bytes).unwrap();
        let (code, said) = run_verify(&folder, "report @f.xlsx --bundle @bundle");
        assert!((0..=2).contains(&code) && !said.contains("panicked"), "{n}: {code} {said}");
    }
    let far =
        |text: &str| text.replacen("<c r=\"A5\"", "<c r=\"XFD1048576\"><v>1</v></c><c r=\"A5\"", 1);
    repacked(&folder, "r.xlsx", SHEET, far);
    verifies(&folder, "report @f.xlsx --bundle @bundle", 1, "单元格 XFD1048576 为「1」");
    let mut bomb = ZipWriter::new(fs::File::create(&file).unwrap());
    let zeros = vec![0; 1 << 20];
    bomb.start_file(SHEET, SimpleFileOptions::default()).unwrap();
    (0..600).for_each(|_| bomb.write_all(&zeros).unwrap());
    bomb.finish().unwrap();
    verifies(&folder, "report @f.xlsx --bundle @bundle", 2, "解压后超过 512 MiB");
}

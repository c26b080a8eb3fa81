//! A register as it stands, as a report: every column, in the order of reading.

use fugong_core::{Kind, Relation, Role};

/// As many lines as a report may have.
const LINES: u32 = 200_000;

/// The definition of a register under its columns; without words about persons where they are not opened.
pub fn as_it_stands(relation: &Relation, persons: bool) -> String {
    let Relation { name, label_zh, label_en, columns } = relation;
    let numbered = columns.iter().all(|column| column.name != "number");
    let mut text = format!(
        "title = \"{label_zh}\"\ntitle_en = \"{label_en}\"\n\
         about = \"台账全部列，逐条列出。\"\nregister = \"{name}\"\nnumbered = {numbered}\n\
         limit = {LINES}\ntotal = \"合计\"\n"
    );
    for column in columns.iter().filter(|column| persons || !column.personal) {
        text.extend(["\n[[column]]\ncolumn = \"", column.name, "\"\n"]);
    }
    let keys = columns.iter().filter(|column| column.role == Role::Key);
    for key in keys.filter(|key| key.kind != Kind::Json) {
        text.extend(["\n[[sort]]\nby = \"", key.name, "\"\n"]);
    }
    text.push_str(
        "\n[sheet]\nsubtitle = \"数据日期：{true_on}　共 {rows} 条\"\n\
         head = [\"填报单位：{unit}\", \"填报人：\", \"审核人：\", \"截至时间：{as_of}\"]\n\
         signature = [\"制表人：\", \"负责人：\"]\n",
    );
    text
}

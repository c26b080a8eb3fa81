//! The table as a page that officials of a platform read.

use std::fmt::Write as _;

use serde_json::Value;

use super::{WHO, table::Table};

const HEAD: &str = "\
# Who may do what

Made from `api/src/openapi/access.txt`, which tests hold against a real server, cell by cell; do not edit it
here. The same words stand at each operation of `/openapi.json`, under `x-access`.

| | |
|---|---|
| – | is turned away: 403, without a token 401 |
| yes | may; it is no matter of one enterprise or unit |
| all | throughout the district |
| own | of his own enterprise, or of enterprises in his unit's area; of others 404 where he looks, 403 where he acts |
| hand | of what his unit has in hand (a task, a seat, a case, a trade that it leads), of what he began, of what is kept of himself |
| hid | is told that there is no such thing: 404 |

Acts are granted to roles by the rule set of their day (`rights` of `/v1/regime`); the table shows those that the
district starts with. 「不得对企业复工复产设置条件」: a resumption is reported in any role, and kept from nobody but
those whose enterprise it is not. An enterprise without a code yet speaks for itself; the park says who is its tenant.
Each act can be read back by whoever sees what it is about (`read_…`), which is left out below where it is as for
`read_assign_tier`.

Columns: without a token (∅), enterprise (企业), township (属地), park (园区), officer (驻厂员), commission (区经信委),
emergency (区应急局), headquarters (区防控指挥部), department (区级部门), auditor, reporter, integrator, admin.
";

/// The page.
pub(super) fn written(table: &Table) -> String {
    let document: Value = serde_json::from_str(fugong_api::openapi()).unwrap();
    let mut page = HEAD.to_owned();
    let usual = table.lines.iter().find(|line| line.name == "read_assign_tier").unwrap();
    for (heading, reads) in [("Acts", false), ("Looks", true)] {
        write!(page, "\n## {heading}\n\n| | ∅ | ent | town | park | off | com | emb | hq | dep | aud | rep | int | adm |\n|---|").unwrap();
        page.push_str(&"---|".repeat(WHO.len()));
        page.push('\n');
        for line in &table.lines {
            let (method, path) = place(&document, line.operation());
            let is_usual =
                path.ends_with("{act}") && line.words == usual.words && !std::ptr::eq(line, usual);
            if is_usual || reads != (method == "get") {
                continue;
            }
            let words: Vec<_> =
                line.words.iter().map(|word| word.to_string().replace('-', "–")).collect();
            writeln!(page, "| `{}` | {} |", line.name, words.join(" | ")).unwrap();
        }
    }
    page
}

fn place<'a>(document: &'a Value, operation: &str) -> (&'a str, &'a str) {
    for (path, methods) in document["paths"].as_object().unwrap() {
        for (method, told) in methods.as_object().unwrap() {
            if told["operationId"] == operation {
                return (method, path);
            }
        }
    }
    panic!("{operation} is no operation")
}

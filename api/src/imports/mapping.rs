//! The mapping of a ledger: which act each row is, and which column is which member of it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::cells::{Conversion, Kind};
use crate::{deed::Entry, deeds, openapi, path};

/// How a ledger is read: which act each row is, and what its columns mean.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// Names the import: rows of the same name and key are the same row.
    pub(super) name: String,
    pub(super) entry: &'static Entry,
    /// Where the act is, with `{parameters}`.
    pub(super) path: String,
    /// The columns that name a row.
    pub(super) key: Vec<String>,
    pub(super) columns: BTreeMap<String, Column>,
    /// Members that are the same in every row.
    pub(super) constants: BTreeMap<String, Value>,
    pub(super) header_row: usize,
    pub(super) sheet: Option<String>,
    pub(super) encoding: Option<&'static encoding_rs::Encoding>,
}

/// What a column means.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) target: Target,
    pub(super) conversion: Conversion,
}

/// Where a cell goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target {
    /// Into this member of the body; a point leads into an object.
    Member(String),
    /// Into this parameter of the address.
    Parameter(String),
}

/// What is wrong with a mapping, in words for who wrote it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadMapping(pub(super) String);

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    name: String,
    act: String,
    key: Vec<String>,
    columns: BTreeMap<String, Means>,
    #[serde(default)]
    constants: BTreeMap<String, Value>,
    #[serde(default = "first")]
    header_row: usize,
    sheet: Option<String>,
    encoding: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Means {
    Target(String),
    More(More),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct More {
    to: String,
    values: Option<BTreeMap<String, Value>>,
    times: Option<u64>,
    split: Option<String>,
}

fn first() -> usize {
    1
}

impl Mapping {
    /// Reads a mapping (TOML).
    ///
    /// # Errors
    ///
    /// What is wrong with it: a slip of TOML with its line, an act that is none or depends on what
    /// was read, a member that the act has not, with the nearest that it has.
    pub fn read(text: &str) -> Result<Self, BadMapping> {
        let written: Written =
            toml::from_str(text).map_err(|why| BadMapping(format!("映射文件有误：{why}")))?;
        let name = written.name.trim().to_owned();
        let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        if name.is_empty() || 64 < name.len() || !name.chars().all(fits) {
            return Err(BadMapping(format!(
                "name = {name:?}：请用1至64个字母、数字、-、_、.为这次导入命名，同名同键的行视为同一行"
            )));
        }
        let entry = act(&written.act)?;
        let members = members(entry);
        let mut columns = BTreeMap::new();
        for (column, means) in written.columns {
            let means = column_of(&column, means, &written.act, &members)?;
            columns.insert(heading(&column), means);
        }
        for member in written.constants.keys() {
            known(member, &members)?;
        }
        if written.key.is_empty() {
            let why = "key 为空：请写明哪几列合起来能认定一行，如 key = [\"统一社会信用代码\"]";
            return Err(BadMapping(why.to_owned()));
        }
        for parameter in path::parameters(&written.act) {
            let filled = |column: &Column| column.target == Target::Parameter(parameter.to_owned());
            if !columns.values().any(filled) {
                return Err(BadMapping(format!(
                    "{{{parameter}}} 没有对应的列：请在 [columns] 中写明"
                )));
            }
        }
        let encoding = written.encoding.map(|label| {
            let found = encoding_rs::Encoding::for_label(label.as_bytes());
            found.ok_or_else(|| {
                BadMapping(format!("encoding = {label:?}：不认识这种编码，可写 gb18030"))
            })
        });
        Ok(Self {
            name,
            entry,
            path: written.act,
            key: written.key.iter().map(|column| heading(column)).collect(),
            columns,
            constants: written.constants,
            header_row: written.header_row.max(1),
            sheet: written.sheet,
            encoding: encoding.transpose()?,
        })
    }
}

/// A heading as it is looked up: line breaks and spaces within it are for the eye.
pub(super) fn heading(text: &str) -> String {
    text.split_whitespace().collect()
}

fn act(address: &str) -> Result<&'static Entry, BadMapping> {
    let found = deeds::TABLE.iter().find(|entry| entry.row.path == address);
    let entry = found.ok_or_else(|| {
        let all = deeds::TABLE.iter().map(|entry| entry.row.path);
        BadMapping(format!("act = {address:?}：没有这种行为{}", nearest(address, all)))
    })?;
    if entry.row.decides || entry.row.method() != "POST" {
        return Err(BadMapping(format!(
            "act = {address:?}：这种行为须以已读到的版本为准，不能成批导入"
        )));
    }
    Ok(entry)
}

/// The members of an act's body, with what each is; those of an object in it behind a point.
fn members(entry: &Entry) -> BTreeMap<String, Kind> {
    let mut members = BTreeMap::new();
    let document = openapi::value();
    let schema = document.pointer(&format!("/components/schemas/{}", (entry.name)()));
    collect(document, schema.unwrap_or(&Value::Null), "", &mut members);
    members
}

fn collect(document: &Value, schema: &Value, before: &str, members: &mut BTreeMap<String, Kind>) {
    let properties = schema.get("properties").and_then(Value::as_object);
    for (name, property) in properties.into_iter().flatten() {
        let property = followed(document, property);
        let name = format!("{before}{name}");
        if property.get("properties").is_some() && before.is_empty() {
            collect(document, property, &format!("{name}."), members);
        }
        members.insert(name, Kind::of(property));
    }
}

fn followed<'a>(document: &'a Value, property: &'a Value) -> &'a Value {
    // A member that may be null is one of two.
    let choices = ["anyOf", "oneOf"].iter().find_map(|name| property.get(*name)?.as_array());
    let of = choices.and_then(|all| all.iter().find(|one| one.get("$ref").is_some()));
    let target = of.unwrap_or(property).get("$ref").and_then(Value::as_str);
    let found = target.and_then(|target| document.pointer(target.trim_start_matches('#')));
    found.unwrap_or(property)
}

fn column_of(
    column: &str,
    means: Means,
    act: &str,
    members: &BTreeMap<String, Kind>,
) -> Result<Column, BadMapping> {
    let more = match means {
        Means::Target(to) => More { to, values: None, times: None, split: None },
        Means::More(more) => more,
    };
    let parameter = more.to.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
    let (target, kind) = match parameter {
        Some(name) if path::parameters(act).any(|known| known == name) => {
            (Target::Parameter(name.to_owned()), Kind::Text)
        }
        Some(name) => {
            let all = path::parameters(act);
            let why = format!("「{column}」：{act} 中没有 {{{name}}}{}", nearest(name, all));
            return Err(BadMapping(why));
        }
        None => {
            let kind = known(&more.to, members)
                .map_err(|BadMapping(why)| BadMapping(format!("「{column}」：{why}")))?;
            (Target::Member(more.to), kind)
        }
    };
    let conversion = Conversion { kind, values: more.values, times: more.times, split: more.split };
    Ok(Column { target, conversion })
}

fn known(member: &str, members: &BTreeMap<String, Kind>) -> Result<Kind, BadMapping> {
    members.get(member).copied().ok_or_else(|| {
        let all = members.keys().map(String::as_str);
        BadMapping(format!("这种行为没有 {member:?} 这一项{}", nearest(member, all)))
    })
}

/// The name that was perhaps meant, as the end of a sentence.
pub(super) fn nearest(name: &str, all: impl Iterator<Item: AsRef<str>>) -> String {
    let close = all.map(|known| (strsim::jaro_winkler(name, known.as_ref()), known));
    let best = close.max_by(|(a, _), (b, _)| a.total_cmp(b));
    best.filter(|(how, _)| 0.7 < *how)
        .map_or_else(String::new, |(_, known)| format!("，是否指「{}」？", known.as_ref()))
}

//! The form of a definition: which members it has, and what may stand in them.
//!
//! It is read from the JSON Schema that editors use, so that there is one. What is wrong is noted, and
//! something that fits is put in its place: so one thing that is wrong hides no other.

use std::{ops::Range, sync::LazyLock};

use serde::Deserialize;
use serde_json::{Map, Value};
use toml::{
    Spanned,
    de::{DeArray, DeInteger, DeTable, DeValue, Deserializer},
};

use super::syntax;
use crate::{definition::Definition, finding::Findings};

/// A ratio without a base is told as that (`RATIO_WITHOUT_BASE`).
const SAID_LATER: &str = "base";

static SCHEMA: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(crate::SCHEMA).unwrap_or_default());

/// Reads a definition as far as it can be read; none only if there is nothing to check.
pub(super) fn read(text: &str, findings: &mut Findings<'_>) -> Option<Definition> {
    let text = syntax::readable(text, findings)?;
    let (mut table, _) = DeTable::parse_recoverable(&text);
    let at = table.span();
    Form { findings }.table(table.get_mut(), &at, &SCHEMA, "报表定义");
    match Definition::deserialize(Deserializer::from(table)) {
        Ok(definition) => Some(definition),
        Err(problem) => {
            let at = problem.span().unwrap_or(0..0);
            findings.note("SYNTAX", at, "这里不是报表定义能用的写法");
            None
        }
    }
}

struct Form<'f, 't> {
    findings: &'f mut Findings<'t>,
}

impl Form<'_, '_> {
    /// The members of a table, each with what stands in it.
    fn table(&mut self, table: &mut DeTable<'_>, at: &Range<usize>, schema: &Value, called: &str) {
        let Some(members) = schema.get("properties").and_then(Value::as_object) else {
            let schema = schema.get("additionalProperties").unwrap_or(&Value::Null);
            for (name, value) in table.iter_mut() {
                self.value(value, schema, name.get_ref());
            }
            return;
        };
        let mut is_whole = self.names(table, members, called);
        for (name, value) in table.iter_mut() {
            let schema = members.get(name.get_ref().as_ref()).unwrap_or(&Value::Null);
            is_whole &= self.value(value, schema, name.get_ref());
        }
        let missing: Vec<&str> = required(schema)
            .filter(|name| !table.contains_key(*name) && *name != SAID_LATER)
            .collect();
        for name in &missing {
            self.findings.note("MISSING", at.clone(), format!("{called}缺少「{name}」"));
        }
        for name in missing {
            let schema = members.get(name).unwrap_or(&Value::Null);
            let key = Spanned::new(at.clone(), name.to_owned().into());
            table.insert(key, Spanned::new(at.clone(), blank(schema, at)));
            self.findings.silence(at.start);
        }
        if !is_whole {
            // That it asks for nothing, or for too much, may be for what was not understood.
            self.findings.doubt(at.start);
            table.values().for_each(|value| self.findings.doubt(value.span().start));
        }
    }

    /// That each name is that of a member. What is written a little otherwise is taken as meant.
    fn names(
        &mut self,
        table: &mut DeTable<'_>,
        members: &Map<String, Value>,
        called: &str,
    ) -> bool {
        let all = table.keys().map(|key| (key.get_ref().to_string(), key.span()));
        let unknown: Vec<_> = all.filter(|(name, _)| !members.contains_key(name)).collect();
        let mut is_whole = true;
        for (name, at) in unknown {
            let message = format!("{called}中没有「{name}」这一项");
            let place = (at.clone(), name.as_str());
            let nearest = self.findings.note_name("UNKNOWN_KEY", place, message, members.keys());
            let Some((nearest, value)) = nearest.zip(table.remove(name.as_str())) else {
                is_whole = false;
                continue;
            };
            let stands = value.span();
            match (table.get_mut(nearest.as_str()).map(Spanned::get_mut), value.into_inner()) {
                // One more of the tables that stand under the right name.
                (Some(DeValue::Array(known)), DeValue::Array(more)) => {
                    let all = std::mem::replace(known, DeArray::new()).into_iter().chain(more);
                    *known = all.collect();
                }
                (Some(_), _) => is_whole = false,
                (None, value) => {
                    let key = Spanned::new(at, nearest.into());
                    table.insert(key, Spanned::new(stands, value));
                }
            }
        }
        is_whole
    }

    /// Whether what stands in a member is what may; if not, something that may is there afterwards.
    fn value(&mut self, value: &mut Spanned<DeValue<'_>>, schema: &Value, name: &str) -> bool {
        let (at, schema) = (value.span(), resolved(schema));
        if let (DeValue::String(text), Some(words)) = (value.get_ref(), words(schema)) {
            if words.contains(&text.as_ref()) {
                return true;
            }
            let message = format!("{name} 不能是「{text}」，只能是 {}", words.join("、"));
            self.findings.note_name("WRONG_TYPE", (at.clone(), text.as_ref()), message, words);
        } else {
            let kind = kind(value.get_ref());
            let (code, message) = match (value.get_mut(), as_a(schema, kind)) {
                (DeValue::Table(table), Some(schema)) => {
                    self.table(table, &at, schema, &format!("「{name}」"));
                    return true;
                }
                (DeValue::Array(items), Some(schema)) if items.len() < least(schema) => {
                    ("TOO_FEW", format!("{name} 是空的，至少须写 {} 项", least(schema)))
                }
                (DeValue::Array(items), Some(schema)) => return self.items(items, schema, name),
                (DeValue::Integer(number), Some(schema)) => match out_of_range(number, schema) {
                    None => return true,
                    Some(range) => ("TOO_LARGE", format!("{name} 须为 {range}")),
                },
                (_, Some(_)) => return true,
                (DeValue::Table(_), None) if is_list_of_tables(schema) => {
                    ("WRONG_TYPE", format!("{name} 可以有多个，表名须写作 [[{name}]]"))
                }
                (other, None) => ("WRONG_TYPE", mismatch(name, other, schema)),
            };
            self.findings.note(code, at.clone(), message);
        }
        *value.get_mut() = blank(schema, &at);
        self.findings.silence(at.start);
        false
    }

    /// The items of a list, as many as it may have.
    fn items(&mut self, items: &mut DeArray<'_>, schema: &Value, name: &str) -> bool {
        let most = schema.get("maxItems").and_then(Value::as_u64);
        let most = most.and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
        if let Some(more) = items.get(most) {
            let message = format!("{name} 有 {} 项，最多 {most} 项", items.len());
            self.findings.note("TOO_LARGE", more.span(), message);
            let all = std::mem::replace(items, DeArray::new());
            *items = all.into_iter().take(most).collect();
        }
        let schema = schema.get("items").unwrap_or(&Value::Null);
        let mut is_whole = true;
        for item in items.iter_mut() {
            is_whole &= self.value(item, schema, name);
        }
        is_whole
    }
}

/// What a schema refers to.
fn resolved(schema: &Value) -> &Value {
    let named = schema.get("$ref").and_then(Value::as_str).and_then(|it| it.strip_prefix('#'));
    named.and_then(|place| SCHEMA.pointer(place)).unwrap_or(schema)
}

/// The schema, or the one of several, by which something may be of a type.
fn as_a<'s>(schema: &'s Value, kind: &str) -> Option<&'s Value> {
    let schema = resolved(schema);
    if let Some(several) = schema.get("anyOf").and_then(Value::as_array) {
        return several.iter().find_map(|one| as_a(one, kind));
    }
    kinds(schema).contains(&kind).then_some(schema)
}

/// The types that a schema has.
fn kinds(schema: &Value) -> Vec<&str> {
    match (schema.get("type"), schema.get("const"), schema.get("enum")) {
        (Some(Value::String(one)), _, _) => vec![one],
        (Some(Value::Array(several)), _, _) => several.iter().filter_map(Value::as_str).collect(),
        (_, Some(Value::Bool(_)), _) => vec!["boolean"],
        (_, _, Some(_)) => vec!["string"],
        (_, _, None) => Vec::new(),
    }
}

/// How many items a list has at least.
fn least(schema: &Value) -> usize {
    let least = schema.get("minItems").and_then(Value::as_u64);
    least.and_then(|least| usize::try_from(least).ok()).unwrap_or_default()
}

fn is_list_of_tables(schema: &Value) -> bool {
    let items = as_a(schema, "array").and_then(|list| list.get("items"));
    items.is_some_and(|items| as_a(items, "object").is_some())
}

/// The words that may stand there, if only some may.
fn words(schema: &Value) -> Option<Vec<&str>> {
    let all = schema.get("enum").and_then(Value::as_array)?;
    Some(all.iter().filter_map(Value::as_str).collect())
}

fn required(schema: &Value) -> impl Iterator<Item = &str> {
    let names = schema.get("required").and_then(Value::as_array);
    names.into_iter().flatten().filter_map(Value::as_str)
}

/// In which range a number has to be, if it is not in it.
fn out_of_range(number: &DeInteger<'_>, schema: &Value) -> Option<String> {
    let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
    let bound = |name: &str| schema.get(name).and_then(Value::as_i64);
    match (bound("minimum"), bound("maximum")) {
        (Some(least), Some(most)) => (!number.is_some_and(|it| (least..=most).contains(&it)))
            .then(|| format!("{least} 至 {most}")),
        (Some(_) | None, None) | (None, Some(_)) => {
            number.is_none().then(|| format!("{} 至 {}", i64::MIN, i64::MAX))
        }
    }
}

/// Something that may stand in a member.
fn blank<'t>(schema: &Value, at: &Range<usize>) -> DeValue<'t> {
    let schema = resolved(schema);
    if let Some(word) = words(schema).and_then(|words| words.first().map(|it| (*it).to_owned())) {
        return DeValue::String(word.into());
    }
    match kinds(schema).first().copied() {
        Some("integer") => DeValue::Integer(DeInteger::default()),
        Some("boolean") => DeValue::Boolean(true),
        Some("array") => DeValue::Array(DeArray::default()),
        Some("object") => {
            let members = schema.get("properties").unwrap_or(&Value::Null);
            let mut table = DeTable::new();
            for name in required(schema) {
                let member = blank(members.get(name).unwrap_or(&Value::Null), at);
                let key = Spanned::new(at.clone(), name.to_owned().into());
                table.insert(key, Spanned::new(at.clone(), member));
            }
            DeValue::Table(table)
        }
        Some(_) | None => DeValue::String("".into()),
    }
}

/// That something is not what it should be.
fn mismatch(name: &str, value: &DeValue<'_>, schema: &Value) -> String {
    let mut wanted = kinds(schema);
    let several = schema.get("anyOf").and_then(Value::as_array).into_iter().flatten();
    wanted.extend(several.flat_map(|one| kinds(resolved(one))));
    let called: Vec<_> = wanted.iter().map(|kind| kind_zh(kind)).collect();
    let hint = if matches!(value, DeValue::Datetime(_)) && wanted.contains(&"string") {
        "；日期须加引号，写作 \"2020-02-29\""
    } else {
        ""
    };
    format!("{name} 应为{}，不是{}{hint}", called.join("、"), kind_zh(kind(value)))
}

/// What JSON calls what stands there.
fn kind(value: &DeValue<'_>) -> &'static str {
    match value {
        DeValue::String(_) => "string",
        DeValue::Integer(_) => "integer",
        DeValue::Float(_) => "number",
        DeValue::Boolean(_) => "boolean",
        DeValue::Datetime(_) => "date",
        DeValue::Array(_) => "array",
        DeValue::Table(_) => "object",
    }
}

fn kind_zh(kind: &str) -> &'static str {
    match kind {
        "string" => "文字",
        "integer" => "整数",
        "number" => "小数",
        "boolean" => "是否（true、false）",
        "date" => "日期",
        "array" => "列表",
        _ => "表",
    }
}

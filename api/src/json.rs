//! Bodies as strict JSON: what two readers could read differently is not read at all.

use std::{collections::BTreeMap, fmt};

use serde::{
    Deserialize, Deserializer,
    de::{self, DeserializeOwned, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Number, Value};
use serde_path_to_error::{Path, Segment};

use crate::problem::Problem;

/// The most bytes of one text.
pub(crate) const TEXT_BYTES: usize = 4096;
/// The most entries of one list or object.
const ENTRIES: usize = 1000;
/// The largest whole number that every reader of JSON tells from its neighbours (RFC 7493).
pub(crate) const LARGEST: i64 = (1 << 53) - 1;
/// How deep lists and objects may lie in each other.
const DEPTH: usize = 16;

/// The value of a body; an empty body is an empty object.
///
/// # Errors
///
/// `MALFORMED` with the place, `INVALID_FIELD` with the pointer.
pub(crate) fn parse(text: &str) -> Result<Value, Problem> {
    parse_texts(text, TEXT_BYTES)
}

/// The same for a body whose texts may have so many bytes.
///
/// # Errors
///
/// As [`parse`].
pub(crate) fn parse_texts(text: &str, most: usize) -> Result<Value, Problem> {
    if text.is_empty() {
        return Ok(Value::Object(Map::new()));
    }
    let value = read(text, most)?;
    if value.is_object() {
        return Ok(value);
    }
    Err(Problem::invalid("", "the body must be an object"))
}

/// The value of a body, whatever it is.
///
/// # Errors
///
/// As [`parse`].
pub(crate) fn parse_any(text: &str) -> Result<Value, Problem> {
    read(text, TEXT_BYTES)
}

fn read(text: &str, most: usize) -> Result<Value, Problem> {
    let Strict(value) = serde_json::from_str(text)
        .map_err(|error| Problem::new("MALFORMED", format!("the body is no JSON: {error}")))?;
    Bounds { most }.check(&value, &mut String::new(), 0)?;
    Ok(value)
}

/// The text that is the same for the same value, however it was written.
pub(crate) fn canonical(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let sorted: BTreeMap<_, _> = members.iter().collect();
            let members: Vec<_> = sorted
                .into_iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), canonical(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(values) => {
            format!("[{}]", values.iter().map(canonical).collect::<Vec<_>>().join(","))
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => value.to_string(),
    }
}

/// `value` as a `T`.
///
/// # Errors
///
/// `INVALID_FIELD` with the pointer to what does not fit.
pub(crate) fn decode<T: DeserializeOwned>(value: Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let detail = error.inner().to_string();
        let mut pointer = pointer(error.path());
        let missing = detail.strip_prefix("missing field `").and_then(|rest| rest.split_once('`'));
        if let Some((member, _)) = missing {
            pointer = format!("{pointer}/{member}");
        }
        Problem::invalid(pointer, detail)
    })
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        match segment {
            Segment::Seq { index } => pointer = format!("{pointer}/{index}"),
            Segment::Map { key } => pointer = format!("{pointer}/{}", escaped(key)),
            Segment::Enum { .. } | Segment::Unknown => {}
        }
    }
    pointer
}

fn escaped(key: &str) -> String {
    key.replace('~', "~0").replace('/', "~1")
}

/// To what texts are held, beside lists and depth, whose bounds are the same for all.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// The most bytes of one text.
    most: usize,
}

impl Bounds {
    /// Holds every text, list and depth to its bound.
    fn check(self, value: &Value, pointer: &mut String, depth: usize) -> Result<(), Problem> {
        if DEPTH < depth {
            return Err(Problem::invalid(&*pointer, format!("it lies deeper than {DEPTH} levels")));
        }
        let inner = depth.saturating_add(1);
        match value {
            Value::Null | Value::Bool(_) => Ok(()),
            Value::Number(number) => check_number(number, pointer),
            Value::String(text) => self.check_text(text, pointer),
            Value::Array(values) => {
                check_entries(values.len(), pointer)?;
                values
                    .iter()
                    .enumerate()
                    .try_for_each(|(n, value)| self.within(&n.to_string(), value, pointer, inner))
            }
            Value::Object(members) => {
                check_entries(members.len(), pointer)?;
                members.iter().try_for_each(|(name, value)| {
                    self.check_text(name, pointer)?;
                    self.within(&escaped(name), value, pointer, inner)
                })
            }
        }
    }

    fn within(
        self,
        name: &str,
        value: &Value,
        at: &mut String,
        depth: usize,
    ) -> Result<(), Problem> {
        let before = at.len();
        at.push('/');
        at.push_str(name);
        self.check(value, at, depth)?;
        at.truncate(before);
        Ok(())
    }

    fn check_text(self, text: &str, pointer: &str) -> Result<(), Problem> {
        if text.contains('\0') {
            return Err(Problem::invalid(pointer, "it holds a NUL character; leave it out"));
        }
        if self.most < text.len() {
            let detail = format!("it is longer than {} bytes", self.most);
            return Err(Problem::invalid(pointer, detail));
        }
        Ok(())
    }
}

fn check_number(number: &Number, pointer: &str) -> Result<(), Problem> {
    let too_large = number.as_f64().is_none_or(|value| EXACT <= value.abs());
    if too_large {
        return Err(Problem::invalid(pointer, format!("it is larger than {LARGEST}")));
    }
    Ok(())
}

fn check_entries(entries: usize, pointer: &str) -> Result<(), Problem> {
    if ENTRIES < entries {
        return Err(Problem::invalid(pointer, format!("it has more than {ENTRIES} entries")));
    }
    Ok(())
}

/// A number without a fraction as a whole one, where a float still tells each from its neighbours.
fn whole(value: f64) -> Option<i64> {
    let is_whole = value.fract() == 0.0 && value.abs() < EXACT;
    is_whole.then(|| format!("{value:.0}").parse().ok()).flatten()
}

/// The first whole number that has no neighbour of its own as a float.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// A value in which no object has two members of one name.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Reader).map(Self)
    }
}

struct Reader;

impl<'de> Visitor<'de> for Reader {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    /// `1.0` is a whole number, as JSON Schema has it, and so is `1e3`.
    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Value, E> {
        if let Some(whole) = whole(value) {
            return Ok(Value::from(whole));
        }
        let number = Number::from_f64(value).map(Value::Number);
        number.ok_or_else(|| E::custom("a number is out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::from(value))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Value, A::Error> {
        let mut values = Vec::new();
        while let Some(Strict(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Value::Array(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some(name) = map.next_key::<String>()? {
            let Strict(value) = map.next_value()?;
            if members.contains_key(&name) {
                return Err(de::Error::custom(format_args!("member {name:?} is there twice")));
            }
            members.insert(name, value);
        }
        Ok(Value::Object(members))
    }
}

/// What stands under a name, and null where nothing does.
pub(crate) trait At {
    fn at(&self, name: &str) -> &Value;
}

impl At for Value {
    fn at(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Self::Null)
    }
}

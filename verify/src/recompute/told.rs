//! What a report says of itself.

use std::fmt;

use chrono::{DateTime, NaiveDate as Date, Utc};
use fugong_report::Reader;
use fugong_verify::Wrong;
use serde::{
    Deserialize, Deserializer,
    de::{Error, MapAccess, SeqAccess, Visitor},
};
use serde_json::{Map, Value, value::to_value};

use super::unclear;

/// Its name, and what it stands on.
#[derive(Debug, Deserialize)]
pub(super) struct Told {
    pub(super) id: String,
    pub(super) provenance: Provenance,
}

#[derive(Debug, Deserialize)]
pub(super) struct Provenance {
    /// A workbook or a page carries its hash alone.
    pub(super) definition: Option<String>,
    pub(super) definition_sha256: String,
    pub(super) laid_down: Option<LaidDown>,
    pub(super) log: u32,
    pub(super) log_size: String,
    pub(super) root: Option<String>,
    pub(super) parameters: Map<String, Value>,
    pub(super) as_of: DateTime<Utc>,
    pub(super) true_on: Date,
    pub(super) unit: String,
    pub(super) reach: String,
    pub(super) reader: Option<Reader>,
    pub(super) withheld: bool,
    pub(super) beside: Option<Beside>,
}

/// That its definition stands in the log.
#[derive(Debug, Deserialize)]
pub(super) struct LaidDown {
    pub(super) version: u64,
    pub(super) at: DateTime<Utc>,
}

/// The other moment, where it shows two.
#[derive(Debug, Deserialize)]
pub(super) struct Beside {
    pub(super) log_size: String,
    pub(super) root: Option<String>,
    pub(super) as_of: DateTime<Utc>,
    pub(super) true_on: Date,
}

impl Told {
    /// Whether it shows the whole district: what others see a bundle does not tell.
    pub(super) fn is_whole(&self) -> Result<(), Wrong> {
        match self.provenance.reach.as_str() {
            "全区" => Ok(()),
            reach @ ("本单位辖区" | "本企业") => Err(unclear(&format!(
                "报表只含{reach}可见的内容，包内无法重算，请在原单位的数据库上用 fugong report verify 复核"
            ))),
            other => Err(Wrong::Tampered(format!("没有「{other}」这样的可见范围"))),
        }
    }
}

/// How many events a report names.
pub(super) fn size(text: &str) -> Result<usize, Wrong> {
    text.parse().map_err(|_| unclear("报表未写明依据多少个事件"))
}

/// JSON in which no member is there twice: of two, one reader takes the first and another the last.
pub(super) fn once(text: &str) -> Result<Value, Wrong> {
    let Once(value) = serde_json::from_str(text)
        .map_err(|why| unclear(&format!("报表不是有效的 JSON：{why}")))?;
    Ok(value)
}

struct Once(Value);

impl<'de> Deserialize<'de> for Once {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(Members).map(Self)
    }
}

struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        to_value(value).map_err(E::custom)
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut items = Vec::new();
        while let Some(Once(item)) = from.next_element()? {
            items.push(item);
        }
        Ok(items.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut from: A) -> Result<Value, A::Error> {
        let mut members = Map::new();
        while let Some((name, Once(member))) = from.next_entry::<String, _>()? {
            if members.contains_key(&name) {
                return Err(A::Error::custom(format!("「{name}」出现两次")));
            }
            members.insert(name, member);
        }
        Ok(members.into())
    }
}

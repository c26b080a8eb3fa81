//! What a cell becomes.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::mapping::nearest;

/// A cell of a ledger.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// As it is written.
    Text(String),
    /// A number of a spreadsheet.
    Number(f64),
    /// A day of a spreadsheet.
    Day(NaiveDate),
    /// A value of JSON that is none of these.
    Json(Value),
}

/// What a member takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Text,
    Integer,
    Number,
    Boolean,
    List,
    /// An object, or whatever else: only JSON has it.
    Other,
}

/// How a cell becomes what a member takes.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Conversion {
    pub(super) kind: Kind,
    /// What the words of the ledger mean.
    pub(super) values: Option<BTreeMap<String, Value>>,
    /// By how much a number is multiplied: 10000 where the ledger counts in 万.
    pub(super) times: Option<u64>,
    /// What stands between the items of a list.
    pub(super) split: Option<String>,
}

impl Kind {
    /// What a schema takes.
    pub(super) fn of(schema: &Value) -> Self {
        let types = match schema.get("type") {
            Some(Value::String(one)) => vec![one.as_str()],
            Some(Value::Array(all)) => all.iter().filter_map(Value::as_str).collect(),
            _ => Vec::new(),
        };
        match types.iter().find(|name| **name != "null") {
            Some(&"integer") => Self::Integer,
            Some(&"number") => Self::Number,
            Some(&"boolean") => Self::Boolean,
            Some(&"array") => Self::List,
            Some(&"string") => Self::Text,
            // One of several texts, such as a day or a moment.
            None if schema.get("properties").is_none() => Self::Text,
            Some(_) | None => Self::Other,
        }
    }
}

impl Cell {
    /// Whether nothing is in it.
    pub(super) fn is_empty(&self) -> bool {
        match self {
            Self::Text(text) | Self::Json(Value::String(text)) => text.trim().is_empty(),
            Self::Json(value) => value.is_null(),
            Self::Number(_) | Self::Day(_) => false,
        }
    }

    /// As it is read aloud.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Text(text) | Self::Json(Value::String(text)) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Day(day) => day.to_string(),
            Self::Json(value) => value.to_string(),
        }
    }

    /// As it names a row: the same in each form of file, and whatever the mapping says that words
    /// mean.
    pub(super) fn named(&self, conversion: Option<&Conversion>) -> String {
        let shown = self.shown();
        let plain = conversion.filter(|it| it.values.is_none() && it.times.is_none());
        match plain.map(|it| it.value(self)) {
            Some(Ok(Value::String(text))) => text,
            Some(Ok(value)) => value.to_string(),
            Some(Err(_)) | None => day(&shown).map_or(shown, |day| day.to_string()),
        }
    }
}

impl Conversion {
    /// What the cell becomes.
    pub(super) fn value(&self, cell: &Cell) -> Result<Value, String> {
        let shown = cell.shown();
        if let Some(values) = &self.values {
            let found = values.get(&shown).cloned();
            return found.ok_or_else(|| {
                let near = nearest(&shown, values.keys().map(String::as_str));
                format!("映射文件没有写「{shown}」是什么意思{near}")
            });
        }
        match self.kind {
            Kind::Integer | Kind::Number => number(&shown, self.times, self.kind),
            Kind::Boolean => match shown.as_str() {
                "是" | "有" | "true" | "TRUE" | "1" => Ok(json!(true)),
                "否" | "无" | "false" | "FALSE" | "0" => Ok(json!(false)),
                _ => Err(format!("「{shown}」：请填 是 或 否")),
            },
            Kind::List => Ok(self.list(cell, &shown)),
            Kind::Text => Ok(json!(day(&shown).map_or(shown, |day| day.to_string()))),
            Kind::Other => match cell {
                Cell::Json(value) => Ok(value.clone()),
                Cell::Text(_) | Cell::Number(_) | Cell::Day(_) => {
                    Err("这一项不能用一格写明：请用 NDJSON，或写到它里面的项".to_owned())
                }
            },
        }
    }

    fn list(&self, cell: &Cell, shown: &str) -> Value {
        if let Cell::Json(Value::Array(items)) = cell {
            return json!(items);
        }
        let between = |c: char| match &self.split {
            Some(split) => split.contains(c),
            None => matches!(c, '、' | '，' | ',' | '；' | ';' | '\n'),
        };
        let items = shown.split(between).map(str::trim).filter(|item| !item.is_empty());
        json!(items.collect::<Vec<_>>())
    }
}

fn number(shown: &str, times: Option<u64>, kind: Kind) -> Result<Value, String> {
    let plain: String = shown.chars().filter(|c| !matches!(c, ',' | '，' | ' ')).collect();
    let wrong = || format!("「{shown}」不是数字");
    // Exact as far as it goes: amounts are not to be rounded by a binary fraction.
    let (whole, part) = plain.split_once('.').unwrap_or((&plain, ""));
    let part = part.trim_end_matches('0');
    let digits = format!("{whole}{part}");
    let scaled: i128 = digits.parse().map_err(|_| wrong())?;
    let scaled = scaled.checked_mul(i128::from(times.unwrap_or(1))).ok_or_else(wrong)?;
    let by =
        u32::try_from(part.len()).ok().and_then(|n| 10_i128.checked_pow(n)).ok_or_else(wrong)?;
    if scaled.checked_rem(by) == Some(0) {
        let number = scaled.checked_div(by).and_then(|it| i64::try_from(it).ok());
        return number.map(|number| json!(number)).ok_or_else(wrong);
    }
    if kind == Kind::Integer {
        return Err(format!("「{shown}」应为整数"));
    }
    plain.parse::<f64>().map(|number| json!(number)).map_err(|_| wrong())
}

/// A day in the forms in which ledgers have it.
fn day(text: &str) -> Option<NaiveDate> {
    let forms = ["%Y年%m月%d日", "%Y/%m/%d", "%Y.%m.%d"];
    forms.iter().find_map(|form| NaiveDate::parse_from_str(text, form).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn conversion(kind: Kind) -> Conversion {
        Conversion { kind, values: None, times: None, split: None }
    }

    fn text(text: &str) -> Cell {
        Cell::Text(text.to_owned())
    }

    #[test]
    fn amounts_are_exact() {
        let of = |shown: &str, times| {
            Conversion { times, ..conversion(Kind::Integer) }.value(&text(shown))
        };
        assert_eq!(of("4,580.29", Some(10_000)).unwrap(), json!(45_802_900));
        assert_eq!(of("0.07", Some(100)).unwrap(), json!(7));
        assert_eq!(of("12", None).unwrap(), json!(12));
        assert_eq!(of("12.50", Some(10)).unwrap(), json!(125));
        assert!(of("1.5", None).unwrap_err().contains("应为整数"));
        for wrong in ["一百", "1.2.3", "", "99999999999999999999999999999999999999999"] {
            assert!(of(wrong, None).unwrap_err().contains("不是数字"), "{wrong}");
        }
    }

    #[test]
    fn days_have_many_forms() {
        let of = |shown: &str| conversion(Kind::Text).value(&text(shown)).unwrap();
        for shown in ["2020年2月7日", "2020/2/7", "2020.02.07", " 2020-02-07 "] {
            assert_eq!(of(shown), json!("2020-02-07"), "{shown}");
        }
        assert_eq!(of("20200207号"), json!("20200207号"));
        let day = Cell::Day(NaiveDate::from_ymd_opt(2020, 2, 7).unwrap());
        assert_eq!(conversion(Kind::Text).value(&day).unwrap(), json!("2020-02-07"));
    }

    /// A row is the same row in a text and in a workbook, and when the mapping is mended.
    #[test]
    fn a_name_is_the_same_in_each_form() {
        let named = |cell: &Cell, conversion: Option<&Conversion>| cell.named(conversion);
        let of = |kind| conversion(kind);
        let day = Cell::Day(NaiveDate::from_ymd_opt(2020, 2, 7).unwrap());
        for cell in [&day, &text("2020/2/7"), &text("2020年2月7日 ")] {
            assert_eq!(named(cell, None), "2020-02-07");
            assert_eq!(named(cell, Some(&of(Kind::Text))), "2020-02-07");
        }
        for cell in [Cell::Number(1011.0), text("1,011"), text("1011.0")] {
            assert_eq!(named(&cell, Some(&of(Kind::Integer))), "1011");
        }
        let values = BTreeMap::from([("城东街道".to_owned(), json!("500114001"))]);
        let mapped = Conversion { values: Some(values), ..of(Kind::Text) };
        assert_eq!(named(&text("城东街道"), Some(&mapped)), "城东街道");
        let times = Conversion { times: Some(10_000), ..of(Kind::Integer) };
        assert_eq!(named(&text("12"), Some(&times)), "12");
    }

    #[test]
    fn words_mean_what_the_mapping_says() {
        let values = BTreeMap::from([("城东街道".to_owned(), json!("500114001"))]);
        let conversion = Conversion { values: Some(values), ..conversion(Kind::Text) };
        assert_eq!(conversion.value(&text("城东街道")).unwrap(), json!("500114001"));
        let wrong = conversion.value(&text("城东街")).unwrap_err();
        assert!(wrong.contains("是否指「城东街道」"), "{wrong}");
    }

    #[test]
    fn lists_and_yes_and_no() {
        let list = conversion(Kind::List).value(&text("口罩、测温枪，消毒液")).unwrap();
        assert_eq!(list, json!(["口罩", "测温枪", "消毒液"]));
        assert_eq!(conversion(Kind::Boolean).value(&text("是")).unwrap(), json!(true));
        assert!(conversion(Kind::Boolean).value(&text("也许")).is_err());
    }
}

//! Exact values of a table.

use chrono::NaiveDate as Date;
use fugong_core::Ratio;
use serde_json::{Value, json};

use crate::{definition::DateForm, form::NumberForm};

/// What stands in a cell: exact until it is printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A whole number.
    Number(i64),
    /// A day, and how it is written.
    Date(Date, DateForm),
    /// A part of a whole.
    Share(Share),
    /// A difference of two ratios, in percentage points.
    Points {
        /// What it is.
        now: Ratio,
        /// What it was.
        then: Ratio,
    },
    /// A difference of two numbers.
    Change(i64),
    /// A sum over as many.
    Average {
        /// The sum.
        sum: i64,
        /// Over how many.
        count: i64,
    },
}

/// A ratio with all that it stands on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Share {
    /// Its parts.
    pub ratio: Ratio,
    /// How many were left out of both.
    pub excluded: Option<i64>,
}

/// What is printed where there is nothing to divide by.
pub(crate) const NO_BASE: &str = "—";

impl Cell {
    /// How it is printed where its column says nothing of that.
    pub fn printed(&self) -> String {
        self.written(NumberForm::PLAIN)
    }

    /// How it is printed in this form. What is cut off never makes more of a figure.
    pub fn written(&self, form: NumberForm) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => form.whole(*number),
            Self::Date(day, date) => date.written(*day),
            Self::Share(Share { ratio, .. })
                if ratio.base != 0 && ratio.numerator == ratio.base =>
            {
                "100%".to_owned()
            }
            Self::Share(share) => {
                let parts = share.ratio.hundredths().map(|it| form.raw().decimal(it));
                parts.map_or_else(|| NO_BASE.to_owned(), |it| format!("{it}%"))
            }
            Self::Points { .. } => self
                .gap(form)
                .map_or_else(|| NO_BASE.to_owned(), |it| signed(it, |it| form.decimal(it))),
            Self::Change(change) => signed(*change, |it| form.whole(it)),
            Self::Average { sum, count } => {
                let parts = hundredths(*sum, *count).map(|it| form.decimal(it));
                parts.unwrap_or_else(|| NO_BASE.to_owned())
            }
        }
    }

    /// The difference of two ratios as they are printed, in hundredths.
    fn gap(&self, form: NumberForm) -> Option<i64> {
        let Self::Points { now, then } = self else { return None };
        let (now, then) = now.hundredths().zip(then.hundredths())?;
        form.cut(now).checked_sub(form.cut(then))
    }

    /// The same for a program: numbers as numbers, a ratio with its parts. `form` is how it is
    /// printed.
    pub fn json(&self, form: NumberForm) -> Value {
        match self {
            Self::Empty => Value::Null,
            Self::Text(text) => json!(text),
            Self::Number(number) | Self::Change(number) => json!(number),
            Self::Date(day, _) => json!(day),
            Self::Share(Share { ratio, excluded }) => json!({
                "numerator": ratio.numerator,
                "base": ratio.base,
                "excluded": excluded,
                "printed": self.written(form),
            }),
            Self::Points { now, then } => {
                json!({"now": now, "then": then, "printed": self.written(form)})
            }
            Self::Average { sum, count } => {
                json!({"sum": sum, "count": count, "printed": self.written(form)})
            }
        }
    }

    /// What lines are sorted by: numbers as numbers, ratios by what they come to, the rest as text.
    pub(crate) fn order(&self) -> (i64, String) {
        match self {
            Self::Empty => (i64::MIN, String::new()),
            Self::Number(number) | Self::Change(number) => (*number, String::new()),
            Self::Text(text) => (0, text.clone()),
            Self::Date(day, _) => (0, day.to_string()),
            Self::Share(share) => (parts_of(share.ratio), String::new()),
            Self::Points { now, then } => {
                let parts = now.hundredths().zip(then.hundredths());
                let gap = parts.map(|(now, then)| now.saturating_sub(then));
                (gap.unwrap_or(i64::MIN), String::new())
            }
            Self::Average { sum, count } => {
                (hundredths(*sum, *count).unwrap_or(i64::MIN), String::new())
            }
        }
    }

    /// Whether it stands at the right of its column: figures, and the rates that registers keep as text.
    pub(crate) fn is_figure(&self) -> bool {
        match self {
            Self::Text(text) => is_rate(text),
            Self::Empty | Self::Date(..) => false,
            Self::Number(_)
            | Self::Share(_)
            | Self::Points { .. }
            | Self::Change(_)
            | Self::Average { .. } => true,
        }
    }
}

/// Hundredths of a per cent, cut off, as they are printed; the least where there is no base.
pub(crate) fn parts_of(ratio: Ratio) -> i64 {
    ratio.hundredths().unwrap_or(i64::MIN)
}

/// Hundredths, cut off.
fn hundredths(sum: i64, count: i64) -> Option<i64> {
    sum.checked_mul(100)?.checked_div(count)
}

/// More has its sign too.
fn signed(figure: i64, written: impl Fn(i64) -> String) -> String {
    let sign = if 0 < figure { "+" } else { "" };
    format!("{sign}{}", written(figure))
}

/// Whether a text is a rate as it is printed: 83.33%, 100%, or that there is nothing to divide by.
fn is_rate(text: &str) -> bool {
    let figure = text.strip_suffix('%').and_then(|it| it.chars().next_back());
    let plain = |letter: char| letter.is_ascii_digit() || ['.', '%'].contains(&letter);
    text == NO_BASE || figure.is_some_and(|it| it.is_ascii_digit()) && text.chars().all(plain)
}

/// What a value of a register is called: codes by their label, lists with 、 between their members,
/// yes and no in Chinese.
pub(crate) fn called(value: &Value, label: &dyn Fn(&str) -> Option<String>) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(yes) => if *yes { "是" } else { "否" }.to_owned(),
        Value::Number(number) => number.to_string(),
        Value::String(text) => label(text).unwrap_or_else(|| counted(text, label)),
        Value::Array(items) => {
            let items: Vec<_> = items.iter().map(|item| called(item, label)).collect();
            // Sentences become parts of one.
            items.join("、").replace("。、", "；")
        }
        Value::Object(members) => hidden(members).map_or_else(
            || {
                let parts = members.iter();
                let parts = parts.map(|(name, value)| format!("{name}:{}", called(value, label)));
                parts.collect::<Vec<_>>().join("、")
            },
            str::to_owned,
        ),
    }
}

/// A code may have a count behind it, or a number before it.
fn counted(text: &str, named: &dyn Fn(&str) -> Option<String>) -> String {
    let Some((before, behind)) = text.split_once(':') else { return text.to_owned() };
    match (named(before), named(behind)) {
        (Some(code), _) => format!("{code} {behind}"),
        (None, Some(code)) => format!("{before} {code}"),
        (None, None) => text.to_owned(),
    }
}

/// What stands for words that are sealed, where nobody has the key.
const SEALED: &str = "（密文）";
/// What stands for words that were erased, or are not used, or cannot be read.
const GONE: [&str; 3] = ["（已删除）", "（已限制处理）", "（密钥缺失）"];

/// What stands for words that are sealed, were erased or are not used, or that whoever asks may not
/// read.
fn hidden(members: &serde_json::Map<String, Value>) -> Option<&'static str> {
    let [erased, restricted, unreadable] = GONE;
    let marks = [
        ("erased", erased),
        ("restricted", restricted),
        ("hidden", "（不予显示）"),
        ("unreadable", unreadable),
        ("commitment", SEALED),
    ];
    marks.into_iter().find(|(mark, _)| members.contains_key(*mark)).map(|(_, shown)| shown)
}

/// Whether a text has places in which words about persons stood that cannot be read here.
pub fn is_closed(printed: &str) -> bool {
    [SEALED].iter().chain(&GONE).any(|mark| printed.contains(mark))
}

/// Whether a text may be what a closed one says: some words in each place that is closed, and
/// everything else as it is there.
pub fn may_be(text: &str, closed: &str) -> bool {
    let plain = GONE.iter().fold(closed.to_owned(), |text, mark| text.replace(mark, SEALED));
    let mut parts = plain.split(SEALED);
    let Some(mut left) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let parts: Vec<&str> = parts.collect();
    let Some((last, between)) = parts.split_last() else { return left.is_empty() };
    for part in between {
        let Some(rest) = after_words(left, part) else { return false };
        left = rest;
    }
    ends_with(left, last).is_some_and(|words| !words.is_empty())
}

/// What follows the first place, after some words, at which `part` stands.
fn after_words<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    let start = text.chars().next()?.len_utf8();
    let rest = text.get(start..)?;
    let found = either(part).filter_map(|part| Some((rest.find(&part)?, part.len())));
    let (at, length) = found.min()?;
    rest.get(at.checked_add(length)?..)
}

fn ends_with<'t>(text: &'t str, part: &str) -> Option<&'t str> {
    either(part).find_map(|part| text.strip_suffix(part.as_str()))
}

/// What stands between words: sentences end where others have a 、 behind them.
fn either(part: &str) -> impl Iterator<Item = String> + use<'_> {
    let ended = part.strip_prefix('、').map(|rest| format!("；{rest}"));
    [part.to_owned()].into_iter().chain(ended)
}

//! A definition as somebody puts it together: its fields, and the text that they come to.

use std::collections::BTreeMap;

use fugong_core::{Column, Kind};
use fugong_domain::{
    regime::Regime,
    registers::{Table, code_list, table},
};
use fugong_report::Finding;
use serde_json::Value;

use super::super::form::Sent;

/// How many conditions, groups and measures there is room for.
pub(super) const FILTERS: usize = 4;
pub(super) const GROUPS: usize = 2;
pub(super) const MEASURES: usize = 4;
/// So many rows are listed if nothing is said.
const ROWS: &str = "200";

/// A condition.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Condition {
    pub(super) column: String,
    pub(super) op: String,
    pub(super) value: String,
}

/// A measure.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Measure {
    pub(super) kind: String,
    pub(super) column: String,
    pub(super) heading: String,
    pub(super) numerator: String,
    pub(super) base: String,
    pub(super) when: Condition,
}

/// What stands in the fields.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Draft {
    pub(super) register: String,
    pub(super) title: String,
    pub(super) title_en: String,
    pub(super) filters: Vec<Condition>,
    pub(super) columns: Vec<String>,
    pub(super) groups: Vec<String>,
    pub(super) measures: Vec<Measure>,
    pub(super) total: bool,
    pub(super) sort: String,
    pub(super) descending: bool,
    pub(super) limit: String,
}

impl Draft {
    /// An empty one over a register.
    pub(super) fn over(register: &str) -> Self {
        Self { register: register.to_owned(), limit: ROWS.to_owned(), ..Self::default() }.padded()
    }

    /// What was sent.
    pub(super) fn sent(sent: &Sent) -> Self {
        let text = |name: &str| sent.one(name).to_owned();
        let condition = |name: String| Condition {
            column: text(&format!("{name}-column")),
            op: text(&format!("{name}-op")),
            value: text(&format!("{name}-value")),
        };
        let measure = |n: usize| Measure {
            kind: text(&format!("measure-{n}-kind")),
            column: text(&format!("measure-{n}-column")),
            heading: text(&format!("measure-{n}-heading")),
            numerator: text(&format!("measure-{n}-numerator")),
            base: text(&format!("measure-{n}-base")),
            when: condition(format!("measure-{n}-when")),
        };
        Self {
            register: text("register"),
            title: text("title"),
            title_en: text("title_en"),
            filters: (1..=FILTERS).map(|n| condition(format!("filter-{n}"))).collect(),
            columns: sent.all("columns").into_iter().map(str::to_owned).collect(),
            groups: (1..=GROUPS).map(|n| text(&format!("group-{n}"))).collect(),
            measures: (1..=MEASURES).map(measure).collect(),
            total: !sent.one("total").is_empty(),
            sort: text("sort"),
            descending: !sent.one("descending").is_empty(),
            limit: text("limit"),
        }
    }

    fn padded(mut self) -> Self {
        self.filters.resize_with(FILTERS, Condition::default);
        self.groups.resize_with(GROUPS, String::new);
        self.measures.resize_with(MEASURES, Measure::default);
        self
    }

    fn is_grouped(&self) -> bool {
        self.groups.iter().any(|column| !column.is_empty())
    }

    /// The definition, in which codes stand for what they are called.
    pub(super) fn text(&self, regime: &Regime, total: &str) -> Text {
        let mut text = Text::default();
        let table = table(&self.register);
        let number =
            || self.limit.parse::<i64>().map_or_else(|_| quoted(&self.limit), |n| n.to_string());
        text.line("title", &format!("title = {}", quoted(&self.title)));
        let title_en = if self.title_en.is_empty() { &self.title } else { &self.title_en };
        text.line("title_en", &format!("title_en = {}", quoted(title_en)));
        text.line("register", &format!("register = {}", quoted(&self.register)));
        if self.total {
            text.line("total", &format!("total = {}", quoted(total)));
        }
        if !self.limit.is_empty() {
            text.line("limit", &format!("limit = {}", number()));
        }
        for (n, filter) in numbered(&self.filters) {
            if let Some(said) = filter.said((table, regime)) {
                let place = format!("filter-{n}");
                text.table(&place, "filter", &said);
            }
        }
        for (n, column) in numbered(&self.groups) {
            if !column.is_empty() {
                text.table(&format!("group-{n}"), "group", &[("column", quoted(column))]);
            }
        }
        if !self.is_grouped() {
            for column in &self.columns {
                text.table("columns", "column", &[("column", quoted(column))]);
            }
        }
        for (n, measure) in numbered(&self.measures) {
            if !measure.kind.is_empty() {
                text.table(&format!("measure-{n}"), "measure", &measure.said(n, (table, regime)));
            }
        }
        if !self.sort.is_empty() {
            let mut said = vec![("by", quoted(&self.sort))];
            said.extend(self.descending.then(|| ("descending", "true".to_owned())));
            text.table("sort", "sort", &said);
        }
        text
    }
}

/// Each with its number, from 1.
fn numbered<T>(all: &[T]) -> impl Iterator<Item = (usize, &T)> {
    (1_usize..).zip(all)
}

/// A register, and what codes are called.
type Codes<'a> = (Option<&'static Table>, &'a Regime);

impl Condition {
    /// Its members; none where no column is chosen.
    fn said(&self, codes: Codes<'_>) -> Option<Vec<(&'static str, String)>> {
        if self.column.is_empty() {
            return None;
        }
        let (member, value) = match self.op.as_str() {
            "is_empty" => ("empty", "true".to_owned()),
            "not_empty" => ("empty", "false".to_owned()),
            "is_not" => ("is_not", self.value(codes)),
            "at_least" => ("at_least", self.value(codes)),
            "at_most" => ("at_most", self.value(codes)),
            "contains" => ("contains", self.value(codes)),
            _ => ("is", self.value(codes)),
        };
        Some(vec![("column", quoted(&self.column)), (member, value)])
    }

    /// The value, as the column has it.
    fn value(&self, (table, regime): Codes<'_>) -> String {
        let column = table.and_then(|table| {
            table.relation.columns.iter().find(|column| column.name == self.column)
        });
        let text = self.value.as_str();
        match (column.map(|column: &Column| column.kind), text) {
            (Some(Kind::Boolean), "是" | "true" | "yes" | "1") => "true".to_owned(),
            (Some(Kind::Boolean), "否" | "false" | "no" | "0") => "false".to_owned(),
            (Some(Kind::Integer), _) if text.parse::<i64>().is_ok() => text.to_owned(),
            _ => {
                let list = table.and_then(|table| code_list(table.relation.name, &self.column));
                let known = list.and_then(|list| regime.codes().get(list)).into_iter().flatten();
                let mut known = known.filter(|code| code.zh == text || code.en == text);
                quoted(known.next().map_or(text, |code| &code.code))
            }
        }
    }
}

impl Measure {
    fn said(&self, n: usize, codes: Codes<'_>) -> Vec<(&'static str, String)> {
        let mut said = vec![("name", quoted(&format!("m{n}")))];
        if !self.heading.is_empty() {
            said.push(("heading", quoted(&self.heading)));
        }
        said.push(match self.kind.as_str() {
            "sum" => ("sum", quoted(&self.column)),
            "average" => ("average", quoted(&self.column)),
            "ratio" => {
                let (numerator, base) = (quoted(&self.numerator), quoted(&self.base));
                ("ratio", format!("{{ numerator = {numerator}, base = {base} }}"))
            }
            _ => ("count", "true".to_owned()),
        });
        if let (Some(when), false) = (self.when.said(codes), self.kind == "ratio") {
            let members = when.iter().map(|(name, value)| format!("{name} = {value}"));
            said.push(("when", format!("[{{ {} }}]", members.collect::<Vec<_>>().join(", "))));
        }
        said
    }
}

/// A text as TOML has it.
fn quoted(text: &str) -> String {
    // What a browser sends of several lines is one here. Quoted as in JSON, it is quoted in TOML.
    Value::from(text.replace(char::is_control, " ")).to_string()
}

/// The text of a definition, with the field that each of its lines is of.
#[derive(Debug, Default)]
pub(super) struct Text {
    lines: Vec<(String, String)>,
}

impl Text {
    fn line(&mut self, field: &str, line: &str) {
        self.lines.push((field.to_owned(), line.to_owned()));
    }

    fn table(&mut self, field: &str, name: &str, members: &[(&str, String)]) {
        self.line(field, "");
        self.line(field, &format!("[[{name}]]"));
        for (name, value) in members {
            self.line(field, &format!("{name} = {value}"));
        }
    }

    /// The text.
    pub(super) fn written(&self) -> String {
        self.lines.iter().flat_map(|(_, line)| [line.as_str(), "\n"]).collect()
    }

    /// What is wrong, by the fields in which it is; what is of no line by the empty name.
    pub(super) fn placed(&self, found: &[Finding]) -> Wrong {
        let mut wrong = Wrong::new();
        for finding in found {
            let line = finding.line.checked_sub(1).and_then(|line| self.lines.get(line));
            // What lacks at all is told of the first line.
            let is_general = matches!(finding.code, "NOTHING_SHOWN" | "UNBOUNDED_ROWS" | "MISSING");
            let field = match line {
                Some((field, _)) if !is_general => field.clone(),
                Some(_) | None => String::new(),
            };
            wrong.entry(field).or_default().push(said(finding));
        }
        wrong
    }
}

/// What is wrong, by fields.
pub(super) type Wrong = BTreeMap<String, Vec<String>>;

/// A finding in words, without its place.
fn said(finding: &Finding) -> String {
    match &finding.nearest {
        Some(nearest) => format!("{}，是否指「{nearest}」？", finding.message),
        None => finding.message.clone(),
    }
}

#[cfg(test)]
mod tests {
    use fugong_domain::regime::Regime;

    use super::{Condition, Draft, Measure};
    use crate::reports::checked;

    fn draft() -> Draft {
        let condition = |column: &str, op: &str, value: &str| Condition {
            column: column.to_owned(),
            op: op.to_owned(),
            value: value.to_owned(),
        };
        let mut draft = Draft::over("r7");
        "未销号\"责令".clone_into(&mut draft.title);
        draft.limit.clear();
        draft.filters[0] = condition("complied", "is", "否");
        "township".clone_into(&mut draft.groups[0]);
        draft.measures[0] = Measure {
            kind: "count".to_owned(),
            heading: "件数".to_owned(),
            when: condition("issued_on", "at_least", "2020-03-01"),
            ..Measure::default()
        };
        draft
    }

    #[test]
    fn what_stands_in_the_fields_comes_to_a_definition_that_can_be_run() {
        let text = draft().text(&Regime::default(), "合计").written();
        let plan = checked(&text, true).unwrap_or_else(|found| panic!("{text}\n{found:?}"));
        assert_eq!((plan.title.as_str(), plan.is_grouped()), ("未销号\"责令", true), "{text}");
        // A text of several lines, or with signs in it, is one text.
        let mut evil = draft();
        "a\"\nregister = \"r1".clone_into(&mut evil.title);
        let text = evil.text(&Regime::default(), "合计").written();
        assert_eq!(text.matches("\nregister = ").count(), 1, "{text}");
    }

    #[test]
    fn what_is_wrong_is_told_of_the_field_in_which_it_is() {
        let mut wrong = draft();
        "compiled".clone_into(&mut wrong.filters[0].column);
        "nothing".clone_into(&mut wrong.groups[0]);
        let text = wrong.text(&Regime::default(), "合计");
        let found = checked(&text.written(), true).unwrap_err();
        let placed = text.placed(&found);
        let fields: Vec<_> = placed.keys().map(String::as_str).collect();
        assert_eq!(fields, ["filter-1", "group-1"], "{found:?}");
        assert!(placed["filter-1"][0].contains("complied"), "{placed:?}");
    }
}

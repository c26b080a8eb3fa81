//! What is wrong with a definition: found before anything is read.

mod conditions;
mod form;
mod layout;
mod measures;
mod syntax;

use std::{collections::BTreeMap, ops::Range};

use fugong_core::{Column, Kind, Role};
use sha2::{Digest, Sha256};
use toml::Spanned;

use crate::{
    Catalog, Finding, Plan,
    conditions::default_fits,
    definition::{DateForm, Definition, Group, Join, Literal, Shown, Sort},
    finding::Findings,
    plan::{Field, Form, Grouping, Joined, Order, Place, Sorted},
    sheet::places,
};

/// How long a text may be, in bytes.
const TEXT: usize = 65_536;
/// How long a title, a heading or a label may be, in characters.
const WORDS: usize = 200;

/// Reads a definition. `opens` says whether whoever runs it may read words about persons.
///
/// # Errors
///
/// Everything that is wrong with it, in the order of the text; at least one finding.
pub fn check(text: &str, catalog: &dyn Catalog, opens: bool) -> Result<Plan, Vec<Finding>> {
    let mut findings = Findings::of(text);
    if TEXT < text.len() {
        findings.note("TOO_LARGE", 0..0, format!("报表定义不得超过 {TEXT} 字节"));
        return Err(findings.found);
    }
    let Some(definition) = form::read(text, &mut findings) else {
        return Err(findings.found);
    };
    let mut checker =
        Checker { definition: &definition, catalog, opens, findings, joins: Vec::new() };
    let plan = checker.plan(text);
    let mut found = checker.findings.found;
    found.sort_by_key(|finding| (finding.line, finding.column));
    match plan {
        Some(plan) if found.is_empty() => Ok(plan),
        Some(_) | None => Err(found),
    }
}

/// A definition being checked.
struct Checker<'a> {
    definition: &'a Definition,
    catalog: &'a dyn Catalog,
    opens: bool,
    findings: Findings<'a>,
    joins: Vec<Joined>,
}

impl Checker<'_> {
    fn plan(&mut self, text: &str) -> Option<Plan> {
        let definition = self.definition;
        self.layout();
        self.parameters();
        let register = self.register(&definition.register)?;
        for join in &definition.joins {
            let joined = self.join(register, join);
            self.joins.extend(joined);
        }
        let filters = self.conditions(register, &definition.filters);
        let shape = self.shape(register);
        let measures = self.measures(register);
        self.names_once();
        let sort = definition.sort.iter().filter_map(|sort| self.order(register, sort)).collect();
        self.bounds();
        let title = definition.title.get_ref();
        Some(Plan {
            title: title.clone(),
            title_en: definition.title_en.clone(),
            about: definition.about.clone(),
            parameters: definition.parameters.clone(),
            layout: definition.sheet.clone(),
            text: text.to_owned(),
            hash: format!("{:x}", Sha256::digest(text)),
            register,
            joins: std::mem::take(&mut self.joins),
            filters,
            shape,
            measures,
            sort,
            total: definition.total.clone(),
            limit: definition.limit.as_ref().and_then(|it| usize::try_from(*it.get_ref()).ok()),
            numbered: definition.numbered,
        })
    }

    fn register(&mut self, named: &Spanned<String>) -> Option<&'static str> {
        let found = self.catalog.relation(named.get_ref());
        if found.is_none() {
            let known = self.catalog.names();
            let known: Vec<_> = known
                .into_iter()
                .filter_map(|name| Some((name, self.catalog.relation(name)?.label_zh)))
                .collect();
            let message = format!("没有台账「{}」", named.get_ref());
            let at = (named.span(), named.get_ref().as_str());
            self.findings.note_called("UNKNOWN_REGISTER", at, message, &known);
        }
        found.map(|relation| relation.name)
    }

    fn join(&mut self, register: &'static str, join: &Join) -> Option<Joined> {
        let alias = join.alias.get_ref();
        self.name(&join.alias);
        let on = self.place(register, &join.on)?;
        let Some(named) = on.column.references else {
            let message = format!("「{}」没有指向其他台账，不能据此关联", join.on.get_ref());
            self.findings.note("JOIN_WITHOUT_REFERENCE", join.on.span(), message);
            return None;
        };
        let relation = self.catalog.relation(named)?;
        let key = relation.columns.iter().find(|column| column.role == Role::Key)?.name;
        Some(Joined { alias: alias.clone(), on, register: relation.name, key })
    }

    /// The column of this name: of the report's register, or `alias.column` of one read beside it.
    fn place(&mut self, register: &'static str, named: &Spanned<String>) -> Option<Place> {
        let text = named.get_ref();
        let (table, of, name) = match text.split_once('.') {
            None => (0, register, text.as_str()),
            Some((alias, name)) => {
                let at = self.joins.iter().position(|join| join.alias == alias);
                let join = at.and_then(|at| self.joins.get(at).zip(at.checked_add(1)));
                let Some((join, table)) = join else {
                    let known = self.joins.iter().map(|join| join.alias.as_str());
                    let message = format!("没有关联「{alias}」");
                    let at = (named.span(), alias);
                    self.findings.note_name("UNKNOWN_JOIN", at, message, known);
                    return None;
                };
                (table, join.register, name)
            }
        };
        let relation = self.catalog.relation(of)?;
        let before = relation.columns.iter().position(|column| column.name == name);
        if before.is_none() {
            let known = relation.columns.iter().map(|column| (column.name, column.label_zh));
            let known: Vec<_> = known.collect();
            let message = format!("台账 {of} 没有列「{name}」");
            self.findings.note_called("UNKNOWN_COLUMN", (named.span(), name), message, &known);
        }
        let (before, column) = before.and_then(|it| Some((it, relation.columns.get(it)?)))?;
        Some(Place { table, register: of, column, before })
    }

    /// The same, of a column that may be compared or grouped by: never words about persons.
    fn open_place(&mut self, register: &'static str, named: &Spanned<String>) -> Option<Place> {
        let place = self.place(register, named)?;
        if place.column.personal {
            let message =
                format!("「{}」含个人信息，不能用于筛选、分组、排序或计算", named.get_ref());
            self.findings.note("PERSONAL_COLUMN", named.span(), message);
            return None;
        }
        Some(place)
    }

    fn shape(&mut self, register: &'static str) -> Form {
        let definition = self.definition;
        let Some(first) = definition.columns.first() else {
            let groups = definition.groups.iter();
            return Form::Groups(groups.filter_map(|it| self.grouping(register, it)).collect());
        };
        if !definition.groups.is_empty() {
            let message = "group 与 column 只能用其一：分组时逐组一行，否则逐条一行";
            self.findings.note("GROUPS_AND_COLUMNS", first.column.span(), message);
        }
        Form::Rows(definition.columns.iter().filter_map(|it| self.shown(register, it)).collect())
    }

    /// What a column is headed, and what its values are called.
    fn headed(
        &mut self,
        column: &Spanned<String>,
        heading: &str,
        labels: &BTreeMap<String, String>,
    ) {
        self.words(heading, column.span());
        for label in labels.values() {
            self.words(label, column.span());
        }
    }

    fn shown(&mut self, register: &'static str, shown: &Shown) -> Option<Field> {
        let place = self.place(register, &shown.column)?;
        if place.column.personal && !self.opens {
            let message = format!("「{}」含个人信息，无权查看", shown.column.get_ref());
            self.findings.note("PERSONAL_WITHOUT_RIGHT", shown.column.span(), message);
        }
        let heading = shown.heading.clone().unwrap_or_else(|| place.column.label_zh.to_owned());
        self.headed(&shown.column, &heading, &shown.labels);
        Some(Field {
            name: shown.column.get_ref().clone(),
            place,
            heading,
            width: shown.width,
            merge: shown.merge,
            labels: shown.labels.clone(),
            date: shown.date.unwrap_or(DateForm::Iso),
            thousands: self.separated(place.column, shown),
        })
    }

    /// Whether figures of a column have separators, which whole numbers may have.
    fn separated(&mut self, column: &Column, shown: &Shown) -> bool {
        let Some(thousands) = &shown.thousands else { return false };
        if column.kind != Kind::Integer {
            let message = format!("「{}」不是整数，不能写 thousands", shown.column.get_ref());
            self.findings.note("WRONG_TYPE", thousands.span(), message);
        }
        *thousands.get_ref()
    }

    fn grouping(&mut self, register: &'static str, group: &Group) -> Option<Grouping> {
        let place = self.open_place(register, &group.column)?;
        if place.column.kind == Kind::Json {
            let message = format!("「{}」是列表，不能据此分组", group.column.get_ref());
            self.findings.note("WRONG_TYPE", group.column.span(), message);
        }
        let heading = group.heading.clone().unwrap_or_else(|| place.column.label_zh.to_owned());
        self.headed(&group.column, &heading, &group.labels);
        if let Some(date) = group.date.as_ref().filter(|_| place.column.kind != Kind::Date) {
            let message = format!("「{}」不是日期，不能写 date", group.column.get_ref());
            self.findings.note("WRONG_TYPE", date.span(), message);
        }
        for called in group.empty.iter().chain(&group.subtotal) {
            self.words(called, group.column.span());
        }
        Some(Grouping {
            field: Field {
                name: group.column.get_ref().clone(),
                place,
                heading,
                width: group.width,
                merge: true,
                labels: group.labels.clone(),
                date: group.date.as_ref().map_or(DateForm::Iso, |date| *date.get_ref()),
                thousands: false,
            },
            empty: group.empty.clone().unwrap_or_else(|| "（未填）".to_owned()),
            order: group.order.clone(),
            subtotal: group.subtotal.clone(),
        })
    }

    /// Each column of the table has a name of its own, by which programs know it; and so has
    /// whatever else goes by a name, whether there is something wrong with it besides or not.
    fn names_once(&mut self) {
        let definition = self.definition;
        self.once("关联名", &definition.joins.iter().map(|join| &join.alias).collect::<Vec<_>>());
        self.once(
            "指标名",
            &definition.measures.iter().map(|measure| &measure.name).collect::<Vec<_>>(),
        );
        self.once("排序依据", &definition.sort.iter().map(|sort| &sort.by).collect::<Vec<_>>());
        let groups = definition.groups.iter().map(|group| &group.column);
        let columns = groups.chain(definition.columns.iter().map(|shown| &shown.column));
        let listed = !definition.columns.is_empty();
        let measures = definition.measures.iter().filter(|it| !listed && !it.hidden);
        let numbers = definition.numbered.then_some("number");
        let mut seen: Vec<&str> = numbers.into_iter().collect();
        for name in columns.chain(measures.map(|measure| &measure.name)) {
            if seen.contains(&name.get_ref().as_str()) {
                let message = format!("表中已有名为「{}」的列", name.get_ref());
                self.findings.note("NAME_TWICE", name.span(), message);
            }
            seen.push(name.get_ref());
        }
    }

    fn once(&mut self, what: &str, names: &[&Spanned<String>]) {
        let mut seen: Vec<&str> = Vec::new();
        for name in names {
            let text = name.get_ref().as_str();
            if seen.contains(&text) {
                self.findings.note("NAME_TWICE", name.span(), format!("{what}「{text}」重复"));
            }
            seen.push(text);
        }
    }

    fn order(&mut self, register: &'static str, sort: &Sort) -> Option<Order> {
        let by = if self.definition.columns.is_empty() {
            self.sortable(&sort.by)?;
            Sorted::Measure(sort.by.get_ref().clone())
        } else {
            let place = self.open_place(register, &sort.by)?;
            if place.column.kind == Kind::Json {
                let message = format!("「{}」是列表，不能据此排序", sort.by.get_ref());
                self.findings.note("WRONG_TYPE", sort.by.span(), message);
            }
            Sorted::Column(place)
        };
        Some(Order { by, descending: sort.descending })
    }

    /// A list of rows says how many it may have: nobody wants a district of them by mistake.
    fn bounds(&mut self) {
        let definition = self.definition;
        let title = definition.title.span();
        if definition.limit.is_none() && !definition.columns.is_empty() {
            let message = "逐条列出的报表须写明最多行数，例如 limit = 1000";
            self.findings.note("UNBOUNDED_ROWS", title, message);
        }
        if definition.columns.is_empty() && definition.measures.iter().all(|it| it.hidden) {
            let at = definition.title.span();
            self.findings.note("NOTHING_SHOWN", at, "既没有列也没有指标，报表是空的");
        }
    }

    /// What kind of parameter this is, if there is one of this name.
    fn parameter(&mut self, name: &str, at: Range<usize>) -> Option<crate::ParameterKind> {
        let known = &self.definition.parameters;
        let found = known.iter().find(|parameter| parameter.name.get_ref() == name);
        if found.is_none() {
            let names = known.iter().map(|parameter| parameter.name.get_ref().as_str());
            let message = format!("没有参数「{name}」");
            self.findings.note_name("UNKNOWN_PARAMETER", (at, name), message, names);
        }
        found.map(|parameter| parameter.kind)
    }

    fn parameters(&mut self) {
        let mut seen: Vec<&str> = Vec::new();
        for parameter in &self.definition.parameters {
            self.name(&parameter.name);
            let name = parameter.name.get_ref().as_str();
            if seen.contains(&name) || layout::GIVEN.contains(&name) {
                let message = format!("参数名「{name}」重复或已有他用");
                self.findings.note("NAME_TWICE", parameter.name.span(), message);
            }
            self.words(&parameter.label, parameter.name.span());
            seen.push(name);
            let fit = |literal: &Literal| default_fits(parameter.kind, literal);
            if parameter.default.as_ref().is_some_and(|literal| !fit(literal)) {
                let message = format!("参数「{name}」的默认值类型不符");
                self.findings.note("WRONG_TYPE", parameter.name.span(), message);
            }
        }
    }

    /// Names are for programs and addresses.
    fn name(&mut self, name: &Spanned<String>) {
        let text = name.get_ref();
        if text.is_empty() || 40 < text.len() || !text.chars().all(is_of_names) {
            let message = "名称只能用小写字母、数字和下划线，最长 40 个字符";
            self.findings.note("NAME", name.span(), message);
        }
    }

    /// What people read, on one line, which is printed as it is written.
    fn words(&mut self, text: &str, at: Range<usize>) {
        let name = |place: &&str| !place.is_empty() && place.chars().all(is_of_names);
        if let Some(place) = places(text).into_iter().find(name) {
            let message = format!(
                "「{{{place}}}」只能写在 [sheet] 的 subtitle、head、notes、signature 中，别处会原样印出"
            );
            self.findings.note("UNKNOWN_PLACE", at.clone(), message);
        }
        self.line(text, at);
    }

    /// The same, of what may have places that are filled in.
    fn line(&mut self, text: &str, at: Range<usize>) {
        if WORDS < text.chars().count() || text.chars().any(char::is_control) {
            let message = format!("标题、表头和说明最长 {WORDS} 个字符，不得含控制字符");
            self.findings.note("WORDS", at, message);
        }
    }
}

/// Whether names have this character.
fn is_of_names(c: char) -> bool {
    c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_'
}

fn kind_zh(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "文字",
        Kind::Integer => "整数",
        Kind::Date => "日期",
        Kind::Instant => "时刻",
        Kind::Boolean => "是或否",
        Kind::Json => "列表",
    }
}

//! The registers as reports name them, and what their codes are called.

use std::sync::Arc;

use chrono::NaiveDate as Date;
use fugong_core::Relation;
use fugong_domain::{
    EnterpriseId, Principal,
    regime::Regime,
    registers::{Dossier, Listing, Meant, Nameable, codes, label, meant, table, tables},
};
use fugong_report::{Catalog, Choice, nearest};

use crate::looks::rows::sees;

/// The registers, without what codes are called: enough to check a definition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Schema;

/// The registers, with the codes of a district.
#[derive(Debug, Clone, Copy)]
pub(super) struct Registers<'a> {
    pub(super) regime: &'a Regime,
    pub(super) on: Date,
    /// The enterprises that whoever chooses may see; none if nothing is chosen by them.
    pub(super) enterprises: Option<&'a Enterprises>,
}

/// The enterprises of a district that somebody may see, by the codes of the day, with their names.
#[derive(Debug)]
pub(super) struct Enterprises {
    pub(super) listing: Arc<Listing>,
    pub(super) reader: Option<Principal>,
}

/// The columns that hold enterprises.
pub(super) const ENTERPRISES: [&str; 2] = ["enterprise", "anchor"];
/// More that can be chosen than these are not told one by one.
const TOLD: usize = 60;

impl Enterprises {
    fn sees(&self, enterprise: &EnterpriseId) -> bool {
        let sees = |who: &Principal| sees(&self.listing, who, enterprise);
        self.reader.as_ref().is_none_or(sees)
    }

    /// An enterprise or site by its code of any day, else by its name, if no other has it.
    fn choice(&self, value: &str) -> Choice {
        if let Ok(id) = value.parse() {
            let id = self.listing.meant(&id);
            if self.listing.dossier(&id.to_string()).is_some() && self.sees(&id) {
                return Choice::Is(self.listing.named_on(&id).to_string());
            }
        }
        let dossiers = self.listing.dossiers.values();
        let seen: Vec<_> = dossiers.filter(|it| self.sees(&it.enterprise)).collect();
        let code = |it: &Dossier| self.listing.named_on(&it.enterprise).to_string();
        let mut named = seen.iter().filter(|it| !it.is_later_code() && it.name == value);
        if let (Some(one), None) = (named.next(), named.next()) {
            return Choice::Is(code(one));
        }
        let by_name = nearest(value, seen.iter().map(|it| it.name.as_str()));
        let by_code = || nearest(value, seen.iter().map(|it| code(it)));
        Choice::Never { nearest: by_name.or_else(by_code), can: Vec::new() }
    }
}

impl Catalog for Schema {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        table(name).map(|table| &table.relation)
    }

    fn names(&self) -> Vec<&'static str> {
        tables().iter().map(|table| table.relation.name).collect()
    }

    fn label(&self, _register: &str, _column: &str, _code: &str) -> Option<String> {
        None
    }

    fn codes(&self, register: &str, column: &str) -> Option<Vec<&'static str>> {
        codes(register, column)
    }
}

impl Catalog for Registers<'_> {
    fn relation(&self, name: &str) -> Option<&'static Relation> {
        Schema.relation(name)
    }

    fn names(&self) -> Vec<&'static str> {
        Schema.names()
    }

    fn label(&self, register: &str, column: &str, code: &str) -> Option<String> {
        label(self.regime, self.on, (register, column), code)
    }

    fn codes(&self, register: &str, column: &str) -> Option<Vec<&'static str>> {
        Schema.codes(register, column)
    }

    fn choice(&self, register: &str, column: &str, value: &str) -> Choice {
        if let Some(codes) = self.codes(register, column) {
            let called = |code: &str| {
                let called = self.label(register, column, code).unwrap_or_else(|| code.to_owned());
                Nameable { value: code.to_owned(), called: vec![called] }
            };
            return among(value, codes.into_iter().map(called).collect());
        }
        if ENTERPRISES.contains(&column) {
            return self.enterprises.map_or(Choice::Any, |all| all.choice(value));
        }
        match meant(self.regime, self.on, (register, column), value) {
            Meant::Anything => Choice::Any,
            Meant::Value(value) => Choice::Is(value),
            // An enterprise can be what a unit of the district is elsewhere.
            Meant::Nothing(_) if value.parse::<EnterpriseId>().is_ok() => Choice::Any,
            Meant::Nothing(known) => among(value, known),
        }
    }
}

/// The one of these that is meant, by its value or by what it is called, the last of which is told.
fn among(value: &str, known: Vec<Nameable>) -> Choice {
    let by_value = known.iter().find(|it| it.value == value);
    let by_name = || known.iter().find(|it| it.called.iter().any(|called| called == value));
    if let Some(found) = by_value.or_else(by_name) {
        return Choice::Is(found.value.clone());
    }
    let mut can: Vec<String> = Vec::new();
    for name in known.into_iter().filter_map(|it| it.called.into_iter().last()) {
        if !can.contains(&name) {
            can.push(name);
        }
    }
    let nearest = nearest(value, &can);
    if TOLD < can.len() {
        can.clear();
    }
    Choice::Never { nearest, can }
}

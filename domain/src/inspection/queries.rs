use std::collections::BTreeSet;

use super::{Finding, Inspection, Sheet};
use crate::{EnterpriseId, OrderId, Refusal, codes::InspectionState, credit::Involved};

/// What others ask of an inspection.
impl Inspection {
    /// What was looked at and found.
    pub fn sheet(&self) -> Option<&Sheet> {
        match self {
            Self::NotOpened => None,
            Self::Open(sheet) | Self::Closed { sheet, .. } | Self::Void(sheet) => Some(sheet),
        }
    }

    /// Whom it looks at.
    pub fn enterprise(&self) -> Option<&EnterpriseId> {
        self.sheet().map(|sheet| &sheet.enterprise)
    }

    /// The finding with this number, unless another one corrected it.
    pub fn finding(&self, number: u32) -> Option<&Finding> {
        self.sheet().and_then(|sheet| sheet.standing(number))
    }

    /// All that was found, corrected or not.
    pub fn findings(&self) -> &[Finding] {
        self.sheet().map(|sheet| sheet.findings.as_slice()).unwrap_or_default()
    }

    /// Whether this finding is against the enterprise and not about an officer's duty.
    pub fn against_enterprise(&self, number: u32) -> bool {
        self.finding(number).is_some_and(Finding::is_against_enterprise)
    }

    /// The last order that this finding went into.
    pub fn last_order_of(&self, number: u32) -> Option<&OrderId> {
        self.finding(number).and_then(|finding| finding.order.as_ref())
    }

    /// The numbers of the findings that wait for an order, or for the word that there is none.
    pub fn undecided(&self) -> Vec<u32> {
        self.sheet().map(Sheet::undecided).unwrap_or_default()
    }

    /// Whether it is over, and stands.
    pub fn is_closed(&self) -> bool {
        matches!(self, Self::Closed { .. })
    }

    /// Whether it is void.
    pub fn is_void(&self) -> bool {
        matches!(self, Self::Void(_))
    }

    /// Who took part: the inspector, and who found something.
    pub fn involved(&self) -> Vec<Involved> {
        let Some(sheet) = self.sheet() else { return Vec::new() };
        let part =
            |actor: &str, part: &str| Involved { actor: actor.to_owned(), part: part.to_owned() };
        let finders: BTreeSet<&str> = sheet.findings.iter().map(|f| f.finder.as_str()).collect();
        let inspector = part(&sheet.inspector, "inspector");
        [inspector].into_iter().chain(finders.into_iter().map(|who| part(who, "finder"))).collect()
    }

    /// Where it stands, in a word.
    pub fn state(&self) -> InspectionState {
        match self {
            Self::NotOpened => InspectionState::NotOpened,
            Self::Open(_) => InspectionState::Open,
            Self::Closed { .. } => InspectionState::Closed,
            Self::Void(_) => InspectionState::Void,
        }
    }

    pub(super) fn sheet_mut(&mut self) -> Option<&mut Sheet> {
        match self {
            Self::NotOpened => None,
            Self::Open(sheet) | Self::Closed { sheet, .. } | Self::Void(sheet) => Some(sheet),
        }
    }

    pub(super) fn finding_mut(&mut self, number: u32) -> Option<&mut Finding> {
        self.sheet_mut()?.findings.iter_mut().find(|finding| finding.number == number)
    }

    pub(super) fn does_not_fit(&self) -> Refusal {
        let state = match self {
            Self::NotOpened => "the inspection was never opened",
            Self::Open(_) => "the inspection is open",
            Self::Closed { .. } => "the inspection is closed; open another one",
            Self::Void(_) => "the inspection is void; open another one",
        };
        Refusal::OrderClosed { state: state.to_owned() }
    }
}

impl Sheet {
    /// The finding with this number, unless another one corrected it.
    pub(super) fn standing(&self, number: u32) -> Option<&Finding> {
        let found = self.findings.iter().find(|finding| finding.number == number);
        found.filter(|finding| finding.superseded_by.is_none())
    }

    /// Whether a finding that stands is like this.
    pub(super) fn found(&self, like_this: impl Fn(&Finding) -> bool) -> bool {
        self.findings.iter().any(|finding| finding.superseded_by.is_none() && like_this(finding))
    }

    pub(super) fn undecided(&self) -> Vec<u32> {
        let standing = self.findings.iter().filter(|finding| finding.superseded_by.is_none());
        standing.filter(|finding| finding.is_undecided()).map(|finding| finding.number).collect()
    }

    /// What is left to decline: findings in no order, and those of `failed` that were not declined.
    pub(super) fn without_order(&self, failed: &[u32]) -> Vec<u32> {
        let failed = |finding: &&Finding| failed.contains(&finding.number) && !finding.declined;
        let standing = self.findings.iter().filter(|finding| finding.superseded_by.is_none());
        let left = standing.filter(|finding| finding.is_undecided() || failed(finding));
        left.map(|finding| finding.number).collect()
    }

    pub(super) fn next_number(&self) -> u32 {
        self.findings.last().map_or(1, |last| last.number.saturating_add(1))
    }

    pub(super) fn take(&mut self, finding: Finding) {
        for old in &mut self.findings {
            if Some(old.number) == finding.supersedes {
                old.superseded_by = Some(finding.number);
            }
        }
        self.findings.push(finding);
    }
}

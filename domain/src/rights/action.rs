use super::Rule;
use crate::codes::Role;

/// What somebody wants to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action<'a> {
    /// Report that an enterprise works again, or still does.
    ReportResumption,
    /// Another act: its name, and the roles to which the rules of its day grant it; none before the
    /// first rules of a log.
    Act(&'a str, Option<&'a [Role]>),
    /// See it, and what is said of it.
    See,
    /// See officers, and errands of units.
    SeeStaff,
    /// Read sealed words about persons.
    OpenWords,
    /// Read sealed words of a difficulty, a barrier or an incident.
    OpenDealings,
    /// Read how few are in observation, have a fever or came from Hubei.
    CountFew,
    /// See where events are sent, and how that goes.
    SeeWebhooks,
    /// Have an event sent again.
    SendAgain,
    /// See which API keys were issued.
    SeeApiKeys,
    /// Fetch the bytes of the log, which hold what was said.
    ReadEntries,
    /// See who read what, and who was turned away.
    ReadAccessLog,
    /// Fold a register afresh.
    Rebuild,
    /// Decide the whole log again, under its rules or under others.
    Rehearse,
    /// See and end what somebody else lets run.
    MindOperations,
    /// Give a paper or a photograph to keep.
    Attach,
    /// Take in a ledger; each row is an act of its own.
    Import,
    /// Make a copy of what is kept of a person.
    CopyWords,
}

const STAFF: &[Role] = &[
    Role::Township,
    Role::Park,
    Role::Officer,
    Role::Commission,
    Role::Emergency,
    Role::Headquarters,
    Role::Department,
    Role::Auditor,
    Role::Reporter,
    Role::Integrator,
    Role::Admin,
];
/// Those who work with persons.
const WITH_PERSONS: &[Role] = &[
    Role::Enterprise,
    Role::Township,
    Role::Park,
    Role::Officer,
    Role::Commission,
    Role::Emergency,
    Role::Headquarters,
    Role::Auditor,
];
/// These, and the department that is there to deal with it.
const WITH_DEALINGS: &[Role] = &[
    Role::Enterprise,
    Role::Township,
    Role::Park,
    Role::Officer,
    Role::Commission,
    Role::Emergency,
    Role::Headquarters,
    Role::Department,
    Role::Auditor,
];
/// Those who look after the persons at whom small figures may point.
const WITH_FEW: &[Role] =
    &[Role::Township, Role::Park, Role::Officer, Role::Commission, Role::Headquarters];
/// Whoever does not only read.
const WRITERS: &[Role] = &[
    Role::Enterprise,
    Role::Township,
    Role::Park,
    Role::Officer,
    Role::Commission,
    Role::Emergency,
    Role::Headquarters,
    Role::Department,
    Role::Integrator,
    Role::Admin,
];

impl<'a> Action<'a> {
    /// The roles that may, each as far as it reaches; none where the role is not asked for.
    pub fn roles(self) -> Option<&'a [Role]> {
        Some(match self {
            Self::ReportResumption | Self::See => return None,
            Self::Act(_, granted) => return granted,
            Self::SeeStaff => STAFF,
            Self::OpenWords => WITH_PERSONS,
            Self::OpenDealings => WITH_DEALINGS,
            Self::CountFew => WITH_FEW,
            Self::SeeWebhooks => &[Role::Commission, Role::Admin, Role::Integrator, Role::Auditor],
            Self::SendAgain => &[Role::Commission, Role::Admin, Role::Integrator],
            Self::SeeApiKeys | Self::ReadAccessLog => &[Role::Admin, Role::Auditor],
            Self::ReadEntries => &[Role::Auditor],
            Self::Rebuild | Self::MindOperations => &[Role::Commission, Role::Admin],
            Self::Rehearse => &[Role::Commission, Role::Auditor, Role::Admin],
            Self::Attach | Self::Import => WRITERS,
            Self::CopyWords => &[Role::Commission],
        })
    }

    /// The rule by which somebody of this role may do it at all, or may not.
    pub(super) fn rule_for(self, role: Role) -> Rule {
        if role == Role::System {
            return Rule::System;
        }
        if self == Self::ReportResumption {
            return Rule::Anybody;
        }
        if matches!(self, Self::Act(_, None)) {
            return Rule::BeforeRules;
        }
        let may = self.roles().is_none_or(|roles| roles.contains(&role));
        match (matches!(self, Self::Act(..)), may) {
            (true, true) => Rule::Granted,
            (true, false) => Rule::NotGranted,
            (false, true) => Rule::Role,
            (false, false) => Rule::AnotherRole,
        }
    }
}

//! The table of deeds: every act that can be asked for over HTTP, on one page per aggregate.

mod api_key;
mod barrier;
mod credit;
mod daily;
mod disclosure;
mod economy;
mod enterprise;
mod epidemic;
mod inspection;
mod measure;
mod officer;
mod persons;
mod plan;
mod posting;
mod rectification;
mod regime;
mod report;
mod resumption;
mod safety;
mod standing;
mod support;
mod task;
mod webhook;
mod zones;

use crate::deed::{Entry, entry};

/// Every deed.
pub(crate) const TABLE: &[Entry] = &[
    entry::<enterprise::Register>(),
    entry::<standing::ChangeScale>(),
    entry::<standing::Relocate>(),
    entry::<standing::AssignTier>(),
    entry::<enterprise::Correct>(),
    entry::<enterprise::JoinListing>(),
    entry::<standing::Exclude>(),
    entry::<standing::Readmit>(),
    entry::<standing::Close>(),
    entry::<enterprise::RecordEarlierPaper>(),
    entry::<enterprise::RecordOtherLawReference>(),
    entry::<enterprise::Guide>(),
    entry::<enterprise::SetAside>(),
    entry::<enterprise::ChangeCode>(),
    entry::<economy::DeclareSupplyLink>(),
    entry::<economy::MarkKeyProject>(),
    entry::<economy::StartKeyProject>(),
    entry::<resumption::Report>(),
    entry::<resumption::ReportUnlisted>(),
    entry::<resumption::Plan>(),
    entry::<resumption::DeclareContinuous>(),
    entry::<resumption::Suspend>(),
    entry::<daily::ReportDaily>(),
    entry::<plan::Draft>(),
    entry::<plan::PutInPlace>(),
    entry::<plan::Revise>(),
    entry::<plan::Urge>(),
    entry::<safety::PrepareSafety>(),
    entry::<safety::MonitorHazard>(),
    entry::<safety::FindHazard>(),
    entry::<safety::ClearHazard>(),
    entry::<safety::HoldTraining>(),
    entry::<posting::Assign>(),
    entry::<posting::Transfer>(),
    entry::<posting::Substitute>(),
    entry::<posting::Withdraw>(),
    entry::<posting::Visit>(),
    entry::<zones::LinkZones>(),
    entry::<zones::LogHandover>(),
    entry::<officer::Enrol>(),
    entry::<officer::RecordDutyOutcome>(),
    entry::<inspection::Open>(),
    entry::<inspection::RecordFinding>(),
    entry::<inspection::Close>(),
    entry::<inspection::Void>(),
    entry::<inspection::DeclineToOrder>(),
    entry::<rectification::Order>(),
    entry::<rectification::Serve>(),
    entry::<rectification::Extend>(),
    entry::<rectification::ReportDone>(),
    entry::<rectification::Reinspect>(),
    entry::<rectification::Revoke>(),
    entry::<rectification::Terminate>(),
    entry::<credit::Propose>(),
    entry::<credit::ServeNotice>(),
    entry::<credit::RecordStatement>(),
    entry::<credit::Enter>(),
    entry::<credit::Dismiss>(),
    entry::<credit::Object>(),
    entry::<credit::VerifyObjection>(),
    entry::<credit::DecideObjection>(),
    entry::<credit::ApplyRepair>(),
    entry::<credit::DecideRepair>(),
    entry::<credit::Expunge>(),
    entry::<disclosure::Disclose>(),
    entry::<disclosure::NotifyWithdrawal>(),
    entry::<support::Raise>(),
    entry::<support::Assign>(),
    entry::<support::Transfer>(),
    entry::<support::NoteProgress>(),
    entry::<support::Resolve>(),
    entry::<support::Confirm>(),
    entry::<support::Reopen>(),
    entry::<support::Escalate>(),
    entry::<barrier::Report>(),
    entry::<barrier::Assign>(),
    entry::<barrier::ConfirmRemoved>(),
    entry::<barrier::FindUnfounded>(),
    entry::<epidemic::Report>(),
    entry::<epidemic::Isolate>(),
    entry::<epidemic::ReportToCdc>(),
    entry::<epidemic::Trace>(),
    entry::<epidemic::Disinfect>(),
    entry::<epidemic::RuleOut>(),
    entry::<epidemic::Close>(),
    entry::<measure::Impose>(),
    entry::<measure::Relax>(),
    entry::<measure::Keep>(),
    entry::<measure::Lift>(),
    entry::<regime::PublishRules>(),
    entry::<regime::ChangeRiskLevel>(),
    entry::<regime::PublishCalendar>(),
    entry::<task::Claim>(),
    entry::<persons::Erase>(),
    entry::<persons::Hold>(),
    entry::<persons::LiftHold>(),
    entry::<persons::Restrict>(),
    entry::<persons::LiftRestriction>(),
    entry::<report::Define>(),
    entry::<report::Withdraw>(),
    entry::<api_key::Issue>(),
    entry::<api_key::Rotate>(),
    entry::<api_key::Withdraw>(),
    entry::<webhook::Create>(),
    entry::<webhook::Rotate>(),
    entry::<webhook::Disable>(),
];

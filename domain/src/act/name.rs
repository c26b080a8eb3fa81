//! What each act is called: the names by which rules of the day grant acts to roles.

use super::{
    Ask, blocked, credit_record, defined, helped, imposed, infected, inspected, issued, kept,
    listed, ordered, planned, posted, raised, regime, resumed, seated, told,
};

impl Ask {
    /// The name by which the rules of the day grant it to roles.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Enterprise(_, command) => enterprise_name(command),
            Self::Resumption(_, command) => resumption_name(command),
            Self::Plan(_, command) => plan_name(command),
            Self::Posting(_, command) => posting_name(command),
            Self::Officer(_, command) => officer_name(command),
            Self::Inspection(_, command) => inspection_name(command),
            Self::Rectification(_, command) => rectification_name(command),
            Self::Credit(_, command) => credit_name(command),
            Self::Support(_, command) => support_name(command),
            Self::Barrier(_, command) => barrier_name(command),
            Self::Epidemic(_, command) => epidemic_name(command),
            Self::Measure(_, command) => measure_name(command),
            Self::Task(_, command) => task_name(command),
            Self::Regime(command) => regime::name(command),
            Self::DataSubject(_, command) => data_subject_name(command),
            Self::Report(_, command) => report_name(command),
            Self::ApiKey(_, command) => api_key_name(command),
            Self::Webhook(_, command) => webhook_name(command),
        }
    }
}

fn enterprise_name(command: &listed::Command) -> &'static str {
    match command {
        listed::Command::Register { .. } => "enterprise.register",
        listed::Command::CorrectDetails { .. } => "enterprise.correct_details",
        listed::Command::ReclassifyScale { .. } => "enterprise.reclassify_scale",
        listed::Command::Relocate { .. } => "enterprise.relocate",
        listed::Command::AssignTier { .. } => "enterprise.assign_tier",
        listed::Command::JoinListing { .. } => "enterprise.join_listing",
        listed::Command::JoinTo { .. } => "enterprise.join_to",
        listed::Command::ExcludeFromBase { .. } => "enterprise.exclude_from_base",
        listed::Command::Readmit { .. } => "enterprise.readmit",
        listed::Command::BeginClosure { .. } => "enterprise.begin_closure",
        listed::Command::ConfirmClosed { .. } => "enterprise.confirm_closed",
        listed::Command::RecordEarlierPaper { .. } => "enterprise.record_earlier_paper",
        listed::Command::RecordOtherLawReference { .. } => "enterprise.record_other_law_reference",
        listed::Command::Guide { .. } => "enterprise.guide",
        listed::Command::ChangeCode { .. } => "enterprise.change_code",
        listed::Command::DeclareSupplyLink { .. } => "enterprise.declare_supply_link",
        listed::Command::MarkKeyProject { .. } => "enterprise.mark_key_project",
        listed::Command::StartKeyProject { .. } => "enterprise.start_key_project",
        listed::Command::SetAside { .. } => "enterprise.set_aside",
    }
}

fn resumption_name(command: &resumed::Command) -> &'static str {
    match command {
        resumed::Command::DeclareContinuous { .. } => "resumption.declare_continuous",
        resumed::Command::Plan { .. } => "resumption.plan",
        resumed::Command::Report { .. } => "resumption.report",
        resumed::Command::ReportDaily(_) => "resumption.report_daily",
        resumed::Command::Suspend { .. } => "resumption.suspend",
        resumed::Command::Correct { .. } => "resumption.correct",
        resumed::Command::End { .. } => "resumption.end",
        resumed::Command::Join { .. } | resumed::Command::JoinTo { .. } => "resumption.join",
    }
}

fn plan_name(command: &planned::Command) -> &'static str {
    match command {
        planned::Command::Draft { .. } => "plan.draft",
        planned::Command::Revise { .. } => "plan.revise",
        planned::Command::PutInPlace => "plan.put_in_place",
        planned::Command::UrgeImprovement { .. } => "plan.urge_improvement",
        planned::Command::PrepareSafety { .. } => "plan.prepare_safety",
        planned::Command::MonitorHazard { .. } => "plan.monitor_hazard",
        planned::Command::FindHazard { .. } => "plan.find_hazard",
        planned::Command::ClearHazard { .. } => "plan.clear_hazard",
        planned::Command::HoldTraining { .. } => "plan.hold_training",
    }
}

fn posting_name(command: &seated::Command) -> &'static str {
    match command {
        seated::Command::AssignOfficer { .. } => "posting.assign_officer",
        seated::Command::Transfer { .. } => "posting.transfer",
        seated::Command::Substitute { .. } => "posting.substitute",
        seated::Command::EndSubstitution { .. } => "posting.end_substitution",
        seated::Command::Withdraw { .. } => "posting.withdraw",
        seated::Command::LogVisit { .. } => "posting.log_visit",
        seated::Command::LinkZones { .. } => "posting.link_zones",
        seated::Command::LogHandover { .. } => "posting.log_handover",
    }
}

fn officer_name(command: &posted::Command) -> &'static str {
    match command {
        posted::Command::Enrol { .. } => "officer.enrol",
        posted::Command::TakePost { .. } => "officer.take_post",
        posted::Command::LeavePost { .. } => "officer.leave_post",
        posted::Command::ReferDuty { .. } => "officer.refer_duty",
        posted::Command::RecordDutyOutcome { .. } => "officer.record_duty_outcome",
    }
}

fn inspection_name(command: &inspected::Command) -> &'static str {
    match command {
        inspected::Command::Open { .. } => "inspection.open",
        inspected::Command::RecordFinding { .. } => "inspection.record_finding",
        inspected::Command::Close { .. } => "inspection.close",
        inspected::Command::Void { .. } => "inspection.void",
        inspected::Command::NoteOrder { .. } => "inspection.note_order",
        inspected::Command::DeclineToOrder { .. } => "inspection.decline_to_order",
    }
}

fn rectification_name(command: &ordered::Command) -> &'static str {
    match command {
        ordered::Command::Order { .. } => "rectification.order",
        ordered::Command::Supersede { .. } => "rectification.supersede",
        ordered::Command::ConfirmService { .. } => "rectification.confirm_service",
        ordered::Command::Extend { .. } => "rectification.extend",
        ordered::Command::ReportDone { .. } => "rectification.report_done",
        ordered::Command::Reinspect { .. } => "rectification.reinspect",
        ordered::Command::PassDay { .. } => "rectification.pass_day",
        ordered::Command::Revoke { .. } => "rectification.revoke",
        ordered::Command::Terminate { .. } => "rectification.terminate",
    }
}

fn credit_name(command: &credit_record::Command) -> &'static str {
    match command {
        credit_record::Command::ProposeFlag { .. } => "credit.propose_flag",
        credit_record::Command::WithdrawProposal { .. } => "credit.withdraw_proposal",
        credit_record::Command::ServeNotice { .. } => "credit.serve_notice",
        credit_record::Command::RecordStatement { .. } => "credit.record_statement",
        credit_record::Command::EnterFlag { .. } => "credit.enter_flag",
        credit_record::Command::DismissProposal { .. } => "credit.dismiss_proposal",
        credit_record::Command::LodgeObjection { .. } => "credit.lodge_objection",
        credit_record::Command::VerifyObjection { .. } => "credit.verify_objection",
        credit_record::Command::DecideObjection { .. } => "credit.decide_objection",
        credit_record::Command::ApplyRepair { .. } => "credit.apply_repair",
        credit_record::Command::DecideRepair { .. } => "credit.decide_repair",
        credit_record::Command::PassDay { .. } => "credit.pass_day",
        credit_record::Command::DiscloseFlag { .. } => "credit.disclose_flag",
        credit_record::Command::NotifyWithdrawal { .. } => "credit.notify_withdrawal",
        credit_record::Command::Expunge { .. } => "credit.expunge",
    }
}

fn support_name(command: &helped::Command) -> &'static str {
    match command {
        helped::Command::Raise { .. } => "support.raise",
        helped::Command::Assign { .. } => "support.assign",
        helped::Command::Transfer { .. } => "support.transfer",
        helped::Command::NoteProgress { .. } => "support.note_progress",
        helped::Command::Resolve { .. } => "support.resolve",
        helped::Command::Confirm { .. } => "support.confirm",
        helped::Command::Reopen { .. } => "support.reopen",
        helped::Command::Escalate { .. } => "support.escalate",
        helped::Command::PassDay { .. } => "support.pass_day",
    }
}

fn barrier_name(command: &blocked::Command) -> &'static str {
    match command {
        blocked::Command::Report { .. } => "barrier.report",
        blocked::Command::Assign { .. } => "barrier.assign",
        blocked::Command::ConfirmRemoved { .. } => "barrier.confirm_removed",
        blocked::Command::FindUnfounded { .. } => "barrier.find_unfounded",
        blocked::Command::PassDay { .. } => "barrier.pass_day",
    }
}

fn epidemic_name(command: &infected::Command) -> &'static str {
    match command {
        infected::Command::Report { .. } => "epidemic.report",
        infected::Command::Isolate { .. } => "epidemic.isolate",
        infected::Command::ReportToCdc { .. } => "epidemic.report_to_cdc",
        infected::Command::Trace { .. } => "epidemic.trace",
        infected::Command::Disinfect { .. } => "epidemic.disinfect",
        infected::Command::RuleOut { .. } => "epidemic.rule_out",
        infected::Command::Close { .. } => "epidemic.close",
    }
}

fn measure_name(command: &imposed::Command) -> &'static str {
    match command {
        imposed::Command::Impose { .. } => "measure.impose",
        imposed::Command::Relax { .. } => "measure.relax",
        imposed::Command::Keep { .. } => "measure.keep",
        imposed::Command::Lift { .. } => "measure.lift",
    }
}

fn task_name(command: &raised::Command) -> &'static str {
    match command {
        raised::Command::Raise { .. } => "task.raise",
        raised::Command::Claim { .. } => "task.claim",
        raised::Command::Reassign { .. } => "task.reassign",
        raised::Command::Finish { .. } => "task.finish",
        raised::Command::Cancel { .. } => "task.cancel",
        raised::Command::Escalate { .. } => "task.escalate",
    }
}

fn data_subject_name(command: &kept::Command) -> &'static str {
    match command {
        kept::Command::Erase { .. } => "data-subject.erase",
        kept::Command::Hold { .. } => "data-subject.hold",
        kept::Command::LiftHold { .. } => "data-subject.lift_hold",
        kept::Command::Restrict { .. } => "data-subject.restrict",
        kept::Command::LiftRestriction { .. } => "data-subject.lift_restriction",
    }
}

fn report_name(command: &defined::Command) -> &'static str {
    match command {
        defined::Command::Define { .. } => "report.define",
        defined::Command::Withdraw { .. } => "report.withdraw",
    }
}

fn api_key_name(command: &issued::Command) -> &'static str {
    match command {
        issued::Command::Issue { .. } => "api-key.issue",
        issued::Command::Rotate { .. } => "api-key.rotate",
        issued::Command::Withdraw { .. } => "api-key.withdraw",
    }
}

fn webhook_name(command: &told::Command) -> &'static str {
    match command {
        told::Command::Create { .. } => "webhook.create",
        told::Command::Rotate { .. } => "webhook.rotate",
        told::Command::Disable { .. } => "webhook.disable",
    }
}

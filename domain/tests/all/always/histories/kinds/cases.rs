//! What may be asked in a case, from the inspection to the flag, and of a task.

use chrono::{NaiveDate as Date, TimeDelta};
use fugong_domain::{
    Ask,
    codes::{
        ObjectionResult, ReinspectionResult, RepairResult, ResultCode, Subject, SupersedeKind,
    },
    credit::Command as Credit,
    inspection, officer,
    rectification::Command as Order,
    task::Command as Task,
};
use fugong_fixtures::{
    desk::cases::{self, Within},
    sealed,
};

use super::{
    super::{
        About, CASES, Kind,
        Who::{Commission, Firm, HisUnit, Inbox, Rule},
    },
    kind,
};

fn credit(a: &About<'_>, command: Credit) -> Ask {
    Ask::Credit(a.id.clone(), command)
}

fn order(a: &About<'_>, command: Order) -> Ask {
    Ask::Rectification(cases::order(a.n), command)
}

/// The number of a flag: the last one there is, or the first.
fn flag(a: &About<'_>) -> u32 {
    let credit: fugong_domain::credit::Credit = a.desk.read(a.id.whole());
    let last = credit.flags().keys().next_back().copied();
    if a.n == CASES { 1 } else { last.unwrap_or(1) }
}

pub(super) const CASE: &[Kind] = &[
    kind("open-duty", Commission, |a| cases::open(a.n, &a.id, "inspector", Subject::ALL)),
    kind("open", Commission, |a| {
        let subjects = [Subject::Protection, Subject::Responsibility];
        cases::open(a.n, &a.id, "inspector", &subjects)
    }),
    kind("find", Commission, |a| cases::find(a.n, "finder", false)),
    kind("find-fixed", Commission, |a| cases::find(a.n, "finder", true)),
    kind("find-again", Commission, |a| {
        let mut ask = cases::find(a.n, "finder", false);
        if let Ask::Inspection(_, inspection::Command::RecordFinding { supersedes, .. }) = &mut ask
        {
            *supersedes = Some(1);
        }
        ask
    }),
    kind("find-duty", Commission, |a| {
        cases::find_duty(a.n, "finder", Some(a.officer(a.n / 3).as_str()))
    }),
    kind("close", Commission, |a| cases::close(a.n, ResultCode::ToOrder)),
    kind("close-without", Commission, |a| cases::close(a.n, ResultCode::Nothing)),
    kind("void", Commission, |a| cases::void(a.n)),
    kind("decline", Commission, |a| cases::decline(a.n)),
    kind("note-order", Rule, |a| {
        let note = inspection::Command::NoteOrder { number: 1, order: cases::order(a.n) };
        Ask::Inspection(cases::inspection(a.n), note)
    }),
    kind("refer-duty", Rule, |a| {
        let (finding, enterprise) = (cases::finding(a.n, 1), a.id.clone());
        let refer = officer::Command::ReferDuty { finding, enterprise };
        Ask::Officer(a.officer(a.n / 3), refer)
    }),
    kind("duty-outcome", HisUnit, |a| {
        let unknown = || (a.officer(0), cases::finding(a.n, 1));
        let (officer, finding) = a.referred().unwrap_or_else(unknown);
        let outcome = sealed("约谈提醒");
        Ask::Officer(officer, officer::Command::RecordDutyOutcome { finding, outcome })
    }),
    kind("order", Commission, |a| {
        cases::order_on(a.n, &a.id, &[cases::finding(a.n, 1)], Within::WorkingDays(3))
    }),
    kind("order-to-day", Commission, |a| {
        let due = a.day + TimeDelta::days(4);
        cases::order_on(a.n, &a.id, &[cases::finding(a.n, 1)], Within::Due(due))
    }),
    kind("order-further", Commission, |a| again(a, SupersedeKind::Further)),
    kind("order-corrected", Commission, |a| again(a, SupersedeKind::Correction)),
    kind("supersede", Rule, |a| {
        let (by, kind) = (cases::order(a.n % CASES + 1), SupersedeKind::Further);
        order(a, Order::Supersede { by, kind })
    }),
    kind("serve", Commission, |a| cases::serve(a.n)),
    kind("extend", Commission, |a| cases::extend(a.n, a.day + TimeDelta::days(9))),
    kind("done", Firm, |a| cases::report_done(a.n, &a.text)),
    kind("done-by-another", Commission, |a| cases::report_done(a.n, &a.text)),
    kind("complied", Commission, |a| cases::reinspect(a.n, ReinspectionResult::Complied)),
    kind("failed", Commission, |a| cases::reinspect(a.n, ReinspectionResult::Failed)),
    kind("pass-order", Rule, |a| order(a, Order::PassDay { today: a.day })),
    kind("revoke", Commission, |a| cases::revoke(a.n)),
    kind("terminate", Commission, |a| {
        order(a, Order::Terminate { reason: Some(sealed("企业停产")), rule: None })
    }),
];

pub(super) const CREDIT: &[Kind] = &[
    kind("propose", Commission, |a| cases::propose(&a.id, &[a.n, a.n % CASES + 1])),
    kind("propose-one", Commission, |a| cases::propose(&a.id, &[a.n])),
    kind("withdraw-proposal", Rule, |a| {
        // Only what a rule would withdraw as well: none of this number is there.
        credit(a, Credit::WithdrawProposal { flag: 99, rule: "grounds_lost".to_owned() })
    }),
    kind("notice", Commission, |a| cases::notice(&a.id, flag(a), "server")),
    kind("statement", Firm, |a| {
        credit(a, Credit::RecordStatement { flag: flag(a), text: sealed("已整改") })
    }),
    kind("enter", Commission, |a| cases::enter(&a.id, flag(a), "decider", 1 + a.n % 3)),
    kind("dismiss", Commission, |a| cases::dismiss(&a.id, flag(a))),
    kind("object", Firm, |a| cases::object(&a.id, flag(a))),
    kind("verify", Commission, |a| cases::verify_objection(&a.id, flag(a))),
    kind("uphold", Commission, |a| {
        cases::decide_objection(&a.id, flag(a), ObjectionResult::Upheld)
    }),
    kind("reject", Commission, |a| {
        cases::decide_objection(&a.id, flag(a), ObjectionResult::Rejected)
    }),
    kind("repair", Firm, |a| cases::apply_repair(&a.id, flag(a))),
    kind("grant-repair", Commission, |a| {
        cases::decide_repair(&a.id, flag(a), RepairResult::Granted)
    }),
    kind("refuse-repair", Commission, |a| {
        cases::decide_repair(&a.id, flag(a), RepairResult::Refused)
    }),
    kind("pass-flag", Rule, |a| {
        credit(a, Credit::PassDay { flag: flag(a), today: Date::default() })
    }),
    kind("expunge", Commission, |a| cases::expunge(&a.id, flag(a))),
    kind("disclose", Commission, |a| cases::disclose(&a.id, flag(a), "信用中国（重庆）")),
    kind("notify-withdrawal", Commission, |a| cases::notify_withdrawal(&a.id, flag(a), 1)),
    kind("claim", Inbox, |a| task(a, true, Task::Claim { by: "head".to_owned() })),
    kind("claim-last", Rule, |a| {
        let (id, text) = (a.id.clone(), a.text.clone());
        let last = About { desk: a.desk, id, n: 1, day: a.day, text };
        task(&last, true, Task::Claim { by: "head".to_owned() })
    }),
    // A knock that comes late changes nothing.
    kind("finish-late", Rule, |a| task(a, false, Task::Finish { by: "an-event".to_owned() })),
    kind("cancel-late", Rule, |a| task(a, false, Task::Cancel { by: "an-event".to_owned() })),
    kind("escalate-late", Rule, |a| task(a, false, Task::Escalate { unit: a.seat_owner() })),
];

/// Another order on the first finding of an earlier one.
fn again(a: &About<'_>, kind: SupersedeKind) -> Ask {
    let old = if 1 < a.n { a.n - 1 } else { CASES };
    cases::order_instead(a.n, &a.id, &[cases::finding(old, 1)], old, kind)
}

/// A task of some enterprise, open or ended.
fn task(a: &About<'_>, open: bool, command: Task) -> Ask {
    let known = a.task(open).map(|(id, _)| id);
    let id = known.unwrap_or_else(|| fugong_domain::TaskId::of("first-visit", 900_000, a.n));
    Ask::Task(id, command)
}

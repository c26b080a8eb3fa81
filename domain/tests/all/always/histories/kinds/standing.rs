//! What may be asked of an enterprise, of its production, its plan, its seats and the rules.

use chrono::TimeDelta;
use fugong_domain::{
    Ask,
    codes::{ClosureKind, ExclusionKind, RiskLevel, Scale, SetAsideReason, Tier},
    enterprise::Command as Listing,
    officer,
    plan::Command as Plan,
    posting::{Command as Posting, Seated},
    regime::Command as Regime,
    resumption::Command as Production,
};
use fugong_fixtures::{
    data, date,
    desk::{asks, enterprise as fictional, registering},
    sealed,
};

use super::{
    super::{
        About, Kind, LISTED, NAMELESS,
        Who::{Commission, Firm, Headquarters, Rule, SeatsUnit},
    },
    kind,
};

fn list(a: &About<'_>, command: Listing) -> Ask {
    Ask::Enterprise(a.id.clone(), command)
}

fn seat(a: &About<'_>, command: Posting) -> Ask {
    Ask::Posting(a.id.clone(), command)
}

pub(super) const LIST: &[Kind] = &[
    kind("register", Commission, register),
    kind("correct-details", Commission, |a| {
        let command = Listing::CorrectDetails {
            name: a.n.is_multiple_of(2).then(|| format!("黔江区虚构更名{}厂", a.n)),
            industry_code: None,
            prior_year_revenue_cny: Some(u64::from(a.n) * 5_000_000),
            headcount: Some(a.n),
            advisories: Vec::new(),
        };
        list(a, command)
    }),
    kind("grow", Commission, |a| reclassify(a, Scale::Above)),
    kind("shrink", Commission, |a| reclassify(a, Scale::Below)),
    kind("relocate-in", Commission, |a| relocate(a, Some("park-zy"))),
    kind("relocate-out", Commission, |a| relocate(a, None)),
    kind("tier", Commission, |a| {
        let tier = Tier::ALL[a.n as usize % 4];
        list(a, Listing::AssignTier { tier, basis: "名单".to_owned() })
    }),
    kind("join", Commission, |a| {
        list(a, Listing::JoinListing { provisional: NAMELESS.parse().unwrap() })
    }),
    kind("change-code", Commission, |a| {
        // Now and then one under which somebody may have reported.
        let other = if a.n.is_multiple_of(3) { "ENT-012" } else { "ENT-010" };
        let to = fictional(other).uscc;
        let sites = vec![format!("{to}~02").parse().unwrap()];
        list(a, Listing::ChangeCode { to, was: None, sites })
    }),
    kind("join-to", Rule, |a| {
        let command = Listing::JoinTo { listed: a.id.clone() };
        Ask::Enterprise(NAMELESS.parse().unwrap(), command)
    }),
    kind("exclude", Commission, |a| {
        let kind = ExclusionKind::ALL[a.n as usize % 4];
        let (from, until, basis) = (a.day, None, "区统计局函".to_owned());
        list(a, Listing::ExcludeFromBase { kind, from, until, basis })
    }),
    kind("readmit", Commission, |a| {
        list(a, Listing::Readmit { from: a.day, basis: "复核".to_owned() })
    }),
    kind("begin-closure", Commission, |a| {
        list(a, Listing::BeginClosure { kind: ClosureKind::ALL[a.n as usize % 3] })
    }),
    // Seldom, for little happens after it.
    kind("confirm-closed", Commission, |a| {
        if a.n.is_multiple_of(3) {
            asks::close(&a.id, &a.text)
        } else {
            asks::report(&a.id, &a.text)
        }
    }),
    kind("set-aside", Commission, |a| {
        let reason = SetAsideReason::ALL[a.n as usize % 3];
        let id = if a.n.is_multiple_of(2) { NAMELESS.parse().unwrap() } else { a.id.clone() };
        Ask::Enterprise(id, Listing::SetAside { reason })
    }),
    kind("earlier-paper", Commission, |a| {
        let (authority, summary) = ("渝肺炎组办发〔2020〕24号".to_owned(), sealed("材料"));
        list(a, Listing::RecordEarlierPaper { authority, dated: a.day, summary })
    }),
    kind("other-law", Commission, |a| {
        let (authority, outcome) = ("区应急局".to_owned(), sealed("合格"));
        list(a, Listing::RecordOtherLawReference { authority, dated: a.day, outcome })
    }),
    kind("guide", Commission, |a| {
        let lead = if a.n.is_multiple_of(2) { "eic" } else { "emb" }.parse().unwrap();
        let (points, production_plan) = (vec![sealed("排产")], None);
        list(a, Listing::Guide { lead, points, production_plan })
    }),
];

pub(super) const WORK: &[Kind] = &[
    kind("report", Commission, |a| asks::report(&a.id, &a.text)),
    kind("report-by-itself", Firm, |a| asks::report(&a.id, &a.text)),
    kind("report-unlisted", Commission, |a| {
        let id = NAMELESS.parse().unwrap();
        let told = if a.n.is_multiple_of(2) { &a.text } else { "2020-02-18" };
        asks::report_of(&id, told, Some("某厂"), Some("500114107"))
    }),
    kind("continuous", Commission, |a| asks::continuous(&a.id, &a.text)),
    kind("suspend", Commission, |a| asks::suspend(&a.id, &a.text)),
    kind("intend", Commission, |a| asks::plan_resumption(&a.id, &a.text)),
    kind("correct-report", Commission, |a| {
        let last = a.last_report().unwrap_or_else(|| ("an-event".to_owned(), a.day, false));
        asks::correct_work(&a.id, &last, &a.text)
    }),
    kind("correct-to-continuous", Commission, |a| {
        let last = a.last_report().unwrap_or_else(|| ("an-event".to_owned(), a.day, true));
        asks::continuous_instead(&a.id, &last, &a.text)
    }),
    kind("daily", Firm, |a| asks::daily(&a.id, &a.text, a.n / 3)),
    kind("end-alone", Rule, |a| Ask::Resumption(a.id.clone(), Production::End { on: a.day })),
    kind("join-alone", Rule, |a| {
        Ask::Resumption(a.id.clone(), Production::JoinTo { listed: a.id.clone() })
    }),
    kind("draft", Commission, |a| asks::draft(&a.id, asks::whole_plan())),
    kind("revise", Commission, |a| {
        let mut plan = asks::whole_plan();
        if a.n.is_multiple_of(2) {
            plan.sections.remove("P2");
        }
        Ask::Plan(a.id.clone(), Plan::Revise { plan, gaps: Vec::new() })
    }),
    kind("put-in-place", Commission, |a| asks::put_in_place(&a.id)),
    kind("urge", Commission, |a| {
        let (officer, points) = (a.officer(0), vec![sealed("补应急预案")]);
        Ask::Plan(a.id.clone(), Plan::UrgeImprovement { officer, points })
    }),
];

pub(super) const SEATS: &[Kind] = &[
    kind("assign", SeatsUnit, |a| {
        let command = Posting::AssignOfficer {
            seat: a.seat(),
            unit: a.seat_owner(),
            officer: a.officer(a.n / 3),
            from: a.text.parse().unwrap(),
            concurrent_reason: (a.n.is_multiple_of(2)).then(|| sealed("人手不足")),
            supersedes: None,
            was: None,
            advisories: Vec::new(),
        };
        seat(a, command)
    }),
    kind("assign-corrected", SeatsUnit, |a| {
        let posting: fugong_domain::posting::Posting = a.desk.read(&a.id);
        let sitting = posting.sitting(a.seat());
        let was = sitting.map(|it| Seated { officer: it.officer.clone(), from: it.period.from });
        let command = Posting::AssignOfficer {
            seat: a.seat(),
            unit: a.seat_owner(),
            officer: a.officer(a.n / 2),
            from: a.text.parse().unwrap(),
            concurrent_reason: Some(sealed("人手不足")),
            supersedes: Some("an-event".to_owned()),
            was,
            advisories: Vec::new(),
        };
        seat(a, command)
    }),
    kind("transfer", SeatsUnit, |a| {
        let command = Posting::Transfer {
            seat: a.seat(),
            to: a.officer(a.n / 3 + 1),
            effective_at: a.text.parse().unwrap(),
            concurrent_reason: Some(sealed("人手不足")),
            unit: None,
        };
        seat(a, command)
    }),
    kind("substitute", SeatsUnit, |a| {
        let until = (a.day + TimeDelta::days(i64::from(a.n))).to_string();
        let (from, until) = (a.text.parse().unwrap(), until.parse().unwrap());
        let substitute = a.officer(a.n / 3 + 2);
        let (supersedes, was) = (None, None);
        let on = a.seat();
        seat(a, Posting::Substitute { seat: on, substitute, from, until, supersedes, was })
    }),
    kind("substitute-corrected", SeatsUnit, |a| {
        let posting: fugong_domain::posting::Posting = a.desk.read(&a.id);
        let its = posting.substitutions().iter().rfind(|it| it.seat == a.seat());
        let was = its.map(|it| Seated { officer: it.substitute.clone(), from: it.from });
        let until = (a.day + TimeDelta::days(i64::from(a.n))).to_string();
        let (from, until) = (a.text.parse().unwrap(), until.parse().unwrap());
        let (substitute, supersedes) = (a.officer(a.n / 2 + 1), Some("an-event".to_owned()));
        let on = a.seat();
        seat(a, Posting::Substitute { seat: on, substitute, from, until, supersedes, was })
    }),
    kind("end-substitution", Rule, |a| {
        seat(a, Posting::EndSubstitution { seat: a.seat(), today: a.day })
    }),
    kind("withdraw", SeatsUnit, |a| withdraw(a, None)),
    kind("withdraw-by-rule", Rule, |a| withdraw(a, Some("seat_passed_on"))),
    kind("visit", SeatsUnit, |a| visit(a, false)),
    kind("visit-again", SeatsUnit, |a| visit(a, true)),
    kind("enrol", Commission, |a| {
        let corrects = a.n.is_multiple_of(2);
        let command = officer::Command::Enrol {
            name: sealed(if corrects { "某某" } else { "某" }),
            unit: a.seat_owner(),
            title: None,
            phone: None,
            supersedes: corrects.then(|| "an-event".to_owned()),
        };
        Ask::Officer(a.officer(a.n), command)
    }),
    kind("take-post", Rule, |a| {
        let (enterprise, seat, from) = (a.id.clone(), a.seat(), a.text.parse().unwrap());
        let concurrent = true;
        let take = officer::Command::TakePost { enterprise, seat, from, concurrent };
        Ask::Officer(a.officer(0), take)
    }),
    kind("leave-post", Rule, |a| {
        let (enterprise, seat, at) = (a.id.clone(), a.seat(), a.text.parse().unwrap());
        Ask::Officer(a.officer(0), officer::Command::LeavePost { enterprise, seat, at })
    }),
];

pub(super) const RULES: &[Kind] = &[
    kind("risk", Headquarters, |a| {
        let (level, effective_on) = (RiskLevel::ALL[a.n as usize % 3], a.day);
        let area = (a.n <= 3).then(|| "500114106".parse().unwrap());
        Ask::Regime(Regime::ChangeRiskLevel { area, level, effective_on })
    }),
    kind("rules", Commission, |a| {
        let mut rules = data::rule_sets().unwrap().pop().unwrap();
        rules.version = format!("later-{}", a.day);
        rules.effective_from = a.day.max(date(2020, 2, 27));
        Ask::Regime(Regime::PublishRules { rules: Box::new(rules) })
    }),
    kind("calendar", Commission, |a| {
        let mut calendar = data::calendars().unwrap().pop().unwrap();
        calendar.id = format!("later-{}", a.day);
        Ask::Regime(Regime::PublishCalendar { calendar })
    }),
    kind("units", Commission, |a| {
        let mut units = data::units().unwrap();
        units.divisions[0].note = Some(a.text.clone());
        Ask::Regime(Regime::PublishUnits { units })
    }),
    kind("industry", Commission, |a| {
        let mut commands = data::district().unwrap().into_iter();
        let industry = commands.find(|it| matches!(it, Regime::PublishIndustry { .. })).unwrap();
        let mut text = serde_json::to_string(&industry).unwrap();
        text = text.replace("采矿业", &format!("采矿业（{}）", a.text));
        Ask::Regime(serde_json::from_str(&text).unwrap())
    }),
    kind("codes", Commission, |a| {
        let mut lists = data::code_lists().unwrap();
        lists.retain(|name, _| name == "tiers");
        for code in lists.values_mut().flatten() {
            code.en.clone_from(&a.text);
        }
        Ask::Regime(Regime::PublishCodes { lists })
    }),
    kind("checklists", Commission, |a| {
        let mut lists = data::checklists().unwrap();
        for list in lists.values_mut() {
            list.basis.clone_from(&a.text);
        }
        Ask::Regime(Regime::PublishChecklists { lists })
    }),
];

/// Lists the enterprise; the bare code once in a while as a tenant of the park that is not
/// industrial.
fn register(a: &About<'_>) -> Ask {
    let known = LISTED.into_iter().find(|short| a.id.code() == Some(&fictional(short).uscc));
    let mut command = registering(fictional(known.unwrap_or("ENT-012")));
    if let Listing::Register { scale, industry_code, park, .. } = &mut command {
        if a.id.site() != 1 {
            *scale = None;
        }
        if known.is_none() && a.n.is_multiple_of(2) {
            (*scale, *park) = (None, Some("park-zy".parse().unwrap()));
            *industry_code = "59".parse().unwrap();
        }
    }
    list(a, command)
}

fn reclassify(a: &About<'_>, to: Scale) -> Ask {
    let (effective_on, basis, advisories) = (a.day, "一套表".to_owned(), Vec::new());
    list(a, Listing::ReclassifyScale { to, effective_on, basis, advisories })
}

fn relocate(a: &About<'_>, park: Option<&str>) -> Ask {
    let township = if a.n.is_multiple_of(2) { "500114107" } else { "500114106" }.parse().unwrap();
    let park = park.map(|park| park.parse().unwrap());
    list(a, Listing::Relocate { township, park, effective_on: a.day })
}

fn withdraw(a: &About<'_>, rule: Option<&str>) -> Ask {
    let command = Posting::Withdraw {
        seat: a.seat(),
        at: a.text.parse().unwrap(),
        reason: Some(sealed("调离")),
        rule: rule.map(str::to_owned),
        advisories: Vec::new(),
    };
    seat(a, command)
}

fn visit(a: &About<'_>, again: bool) -> Ask {
    let last = a.last_visit().filter(|_| again);
    let command = Posting::LogVisit {
        seat: a.seat(),
        at: a.text.parse().unwrap(),
        items: vec!["P3".to_owned()],
        notes: None,
        supersedes: last.as_ref().map(|(event, _)| event.clone()),
        was: last.map(|(_, was)| was),
        visitor: None,
    };
    seat(a, command)
}

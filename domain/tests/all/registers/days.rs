//! A register is read for a day: what came later is not in it, and what came before stays.

use chrono::NaiveDate as Date;
use fugong_domain::{
    Ask, EnterpriseId,
    codes::{Scale, Tier},
    enterprise, plan,
    registers::Line,
    resumption,
};
use fugong_fixtures::{
    Desk, by, date,
    desk::{
        asks::{close, draft, plan_resumption, put_in_place, report, suspend, whole_plan},
        control::stop_work,
        enterprise as fictional, registering,
    },
    sealed,
};
use serde_json::{Value, json};

use super::{COMMISSION, FEB_26, FEB_29, ask, four, group, line_of, lines};

fn intend(id: &EnterpriseId, day: &str, why: &str) -> Ask {
    let expected_on = day.parse().unwrap();
    let command = resumption::Command::Plan { expected_on, reason: Some(sealed(why)) };
    Ask::Resumption(id.clone(), command)
}

/// 哪家没复工、为什么、谁包？
#[test]
fn the_list_of_those_who_do_not_work_says_why_until_when_and_who_looks_after_them() {
    let (mut desk, [mine, ..]) = four();
    desk.at("2020-02-24T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(intend(&mine, "2020-02-27", "无口罩")));
    for (day, late) in [(26, 0), (27, 0), (28, 1), (29, 2)] {
        let row = line_of(&desk, "r2", &mine, date(2020, 2, day));
        assert_eq!(row["days_late"], late, "{day} February");
        assert_eq!(row["expected_on"], "2020-02-27");
        assert_eq!(row["reason"], json!(sealed("无口罩")));
        assert_eq!(row["state"], "planned");
    }
    let before = line_of(&desk, "r2", &mine, date(2020, 2, 23));
    assert_eq!((&before["state"], &before["expected_on"]), (&json!("not_resumed"), &Value::Null));
    // Nobody is posted there yet, and still somebody answers for it.
    assert_eq!((&before["officers"], &before["lead"]), (&json!([]), &json!("区应急局")));
    assert_eq!(before["units"].as_array().unwrap().len(), 2, "{before:?}");
}

#[test]
fn an_officer_in_charge_is_named_with_his_telephone() {
    let (mut desk, [mine, ..]) = four();
    desk.enrol("OFF-01");
    let seat = fugong_domain::codes::Seat::Township;
    let assign =
        fugong_fixtures::desk::asks::assign(&mine, seat, "500114106", "OFF-01", "2020-02-26");
    desk.given(by("he:500114106:township").asks(assign));
    let row = line_of(&desk, "r2", &mine, FEB_29);
    assert_eq!(row["officers"], json!(["OFF-01"]));
    for column in ["officer_names", "officer_phones"] {
        assert_eq!(row[column].as_array().unwrap().len(), 1, "{column}");
        assert!(row[column][0]["sealed"].is_string());
    }
}

/// What an enterprise meant before it worked says nothing of the days after it stopped again.
#[test]
fn an_intention_ends_when_work_begins() {
    let (mut desk, [mine, ..]) = four();
    desk.at("2020-02-24T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(plan_resumption(&mine, "2020-02-25")));
    desk.at("2020-02-29T20:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    desk.given(by(COMMISSION).asks(suspend(&mine, "2020-02-28")));
    let row = line_of(&desk, "r2", &mine, FEB_29);
    assert_eq!((&row["state"], &row["days_late"]), (&json!("suspended"), &json!(0)));
    assert_eq!(row["expected_on"], Value::Null);
    let then = line_of(&desk, "r2", &mine, date(2020, 2, 25));
    assert_eq!((&then["state"], &then["expected_on"]), (&json!("planned"), &json!("2020-02-25")));
    desk.given(by(COMMISSION).asks(plan_resumption(&mine, "2020-03-05")));
    assert_eq!(line_of(&desk, "r2", &mine, FEB_29)["expected_on"], "2020-03-05");
}

#[test]
fn who_stopped_is_listed_with_what_he_stopped_for() {
    let (mut desk, [mine, ..]) = four();
    desk.at("2020-02-29T20:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-26")));
    desk.given(by(COMMISSION).asks(stop_work(&mine, "2020-02-28")));
    let on = |day| line_of(&desk, "r2", &mine, date(2020, 2, day))["stopped_for"].clone();
    assert_eq!((on(25), on(28)), (Value::Null, json!("epidemic_order")));
}

#[test]
fn a_provisional_id_that_only_meant_to_resume_takes_its_day_along() {
    let (mut desk, [mine, ..]) = four();
    let nameless: EnterpriseId = "p-01890a5d-ac96-774b-bcce-b302099a8057".parse().unwrap();
    desk.given(by(COMMISSION).asks(report(&nameless, "2020-02-24")));
    desk.given(by(COMMISSION).asks(suspend(&nameless, "2020-02-24")));
    let join = enterprise::Command::JoinListing { provisional: nameless };
    desk.given(by(COMMISSION).asks(ask(&mine, join)));
    let row = line_of(&desk, "r2", &mine, FEB_29);
    assert_eq!(row["state"], "suspended");
    assert_eq!(group(&desk, "all", "all", FEB_29)["ever_resumed"], 1);
}

/// The firm that is listed again was in the base before it closed, and is again.
#[test]
fn the_days_before_a_closure_stay_what_they_were() {
    let (mut desk, [mine, ..]) = four();
    desk.at("2020-02-26T20:00:00+08:00").given(by(COMMISSION).asks(close(&mine, "2020-02-26")));
    desk.at("2020-02-29T20:00:00+08:00");
    desk.given(by(COMMISSION).asks(ask(&mine, registering(fictional("ENT-004")))));
    for (day, total, listing) in [
        (date(2020, 2, 25), 4, "listed"),
        (FEB_26, 3, "closed"),
        (date(2020, 2, 28), 3, "closed"),
        (FEB_29, 4, "listed"),
    ] {
        assert_eq!(group(&desk, "all", "all", day)["total"], total, "{day}");
        assert_eq!(line_of(&desk, "r12", &mine, day)["listing"], listing, "{day}");
    }
    assert_eq!(line_of(&desk, "r12", &mine, FEB_29)["listed_on"], "2020-02-29");
}

/// A move and a size that were to begin later ended with it.
#[test]
fn what_was_to_begin_after_a_closure_never_begins() {
    let (mut desk, [mine, ..]) = four();
    let before = line_of(&desk, "r4", &mine, FEB_26);
    desk.at("2020-02-24T09:00:00+08:00");
    let effective_on = date(2020, 3, 5);
    let township = "500114002".parse().unwrap();
    let relocate = enterprise::Command::Relocate { township, park: None, effective_on };
    let reclassify = enterprise::Command::ReclassifyScale {
        to: Scale::Below,
        effective_on,
        basis: "统计名录库".to_owned(),
        advisories: Vec::new(),
    };
    for command in [relocate, reclassify] {
        desk.given(by(COMMISSION).asks(ask(&mine, command)));
    }
    desk.at("2020-02-26T20:00:00+08:00").given(by(COMMISSION).asks(close(&mine, "2020-02-26")));
    desk.at("2020-02-29T20:00:00+08:00");
    desk.given(by(COMMISSION).asks(ask(&mine, registering(fictional("ENT-004")))));
    let after = line_of(&desk, "r4", &mine, date(2020, 3, 6));
    for column in ["township", "scale", "vacant"] {
        assert_eq!(after[column], before[column], "{column}");
    }
}

#[test]
fn a_plan_is_shown_as_it_stood_on_the_day() {
    let (mut desk, [mine, ..]) = four();
    let mut gaps = whole_plan();
    gaps.emergency = None;
    let revise = plan::Command::Revise { plan: whole_plan(), gaps: Vec::new() };
    desk.given(by(COMMISSION).on("2020-02-22").asks(draft(&mine, gaps)));
    desk.given(by(COMMISSION).on("2020-02-23").asks(put_in_place(&mine)));
    desk.given(by(COMMISSION).on("2020-02-26").asks(Ask::Plan(mine.clone(), revise)));
    desk.given(by(COMMISSION).on("2020-02-28").asks(put_in_place(&mine)));
    for (day, state, gaps, in_place_gaps) in [
        (21, "missing", json!([]), json!([])),
        (22, "drafted", json!(["emergency"]), json!([])),
        (23, "in_time", json!(["emergency"]), json!(["emergency"])),
        (26, "in_time", json!([]), json!(["emergency"])),
        (28, "in_time", json!([]), json!([])),
    ] {
        let row = line_of(&desk, "r5", &mine, date(2020, 2, day));
        assert_eq!(row["state"], state, "{day} February");
        assert_eq!((&row["gaps"], &row["in_place_gaps"]), (&gaps, &in_place_gaps), "{day}");
    }
    assert_eq!(line_of(&desk, "r12", &mine, date(2020, 2, 22))["plan_revision"], 1);
}

/// Below → above scale is not retroactively overdue, however early its effect is dated: the day on
/// which it became known counts.
#[test]
fn who_became_known_to_be_above_scale_later_has_three_working_days() {
    let id = EnterpriseId::from(fictional("ENT-011").uscc);
    let due = |on| line_of(&promoted(), "r5", &id, on)["due"].clone();
    assert_eq!([due(FEB_29), due(date(2020, 3, 4))], [json!("2020-03-04"), json!("2020-03-04")]);
    assert_eq!(group(&promoted(), "scale", "above", FEB_29)["total"], 3);
    for (day, state) in
        [("2020-03-03", "in_time"), ("2020-03-04", "in_time"), ("2020-03-05", "late")]
    {
        let mut desk = promoted();
        desk.given(by(COMMISSION).on(day).asks(draft(&id, whole_plan())));
        desk.given(by(COMMISSION).on(day).asks(put_in_place(&id)));
        assert_eq!(line_of(&desk, "r5", &id, date(2020, 3, 5))["state"], state, "{day}");
    }
}

/// ENT-011, promoted on 28 February as of the 1st, seen from 5 March.
fn promoted() -> Desk {
    let (mut desk, [.., workshop]) = four();
    desk.at("2020-02-28T09:00:00+08:00");
    let command = enterprise::Command::ReclassifyScale {
        to: Scale::Above,
        effective_on: date(2020, 2, 1),
        basis: "统计名录库".to_owned(),
        advisories: Vec::new(),
    };
    desk.given(by(COMMISSION).asks(ask(&workshop, command)));
    desk.at("2020-03-05T09:00:00+08:00");
    desk
}

#[test]
fn tier_guidance_and_papers_begin_on_their_day() {
    let (mut desk, [mine, ..]) = four();
    let tier = enterprise::Command::AssignTier { tier: Tier::T1, basis: "名单".to_owned() };
    desk.given(by(COMMISSION).on("2020-02-26").asks(ask(&mine, tier)));
    let guide = enterprise::Command::Guide {
        lead: "emb".parse().unwrap(),
        points: vec![sealed("排产")],
        production_plan: None,
    };
    desk.given(by(COMMISSION).on("2020-02-27").asks(ask(&mine, guide)));
    let paper = enterprise::Command::RecordEarlierPaper {
        authority: "渝肺炎组办发〔2020〕24号".to_owned(),
        dated: date(2020, 2, 28),
        summary: sealed("材料"),
    };
    desk.given(by(COMMISSION).asks(ask(&mine, paper)));
    let shown = |day: Date| {
        let row = line_of(&desk, "r12", &mine, day);
        ["tier", "guided_on", "papers"].map(|column| row[column].clone())
    };
    assert_eq!(shown(date(2020, 2, 25)), [Value::Null, Value::Null, json!([])]);
    assert_eq!(shown(date(2020, 2, 27)), [json!("T1"), json!("2020-02-27"), json!([])]);
    let papers = json!(["2020-02-28 渝肺炎组办发〔2020〕24号"]);
    assert_eq!(shown(FEB_29), [json!("T1"), json!("2020-02-27"), papers]);
    assert_eq!(group(&desk, "tier", "T1", FEB_26)["total"], 1);
}

/// 五里 changed its code: before and after, it is one township with one line.
#[test]
fn a_township_that_changed_its_code_has_one_line() {
    let units = fugong_fixtures::data::units().unwrap();
    let now = units.divisions.iter().find(|unit| unit.replaces.is_some()).unwrap();
    let (old, new) = (now.replaces.clone().unwrap(), now.code.clone());
    let changed = now.valid_from.unwrap();
    let mut desk = Desk::open();
    for (short, township, day) in
        [("ENT-004", &old, changed.pred_opt().unwrap()), ("ENT-011", &new, changed)]
    {
        desk.at(&format!("{day}T09:00:00+08:00"));
        let mut register = registering(fictional(short));
        if let enterprise::Command::Register { township: at, park, .. } = &mut register {
            (*at, *park) = (township.clone(), None);
        }
        let id = EnterpriseId::from(fictional(short).uscc);
        desk.given(by(COMMISSION).asks(ask(&id, register)));
    }
    let all = lines(&desk, "r1", changed);
    let of = |code: &str| {
        let line = all.iter().find(|line| line["by"] == "township" && line["group"] == code);
        line.map(|line| line["total"].clone())
    };
    assert_eq!((of(old.as_str()), of(new.as_str())), (None, Some(json!(2))));
    let board = lines(&desk, "r14", changed);
    assert_eq!(board.len(), 2, "the whole and one township: {board:?}");
}

/// R14 is about industry above scale: 园区非工业 never counts in it, and both ratios carry their
/// parts.
#[test]
fn the_month_end_board_shows_what_its_ratios_stand_on() {
    let (mut desk, [mine, silk, food, _]) = four();
    for id in [&mine, &silk] {
        desk.given(by(COMMISSION).asks(report(id, "2020-02-28")));
    }
    let kind = fugong_domain::codes::ExclusionKind::PolicyStop;
    desk.given(by(COMMISSION).asks(super::exclude(&silk, kind, FEB_26)));
    let all = lines(&desk, "r14", FEB_29).remove(0);
    assert_eq!((&all["total"], &all["excluded"], &all["base"]), (&json!(2), &json!(1), &json!(1)));
    assert_eq!((&all["resumed_all"], &all["resumed"]), (&json!(2), &json!(1)));
    assert_eq!((&all["rate_all"], &all["rate"]), (&json!("100%"), &json!("100%")));
    let below = fictional("ENT-003").above_scale;
    assert!(!below, "{food} is below scale, and not on the board");
    assert_eq!((&all["target_on"], &all["days_left"]), (&json!("2020-02-29"), &json!(0)));
}

/// 「努力实现2月底前」: what was reached by then stays to be read, whatever comes later.
#[test]
fn the_month_end_board_keeps_the_figures_of_the_target_day() {
    let (mut desk, [mine, silk, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    desk.at("2020-03-05T09:00:00+08:00");
    desk.given(by(COMMISSION).asks(report(&silk, "2020-03-05")));
    desk.given(by(COMMISSION).asks(suspend(&mine, "2020-03-04")));
    let before = lines(&desk, "r14", date(2020, 2, 28)).remove(0);
    assert_eq!([&before["target_base"], &before["target_rate"]], [&json!(null); 2], "not yet");
    let then = lines(&desk, "r14", FEB_29);
    let later = lines(&desk, "r14", date(2020, 3, 4));
    assert_eq!(later[0]["resumed"], 0, "nobody works that day");
    for (then, later) in then.iter().zip(&later) {
        assert_eq!(then["group"], later["group"]);
        for (at_target, now) in [
            ("target_base", "base"),
            ("target_resumed", "resumed"),
            ("target_remaining", "remaining"),
            ("target_rate", "rate"),
        ] {
            assert_eq!(later[at_target], then[now], "{at_target} of {}", then["label"]);
            assert_eq!(then[at_target], then[now], "{at_target} on the day itself");
        }
    }
    assert_eq!(later[0]["target_resumed"], 1);
}

/// “努力实现2月底前实现规模以上工业企业全部复工复产”: the curve goes from the first of that month to the day
/// asked, with the figures of R1 and R14 for each of its days.
#[test]
fn day_by_day_the_figures_are_those_of_r1_and_r14_of_that_day() {
    let (mut desk, [mine, silk, ..]) = four();
    desk.given(by(COMMISSION).asks(report(&mine, "2020-02-28")));
    desk.given(by(COMMISSION).asks(report(&silk, "2020-02-29")));
    let march = date(2020, 3, 2);
    let days = lines(&desk, "r14-days", march);
    assert_eq!(days.len(), 2 * 31, "from 1 February");
    for day in [date(2020, 2, 27), date(2020, 2, 28), FEB_29, march] {
        let of = |group: &str| {
            let found = |line: &&Line| line["day"] == json!(day) && line["group"] == group;
            days.iter().find(found).unwrap().clone()
        };
        let (all, r1) = (of("all"), group(&desk, "all", "all", day));
        let (above, r14) = (of("above"), lines(&desk, "r14", day).remove(0));
        for column in ["total", "base", "excluded", "rate", "rate_all"] {
            assert_eq!(all[column], r1[column], "{day} {column}");
            assert_eq!(above[column], r14[column], "{day} {column}");
        }
        assert_eq!(above["is_target"], day == FEB_29);
    }
    // Long after, the last three months are shown.
    let june = lines(&desk, "r14-days", date(2020, 6, 30));
    assert_eq!((june.len(), &june[0]["day"]), (2 * 92, &json!("2020-03-31")));
}

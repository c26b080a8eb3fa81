//! Difficulties (困难): raised, assigned, solved, confirmed, and going up when they are late.

mod inbox;
mod registers;
mod stored;

use fugong_domain::{EnterpriseId, support::Support};
use fugong_fixtures::{
    Desk, by, date,
    desk::help::{
        assign, case, confirm, escalate, progress, raise, raise_of, reopen, resolve, resolve_by,
        transfer,
    },
};

const COMMISSION: &str = "zhang:eic:commission";
const LABOUR: &str = "he:hrss:department";
const MONEY: &str = "gu:fin:department";
const MAR_02: chrono::NaiveDate = date(2020, 3, 2);

/// ENT-016 on the morning of 27 February.
fn listed() -> (Desk, EnterpriseId) {
    let mut desk = Desk::open();
    let id = desk.list("ENT-016");
    desk.at("2020-02-27T09:00:00+08:00");
    (desk, id)
}

/// The same, with its difficulty in the hands of 区人力社保局 until 2 March.
fn assigned() -> (Desk, EnterpriseId) {
    let (mut desk, id) = listed();
    desk.given(by(COMMISSION).asks(raise(1, &id)));
    desk.given(by(COMMISSION).asks(assign(1, "hrss", MAR_02)));
    (desk, id)
}

fn state(desk: &Desk) -> &'static str {
    desk.read::<Support>(case(1)).state().code()
}

/// “主动及时协调解决复工复产中用工、原材料、资金、设备等方面存在的困难和问题”
#[test]
fn an_enterprise_an_officer_or_a_unit_of_its_own_accord_raises_a_difficulty() {
    for (who, source) in [
        ("boss:{}:enterprise", "enterprise"),
        ("OFF-02:eic:officer", "officer"),
        ("tw:{town}:township", "department"),
        ("he:hrss:department", "department"),
        ("sun:hq:headquarters", "department"),
    ] {
        let (mut desk, id) = listed();
        let town = fugong_fixtures::desk::enterprise("ENT-016").township_code.to_string();
        let who = who.replace("{}", &id.to_string()).replace("{town}", &town);
        let told = desk.when(by(&who).asks(raise(1, &id))).then(&["support-raised"]);
        assert_eq!(told.payload("source"), source, "{who}");
        assert_eq!(state(&desk), "raised");
    }
}

#[test]
fn nobody_raises_it_for_another_units_enterprise_or_for_one_that_is_not_known() {
    let (mut desk, id) = listed();
    let other = fugong_fixtures::desk::enterprise("ENT-004").uscc;
    let stranger = format!("boss:{other}:enterprise");
    desk.when(by(&stranger).asks(raise(1, &id))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("tw:500114107:township").asks(raise(1, &id))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("a:eic:auditor").asks(raise(1, &id))).then_refused("ROLE_NOT_ALLOWED");
    let unknown = EnterpriseId::from(other);
    desk.when(by(COMMISSION).asks(raise(1, &unknown))).then_refused("ENTERPRISE_UNKNOWN");
    let odd = raise_of(1, &id, "weather", None);
    desk.when(by(COMMISSION).asks(odd)).then_refused("INVALID_FIELD");
}

/// “切实做到要素保障供给到位、企业困难解决到位、帮扶政策落实到位”
#[test]
fn a_difficulty_goes_from_hand_to_hand_until_the_enterprise_is_content() {
    let (mut desk, id) = assigned();
    desk.when(by(LABOUR).asks(progress(1))).then(&["support-progress-noted"]);
    desk.when(by(LABOUR).asks(transfer(1, "traffic", None))).then(&["support-transferred"]);
    // Whose hands it left has it no more.
    desk.when(by(LABOUR).asks(resolve(1))).then_refused("OUT_OF_JURISDICTION");
    desk.when(by("wu:traffic:department").asks(resolve(1))).then(&["support-resolved"]);
    let boss = format!("boss:{id}:enterprise");
    desk.when(by(&boss).asks(confirm(1, false))).then(&["support-confirmed"]);
    desk.when(by(&boss).asks(confirm(1, false))).then(&[]);
    desk.when(by(&boss).asks(reopen(1))).then(&["support-reopened"]);
    assert_eq!(state(&desk), "raised");
    desk.given(by(COMMISSION).asks(assign(1, "hrss", MAR_02)));
    desk.given(by(LABOUR).asks(resolve(1)));
    desk.when(by(&boss).asks(confirm(1, true))).then(&["support-confirmed"]);
    assert_eq!(state(&desk), "confirmed");
    desk.assert_replay_is_live();
}

#[test]
fn a_step_that_is_not_the_next_is_told_which_is() {
    let (mut desk, id) = listed();
    desk.when(by(COMMISSION).asks(assign(1, "hrss", MAR_02))).then_refused("NOT_FOUND");
    desk.given(by(COMMISSION).asks(raise(1, &id)));
    for early in [progress(1), transfer(1, "fin", None), confirm(1, true), reopen(1)] {
        desk.when(by(COMMISSION).asks(early)).then_refused("ORDER_CLOSED");
    }
    desk.given(by(COMMISSION).asks(assign(1, "hrss", MAR_02)));
    desk.when(by(COMMISSION).asks(assign(1, "hrss", MAR_02))).then(&[]);
    desk.when(by(COMMISSION).asks(assign(1, "fin", MAR_02))).then_refused("ORDER_CLOSED");
    desk.given(by(COMMISSION).asks(resolve(1)));
    for late in [progress(1), resolve(1), transfer(1, "fin", None), escalate(1, None)] {
        desk.when(by(COMMISSION).asks(late)).then_refused("ORDER_CLOSED");
    }
}

#[test]
fn help_is_due_on_the_day_itself_or_later() {
    let (mut desk, id) = listed();
    desk.given(by(COMMISSION).asks(raise(1, &id)));
    let yesterday = assign(1, "hrss", date(2020, 2, 26));
    desk.when(by(COMMISSION).asks(yesterday)).then_refused("DEADLINE_NOT_AFTER_ISSUE");
    let unknown = assign(1, "weather-bureau", MAR_02);
    desk.when(by(COMMISSION).asks(unknown)).then_refused("TOWNSHIP_UNKNOWN_AT_DATE");
    let today = assign(1, "hrss", date(2020, 2, 27));
    desk.when(by(COMMISSION).asks(today)).then(&["support-assigned"]);
    desk.when(by(COMMISSION).on("2020-02-26").asks(progress(1)))
        .then_refused("OCCURRED_ON_IN_FUTURE");
}

/// “指导企业及时兑现落实国家和市上对复工复产企业的资金扶持、物资保供、物流保障等各项政策措施”
#[test]
fn promised_money_is_told_with_its_sum_and_the_day_of_payment() {
    let (mut desk, id) = listed();
    let promised = raise_of(1, &id, "policy_fulfilment", Some(200_000));
    desk.given(by(COMMISSION).asks(promised));
    desk.given(by(COMMISSION).asks(assign(1, "fin", MAR_02)));
    let ahead = resolve_by(1, Some((200_000, date(2020, 2, 28))));
    desk.when(by(MONEY).asks(ahead)).then_refused("OCCURRED_ON_IN_FUTURE");
    let nothing = resolve_by(1, Some((0, date(2020, 2, 27))));
    desk.when(by(MONEY).asks(nothing)).then_refused("INVALID_FIELD");
    let paid = resolve_by(1, Some((150_000, date(2020, 2, 27))));
    let told = desk.when(by(MONEY).asks(paid)).then(&["support-resolved"]);
    assert_eq!(told.payload("paid")["amount_cny"], 150_000);
}

#[test]
fn only_promised_money_carries_sums() {
    let (mut desk, id) = listed();
    let odd = raise_of(1, &id, "labour", Some(200_000));
    desk.when(by(COMMISSION).asks(odd)).then_refused("INVALID_FIELD");
    desk.given(by(COMMISSION).asks(raise(1, &id)));
    let paid = resolve_by(1, Some((150_000, date(2020, 2, 27))));
    desk.when(by(COMMISSION).asks(paid)).then_refused("INVALID_FIELD");
}

#[test]
fn it_is_taken_to_a_higher_unit_that_does_not_have_it_in_hand() {
    let (mut desk, id) = assigned();
    let boss = format!("boss:{id}:enterprise");
    let told = desk.when(by(&boss).asks(escalate(1, None))).then(&["support-escalated"]);
    assert_eq!(told.payload("to"), "eic");
    desk.when(by(&boss).asks(escalate(1, Some("eic")))).then(&[]);
    desk.when(by(&boss).asks(escalate(1, Some("hrss")))).then_refused("INVALID_FIELD");
    desk.when(by(&boss).asks(escalate(1, Some("hq")))).then(&["support-escalated"]);
    // Who has it above them may solve it too.
    desk.when(by("sun:hq:headquarters").asks(resolve(1))).then(&["support-resolved"]);
}

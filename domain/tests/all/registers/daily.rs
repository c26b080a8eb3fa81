//! R3, R16 and the cut-offs.

use fugong_domain::{
    registers::{District, GUARDED, Line, table, withhold},
    resumption::DailyReport,
};
use fugong_fixtures::{
    Desk, by,
    desk::{
        Supervised,
        asks::{daily, daily_of, figures},
    },
};
use serde_json::{Value, json};

use super::{COMMISSION, FEB_29, folded, four, line_of, lines, report};

#[test]
fn the_day_sheet_says_what_each_reported_and_the_sums_say_it_together() {
    let (mut desk, [mine, silk, ..]) = four();
    desk.given(by(COMMISSION).asks(daily(&mine, "2020-02-29", 2)));
    let more = DailyReport { on_post: 100, masks_days: Some(3), ..figures("2020-02-29") };
    desk.given(by(COMMISSION).asks(daily_of(&silk, more)));
    let row = line_of(&desk, "r3", &mine, FEB_29);
    let said = ["staff", "on_post", "fever", "masks_days", "power_kwh"].map(|name| &row[name]);
    assert_eq!(said, [100, 80, 2, 5, 5_200].map(Value::from).each_ref());
    assert_eq!(
        (&row["rate"], &row["by"], &row["unit"]),
        (&json!("80.00%"), &json!("zhang"), &json!("eic"))
    );
    let sums = lines(&desk, "r3-summary", FEB_29);
    let all = &sums[0];
    let said = ["enterprises", "staff", "on_post", "from_hubei", "fever", "masks_days_least"];
    assert_eq!(said.map(|name| &all[name]), [2, 200, 180, 6, 2, 3].map(Value::from).each_ref());
    assert_eq!(all["rate"], "90.00%");
    let park = sums.iter().find(|sum| sum["group"] == "park").unwrap();
    assert_eq!((&park["label"], &park["on_post"]), (&json!("园区内"), &json!(100)));
    let none = lines(&desk, "r3-summary", FEB_29.pred_opt().unwrap());
    assert_eq!((&none[0]["enterprises"], &none[0]["rate"]), (&json!(0), &json!("—")));
}

#[test]
fn a_report_that_is_put_right_gives_way_and_its_day_too() {
    let (mut desk, [mine, ..]) = four();
    desk.given(by(COMMISSION).asks(daily(&mine, "2020-02-29", 1)));
    let supersedes = Some(desk.last("resumption-daily-reported").event_id.to_string());
    let was = Some(FEB_29);
    let right = DailyReport { supersedes, was, on_post: 60, ..figures("2020-02-28") };
    desk.given(by(COMMISSION).asks(daily_of(&mine, right)));
    assert_eq!(lines(&desk, "r3", FEB_29).len(), 0);
    let row = line_of(&desk, "r3", &mine, FEB_29.pred_opt().unwrap());
    assert_eq!((&row["on_post"], &row["fever"]), (&json!(60), &json!(0)));
}

#[test]
fn small_figures_are_withheld_and_larger_ones_are_not() {
    let (mut desk, [mine, ..]) = four();
    let told = DailyReport {
        from_hubei: Some(4),
        in_observation: Some(5),
        fever: Some(0),
        ..figures("2020-02-29")
    };
    desk.given(by(COMMISSION).asks(daily_of(&mine, told)));
    assert_eq!(lines(&desk, "r3", FEB_29)[0]["withheld"], json!([]));
    let rows = withheld(&desk, "r3");
    assert_eq!(
        GUARDED.iter().map(|name| &rows[0][*name]).collect::<Vec<_>>(),
        [&json!(null), &json!(5), &json!(null)]
    );
    assert_eq!(rows[0]["withheld"], json!(["from_hubei", "fever"]));
    assert_eq!(rows[0]["on_post"], 80);
}

/// The lines of a register on the day as who does not look after the persons gets them.
fn withheld(desk: &Desk, name: &str) -> Vec<Line> {
    let mut found = lines(desk, name, FEB_29);
    withhold(table(name).unwrap(), &folded(desk, &District), FEB_29, &mut found).unwrap();
    found
}

/// 15 less the 12 that are shown are the 3 that are not.
#[test]
fn what_is_left_out_is_not_what_remains_of_a_sum() {
    let (mut desk, [mine, silk, food, _]) = four();
    let told = |persons| DailyReport { in_observation: Some(persons), ..figures("2020-02-29") };
    for (id, persons) in [(&mine, 12), (&silk, 3)] {
        desk.given(by(COMMISSION).asks(daily_of(id, told(persons))));
    }
    let each = |desk: &Desk| -> Vec<Value> {
        withheld(desk, "r3").iter().map(|row| row["in_observation"].clone()).collect()
    };
    let all = |desk: &Desk| withheld(desk, "r3-summary")[0].clone();
    let mut shown = each(&desk);
    shown.sort_by_key(Value::is_null);
    assert_eq!(shown, [json!(12), json!(null)]);
    assert_eq!((&all(&desk)["by"], &all(&desk)["in_observation"]), (&json!("all"), &json!(null)));
    assert!(all(&desk)["withheld"].as_array().unwrap().contains(&json!("in_observation")));
    // Of two that share what remains nobody knows whose is which.
    desk.given(by(COMMISSION).asks(daily_of(&food, told(4))));
    assert_eq!(all(&desk)["in_observation"], json!(19));
}

#[test]
fn who_works_and_reported_nothing_is_named_with_the_days() {
    let (mut desk, [mine, silk, food, _]) = four();
    for id in [&mine, &silk] {
        desk.given(by(COMMISSION).asks(report(id, "2020-02-24")));
    }
    desk.given(by(COMMISSION).asks(daily(&silk, "2020-02-29", 0)));
    desk.given(by(COMMISSION).asks(daily(&mine, "2020-02-27", 0)));
    let named = |desk: &Desk, day| {
        let rows = lines(desk, "r16", day);
        rows.iter().map(|row| row["enterprise"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(named(&desk, FEB_29), [mine.to_string()]);
    let row = line_of(&desk, "r16", &mine, FEB_29);
    assert_eq!((&row["days_silent"], &row["last_reported_on"]), (&json!(2), &json!("2020-02-27")));
    assert_eq!(row["units"], json!(["石会镇", "区经信委"]), "{row:?}");
    // The rules of 26 February are the first that ask for a report.
    let before = line_of(&desk, "r16", &silk, "2020-02-28".parse().unwrap());
    assert_eq!((&before["days_silent"], &before["last_reported_on"]), (&json!(3), &Value::Null));
    assert_eq!(named(&desk, "2020-02-25".parse().unwrap()), Vec::<String>::new());
    assert!(!named(&desk, FEB_29).contains(&food.to_string()), "it does not work");
}

#[test]
fn each_cut_off_says_where_its_figures_stand() {
    let mut all = Supervised::open();
    all.desk.list("ENT-004");
    all.at("2020-02-28T09:00:00+08:00");
    let fixed = all.desk.last("regime-figures-fixed").position.to_string();
    let rows = lines(&all.desk, "r1-fixed", FEB_29);
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[1]["date"], &rows[1]["position"]), (&json!("2020-02-27"), &json!(fixed)));
    assert_eq!(rows[1]["fixed_at"], "2020-02-27T09:00:00Z");
    assert_eq!(lines(&all.desk, "r1-fixed", "2020-02-26".parse().unwrap()).len(), 1);
}

//! As it was known then: the answers of that moment, again.

use std::collections::BTreeSet;

use actix_web::{App, test};
use fugong_api::{Desk, History, Moment, Whose};
use fugong_core::{Position, Rows, shanghai_day};
use fugong_domain::registers;
use fugong_engine::{Filter, Log};
use serde_json::Value;

use crate::{
    http::bench::{ADMIN, EIC},
    story::told_watched,
};

/// The address at which the aggregate of an event is read.
fn address(kind: &str, id: &str) -> String {
    match kind {
        "enterprise" => format!("/v1/enterprises/{id}"),
        "resumption" => format!("/v1/enterprises/{id}/resumptions"),
        "plan" => format!("/v1/enterprises/{id}/plans"),
        "posting" => format!("/v1/enterprises/{id}/postings"),
        "credit" => format!("/v1/enterprises/{id}/credit-record"),
        "officer" => format!("/v1/officers/{id}"),
        "inspection" => format!("/v1/inspections/{id}"),
        "rectification" => format!("/v1/rectification-orders/{id}"),
        "support" => format!("/v1/support-cases/{id}"),
        "barrier" => format!("/v1/barrier-reports/{id}"),
        "epidemic" => format!("/v1/epidemic-incidents/{id}"),
        "measure" => format!("/v1/control-measures/{id}"),
        "task" => format!("/v1/tasks/{id}"),
        "regime" => "/v1/regime".to_owned(),
        "data-subject" => format!("/v1/data-subjects/{id}"),
        "report" => format!("/v1/reports/{id}/definition"),
        "api-key" => format!("/v1/api-keys/{id}"),
        "webhook" => format!("/v1/webhooks/{id}"),
        other => panic!("{other} is read nowhere"),
    }
}

/// The answer to a GET by somebody of the commission; of keys, by whoever looks after them.
async fn answer(log: &Log, path: &str) -> (u16, String) {
    let desk = Desk::dev(log.clone());
    let app = App::new().configure(|config| fugong_api::configure(config, desk));
    let app = test::init_service(app).await;
    let who = if path.starts_with("/v1/api-keys") { ADMIN } else { EIC };
    let token = format!("Bearer dev:{who}");
    let request = test::TestRequest::get().uri(path).insert_header(("Authorization", token));
    let answer = test::call_service(&app, request.to_request()).await;
    let status = answer.status().as_u16();
    (status, String::from_utf8(test::read_body(answer).await.to_vec()).unwrap())
}

/// What was answered while the district lived is what is answered of that moment for ever: of every
/// aggregate that an act changed, and of one register after the other.
#[actix_web::test]
async fn every_answer_of_then_is_the_answer_as_of_then() {
    let (mut given, mut seen, mut turn) = (Vec::new(), Position::START, 0_usize);
    let tables = registers::tables();
    let told = told_watched(
        async |_, _| {},
        async |log| {
            if log.head() == seen {
                return;
            }
            let events = log.events(seen, 100, &Filter::default()).await.unwrap();
            seen = log.head();
            let of =
                |event: &fugong_core::Recorded| address(&event.aggregate_type, &event.aggregate_id);
            let mut paths: BTreeSet<String> = events.iter().take(3).map(of).collect();
            let register = tables[turn % tables.len()].relation.name;
            paths.insert(format!("/v1/registers/{register}/rows"));
            turn += 1;
            let day = shanghai_day(log.now());
            for path in paths {
                let (status, body) = answer(log, &path).await;
                given.push((path, log.head(), day, status, body));
            }
        },
    )
    .await;
    assert!(1_500 < given.len(), "{}", given.len());
    let mut excepted = 0;
    for (path, at, day, status, body) in given {
        // What is dated by the world is dated so; the rest knows one clock only.
        let dated = ["/registers/", "/regime"].iter().any(|part| path.contains(part))
            || path.split('/').count() == 4 && path.starts_with("/v1/enterprises/");
        let day = if dated { format!("&true_on={day}") } else { String::new() };
        let again = answer(&told.log, &format!("{path}?at_position={at}{day}")).await;
        assert_eq!(again.0, status, "{path} at {at}");
        // A report that is run no more was not found then either.
        if again.1 == body || status == 404 {
            continue;
        }
        let mut body: Value = serde_json::from_str(&body).unwrap();
        let mut again: Value = serde_json::from_str(&again.1).unwrap();
        except(&mut body, &mut again);
        assert_eq!(again, body, "{path} at {at}");
        excepted += 1;
    }
    assert!((1..20).contains(&excepted), "{excepted} answers with words that are closed now");
}

/// Leaves out what is closed, then or now: whether words are read is a matter of today.
fn except(then: &mut Value, now: &mut Value) {
    let closed = |value: &Value| {
        ["erased", "restricted"].iter().any(|mark| value[*mark] == Value::Bool(true))
    };
    if closed(then) || closed(now) {
        (*then, *now) = (Value::Null, Value::Null);
        return;
    }
    match (then, now) {
        (Value::Object(then), Value::Object(now)) => {
            for (name, then) in then {
                if let Some(now) = now.get_mut(name) {
                    except(then, now);
                }
            }
        }
        (Value::Array(then), Value::Array(now)) => {
            then.iter_mut().zip(now).for_each(|(then, now)| except(then, now));
        }
        _ => {}
    }
}

/// At every position, also those within a commit, the rows are the fold up to there.
#[actix_web::test]
async fn at_every_position_rows_are_what_the_events_up_to_it_say() {
    let told = crate::story::told().await;
    let all = registers::all();
    let mut live: Vec<Rows> = all.iter().map(|_| Rows::complete()).collect();
    for event in &told.events {
        for (register, rows) in all.iter().zip(&mut live) {
            register.apply(rows, event).unwrap();
            rows.keep();
            let stood = told.log.rows(register.name(), Some(event.position)).await.unwrap();
            for relation in register.relations() {
                let same =
                    rows.texts(relation.name).unwrap() == stood.rows.texts(relation.name).unwrap();
                assert!(same, "{} {} at {}", register.name(), relation.name, event.position);
            }
        }
    }
}

/// The two clocks: what a correction tells later changes what was true, not what was known.
#[actix_web::test]
async fn what_was_true_and_what_was_known_are_told_apart() {
    let told = crate::story::told().await;
    let desk = Desk::new(told.log.clone());
    let history = History::of(&desk);
    let corrected = told.events.iter().find(|it| &*it.event_type == "resumption-corrected");
    let corrected = corrected.unwrap();
    let whose: Whose = format!("enterprise/{}", corrected.aggregate_id).parse().unwrap();
    let before = Position(corrected.position.0 - 1);
    let day = shanghai_day(corrected.recorded_at);
    let at = |known| Moment { known, true_on: day };
    let (then, now) = (
        history.as_of(&whose, at(before)).await.unwrap(),
        history.as_of(&whose, at(corrected.position)).await.unwrap(),
    );
    assert_ne!(then["resumption"], now["resumption"]);
    let mut patched = then.clone();
    let patch = history.diff(&whose, (before, corrected.position), day).await.unwrap();
    follow(&mut patched, patch);
    assert_eq!(patched, now);
    // The same day, as known later: what was known then does not change by that.
    let again = history.as_of(&whose, at(before)).await.unwrap();
    assert_eq!(then, again);
    // Another day, as known at the same position, is another answer.
    let register: Whose = "register/r1".parse().unwrap();
    let known = told.log.head();
    let on = |day: &str| Moment { known, true_on: day.parse().unwrap() };
    let early = history.as_of(&register, on("2020-02-25")).await.unwrap();
    let late = history.as_of(&register, on("2020-03-20")).await.unwrap();
    assert_ne!(early, late);
}

/// Makes of a state what a JSON Patch says.
fn follow(state: &mut Value, patch: Value) {
    let patch: json_patch::Patch = serde_json::from_value(patch).unwrap();
    json_patch::patch(state, &patch).unwrap();
}

/// Each step leads from how it stood to how it stands, and the next begins there.
#[actix_web::test]
async fn step_by_step_one_comes_from_the_first_event_to_the_last() {
    let told = crate::story::told().await;
    let desk = Desk::new(told.log.clone());
    let history = History::of(&desk);
    let order = told.events.iter().find(|it| &*it.event_type == "rectification-failed").unwrap();
    let whose: Whose = format!("rectification/{}", order.aggregate_id).parse().unwrap();
    let (steps, more) = history.steps(&whose, Position::START, history.now(), 200).await.unwrap();
    assert!(3 <= steps.len() && more.is_none());
    let mut stands = Value::Null;
    for step in &steps {
        assert_eq!(step.before, stands, "{}", step.told.sentence);
        follow(&mut stands, step.changes.clone());
        assert_eq!(step.after, stands);
    }
    assert_eq!(stands, history.as_of(&whose, history.now()).await.unwrap());
    // Of a register, the rows that an event changed.
    let r7: Whose = "register/r7".parse().unwrap();
    let before = Position(order.position.0 - 1);
    let upto = Moment { known: order.position, true_on: shanghai_day(order.recorded_at) };
    let (steps, _) = history.steps(&r7, before, upto, 10).await.unwrap();
    assert_eq!(steps.len(), 1, "{steps:?}");
    assert_eq!(steps[0].after[0]["state"], "failed");
    let rows = history.diff(&r7, (before, order.position), upto.true_on).await.unwrap();
    assert_eq!(rows, steps[0].changes);
}

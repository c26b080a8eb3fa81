//! Every act there is, asked for in every wrong way: a documented problem, and nothing written.

use std::collections::BTreeSet;

use actix_web::{http::Method, test::TestRequest};
use fugong_api::{Makes, Row};
use serde_json::json;

use super::bench::{self, ADMIN, Bench, EIC, HQ, Said};

const START: &str = "2020-02-26T08:00:00+08:00";

/// An address with something in the place of its parameters.
fn filled(pattern: &str, code: &str, id: &str) -> String {
    let with = |text: String, (name, value): (&str, &str)| text.replace(name, value);
    [("{uscc}", code), ("{id}", id), ("{seat}", "park")].into_iter().fold(pattern.to_owned(), with)
}

async fn asked(bench: &Bench, path: &str, key: &str, body: &[u8]) -> Said {
    asked_by(bench, EIC, path, key, body).await
}

async fn asked_by(bench: &Bench, who: &str, path: &str, key: &str, body: &[u8]) -> Said {
    let request = bench::request(who, path, key, &json!({})).set_payload(body.to_vec());
    let head = bench.log.head();
    let said = bench.send(request).await;
    assert!((400..500).contains(&said.status), "{path}: {}", said.text);
    said.problem();
    assert_eq!(bench.log.head(), head, "{path}: nothing is written");
    said
}

#[actix_web::test]
async fn no_act_is_made_of_what_is_no_body() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let bodies: [(&[u8], &str); 12] = [
        (b"{", "MALFORMED"),
        (b"\xff\xfe", "MALFORMED"),
        (b"{} {}", "MALFORMED"),
        (br#"{"note":"\ud800"}"#, "MALFORMED"),
        (br#"{"note":"a","note":"b"}"#, "MALFORMED"),
        (b"[]", "INVALID_FIELD"),
        (b"null", "INVALID_FIELD"),
        (b"\"text\"", "INVALID_FIELD"),
        (br#"{"sign_off":true}"#, "INVALID_FIELD"),
        (br#"{"note":7}"#, "INVALID_FIELD"),
        (br#"{"note":"\u0000"}"#, "INVALID_FIELD"),
        (br#"{"occurred_at":"2020-02-30"}"#, "INVALID_FIELD"),
    ];
    let mut acts = 0;
    for row in fugong_api::acts() {
        let path = filled(row.path, &code, &bench.log.new_id().to_string());
        for (body, wanted) in bodies {
            let said = asked(&bench, &path, "k", body).await;
            let text = String::from_utf8_lossy(body);
            assert_eq!((said.status, said.problem().as_str()), (400, wanted), "{path} {text}");
        }
        acts += 1;
    }
    assert!(30 < acts, "only {acts} acts");
}

/// The example of every act, sent about what is not there, or is somebody else's or no code at all.
#[actix_web::test]
async fn no_act_is_done_to_what_is_not_there() {
    let bench = Bench::at(START).await;
    let nothing = bench.log.new_id().to_string();
    let mut met = BTreeSet::new();
    let about_things = |row: &&Row| row.path.contains("{id}") && row.makes != Makes::Named;
    for row in fugong_api::acts().filter(about_things) {
        let path = filled(row.path, "91500114MAYY010106", &nothing);
        let who = match row.roles {
            "headquarters" => HQ,
            "admin" => ADMIN,
            _ => EIC,
        };
        let said = asked_by(&bench, who, &path, row.id, row.example.as_bytes()).await;
        assert!(matches!(said.status, 404 | 422), "{path}: {}", said.text);
        met.insert(said.problem());
    }
    assert!(met.contains("NOT_FOUND"), "{met:?}");
    for row in fugong_api::acts().filter(|row| row.path.contains("{uscc}")) {
        let path = filled(row.path, "91500114MAYY010107", &nothing);
        let said = asked(&bench, &path, row.id, row.example.as_bytes()).await;
        assert_eq!((said.status, said.problem().as_str()), (422, "USCC_INVALID"), "{path}");
    }
}

#[actix_web::test]
async fn a_key_is_one_to_255_visible_characters() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}/resumptions");
    let body = json!({"resumed_on": "2020-02-26"}).to_string();
    for (key, code) in [
        (String::new(), "IDEMPOTENCY_KEY_REQUIRED"),
        ("   ".to_owned(), "IDEMPOTENCY_KEY_REQUIRED"),
        ("k".repeat(256), "INVALID_FIELD"),
        ("one two".to_owned(), "INVALID_FIELD"),
        ("tab\there".to_owned(), "INVALID_FIELD"),
    ] {
        let said = asked(&bench, &path, &key, body.as_bytes()).await;
        assert_eq!((said.status, said.problem().as_str()), (400, code), "{key:?}");
    }
    let longest = bench::request(EIC, &path, &"k".repeat(255), &json!({})).set_payload(body);
    assert_eq!(bench.send(longest).await.status, 201);
}

#[actix_web::test]
async fn a_version_is_one_etag_as_it_was() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}/closures");
    let body = json!({"stage": "begun", "kind": "deregistered"}).to_string();
    for version in ["1", "\"\"", "\"x\"", "W/\"1\"", "\"1\", \"2\"", "\"-1\"", "\"1"] {
        let request = bench::request(EIC, &path, "k", &json!({})).set_payload(body.clone());
        let said = bench.send(request.insert_header(("if-match", version))).await;
        assert_eq!((said.status, said.problem().as_str()), (400, "INVALID_FIELD"), "{version}");
        assert_eq!(said.json()["errors"][0]["pointer"], "If-Match");
    }
}

#[actix_web::test]
async fn only_json_in_utf_8_is_read() {
    let bench = Bench::at(START).await;
    let (path, body) = ("/v1/officers", json!({"id": "O-1", "name": "某", "unit": "eic"}));
    for (header, value) in [
        ("content-type", "text/plain"),
        ("content-type", "application/xml"),
        ("content-type", "application/json; charset=gbk"),
        ("content-type", "application/x-www-form-urlencoded"),
        ("content-type", "multipart/form-data; boundary=x"),
        ("content-type", ""),
        ("content-encoding", "gzip"),
        ("content-encoding", "br"),
    ] {
        let head = bench.log.head();
        let request = bench::request(EIC, path, "k", &body).insert_header((header, value));
        let said = bench.send(request).await;
        assert_eq!(
            (said.status, said.problem().as_str()),
            (415, "UNSUPPORTED_MEDIA_TYPE"),
            "{value}"
        );
        assert_eq!(bench.log.head(), head);
    }
    let utf_8 = ("content-type", "Application/JSON; charset=UTF-8");
    let said = bench.send(bench::request(EIC, path, "k", &body).insert_header(utf_8)).await;
    assert_eq!(said.status, 201, "{}", said.text);
}

#[actix_web::test]
async fn a_method_that_an_address_does_not_know_is_told_which_it_knows() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    for (path, allow) in [
        ("/v1/enterprises".to_owned(), "POST, GET, HEAD"),
        (format!("/v1/enterprises/{code}"), "GET, HEAD"),
        (format!("/v1/enterprises/{code}/scale-changes"), "POST"),
        ("/v1/registers/r1/rebuilds".to_owned(), "POST"),
    ] {
        for method in ["PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT", "MKCOL"] {
            let method = Method::from_bytes(method.as_bytes()).unwrap();
            let head = bench.log.head();
            let said = bench.send(TestRequest::with_uri(&path).method(method.clone())).await;
            assert_eq!((said.status, said.problem().as_str()), (405, "METHOD_NOT_ALLOWED"));
            assert_eq!(said.header("allow"), allow, "{method} {path}");
            assert_eq!(bench.log.head(), head);
        }
    }
}

/// 4 KB are 4,096 bytes, not characters, and come back as they were; one more is one too many.
#[actix_web::test]
async fn a_text_of_4_kb_is_kept_and_one_byte_more_is_refused() {
    let bench = Bench::at(START).await;
    let code = bench.list("ENT-001").await;
    let path = format!("/v1/enterprises/{code}/tiers");
    let note = format!("{}𠮷〔2020〕", "长".repeat(1360));
    let note = format!("{note}{}", "a".repeat(4096 - note.len()));
    let long = json!({"tier": "T1", "basis": "名录", "note": format!("{note}a")});
    let said = asked(&bench, &path, "long", long.to_string().as_bytes()).await;
    assert_eq!(said.json()["errors"][0]["pointer"], "/note", "{}", said.text);
    let body = json!({"tier": "T1", "basis": "名录", "note": note});
    let made = bench.act(EIC, &path, body).await;
    let back = bench.get(EIC, made.header("location")).await.json();
    assert_eq!(back["note"], json!(note));
}

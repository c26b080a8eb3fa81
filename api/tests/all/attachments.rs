//! Papers and photographs under their digests.

use actix_web::test::TestRequest;
use serde_json::json;
use sha2::{Digest as _, Sha256};

use crate::rig::{CODE, District, EIC, get, listing, post, send};

/// The smallest PNG there is: one transparent point.
pub(crate) const POINT: &[u8] = &[
    0x89, b'P', b'N', b'G', 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 13, b'I', b'H', b'D', b'R', 0, 0, 0,
    1, 0, 0, 0, 1, 8, 6, 0, 0, 0, 0x1f, 0x15, 0xc4, 0x89, 0, 0, 0, 13, b'I', b'D', b'A', b'T',
    0x78, 0xda, 0x63, 0x64, 0x60, 0xf8, 0x5f, 0x0f, 0, 2, 0x87, 1, 0x80, 0xeb, 0x47, 0xba, 0x92, 0,
    0, 0, 0, b'I', b'E', b'N', b'D', 0xae, 0x42, 0x60, 0x82,
];

fn multipart(who: &str, name: &str, bytes: &[u8]) -> TestRequest {
    let mut body = format!(
        "--xyz\r\ncontent-disposition: form-data; name=\"{name}\"; filename=\"照片.png\"\r\n\
         content-type: image/png\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(bytes);
    body.extend_from_slice(b"\r\n--xyz--\r\n");
    TestRequest::post()
        .uri("/v1/attachments")
        .insert_header(("authorization", who))
        .insert_header(("content-type", "multipart/form-data; boundary=xyz"))
        .set_payload(body)
}

#[actix_web::test]
async fn a_photograph_is_kept_once_under_its_digest_and_an_act_names_it() {
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let digest = format!("{:x}", Sha256::digest(POINT));
    let kept = send(&app, multipart(EIC, "file", POINT)).await;
    assert_eq!(kept.status, 201, "{}", kept.text);
    assert_eq!(
        kept.json(),
        json!({"sha256": digest, "media_type": "image/png", "bytes": POINT.len()})
    );
    assert_eq!(send(&app, multipart(EIC, "file", POINT)).await.status, 200, "kept once");
    let location = kept.header("location").to_owned();
    let found = send(&app, get(&location)).await;
    assert_eq!((found.status, found.header("content-type")), (200, "image/png"));
    assert_eq!(found.text, String::from_utf8_lossy(POINT));
    assert!(found.header("content-security-policy").contains("sandbox"));
    assert!(district.log.beside("attachments").exists());
    send(&app, post("/v1/enterprises", "a", &listing())).await;
    let notice = json!({"authority": "黔防控指综办发〔2020〕3号", "dated": "2020-02-11",
        "summary": "信息", "attachments": [digest]});
    let path = format!("/v1/enterprises/{CODE}/earlier-papers");
    let said = send(&app, post(&path, "b", &notice)).await;
    assert_eq!(said.status, 201, "{}", said.text);
    let event = &said.json()["events"][0]["event_id"];
    let shown = send(&app, get(&format!("/v1/events/{}", event.as_str().unwrap()))).await;
    assert_eq!(shown.json()["attachments"], json!([digest]), "{}", shown.text);
}

#[actix_web::test]
async fn what_is_no_paper_is_not_kept() {
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let program = b"#!/bin/sh\nrm -rf /\n".as_slice();
    let huge = [POINT, &vec![0; 10 * 1024 * 1024]].concat();
    for (request, code) in [
        (multipart(EIC, "file", program), "UNSUPPORTED_MEDIA_TYPE"),
        (
            multipart(EIC, "file", b"<html><script>alert(1)</script></html>"),
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (multipart(EIC, "other", POINT), "MALFORMED"),
        (multipart(EIC, "file", &huge), "TOO_LARGE"),
        (multipart("Bearer dev:sun:eic:auditor", "file", POINT), "ROLE_NOT_ALLOWED"),
        (multipart("", "file", POINT), "UNAUTHENTICATED"),
        (post("/v1/attachments", "a", &json!({})), "UNSUPPORTED_MEDIA_TYPE"),
        (get(&format!("/v1/attachments/{}", "0".repeat(64))), "NOT_FOUND"),
        (get("/v1/attachments/..%2f..%2fetc"), "NOT_FOUND"),
    ] {
        assert_eq!(send(&app, request).await.problem(), code);
    }
    let folder = district.log.beside("attachments");
    assert!(!folder.exists(), "nothing was written");
}

/// The bytes are compared with their name whenever they are read.
#[actix_web::test]
async fn an_attachment_that_was_changed_is_not_given_out() {
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let kept = send(&app, multipart(EIC, "file", POINT)).await;
    let digest = kept.json()["sha256"].as_str().unwrap().to_owned();
    let folder = district.log.beside("attachments");
    std::fs::write(folder.join(digest.get(..2).unwrap()).join(&digest), b"another").unwrap();
    assert_eq!(send(&app, get(kept.header("location"))).await.problem(), "UNAVAILABLE");
}

//! The transparent log over HTTP.

use fugong_engine::{
    leaf::leaf_hash,
    proof::{Checkpoint, includes},
};

use crate::rig::{District, get, listing, post, send};

const AUDITOR: &str = "Bearer dev:wang:audit:auditor";

fn unknown(path: &str) -> actix_web::test::TestRequest {
    actix_web::test::TestRequest::get().uri(path)
}

#[actix_web::test]
async fn who_holds_a_checkpoint_and_a_proof_needs_nobodys_word() {
    let district = District::sealed_at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let listed = send(&app, post("/v1/enterprises", "a", &listing())).await;
    let event = listed.json()["events"][0]["event_id"].as_str().unwrap().to_owned();
    let proof_at = format!("/v1/events/{event}/proof");
    // With a simulated clock it is sealed after each act.
    let note = district.log.checkpoint().await.unwrap().unwrap();
    let said = send(&app, unknown("/v1/log/checkpoint")).await;
    assert_eq!((said.status, said.text.as_str()), (200, note.as_str()));
    assert_eq!(said.header("content-type"), "text/plain; charset=utf-8");
    let checkpoint: Checkpoint = note.parse().unwrap();
    let proof = send(&app, get(&proof_at)).await;
    assert_eq!(proof.status, 200, "{}", proof.text);
    let event = district.log.event(event.parse().unwrap()).await.unwrap().unwrap();
    let n = event.position.0.checked_sub(1).unwrap();
    assert!(proof.text.starts_with(&format!("c2sp.org/tlog-proof@v1\nindex {n}\n")));
    assert!(proof.text.ends_with(&note));
    // The tile has the hash, and the entry has it.
    let width = checkpoint.size;
    let tile = send(&app, unknown(&format!("/v1/log/tile/0/000.p/{width}"))).await;
    let at = usize::try_from(n).unwrap();
    assert_eq!((tile.status, &tile.bytes.as_chunks::<32>().0[at]), (200, &event.leaf_hash));
    let entries = get(&format!("/v1/log/tile/entries/000.p/{width}"));
    let entries = entries.insert_header(("authorization", AUDITOR));
    let entries = send(&app, entries).await;
    assert_eq!(entries.status, 200, "{}", entries.text);
    let mut rest = &*entries.bytes;
    for _ in 0..at {
        rest = cut(rest).1;
    }
    let leaf = leaf_hash(cut(rest).0);
    let path = district.log.inclusion(event.position, width).await.unwrap().unwrap();
    assert!(includes(&checkpoint.root, width, n, leaf, &path));
}

/// The first entry, and those after it.
fn cut(entries: &[u8]) -> (&[u8], &[u8]) {
    let (length, rest) = entries.split_first_chunk::<2>().unwrap();
    rest.split_at(u16::from_be_bytes(*length).into())
}

#[actix_web::test]
async fn entries_are_for_auditors_and_what_is_not_there_is_absent() {
    let district = District::sealed_at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    let size = district.log.head().0;
    let entries = format!("/v1/log/tile/entries/000.p/{size}");
    for (request, code) in [
        (unknown(&entries), "UNAUTHENTICATED"),
        (get(&entries), "ROLE_NOT_ALLOWED"),
        (unknown("/v1/log/tile/0/000"), "NOT_FOUND"),
        (unknown(&format!("/v1/log/tile/00/000.p/{size}")), "NOT_FOUND"),
        (unknown("/v1/log/tile/1/000.p/1"), "NOT_FOUND"),
        (unknown("/v1/log/tile/64/000.p/1"), "NOT_FOUND"),
        (unknown("/v1/log/tile/0/x001/000.p/1"), "NOT_FOUND"),
        (unknown("/v1/log/tile/0/0"), "NOT_FOUND"),
        (unknown("/v1/log/tile/0"), "NOT_FOUND"),
        (post("/v1/log/checkpoint", "k", &listing()), "METHOD_NOT_ALLOWED"),
    ] {
        let said = send(&app, request).await;
        assert_eq!(said.problem(), code, "{}", said.text);
    }
    // Where nothing was signed, nothing is covered.
    let district = District::at("2020-02-26T09:00:00+08:00").await;
    let app = district.app().await;
    assert_eq!(send(&app, unknown("/v1/log/checkpoint")).await.problem(), "NOT_FOUND");
    assert_eq!(send(&app, unknown("/v1/log/tile/0/000.p/1")).await.problem(), "NOT_FOUND");
    let listed = send(&app, post("/v1/enterprises", "a", &listing())).await;
    let event = listed.json()["events"][0]["event_id"].as_str().unwrap().to_owned();
    let said = send(&app, get(&format!("/v1/events/{event}/proof"))).await;
    assert_eq!(said.problem(), "NOT_FOUND", "{}", said.text);
}

//! A webhook that an act creates at a running server: what receivers make of its signatures, and
//! where its secrets are to be found.

use std::{fs, path::Path, process::Command};

use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Letter, Receiver, letters, list, node, python, serve};
use crate::torture::{
    client::{ask, get},
    server::binary,
};

/// An act of the commission; what the receipt says.
fn act(port: u16, path: &str, key: &str, body: &Value) -> Value {
    let headers = format!(
        "Authorization: Bearer dev:li:eic:commission\r\nIdempotency-Key: {key}\r\nIf-Match: *\r\n"
    );
    let said = ask(port, "POST", path, &headers, &body.to_string()).unwrap();
    assert_eq!(said.status, 201, "{}", said.body);
    said.body
}

/// Whether both libraries find these signed by a secret.
fn sound(folder: &Path, letters: &[Letter], secret: &str) -> bool {
    let came: Vec<Value> = letters
        .iter()
        .map(|letter| json!({"headers": letter.headers, "text": letter.text}))
        .collect();
    let file = folder.join("letters.json");
    fs::write(&file, json!(came).to_string()).unwrap();
    let said = [python(), node()].map(|mut reader| {
        let said = reader.arg(&file).arg(secret).output().unwrap();
        let right =
            String::from_utf8_lossy(&said.stdout).trim() == format!("{} letters", came.len());
        assert_eq!(right, said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
        right
    });
    fs::remove_file(file).unwrap();
    assert_eq!(said[0], said[1], "one library takes what the other does not");
    said[0]
}

fn secret(receipt: &Value) -> String {
    receipt["secret"].as_str().unwrap().to_owned()
}

fn created(port: u16, receiver: &Receiver, place: &str) -> Value {
    let url = format!("http://127.0.0.1:{}/{place}", receiver.port);
    let body = json!({"label": "一体化平台", "url": url, "types": ["enterprise-registered"]});
    act(port, "/v1/webhooks", place, &body)
}

#[test]
fn a_webhook_is_created_rotated_and_disabled_while_the_server_runs() {
    let (receiver, folder) = (Receiver::start(), tempfile::tempdir().unwrap());
    fs::write(folder.path().join("webhooks.toml"), "timeout_seconds = 5\n").unwrap();
    let mut server = serve(folder.path());
    list(server.port, 0);
    let receipt = created(server.port, &receiver, "first");
    let (id, old) = (receipt["id"].as_str().unwrap(), secret(&receipt));
    list(server.port, 1);
    let came = letters(&receiver, 1);
    assert!(sound(folder.path(), &came, &old), "and nothing of what happened before it");
    let rotations = format!("/v1/webhooks/{id}/rotations");
    let new = secret(&act(server.port, &rotations, "rotate", &json!({"overlap_hours": 1})));
    list(server.port, 2);
    let came = letters(&receiver, 1);
    assert!(sound(folder.path(), &came, &old) && sound(folder.path(), &came, &new));
    server.stop();
    let server = serve(folder.path());
    list(server.port, 3);
    let came = letters(&receiver, 1);
    assert!(sound(folder.path(), &came, &old) && sound(folder.path(), &came, &new));
    let last = secret(&act(server.port, &rotations, "at-once", &json!({"overlap_hours": 0})));
    list(server.port, 4);
    let came = letters(&receiver, 1);
    assert!(sound(folder.path(), &came, &last) && !sound(folder.path(), &came, &new));
    let ends = json!({"reason": "换发"});
    act(server.port, &format!("/v1/webhooks/{id}/disablements"), "ends", &ends);
    created(server.port, &receiver, "second");
    list(server.port, 5);
    let came = letters(&receiver, 1);
    assert_eq!(came[0].line, "POST /second HTTP/1.1");
    let shown = get(server.port, "/v1/webhooks").unwrap().body;
    let states: Vec<_> = shown["items"].as_array().unwrap().iter().map(|it| &it["state"]).collect();
    assert_eq!(states, ["disabled", "in_use"]);
    assert!(receiver.letters().is_empty());
    kept_from_everybody(&folder, &[old, new, last]);
}

/// In no file of the server, nor in what is exported: a secret is one text, which is sealed.
fn kept_from_everybody(folder: &TempDir, secrets: &[String]) {
    let export = folder.path().join("log.json");
    let mut fugong = Command::new(binary());
    fugong.args(["export", "ocel", "--db"]).arg(folder.path().join("f.db"));
    let said = fugong.arg("--out").arg(&export).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let (mut open, mut files) = (vec![folder.path().to_owned()], 0);
    while let Some(place) = open.pop() {
        for entry in fs::read_dir(place).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
                continue;
            }
            let bytes = fs::read(&path).unwrap();
            for secret in secrets {
                let text = secret.trim_start_matches("whsec_").as_bytes();
                let found = bytes.windows(text.len()).any(|part| part == text);
                assert!(!found, "{} has a secret", path.display());
            }
            files += 1;
        }
    }
    assert!(4 <= files, "the database, its keys, the export and where couriers stand");
}

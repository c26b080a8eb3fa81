//! Webhooks of a process that is killed; and what receivers make of its signatures.

#[path = "../../api/tests/all/receiver.rs"]
mod receiver;

mod created;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use self::receiver::{Letter, Receiver};
use super::{
    client::{get, post},
    life::life,
    server::Server,
};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OLD: &str = "whsec_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
/// So often it is killed.
const KILLS: u64 = 3;

/// A folder with a database and settings that send to this port.
fn folder(port: u16) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("new"), SECRET).unwrap();
    fs::write(folder.path().join("old"), OLD).unwrap();
    let text = format!(
        "[[webhook]]\nid = \"platform\"\nurl = \"http://127.0.0.1:{port}/\"\n\
         as = \"robot:eic:integrator\"\nsecrets = [\"new\", \"old\"]\n\
         types = [\"enterprise-registered\"]\n"
    );
    fs::write(folder.path().join("webhooks.toml"), text).unwrap();
    folder
}

fn serve(folder: &Path) -> Server {
    Server::launch(|serve| {
        serve.current_dir(folder).args(["--db", "f.db", "--webhooks", "webhooks.toml"]);
    })
}

fn list(port: u16, n: u64) {
    let [(path, body), ..] = life(n);
    assert_eq!(post(port, &path, &format!("list-{n}"), &body).unwrap().status, 201);
}

/// Waits until so many letters came since it was waited last.
fn letters(receiver: &Receiver, count: usize) -> Vec<Letter> {
    let (began, mut came) = (Instant::now(), Vec::new());
    while came.len() < count {
        came.extend(receiver.letters());
        assert!(began.elapsed() < Duration::from_mins(1), "{} of {count} came", came.len());
        thread::yield_now();
    }
    came
}

#[test]
fn nothing_is_missing_when_the_process_is_killed_between_sending_and_noting() {
    let receiver = Receiver::start();
    let folder = folder(receiver.port);
    let (mut before, mut told) = (None, Vec::new());
    for round in 0..KILLS {
        // He has the letter, and the process never hears that he has.
        receiver.says("");
        let mut server = serve(folder.path());
        list(server.port, round * 2);
        list(server.port, round * 2 + 1);
        let letter = letters(&receiver, 1).remove(0);
        assert_ne!(Some(&letter.headers["webhook-id"]), before.as_ref());
        server.kill();
        receiver.answers("204 No Content", "");
        let mut server = serve(folder.path());
        let came = letters(&receiver, 2);
        assert_eq!(came[0].headers["webhook-id"], letter.headers["webhook-id"], "the same again");
        assert_eq!((&came[0].text, &*came[0].line), (&letter.text, "POST / HTTP/1.1"));
        before = Some(came[1].headers["webhook-id"].clone());
        told.extend(came.iter().map(|letter| letter.body["data"]["position"].clone()));
        stands_at(server.port, &came[1]);
        server.stop();
    }
    let server = serve(folder.path());
    let feed = get(server.port, "/v1/events?types=enterprise-registered&limit=200").unwrap().body;
    let all: Vec<Value> =
        feed["items"].as_array().unwrap().iter().map(|event| event["position"].clone()).collect();
    assert_eq!(told, all);
    assert!(receiver.letters().is_empty());
}

/// Waits until it is noted that this one was taken.
fn stands_at(port: u16, letter: &Letter) {
    let (began, wanted) = (Instant::now(), letter.position());
    loop {
        let webhook = get(port, "/v1/webhooks").unwrap().body["items"][0].clone();
        if wanted <= webhook["delivered_to"].as_str().unwrap().parse().unwrap() {
            return;
        }
        assert!(began.elapsed() < Duration::from_mins(1), "{webhook}");
        thread::yield_now();
    }
}

#[test]
fn receivers_find_the_signatures_sound() {
    let receiver = Receiver::start();
    let folder = folder(receiver.port);
    let server = serve(folder.path());
    (0..3).for_each(|n| list(server.port, n));
    let came: Vec<Value> = letters(&receiver, 3)
        .iter()
        .map(|letter| json!({"headers": letter.headers, "text": letter.text}))
        .collect();
    let file = folder.path().join("letters.json");
    fs::write(&file, json!(came).to_string()).unwrap();
    for secret in [SECRET, OLD] {
        for mut reader in [python(), node()] {
            let said = reader.arg(&file).arg(secret).output().unwrap();
            let errors = String::from_utf8_lossy(&said.stderr);
            assert_eq!(String::from_utf8_lossy(&said.stdout).trim(), "3 letters", "{errors}");
        }
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The library for Python, which is fetched where it is missing.
fn python() -> Command {
    let packages = root().join(".tools/python");
    let python = || {
        let mut python = Command::new("python3");
        python.env("PYTHONPATH", &packages).env("PYTHONDONTWRITEBYTECODE", "1");
        python
    };
    if !python().args(["-c", "import standardwebhooks"]).output().unwrap().status.success() {
        let list = root().join("tests/webhooks/requirements.txt");
        let fetched = python()
            .args(["-m", "pip", "install", "--quiet", "--target"])
            .arg(&packages)
            .arg("-r")
            .arg(list)
            .status();
        assert!(fetched.is_ok_and(|it| it.success()), "standardwebhooks is missing: run ./check");
    }
    let mut python = python();
    python.arg(root().join("tests/webhooks/verify.py"));
    python
}

/// The library for JavaScript, likewise.
fn node() -> Command {
    let tools = root().join(".tools/webhooks");
    let packages = tools.join("node_modules");
    if !packages.join("standardwebhooks").exists() {
        fs::create_dir_all(&tools).unwrap();
        for name in ["package.json", "package-lock.json"] {
            fs::copy(root().join("tests/webhooks").join(name), tools.join(name)).unwrap();
        }
        let mut npm = Command::new("npm");
        npm.args(["ci", "--silent", "--ignore-scripts", "--prefix"]).arg(&tools);
        assert!(npm.status().unwrap().success(), "standardwebhooks is missing: run ./check");
    }
    let mut node = Command::new("node");
    node.env("NODE_PATH", packages).arg(root().join("tests/webhooks/verify.cjs"));
    node
}

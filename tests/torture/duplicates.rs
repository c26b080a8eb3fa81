//! A phone that heard no answer sends again, a hundred times at once, while the process is killed and
//! started anew: it happens once, and whoever is answered is told the same.
//!
//! The short check does so with the acts of one life; with `FUGONG_LONG=1` with the first act of
//! each kind of the story.

use std::{
    collections::{BTreeMap, BTreeSet},
    io,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use fugong_cluster::Cluster;
use fugong_fixtures::data;
use serde_json::{Value, json};

use super::{
    client::{Answer, ask},
    life::life,
    long,
    server::{Server, binary},
    tail::{PATIENCE, PAUSE},
};

/// How often an act is sent at once.
const AT_ONCE: usize = 100;
/// After so long the process is killed, each act another: before it is decided, while it is
/// written, and when it is answered.
const KILLED_AFTER: [u64; 5] = [3, 8, 15, 25, 40];

/// How often each type of event came to each kind of thing.
type Came = BTreeMap<(String, String), usize>;

#[test]
fn of_a_hundred_at_once_one_happens_though_the_process_is_killed() {
    let acts = acts();
    let (plain, killed) = (Place::file(), Place::file());
    let once = plain.play(&acts, false);
    assert_eq!(killed.play(&acts, true), once);
    let on_server = Place::at(Cluster::shared().unwrap().database().unwrap());
    assert_eq!(on_server.play(&acts, true), once);
}

/// An act as a line of the story has it.
struct Act(Value);

fn acts() -> Vec<Act> {
    if long() {
        return data::STORY.lines().map(|line| Act(serde_json::from_str(line).unwrap())).collect();
    }
    let lines = life(7).into_iter().enumerate().map(|(n, (path, body))| {
        let path = path.replace("{last}", &format!("{{{}}}", n.saturating_sub(1)));
        let (at, by) = ("2020-03-02T09:00:00+08:00", "li:eic:commission");
        Act(json!({"at": at, "as": by, "path": path, "key": n.to_string(), "body": body}))
    });
    lines.collect()
}

impl Act {
    fn text(&self, member: &str) -> &str {
        self.0[member].as_str().unwrap()
    }

    /// The same with the ids of what the acts before it made.
    fn filled(&self, ids: &BTreeMap<String, String>) -> Self {
        let put =
            |text: String, (key, id): (&String, &String)| text.replace(&format!("{{{key}}}"), id);
        Self(serde_json::from_str(&ids.iter().fold(self.0.to_string(), put)).unwrap())
    }

    /// Which kind of act it is: its address without ids.
    fn kind(&self) -> String {
        let parts: Vec<_> = self.text("path").split('/').collect();
        let of = |row: &&str| {
            let wanted: Vec<_> = row.split('/').collect();
            let mut both = wanted.iter().zip(&parts);
            wanted.len() == parts.len()
                && both.all(|(want, is)| want.starts_with('{') || want == is)
        };
        let rows = fugong_api::acts().map(|row| row.path).filter(of);
        rows.min_by_key(|row| row.matches('{').count()).unwrap_or_default().to_owned()
    }

    fn send(&self, port: u16) -> io::Result<Answer> {
        let path = self.text("path");
        let version =
            self.0["if_match"].as_u64().map_or("*".to_owned(), |version| format!("\"{version}\""));
        let headers = format!(
            "Authorization: Bearer dev:{}\r\nIdempotency-Key: {}\r\nIf-Match: {version}\r\n",
            self.text("as"),
            self.text("key"),
        );
        let is_definition =
            path.strip_prefix("/v1/reports/").is_some_and(|name| !name.contains('/'));
        let method = if is_definition { "PUT" } else { "POST" };
        ask(port, method, path, &headers, &self.0["body"].to_string())
    }

    /// Sends it until it is decided.
    fn insist(&self, port: u16) -> Answer {
        let began = Instant::now();
        loop {
            let answer = self.send(port).unwrap();
            if let Some(answer) = self.decided(answer) {
                return answer;
            }
            assert!(began.elapsed() < PATIENCE, "{} is not decided", self.0);
            thread::sleep(PAUSE);
        }
    }

    /// The answer if it says what became of the act; none if it says to send it again.
    fn decided(&self, answer: Answer) -> Option<Answer> {
        let code = answer.body["code"].as_str().unwrap_or_default();
        match (answer.status, self.0["refused"].as_str()) {
            (200 | 201, None) => Some(answer),
            (_, Some(refused)) if refused == code => Some(answer),
            (409 | 429 | 503, _)
                if ["IN_FLIGHT", "RATE_LIMITED", "UNAVAILABLE"].contains(&code) =>
            {
                None
            }
            _ => panic!("{}: {}", self.0, answer.body),
        }
    }

    /// A hundred at once, of which those are told that were decided.
    fn rush(&self, port: u16, meanwhile: impl FnOnce()) -> Vec<Answer> {
        thread::scope(|scope| {
            let all: Vec<_> = (0..AT_ONCE).map(|_| scope.spawn(|| self.send(port))).collect();
            meanwhile();
            let told = all.into_iter().filter_map(|it| it.join().unwrap().ok());
            told.filter_map(|answer| self.decided(answer)).collect()
        })
    }
}

/// A log and the folder of its keys.
struct Place {
    folder: tempfile::TempDir,
    database: String,
}

impl Place {
    fn file() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("fugong.db").display().to_string();
        Self { folder, database }
    }

    fn at(url: String) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), database: url }
    }

    fn run(&self, args: &[&str]) -> String {
        let mut program = Command::new(binary());
        program.current_dir(self.folder.path()).args(args).args(["--db", &self.database]);
        let output = program.output().unwrap();
        assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    }

    fn serve(&self) -> Server {
        Server::launch(|serve| {
            serve.current_dir(self.folder.path()).args(["--db", &self.database]);
        })
    }

    /// What came of the acts, the first of each kind sent a hundred times while the process is
    /// killed and a hundred times again, if it `is_killed`.
    fn play(&self, acts: &[Act], is_killed: bool) -> Came {
        self.run(&["migrate", "--clock", acts[0].text("at")]);
        let mut server = self.serve();
        let (mut ids, mut kinds, mut told) = (BTreeMap::new(), BTreeSet::new(), Vec::new());
        for act in acts {
            let act = act.filled(&ids);
            clock(server.port, act.text("at"));
            let is_refused = act.0["refused"].is_string();
            let answer = if is_killed && !is_refused && kinds.insert(act.kind()) {
                let after = KILLED_AFTER[kinds.len() % KILLED_AFTER.len()];
                self.killed(&mut server, &act, Duration::from_millis(after))
            } else {
                act.insist(server.port)
            };
            if !is_refused {
                ids.insert(
                    act.text("key").to_owned(),
                    answer.body["id"].as_str().unwrap().to_owned(),
                );
                told.push(answer.body["events"].clone());
            }
        }
        assert!(!is_killed || 5 <= kinds.len(), "hardly anything was sent often");
        server.stop();
        came(&self.run(&["export", "events"]), &told)
    }

    /// Whatever is told of an act before and after the process is killed is the same, and at most
    /// once that it is new.
    fn killed(&self, server: &mut Server, act: &Act, after: Duration) -> Answer {
        let port = server.port;
        let mut answers = act.rush(port, || {
            thread::sleep(after);
            server.kill();
        });
        *server = self.serve();
        let began = Instant::now();
        let before = answers.len();
        while answers.len() == before {
            answers.extend(act.rush(server.port, || ()));
            assert!(began.elapsed() < PATIENCE, "{} is not decided", act.0);
        }
        let new = answers.iter().filter(|answer| !answer.replayed).count();
        assert!(new <= 1, "{new} times new: {}", act.0);
        let mut receipts = answers.iter().map(receipt);
        let first = receipts.next().unwrap();
        for other in receipts {
            assert_eq!(other, first, "{}", act.0);
        }
        assert_eq!(behind(server.port), Vec::<Value>::new(), "{}", act.0);
        answers.pop().unwrap()
    }
}

/// Which policies have not seen the last event: what a killed process left behind happens when the
/// next begins, though no act follows.
fn behind(port: u16) -> Vec<Value> {
    let told = ask(port, "GET", "/readyz", "", "").unwrap().body;
    let policies = told["policies"].as_array().unwrap().clone();
    policies.into_iter().filter(|policy| policy["position"] != told["head"]).collect()
}

/// What everybody is told alike: the text of a key is told once.
fn receipt(answer: &Answer) -> Value {
    let mut body = answer.body.clone();
    body.as_object_mut().unwrap().remove("secret");
    json!([answer.status, body])
}

/// Moves the clock on, or to where it stands.
fn clock(port: u16, at: &str) {
    let by = "Authorization: Bearer dev:li:eic:commission\r\n";
    let stands = ask(port, "GET", "/dev/clock", by, "").unwrap().body;
    let stands = stands["now"].as_str().unwrap();
    let instant = |text: &str| chrono::DateTime::parse_from_rfc3339(text).unwrap();
    let to = if instant(stands) < instant(at) { at } else { stands };
    let moved = ask(port, "POST", "/dev/clock", by, &json!({ "now": to }).to_string());
    assert_eq!(moved.unwrap().status, 200, "{to}");
}

/// What a log came to, in which what was told is where it was said to be.
fn came(exported: &str, told: &[Value]) -> Came {
    let (mut came, mut places) = (Came::new(), BTreeMap::new());
    for (line, position) in exported.lines().zip(1_u64..) {
        let event: Value = serde_json::from_str(line).unwrap();
        let of = |member: &str| event[member].as_str().unwrap().to_owned();
        assert_eq!(of("position"), position.to_string(), "a gap");
        assert_eq!(places.insert(of("event_id"), of("position")), None, "twice: {event}");
        *came.entry((of("aggregate_type"), of("event_type"))).or_default() += 1;
    }
    for event in told.iter().flat_map(|events| events.as_array().unwrap()) {
        let place = places.get(event["event_id"].as_str().unwrap()).map(String::as_str);
        assert_eq!(place, event["position"].as_str(), "{event} was told");
    }
    came
}

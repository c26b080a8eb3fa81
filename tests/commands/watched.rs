//! What whoever runs a server sees of it: figures on the admin port, and lines of its log.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use serde_json::Value;
use tempfile::TempDir;

use super::districts::districts;
use crate::torture::{Answer, ask, binary};

/// A server that is watched.
struct Watched {
    child: Child,
    port: u16,
    admin: u16,
}

impl Watched {
    fn started(folder: &TempDir, args: &str) -> Self {
        let mut serve = Command::new(binary());
        serve.args(["serve", "--dev", "--listen", "127.0.0.1:0", "--admin", "127.0.0.1:0", "--db"]);
        serve.arg(folder.path().join("d.db")).args(args.split_whitespace());
        serve.env("RUST_LOG", "warn,fugong::requests=info");
        let mut child = serve.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut told = BufReader::new(child.stdout.take().unwrap()).lines();
        let mut port = |ending: &str| {
            let mut lines = told.by_ref().map_while(Result::ok);
            let line = lines.find(|line| line.ends_with(ending));
            let line = line.unwrap_or_else(|| panic!("no line ends with {ending}"));
            let address = line.strip_suffix(ending).unwrap();
            address.rsplit(':').next().unwrap().parse().unwrap()
        };
        let (port, admin) = (port("/docs"), port("/metrics"));
        Self { child, port, admin }
    }

    fn asks(&self, actor: &str, method: &str, path: &str, body: &str) -> Answer {
        let by = format!("Authorization: Bearer dev:{actor}:eic:commission\r\n");
        let of = "Content-Type: application/json\r\nIdempotency-Key: once\r\n";
        ask(self.port, method, path, &format!("{by}{of}"), body).unwrap()
    }

    fn gets(&self, path: &str) -> u16 {
        self.asks("li", "GET", path, "").status
    }

    /// What the admin port answers at an address: status line and body.
    fn told(&self, path: &str) -> (String, String) {
        let mut stream = TcpStream::connect(("127.0.0.1", self.admin)).unwrap();
        write!(stream, "GET {path} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
            .unwrap();
        let mut text = String::new();
        stream.read_to_string(&mut text).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        (head.lines().next().unwrap().to_owned(), body.to_owned())
    }

    /// The figures, as Prometheus' own parser reads them.
    fn figures(&self) -> BTreeMap<String, f64> {
        let (status, text) = self.told("/metrics");
        assert!(status.contains(" 200 "), "{status}");
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let mut python = Command::new("python3");
        python
            .arg(root.join("tests/figures/read.py"))
            .env("PYTHONPATH", root.join(".tools/python"));
        let mut python = python.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        python.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
        let output = python.wait_with_output().unwrap();
        assert!(output.status.success(), "{text}");
        serde_json::from_slice(&output.stdout).unwrap()
    }

    /// Ends it; what it wrote to its log.
    fn ended(mut self) -> Vec<String> {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let lines = BufReader::new(self.child.stderr.take().unwrap()).lines();
        let lines = lines.collect::<Result<_, _>>().unwrap();
        assert!(self.child.wait().unwrap().success(), "it did not end well");
        lines
    }
}

impl Drop for Watched {
    fn drop(&mut self) {
        // Already gone when the test went well.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

const RESUMED: &str =
    r#"{"resumed_on": "2020-02-28", "name": "未列入名单的企业", "township_code": "500114106"}"#;
const CLOCK: &str = "--clock 2020-03-01T08:00:00+08:00";

#[test]
fn figures_tell_what_was_asked_and_how_far_everything_is() {
    let folder = tempfile::tempdir().unwrap();
    let watched = Watched::started(&folder, CLOCK);
    for path in ["/v1/enterprises", "/v1/enterprises", "/v1/enterprises/91500114MAYY01109N", "/no"]
    {
        watched.gets(path);
    }
    assert_eq!(watched.asks("li", "POST", "/v1/resumptions", RESUMED).status, 201);
    let head = watched.asks("li", "GET", "/readyz", "").body["head"].as_str().unwrap().to_owned();
    let figures = watched.figures();
    let figure = |name: &str| *figures.get(name).unwrap_or_else(|| panic!("{name}: {figures:#?}"));
    for (name, value) in [
        ("fugong_http_requests_total{operation=list_enterprises,status=200}", 2.0),
        ("fugong_http_requests_total{operation=read_enterprise,status=404}", 1.0),
        ("fugong_http_requests_total{operation=report_unlisted_resumption,status=201}", 1.0),
        ("fugong_http_request_seconds_count{operation=list_enterprises}", 2.0),
        ("fugong_http_answering{}", 0.0),
        ("fugong_log_head{district=500114}", head.parse().unwrap()),
        ("fugong_problems{district=500114}", 0.0),
        ("fugong_register_lag_events{district=500114,register=district}", 0.0),
        ("fugong_register_stuck{district=500114,register=inbox}", 0.0),
    ] {
        assert!((figure(name) - value).abs() < f64::EPSILON, "{name}: {}", figure(name));
    }
    let batches = figure("fugong_appender_batch_commands_count{thread=fugong-writer}");
    assert!(1.0 <= batches, "{batches}");
    assert!(figure("fugong_appender_batch_commands_sum{thread=fugong-writer}") >= batches);
    assert!(0.0 < figure("fugong_appender_wait_seconds_sum{thread=fugong-writer}"));
    assert!(watched.told("/v1/enterprises").0.contains(" 404 "), "nothing else is told there");
    assert_eq!(watched.gets("/metrics"), 404, "nor are figures to everybody");
    drop(watched.ended());
}

#[test]
fn who_asks_for_too_much_is_told_to_wait() {
    let folder = tempfile::tempdir().unwrap();
    let watched = Watched::started(&folder, &format!("{CLOCK} --rate 1 --burst 30"));
    for _ in 0..3 {
        assert_eq!(watched.gets("/v1/enterprises?as_of=2020-03-01"), 200);
    }
    let refused = watched.asks("li", "GET", "/v1/enterprises?as_of=2020-03-01", "");
    assert_eq!((refused.status, refused.body["code"].as_str()), (429, Some("RATE_LIMITED")));
    assert!(refused.head.contains("retry-after: "), "{}", refused.head);
    // Nobody else has to wait, and what is for everybody costs nothing.
    assert_eq!(watched.asks("wang", "GET", "/v1/enterprises", "").status, 200);
    assert_eq!(watched.gets("/livez"), 200);
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    assert_eq!(watched.asks("li", "POST", "/v1/resumptions", RESUMED).status, 201);
    drop(watched.ended());
}

#[test]
fn a_line_for_each_request_names_its_trace() {
    let folder = tempfile::tempdir().unwrap();
    let watched = Watched::started(&folder, &format!("{CLOCK} --log-format json"));
    let absent = watched.asks("li", "GET", "/v1/enterprises/91500114MAYY01109N", "");
    let lines: Vec<Value> =
        watched.ended().iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |it: &&Value| it["trace_id"] == absent.body["trace_id"];
    let line = lines.iter().find(of).unwrap_or_else(|| panic!("{lines:#?}"));
    assert_eq!(line["target"], "fugong::requests");
    assert_eq!(line["operation"], "read_enterprise");
    assert_eq!(line["status"], 404);
    assert_eq!(line["actor"], "li");
    assert_eq!(line["district"], "500114");
    assert!(line["ms"].is_u64(), "{line}");
}

#[test]
fn a_line_names_the_district_that_was_asked() {
    let folder = districts();
    let second = folder.path().join("b.db");
    let args = format!("{CLOCK} --log-format json --db {}", second.display());
    let watched = Watched::started(&folder, &args);
    for path in ["/v1/enterprises", "/v1/districts/500115/enterprises", "/v1/districts"] {
        assert_eq!(watched.gets(path), 200, "{path}");
    }
    let lines = watched.ended();
    let lines = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let asked = lines.filter(|line| line["target"] == "fugong::requests");
    let named: Vec<_> = asked.map(|line| line["district"].clone()).collect();
    assert_eq!(named, ["500114", "500115", "500114"]);
}

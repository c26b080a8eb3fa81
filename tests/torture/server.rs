//! The real binary on a real file.

use std::{
    net::TcpListener,
    path::PathBuf,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use super::{client::get, history::History, power::Shim};

/// The folder of a database.
pub(super) struct Files {
    folder: tempfile::TempDir,
}

/// A serving process.
pub(super) struct Server {
    child: Child,
    /// Where it listens.
    pub(super) port: u16,
}

impl Files {
    /// A fresh folder.
    pub(super) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    fn database(&self) -> PathBuf {
        self.folder.path().join("fugong.db")
    }

    /// How the doctor ends.
    pub(super) fn doctor(&self) -> std::process::ExitStatus {
        let mut doctor = Command::new(binary());
        doctor.arg("doctor").arg("--db").arg(self.database());
        doctor.stdout(Stdio::null()).stderr(Stdio::null()).status().unwrap()
    }

    /// Overwrites a page in the middle of the file.
    pub(super) fn damage(&self) {
        let database = rusqlite::Connection::open(self.database()).unwrap();
        let busy: i64 =
            database.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
        assert_eq!(busy, 0, "what is in the WAL goes into the file first");
        drop(database);
        let mut bytes = std::fs::read(self.database()).unwrap();
        bytes[8192..12288].fill(0xff);
        std::fs::write(self.database(), bytes).unwrap();
    }

    pub(super) fn run(&self, args: &[&str]) -> String {
        let output =
            Command::new(binary()).args(args).arg("--db").arg(self.database()).output().unwrap();
        let errors = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "fugong {args:?}: {errors}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Folding afresh gives what was kept; a difference is an exit code.
    pub(super) fn rebuild(&self) {
        self.run(&["registers", "rebuild"]);
    }

    /// Nothing is missing, doubled or out of place, and what was acknowledged is there.
    pub(super) fn check_log(&self, acknowledged: &[Value]) {
        let history = History::read(&self.run(&["export", "events"]));
        history.holds(acknowledged);
        assert_eq!(self.timers(), history.timers, "lost or doubled");
    }

    /// The timers of difficulties, in order.
    fn timers(&self) -> Vec<String> {
        let database = rusqlite::Connection::open(self.database()).unwrap();
        let asked = "SELECT timer_key FROM timers WHERE timer_key LIKE 'support/%' ORDER BY 1";
        let mut rows = database.prepare(asked).unwrap();
        let keys = rows.query_map([], |row| row.get(0)).unwrap();
        keys.collect::<Result<_, _>>().unwrap()
    }

    /// The file itself is whole.
    pub(super) fn check_database(&self) {
        let database = rusqlite::Connection::open(self.database()).unwrap();
        let whole: String =
            database.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(whole, "ok");
    }
}

impl Server {
    /// Serves the file.
    pub(super) fn start(files: &Files, shim: Option<&Shim>) -> Self {
        Self::launch(|serve| {
            serve.arg("--db").arg(files.database());
            if let Some(shim) = shim {
                shim.load_into(serve, files.folder.path());
            }
        })
    }

    /// Starts it with what `furnish` adds, and waits until it is ready.
    pub(super) fn launch(furnish: impl FnOnce(&mut Command)) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut serve = Command::new(binary());
        serve.args(["serve", "--dev", "--listen", &format!("127.0.0.1:{port}")]);
        furnish(&mut serve);
        // Made before the wait, so that it ends with the test whatever comes.
        let mut server = Self { child: serve.stdout(Stdio::null()).spawn().unwrap(), port };
        let began = Instant::now();
        while get(port, "/readyz").map_or(0, |answer| answer.status) != 200 {
            assert_eq!(server.child.try_wait().unwrap(), None, "the server ended");
            assert!(began.elapsed() < Duration::from_mins(1), "the server is not ready");
            thread::yield_now();
        }
        server
    }

    /// Waits until the policies have met every event.
    pub(super) fn settle(&self) {
        let began = Instant::now();
        loop {
            let ready = get(self.port, "/readyz").unwrap().body;
            let policies = ready["policies"].as_array().unwrap();
            if policies.iter().all(|policy| policy["position"] == ready["head"]) {
                return;
            }
            assert!(began.elapsed() < Duration::from_mins(1), "they do not catch up: {ready}");
            thread::yield_now();
        }
    }

    /// The id of the process.
    pub(super) fn id(&self) -> u32 {
        self.child.id()
    }

    /// SIGKILL: no word of farewell.
    pub(super) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM: it drains and ends.
    pub(super) fn stop(&mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it did not end well");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone when the test went well.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// The binary beside this test, in the folder of the same build.
pub(crate) fn binary() -> PathBuf {
    program("fugong")
}

/// The same for another program of ours.
pub(crate) fn program(name: &str) -> PathBuf {
    let here = std::env::current_exe().unwrap();
    let binary = here.ancestors().nth(2).unwrap().join(name);
    assert!(binary.exists(), "{} is missing: cargo build -p {name}", binary.display());
    binary
}

//! Several processes that serve one log of a PostgreSQL database.

use std::{
    collections::BTreeSet,
    fs,
    process::Command,
    sync::{
        Mutex,
        atomic::{AtomicU16, Ordering},
    },
    thread,
    time::Instant,
};

use fugong_cluster::Cluster;
use fugong_verify::{bundle::check_since, policy::Policy};
use postgres::{Client, NoTls};

use super::{
    client::{get_since, text},
    history::Line,
    server::{Server, binary},
    tail::{PATIENCE, PAUSE},
};

/// How many processes.
pub(super) const PROCESSES: usize = 3;

/// The processes, and the PostgreSQL they share.
pub(super) struct Fleet<'a> {
    /// The server of the database.
    pub(super) cluster: &'a Cluster,
    /// The database of the log.
    pub(super) url: String,
    servers: Mutex<Vec<Server>>,
    ports: Vec<AtomicU16>,
    folder: tempfile::TempDir,
}

impl<'a> Fleet<'a> {
    /// Starts the processes on a database; an empty one gets a log. Each has the key that signs.
    pub(super) fn start(cluster: &'a Cluster, url: String) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let run = |args: &[&str]| {
            let mut program = Command::new(binary());
            done(program.current_dir(folder.path()).args(args).args(["--db", &url]));
        };
        run(&["migrate"]);
        run(&["log", "init", "--origin", "example.org/fleet", "--log-key", &key(0)]);
        for n in 1..PROCESSES {
            for ending in ["", ".pub"] {
                let of = |n| folder.path().join(format!("{}{ending}", key(n)));
                fs::copy(of(0), of(n)).unwrap();
            }
        }
        let servers: Vec<_> = (0..PROCESSES).map(|n| serve(&folder, &url, n)).collect();
        let ports = servers.iter().map(|server| AtomicU16::new(server.port)).collect();
        Self { cluster, url, servers: Mutex::new(servers), ports, folder }
    }

    /// The port of the `n`-th process; there is always one more.
    pub(super) fn port(&self, n: usize) -> u16 {
        self.ports[n % PROCESSES].load(Ordering::Acquire)
    }

    /// `SIGKILL` for the `n`-th process, and another in its place.
    pub(super) fn replace_process(&self, n: usize) {
        let n = n % PROCESSES;
        let mut servers = self.servers.lock().unwrap();
        servers[n].kill();
        servers[n] = serve(&self.folder, &self.url, n);
        self.ports[n].store(servers[n].port, Ordering::Release);
    }

    /// `SIGKILL` for the server of the database, and a restart.
    pub(super) fn restart_database(&self) {
        self.cluster.kill().unwrap();
        self.cluster.restart().unwrap();
    }

    /// A connection of one's own to the database.
    pub(super) fn connect(&self) -> Result<Client, postgres::Error> {
        Client::connect(&self.url, NoTls)
    }

    /// Waits until nothing more comes by itself: the last event's place.
    pub(super) fn settle(&self) -> u64 {
        const STILL: &str = "SELECT head FROM logs WHERE log_id = 500114
            AND NOT EXISTS (SELECT FROM outbox WHERE state = 'open')
            AND NOT EXISTS (SELECT FROM policy_checkpoints WHERE position < head)";
        let began = Instant::now();
        loop {
            match self.cluster.run(&self.url, STILL).unwrap().first() {
                Some(head) => return head.parse().unwrap(),
                None => assert!(began.elapsed() < PATIENCE, "it does not come to rest"),
            }
            thread::sleep(PAUSE);
        }
    }

    /// The last checkpoint, as the `n`-th process tells it; none if it does not.
    pub(super) fn checkpoint(&self, n: usize) -> Option<String> {
        text(self.port(n), "/v1/log/checkpoint")
    }

    /// Waits until so many events are sealed, whoever does it.
    pub(super) fn sealed(&self, head: u64) {
        let began = Instant::now();
        let covers = |note: String| note.lines().nth(1)?.parse().ok().filter(|size| head <= *size);
        while self.checkpoint(0).and_then(covers).is_none() {
            assert!(began.elapsed() < PATIENCE, "{head} events are not sealed");
            thread::sleep(PAUSE);
        }
    }

    /// Every checkpoint that was told, and each process' last, is of one history, which begins the
    /// log as it is now and which the last covers whole.
    pub(super) fn audit(&self, told: &BTreeSet<String>) {
        let of = |n: usize| fs::read_to_string(self.folder.path().join(key(n) + ".note")).ok();
        let mut all = told.clone();
        all.extend((0..PROCESSES).filter_map(of));
        self.run(&["log", "checkpoint", "--log-key", &key(0)], &self.url);
        self.run(&["export", "bundle", "--out", "bundle", "--log-key", &key(0)], &self.url);
        let bundle = self.folder.path().join("bundle");
        let policy = fs::read_to_string(bundle.join("policy")).unwrap();
        let policy = Policy::parse(&policy).unwrap();
        for note in all.iter().step_by(all.len() / 20 + 1) {
            let old = self.folder.path().join("old");
            fs::write(&old, note).unwrap();
            let verdict = check_since(&old, &bundle, &policy);
            assert_eq!(verdict.code(), 0, "{verdict:?} {note}");
        }
    }

    /// Ends the processes in order.
    pub(super) fn stop(&self) {
        self.servers.lock().unwrap().drain(..).for_each(|mut server| server.stop());
    }

    /// The events after a place, as the `n`-th process tells them; it waits a while for the first.
    pub(super) fn feed(&self, n: usize, after: u64) -> Option<Vec<Line>> {
        let path = format!("/v1/events?after={after}&limit=200");
        let next = (after + 1).to_string();
        let answer = get_since(self.port(n), &path, &next).ok()?;
        let items = answer.body["items"].as_array()?;
        Some(items.iter().map(Line::of).collect())
    }

    /// Runs the program on a database: what it prints.
    pub(super) fn run(&self, args: &[&str], url: &str) -> String {
        let mut program = Command::new(binary());
        program.current_dir(self.folder.path()).args(args).args(["--db", url]);
        done(&mut program)
    }

    /// Dumps the database, and restores it as another: its URL.
    pub(super) fn copy(&self) -> String {
        let dump = self.folder.path().join("dump");
        let url = self.cluster.database().unwrap();
        done(self.program("pg_dump").args(["-Fc", "-d", &self.url, "-f"]).arg(&dump));
        done(self.program("pg_restore").args(["--exit-on-error", "-d", &url]).arg(&dump));
        url
    }

    fn program(&self, name: &str) -> Command {
        Command::new(self.cluster.program(name).unwrap())
    }
}

fn serve(folder: &tempfile::TempDir, url: &str, n: usize) -> Server {
    Server::launch(|serve| {
        serve.current_dir(folder.path()).args(["--db", url, "--log-key", &key(n)]);
    })
}

/// Where the `n`-th process has the key that signs.
fn key(n: usize) -> String {
    format!("{n}.log-key")
}

fn done(program: &mut Command) -> String {
    let output = program.output().unwrap();
    let errors = String::from_utf8_lossy(&output.stderr);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{program:?}: {errors}{said}");
    said
}

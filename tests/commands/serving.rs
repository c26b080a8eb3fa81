//! The program serving, as a process of its own.

use std::{
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use tempfile::TempDir;

use crate::torture::{binary, get};

/// A serving process, ended with the test.
pub(crate) struct Serving {
    child: Child,
    /// Where it listens.
    pub(crate) port: u16,
}

impl Serving {
    /// Serves these databases, the first at `/v1`, and waits until it is ready.
    pub(super) fn of(folder: &TempDir, databases: &[&str]) -> Self {
        let files = databases.iter().map(|name| folder.path().join(name).display().to_string());
        let args: Vec<_> = files.flat_map(|file| ["--db".to_owned(), file]).collect();
        Self::with(&args)
    }

    /// The same, with these arguments.
    pub(super) fn with(args: &[String]) -> Self {
        Self::started(std::iter::once("--dev".to_owned()).chain(args.iter().cloned()))
    }

    /// The same, not for development unless the arguments say so.
    pub(crate) fn started(args: impl IntoIterator<Item = String>) -> Self {
        Self::ready("serve", args)
    }

    /// The story, played and served.
    pub(super) fn demonstrated(args: &[&str]) -> Self {
        Self::ready("demo", args.iter().map(|arg| (*arg).to_owned()))
    }

    fn ready(command: &str, args: impl IntoIterator<Item = String>) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut serve = Command::new(binary());
        serve.args([command, "--listen", &format!("127.0.0.1:{port}")]).args(args);
        let mut serving = Self { child: serve.stdout(Stdio::null()).spawn().unwrap(), port };
        let began = Instant::now();
        while get(port, "/readyz").map_or(0, |answer| answer.status) != 200 {
            assert_eq!(serving.child.try_wait().unwrap(), None, "the server ended");
            assert!(began.elapsed() < Duration::from_mins(1), "the server is not ready");
            std::thread::yield_now();
        }
        serving
    }

    /// A witness with this key, for the log of that key.
    pub(super) fn witness(key: &Path, log: &str) -> Self {
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let mut serve = Command::new(binary());
        serve.args(["log", "witness", "serve", "--log", log, "--key"]).arg(key);
        serve.args(["--listen", &format!("127.0.0.1:{port}")]);
        let mut serving = Self { child: serve.stdout(Stdio::null()).spawn().unwrap(), port };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert_eq!(serving.child.try_wait().unwrap(), None, "the witness ended");
            assert!(began.elapsed() < Duration::from_mins(1), "the witness is not ready");
            std::thread::yield_now();
        }
        serving
    }

    /// It is told to stop, and ends well.
    pub(super) fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success(), "it did not end well");
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        // Already gone when the test went well.
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

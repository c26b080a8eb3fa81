//! An identity provider, as a process of its own.

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    path::PathBuf,
    process::{Child, ChildStdout, Command, Stdio},
    sync::OnceLock,
};

use serde_json::{Value, json};

use crate::architecture::sources::root;

/// A provider, ended with the test.
pub(super) struct Provider {
    child: Child,
    says: BufReader<ChildStdout>,
    /// Its address, which is what its tokens name as their issuer.
    pub(super) issuer: String,
}

impl Provider {
    pub(super) fn start() -> Self {
        let mut node = Command::new("node");
        node.arg(root().join("tests/identity/provider.mjs")).arg(packages());
        let mut child = node.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap());
        let mut provider = Self { child, says, issuer: String::new() };
        provider.issuer = provider.line();
        provider
    }

    /// A key that it signs with from now on, by its name.
    pub(super) fn key(&mut self, algorithm: &str) -> String {
        self.told(&json!({"what": "key", "algorithm": algorithm}))
    }

    /// A token of this kind (`token`, `unsigned`, `shared`), with these members of its header and
    /// its claims besides the usual, or without those that are null; `exp` and `nbf` in seconds
    /// from now.
    pub(super) fn token(
        &mut self,
        what: &str,
        key: &str,
        header: &Value,
        claims: &Value,
    ) -> String {
        self.told(&json!({"what": what, "key": key, "header": header, "claims": claims}))
    }

    /// How often its keys were fetched.
    pub(super) fn asked(&mut self) -> u64 {
        self.told(&json!({"what": "asked"})).parse().unwrap()
    }

    /// Whoever logs in from now on is this one, as `header` and `claims` say as for a token.
    pub(super) fn person(&mut self, header: &Value, claims: &Value) {
        self.told(&json!({"what": "person", "header": header, "claims": claims}));
    }

    /// From now on no code is exchanged.
    pub(super) fn idle(&mut self) {
        self.told(&json!({"what": "person", "idle": true}));
    }

    /// Whoever goes there next to log in comes back with these fields instead of a code.
    pub(super) fn refuse(&mut self, fields: &Value) {
        self.told(&json!({"what": "refuse", "fields": fields}));
    }

    /// The last form in which a code was exchanged: its `fields`, and its `authorization`.
    pub(super) fn exchange(&mut self) -> Value {
        serde_json::from_str(&self.told(&json!({"what": "exchange"}))).unwrap()
    }

    fn told(&mut self, what: &Value) -> String {
        writeln!(self.child.stdin.as_mut().unwrap(), "{what}").unwrap();
        self.line()
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(0 < self.says.read_line(&mut line).unwrap(), "the provider ended");
        serde_json::from_str(&line).unwrap()
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        let _gone = self.child.kill();
        let _reaped = self.child.wait();
    }
}

/// Where its packages are; fetched where `./check` has not done so.
fn packages() -> &'static PathBuf {
    static PACKAGES: OnceLock<PathBuf> = OnceLock::new();
    PACKAGES.get_or_init(|| {
        let folder = root().join(".tools/identity");
        if !folder.join("node_modules/oauth2-mock-server/dist").exists() {
            fs::create_dir_all(&folder).unwrap();
            for file in ["package.json", "package-lock.json"] {
                fs::copy(root().join("tests/identity").join(file), folder.join(file)).unwrap();
            }
            let words = ["ci", "--silent", "--ignore-scripts", "--prefix"];
            let done = Command::new("npm").args(words).arg(&folder).status();
            assert!(done.is_ok_and(|done| done.success()), "npm packages are missing: run ./check");
        }
        folder
    })
}

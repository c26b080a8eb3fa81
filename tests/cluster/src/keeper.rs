//! The shell beside the server, which ends it when we end.
//!
//! It waits on a pipe that only we hold. However we go (a return, a panic, a `kill -9`), the system
//! closes the pipe, and the shell stops the server and removes the folder. Destructors of statics
//! do not run, and none runs after a `kill -9`.

use std::{
    fs,
    io::{BufRead as _, BufReader, Write as _},
    os::unix::{
        fs::{MetadataExt as _, chown},
        process::CommandExt as _,
    },
    path::{Path, PathBuf},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Mutex, PoisonError},
};

use crate::{Error, programs};

/// What the keeper is told, as words for `pg_ctl`.
pub(crate) const START: &str = "start -l log";
pub(crate) const STOP: &str = "stop -m fast";

/// `$1` is `pg_ctl`, `$2` the folder. Each line is an order, each answer an exit code. Without the
/// trap an answer that nobody reads would end the shell before the server.
const SCRIPT: &str = r#"
trap '' PIPE
ctl() { "$pg_ctl" -D data -s -w -t 120 "$@" </dev/null >>keeper.log 2>&1; }
pg_ctl=$1
while read -r words; do ctl $words; echo $?; done
ctl stop -m immediate
rm -rf "$2"
"#;

#[derive(Debug)]
pub(crate) struct Keeper {
    folder: PathBuf,
    shell: Mutex<Shell>,
}

#[derive(Debug)]
struct Shell {
    /// `None` when it is being dropped.
    orders: Option<ChildStdin>,
    answers: BufReader<ChildStdout>,
    child: Child,
}

/// Who runs the programs.
#[derive(Debug, Clone, Copy)]
struct Runner(Option<(u32, u32)>);

impl Keeper {
    /// Makes a cluster and starts its server.
    pub(crate) fn start(
        password: &str,
        port: u16,
        settings: &[(&str, &str)],
    ) -> Result<Self, Error> {
        let bin = programs::folder()?;
        let folder = tempfile::Builder::new().prefix("fugong-pg-").tempdir()?;
        let runner = Runner::of(folder.path())?;
        runner.initdb(&bin, folder.path(), password)?;
        configure(folder.path(), port, settings)?;
        let mut shell = runner.command(Path::new("sh"), folder.path());
        shell.args(["-c", SCRIPT, "keeper"]).arg(bin.join("pg_ctl")).arg(folder.path());
        // A group of its own: an interrupt at the terminal ends us, and then the keeper acts.
        shell.process_group(0).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = shell.spawn()?;
        let (Some(orders), Some(answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(Error::new("the keeper has no pipes"));
        };
        let shell = Shell { orders: Some(orders), answers: BufReader::new(answers), child };
        // From here on the keeper removes it.
        let keeper = Self { folder: folder.keep(), shell: Mutex::new(shell) };
        keeper.tell(START)?;
        Ok(keeper)
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Gives an order and waits until it is carried out.
    pub(crate) fn tell(&self, order: &str) -> Result<(), Error> {
        let mut shell = self.shell.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(orders) = &mut shell.orders {
            writeln!(orders, "{order}")?;
        }
        let mut answer = String::new();
        shell.answers.read_line(&mut answer)?;
        if answer == "0\n" {
            return Ok(());
        }
        let tell = |name| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        Err(Error::new(format!("pg_ctl {order} failed: {}{}", tell("keeper.log"), tell("log"))))
    }
}

impl Drop for Keeper {
    /// Returns when the server is stopped and its folder gone.
    fn drop(&mut self) {
        let shell = self.shell.get_mut().unwrap_or_else(PoisonError::into_inner);
        drop(shell.orders.take());
        // Nobody could be told that this fails.
        drop(shell.child.wait());
    }
}

impl Runner {
    /// Ourselves, or where that is root, somebody else, to whom the folder is given.
    fn of(folder: &Path) -> Result<Self, Error> {
        if fs::metadata(folder)?.uid() != 0 {
            return Ok(Self(None));
        }
        let (user, group) = programs::unprivileged()?;
        chown(folder, Some(user), Some(group))?;
        Ok(Self(Some((user, group))))
    }

    fn command(self, program: &Path, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command.current_dir(folder).stdin(Stdio::null());
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PG") {
                command.env_remove(name);
            }
        }
        if let Some((user, group)) = self.0 {
            command.uid(user).gid(group);
        }
        command
    }

    fn initdb(self, bin: &Path, folder: &Path, password: &str) -> Result<(), Error> {
        let file = folder.join("password");
        fs::write(&file, password)?;
        if let Some((user, group)) = self.0 {
            chown(&file, Some(user), Some(group))?;
        }
        // Only the making of it is not flushed; the server flushes.
        let args = [
            "-D",
            "data",
            "-U",
            crate::OWNER,
            "--pwfile=password",
            "--no-sync",
            "--no-instructions",
        ];
        let text = ["--auth=scram-sha-256", "--locale=C.UTF-8", "--encoding=UTF8"];
        let made = self.command(&bin.join("initdb"), folder).args(args).args(text).output()?;
        fs::remove_file(&file)?;
        if made.status.success() {
            return Ok(());
        }
        Err(Error::new(format!("initdb failed: {}", String::from_utf8_lossy(&made.stderr))))
    }
}

fn configure(folder: &Path, port: u16, settings: &[(&str, &str)]) -> Result<(), Error> {
    let mut file = fs::OpenOptions::new().append(true).open(folder.join("data/postgresql.conf"))?;
    writeln!(file, "listen_addresses = '127.0.0.1'\nport = {port}")?;
    writeln!(file, "unix_socket_directories = '{}'", folder.display())?;
    for (name, value) in settings {
        writeln!(file, "{name} = '{value}'")?;
    }
    Ok(())
}

//! Where the server's programs are, and who may run them.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::Error;

const OLDEST: u32 = 15;

/// The folder with the programs of PostgreSQL 15 or later.
pub(crate) fn folder() -> Result<PathBuf, Error> {
    let mut seen = candidates();
    seen.retain(|folder| {
        ["initdb", "pg_ctl", "postgres"].iter().all(|it| folder.join(it).exists())
    });
    seen.iter().find(|folder| version(folder) >= Some(OLDEST)).cloned().ok_or_else(|| {
        let found = match seen.first() {
            Some(old) => format!("{} has an older one", old.display()),
            None => "they are not here".to_owned(),
        };
        Error::new(format!(
            "PostgreSQL's server programs (initdb, pg_ctl, postgres), version {OLDEST} or later, \
             are needed and {found}: install them (Debian: apt install postgresql-{OLDEST})"
        ))
    })
}

fn candidates() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    if let Ok(told) = Command::new("pg_config").arg("--bindir").output() {
        folders.push(PathBuf::from(String::from_utf8_lossy(&told.stdout).trim()));
    }
    let path = std::env::var_os("PATH").unwrap_or_default();
    let initdb =
        std::env::split_paths(&path).filter_map(|it| fs::canonicalize(it.join("initdb")).ok());
    folders.extend(initdb.filter_map(|it| it.parent().map(Path::to_owned)));
    let installed = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut installed: Vec<_> = installed.map(|it| it.path().join("bin")).collect();
    installed.sort();
    folders.extend(installed.into_iter().rev());
    folders
}

/// The major version: 15 of `postgres (PostgreSQL) 15.13 (Debian …)`.
fn version(folder: &Path) -> Option<u32> {
    let told = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let number = told.split(") ").nth(1)?;
    number.split(|it: char| !it.is_ascii_digit()).next()?.parse().ok()
}

/// Who else runs the server, as (user, group), where we are root: PostgreSQL refuses to be.
pub(crate) fn unprivileged() -> Result<(u32, u32), Error> {
    let users = fs::read_to_string("/etc/passwd")?;
    ["postgres", "nobody"].iter().find_map(|name| ids(&users, name)).ok_or_else(|| {
        Error::new("PostgreSQL does not run as root, and there is no user postgres or nobody")
    })
}

fn ids(users: &str, name: &str) -> Option<(u32, u32)> {
    let line = users.lines().find(|line| line.split(':').next() == Some(name))?;
    let mut numbers = line.split(':').skip(2);
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

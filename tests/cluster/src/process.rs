//! Processes and their children, by `/proc`.

use std::{
    fs,
    process::Command,
    thread,
    time::{Duration, Instant},
};

use crate::Error;

/// The longest that is waited for anything.
const PATIENCE: Duration = Duration::from_secs(30);
/// The unit of times in `/proc`, in ms: the same on every Linux that we know.
const TICK: u64 = 10;

/// Kills a process and its children, and returns when all of them are gone.
pub(crate) fn kill_tree(parent: u32) -> Result<(), Error> {
    // While it stands still it has no further children.
    signal("STOP", &[parent])?;
    let mut all = children(parent)?;
    all.push(parent);
    signal("KILL", &all)?;
    until("the killed processes are gone", || Ok(!all.iter().any(|it| alive(*it))))
}

/// Looks again and again until it is so.
pub(crate) fn until(what: &str, so: impl Fn() -> Result<bool, Error>) -> Result<(), Error> {
    let began = Instant::now();
    while !so()? {
        if PATIENCE < began.elapsed() {
            return Err(Error::new(format!("waited in vain until {what}")));
        }
        thread::sleep(Duration::from_millis(2));
    }
    Ok(())
}

/// A child may have ended by itself meanwhile: only the last of the numbers, the parent, has to
/// be there.
fn signal(name: &str, processes: &[u32]) -> Result<(), Error> {
    let numbers: Vec<_> = processes.iter().map(u32::to_string).collect();
    let script = "for it in \"$@\"; do kill -s \"$0\" \"$it\" 2>/dev/null; done";
    let done = Command::new("sh").args(["-c", script, name]).args(&numbers).status()?;
    if done.success() {
        return Ok(());
    }
    Err(Error::new(format!("cannot signal the processes {processes:?}")))
}

/// What a process and its children have taken, those that have ended included.
pub(crate) fn processor_time(parent: u32) -> Result<Duration, Error> {
    let all = children(parent)?.into_iter().chain([parent]);
    Ok(all.filter_map(|it| stat(it).map(|stat| stat.taken)).sum())
}

fn children(parent: u32) -> Result<Vec<u32>, Error> {
    let numbers = fs::read_dir("/proc")?.flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    Ok(numbers.filter(|it| stat(*it).is_some_and(|stat| stat.parent == parent)).collect())
}

/// Whether it runs: a zombie does not.
fn alive(process: u32) -> bool {
    stat(process).is_some_and(|stat| stat.state != "Z")
}

/// What the system says of a process.
struct Stat {
    state: String,
    parent: u32,
    /// In user and system mode, with that of its children that have ended and been waited for.
    taken: Duration,
}

fn stat(process: u32) -> Option<Stat> {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The name of the program stands in brackets and may hold anything.
    let mut after_name = stat.rsplit(')').next()?.split_whitespace();
    let (state, parent) = (after_name.next()?.to_owned(), after_name.next()?.parse().ok()?);
    let ticks = after_name.skip(9).take(4).filter_map(|ticks| ticks.parse::<u64>().ok());
    let taken = Duration::from_millis(ticks.sum::<u64>().saturating_mul(TICK));
    Some(Stat { state, parent, taken })
}

//! `fugong registers rebuild`: the registers of one log or of several, each beside the others.

use actix_web::rt;
use fugong_core::Position;
use fugong_domain::registers;
use fugong_engine::{Log, Rebuilt};
use indicatif::{MultiProgress, ProgressBar};
use tokio::sync::watch;

use crate::{
    args::Rebuild,
    database::{self, Access},
    demo::bar,
    failure::Failure,
    print::say,
};

/// The folds that keep the rows of all registers.
const FOLDS: [&str; 2] = ["district", "inbox"];
/// How many differences are shown.
const SHOWN: usize = 20;

/// Folds registers afresh and says what was different.
pub(crate) async fn run(args: &Rebuild) -> Result<(), Failure> {
    let folds = match &args.name {
        None => FOLDS.to_vec(),
        Some(name) => vec![fold(name)?],
    };
    let mut logs = Vec::new();
    for database in database::several(&args.db, &args.keys, &args.district)? {
        logs.push(database::open(&database, Access::Mend).await?);
    }
    let bars = MultiProgress::new();
    // Each log has threads of its own that read and fold.
    let running = logs.iter().map(|log| {
        let (log, folds, bar) = (log.clone(), folds.clone(), bars.add(bar(log.head().0)));
        rt::spawn(async move { rebuild(&log, &folds, &bar).await })
    });
    let running: Vec<_> = running.collect();
    let (mut different, mut failed) = (false, None);
    for (log, rebuilding) in logs.into_iter().zip(running) {
        let rebuilt = rebuilding.await;
        match rebuilt.unwrap_or_else(|lost| Err(Failure::Unavailable(lost.to_string()))) {
            Ok(rebuilt) => different |= tell(&log, &rebuilt)?,
            Err(failure) => failed = Some(failure),
        }
        log.close().await;
    }
    if let Some(failure) = failed {
        return Err(failure);
    }
    if different {
        return Err(Failure::Refused("重算结果与原台账不同，已以重算结果为准。".to_owned()));
    }
    Ok(())
}

/// Folds afresh, one after the other, and lets the bar tell how far each has come.
async fn rebuild(
    log: &Log,
    folds: &[&'static str],
    bar: &ProgressBar,
) -> Result<Vec<(&'static str, Rebuilt)>, Failure> {
    let mut all = Vec::new();
    for &fold in folds {
        bar.set_message(format!("{} {fold}", log.id()));
        let told = watch::Sender::<Position>::default();
        let (mut heard, moved) = (told.subscribe(), bar.clone());
        let telling = rt::spawn(async move {
            while heard.changed().await.is_ok() {
                moved.set_position(heard.borrow_and_update().0);
            }
        });
        let rebuilt = log.rebuild_telling(fold, told).await;
        telling.abort();
        all.push((fold, rebuilt?));
    }
    bar.finish_and_clear();
    Ok(all)
}

/// Says what was rebuilt; whether anything was different.
fn tell(log: &Log, all: &[(&'static str, Rebuilt)]) -> Result<bool, Failure> {
    let mut different = false;
    for (fold, rebuilt) in all {
        let (events, rows) = (rebuilt.events, rebuilt.rows);
        say(&format!(
            "{} {fold}：重算 {events} 个事件，{rows} 行，{} 处不同。",
            log.id(),
            rebuilt.differences.len()
        ))?;
        for difference in rebuilt.differences.iter().take(SHOWN) {
            say(&format!("  {difference:?}"))?;
            different = true;
        }
    }
    Ok(different)
}

/// The fold that keeps a register's rows.
fn fold(name: &str) -> Result<&'static str, Failure> {
    if let Some(fold) = FOLDS.into_iter().find(|fold| *fold == name) {
        return Ok(fold);
    }
    registers::table(name).map(|table| table.source).ok_or_else(|| {
        Failure::Usage(format!("there is no register {name}; see `fugong registers list`"))
    })
}

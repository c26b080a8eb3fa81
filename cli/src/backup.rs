//! `fugong backup` and `fugong restore`: a log copied whole, and back.

use fugong_engine::{Copied, Database as Place, Options, Progress, backup, copy_keys, restore};
use indicatif::ProgressBar;

use crate::{
    args::{Backup, Database, Restore},
    database,
    demo::bar,
    failure::Failure,
    print::say,
};

/// Copies a log into a file, while it is written or not.
pub(crate) async fn run(args: Backup) -> Result<(), Failure> {
    let options = options(&args.database)?;
    let (bar, told) = telling();
    let copied = backup(options.database.clone(), options.log, args.to.clone(), told).await;
    bar.finish_and_clear();
    let to = args.to.display();
    say(&format!("{}，存入 {to}。", told_of(copied?)))?;
    match &args.keys_to {
        None => say("密钥未备份：没有密钥，个人信息无法读取。请用 --keys-to 存到另一处。")?,
        Some(place) => {
            copy_keys(options.key_place(), options.log, args.to, place.clone().into()).await?;
            say(&format!("密钥已另存为 {}。请与数据分开保管。", place.display()))?;
        }
    }
    let attachments = options.beside("attachments");
    if attachments.exists() {
        say(&format!("附件不在备份之内，请另行复制 {}。", attachments.display()))?;
    }
    Ok(())
}

/// Copies a backup into a database that has not got its log.
pub(crate) async fn back(args: Restore) -> Result<(), Failure> {
    let source = Database {
        db: args.file.display().to_string(),
        keys: None,
        log_key: None,
        district: args.database.district,
    };
    let log = database::district(&source)?;
    let database = Database { district: Some(log.0), ..args.database };
    let options = options(&database)?;
    let (bar, told) = telling();
    let copied = restore(args.file.clone(), log, options.database.clone(), told).await;
    bar.finish_and_clear();
    say(&format!("{}，恢复至 {}。", told_of(copied?), options.database))?;
    match args.keys_from {
        None => {
            let keys = options.key_place();
            say(&format!("密钥未恢复：请将密钥放到 {keys}。"))?;
        }
        Some(keys) => {
            copy_keys(keys.into(), log, args.file, options.key_place()).await?;
            say(&format!("密钥已恢复至 {}。", options.key_place()))?;
        }
    }
    Ok(())
}

fn options(database: &Database) -> Result<Options, Failure> {
    let mut options = Options::new(database::path(&database.db)?, database::district(database)?);
    options.keys = database.keys.as_deref().map(Place::from);
    Ok(options)
}

/// A bar, and what moves it.
fn telling() -> (ProgressBar, impl FnMut(Progress) + Send + 'static) {
    let bar = bar(0);
    let moved = bar.clone();
    let told = move |progress: Progress| {
        moved.set_length(progress.of);
        moved.set_position(progress.done);
    };
    (bar, told)
}

fn told_of(copied: Copied) -> String {
    let Copied { log, head, rows } = copied;
    format!("日志 {log}：{head} 个事件、共 {rows} 行，已从头复核")
}

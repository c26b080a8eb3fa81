//! `fugong import cqrs-es`: the events of an existing cqrs-es database, into a log of their own.

use fugong_core::{LogId, Position, keys};
use fugong_engine::{Engine, Filter, Imported, Log, Options, Source};

use crate::{args::CqrsEs, database, demo::bar, failure::Failure, print::say};

/// Imports what the log has not got yet.
pub(crate) async fn run(args: CqrsEs) -> Result<(), Failure> {
    let source = Source { database: database::path(&args.from)?, table: args.table };
    let place = database::path(&args.db)?;
    let log = match (args.log, Engine::logs(&place).unwrap_or_default().as_slice()) {
        (Some(log), _) => LogId(log),
        (None, []) => LogId(1),
        (None, [one]) => *one,
        (None, [_, ..]) => {
            return Err(Failure::Usage(format!("{place} holds several logs: name one with --log")));
        }
    };
    // Whichever aggregates they are of: nothing here decides on them.
    let keys = args.keys.map(Into::into);
    let log = Engine::builder().open(Options { keys, ..Options::new(place, log) }).await?;
    let imported = import(&log, source).await;
    log.close().await;
    let Imported { appended, known, of } = imported?;
    say(&format!("已导入 {appended} 个事件，此前已有 {known} 个，来源共 {of} 个。"))?;
    Ok(say("原库未记录聚合之间的先后，次序由导入时排定；记录时间为导入时间。")?)
}

async fn import(log: &Log, source: Source) -> Result<Imported, Failure> {
    let first = log.events(Position::START, 1, &Filter::default()).await?;
    if first.iter().any(|event| event.meta(keys::IMPORTED_FROM).is_none()) {
        let id = log.id();
        let why = format!("log {id} holds what was not imported: take a log of its own, by --db");
        return Err(Failure::Usage(why));
    }
    let bar = bar(0);
    let told = |told: Imported| {
        bar.set_length(told.of);
        bar.set_position(told.appended.saturating_add(told.known));
    };
    let imported = log.import(source, told).await;
    bar.finish_and_clear();
    Ok(imported?)
}

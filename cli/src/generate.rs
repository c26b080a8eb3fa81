//! `fugong generate`: an invented district of any size; the same seed gives the same bytes.

mod district;
mod firm;
mod measures;
mod workshop;

use chrono::NaiveDate as Date;
use fugong_core::start_of_day;

use crate::{
    acts::Player,
    args::Generate,
    database::{self, Access},
    demo::bar,
    failure::Failure,
    print::say,
};
use district::District;

/// The first day of every generated history.
const FIRST: Option<Date> = Date::from_ymd_opt(2020, 2, 20);

/// Fills a fresh database and says how fast.
pub(crate) async fn run(args: Generate) -> Result<(), Failure> {
    let place = database::path(&args.database.db)?;
    if database::exists(&args.database, &place).await {
        return Err(Failure::Usage(format!(
            "{place} exists; a history is generated into a fresh one"
        )));
    }
    let first = FIRST.unwrap_or_default();
    let log =
        database::open(&args.database, Access::Simulated(start_of_day(first), args.seed)).await?;
    let started = std::time::Instant::now();
    let mut player = Player::quick(log.clone());
    let mut district = District::new(args.seed, args.enterprises, first);
    let bar = bar(u64::from(args.days).saturating_add(1));
    let mut number = 0_usize;
    for day in 0..=args.days {
        for line in district.day(day) {
            number = number.saturating_add(1);
            player.play(number, line).await?;
        }
        log.settle().await?;
        bar.set_message(format!("{} 个事件", log.head()));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let seconds = started.elapsed().as_secs().max(1);
    let events = log.head().0;
    let rate = events.checked_div(seconds).unwrap_or_default();
    say(&format!(
        "{} 项行为，{events} 个事件，{seconds} 秒，每秒 {rate} 个事件。",
        player.recorded
    ))?;
    log.close().await;
    Ok(())
}

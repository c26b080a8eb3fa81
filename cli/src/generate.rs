//! `fugong generate`: an invented district of any size; the same seed gives the same bytes.

use chrono::{DateTime, Days, NaiveDate as Date, TimeDelta, Utc};
use fugong_core::start_of_day;
use fugong_domain::CreditCode;
use rand_chacha::{ChaCha12Rng, rand_core::SeedableRng};
use rand_core::RngCore;
use serde_json::{Value, json};

use crate::{
    acts::{Line, Player},
    args::Generate,
    database::{self, Access},
    demo::bar,
    failure::Failure,
    print::say,
};

/// The first day of every generated history.
const FIRST: Option<Date> = Date::from_ymd_opt(2020, 2, 20);
/// Townships of the district in which invented enterprises lie.
const TOWNSHIPS: &[&str] =
    &["500114001", "500114002", "500114003", "500114004", "500114005", "500114106", "500114112"];
/// Industries that invented enterprises follow.
const INDUSTRIES: &[&str] = &["0610", "1011", "1353", "17", "22", "27", "30", "34", "39", "4413"];

/// Fills a fresh database and says how fast.
pub(crate) async fn run(args: Generate) -> Result<(), Failure> {
    let path = database::path(&args.database.db)?;
    if path.exists() {
        let path = path.display();
        return Err(Failure::Usage(format!(
            "{path} exists; a history is generated into a fresh one"
        )));
    }
    let first = FIRST.map(start_of_day).unwrap_or_default();
    let log = database::open(&args.database, Access::Simulated(first, args.seed)).await?;
    let started = std::time::Instant::now();
    let mut player = Player::quick(log.clone());
    let mut district = Invented::new(args.seed, args.enterprises, first);
    let bar = bar(u64::from(args.days).saturating_add(1));
    let mut number = 0_usize;
    for day in 0..=args.days {
        for line in district.day(day)? {
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

/// An invented district: what happens on each day follows from the seed alone.
#[derive(Debug)]
struct Invented {
    dice: ChaCha12Rng,
    first: DateTime<Utc>,
    enterprises: Vec<Firm>,
    key: u64,
    minute: i64,
}

#[derive(Debug)]
struct Firm {
    uscc: CreditCode,
    township: &'static str,
    above: bool,
    working: bool,
}

impl Invented {
    fn new(seed: u64, count: u32, first: DateTime<Utc>) -> Self {
        let mut dice = ChaCha12Rng::seed_from_u64(seed);
        let enterprises = (0..count).filter_map(|n| firm(&mut dice, n)).collect();
        Self { dice, first, enterprises, key: 0, minute: 0 }
    }

    /// The acts of a day, in order.
    fn day(&mut self, day: u32) -> Result<Vec<Line>, Failure> {
        self.minute = 0;
        let mut lines = Vec::new();
        for n in 0..self.enterprises.len() {
            if day == 0 {
                lines.push(self.listing(n, day)?);
            } else {
                lines.extend(self.one(n, day)?);
            }
        }
        Ok(lines)
    }

    fn listing(&mut self, n: usize, day: u32) -> Result<Line, Failure> {
        let industry = pick(&mut self.dice, INDUSTRIES);
        let firm = self.firm(n)?;
        let body = json!({
            "uscc": firm.uscc, "name": format!("示例企业{n:06}（虚构）"), "industry_code": industry,
            "township_code": firm.township, "above_scale": firm.above,
        });
        self.line(day, "clerk:eic:commission", "/v1/enterprises".to_owned(), body)
    }

    /// What one enterprise does on a day: plans first, then work, then now and then a pause.
    fn one(&mut self, n: usize, day: u32) -> Result<Option<Line>, Failure> {
        let roll = self.dice.next_u32().checked_rem(100).unwrap_or_default();
        let today =
            self.first.date_naive().checked_add_days(Days::new(u64::from(day).saturating_add(1)));
        let firm = self.firm(n)?;
        let (who, base) =
            (format!("firm:{}:enterprise", firm.uscc), format!("/v1/enterprises/{}", firm.uscc));
        let working = firm.working;
        let (path, body) = match (working, roll) {
            (_, 0..10) => ("plans", plan(day)),
            (false, 10..30) => ("resumptions", json!({"resumed_on": today, "on_post": roll})),
            (true, 95..98) => ("suspensions", json!({"from": today, "reason": "market"})),
            _ => return Ok(None),
        };
        if let Some(firm) = self.enterprises.get_mut(n) {
            firm.working = match path {
                "resumptions" => true,
                "suspensions" => false,
                _ => working,
            };
        }
        self.line(day, &who, format!("{base}/{path}"), body).map(Some)
    }

    fn firm(&self, n: usize) -> Result<&Firm, Failure> {
        self.enterprises
            .get(n)
            .ok_or_else(|| Failure::Unavailable("an invented enterprise is missing".to_owned()))
    }

    fn line(&mut self, day: u32, by: &str, path: String, body: Value) -> Result<Line, Failure> {
        let Value::Object(body) = body else {
            return Err(Failure::Unavailable("an invented body is no object".to_owned()));
        };
        self.key = self.key.saturating_add(1);
        self.minute = self.minute.saturating_add(1);
        // Spread over the working day, and always forward.
        let seconds = i64::from(day).saturating_mul(86_400).saturating_add(9 * 3600);
        let within = self.minute.checked_div(1_000).unwrap_or_default().min(9 * 3600);
        let at = self.first.checked_add_signed(TimeDelta::seconds(seconds.saturating_add(within)));
        Ok(Line {
            at: at.unwrap_or(self.first),
            by: by.to_owned(),
            path,
            key: format!("g{}", self.key),
            if_match: None,
            refused: None,
            body,
        })
    }
}

fn plan(day: u32) -> Value {
    json!({
        "sections": {"P1": "成立专班。", "P2": "逐人排查。", "P3": format!("口罩储备{day}日。"),
            "P4": "每日测温。", "P5": "隔离、报告、消毒。", "P6": "岗前培训。"},
        "emergency": "发现异常立即报告。", "five_musts": ["M1", "M2", "M3", "M4", "M5"],
    })
}

/// An enterprise with a code that nobody holds: its organisation part is of the block MAYY.
fn firm(dice: &mut ChaCha12Rng, n: u32) -> Option<Firm> {
    let stem = format!("91500114{:09}", 800_000_000_u32.checked_add(n)?);
    let uscc = CreditCode::from_stem(&stem).ok()?;
    let above = dice.next_u32().checked_rem(4)? == 0;
    Some(Firm { uscc, township: pick(dice, TOWNSHIPS), above, working: false })
}

fn pick<'a>(dice: &mut ChaCha12Rng, from: &[&'a str]) -> &'a str {
    let at = usize::try_from(dice.next_u32()).unwrap_or_default();
    at.checked_rem(from.len()).and_then(|at| from.get(at)).copied().unwrap_or_default()
}

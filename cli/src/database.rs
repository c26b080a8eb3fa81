//! Opening a database with everything that runs on it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use fugong_api::district;
use fugong_core::LogId;
use fugong_domain::{act::REGIME, regime::Regime, township::Units};
use fugong_engine::{ClockMode, Database as Place, Engine, Log, Options};
use fugong_fixtures::data;

use crate::{args::Database, failure::Failure};

/// The seed of a simulated log that is opened by hand.
pub(crate) const SEED: u64 = 1;

/// How a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Access {
    /// To write; created if absent, with a real clock.
    Write,
    /// To write; created if absent, with a clock that stands at this instant.
    Simulated(DateTime<Utc>, u64),
    /// To write; never created.
    Mend,
    /// To read only; never created, also beside a process that writes.
    Read,
}

/// Opens a database, creates and migrates it where that is wanted, and gives a fresh log the
/// district's units, rules, calendars and codes.
pub(crate) async fn open(database: &Database, access: Access) -> Result<Log, Failure> {
    let (place, log) = (path(&database.db)?, district(database)?);
    if log == LogId(data::DISTRICT) {
        return open_with(database, access, data::units()?).await;
    }
    if access != Access::Read && !held(&place).contains(&log) {
        return Err(Failure::Usage(format!(
            "{} does not hold district {log}, and the program carries the units of {} alone: run \
             `fugong migrate --db {} --district {log} --units FILE`",
            place,
            data::DISTRICT,
            database.db
        )));
    }
    opened(database, access, log).await
}

/// The same, and a fresh log begins with these units.
pub(crate) async fn open_with(
    database: &Database,
    access: Access,
    units: Units,
) -> Result<Log, Failure> {
    let log = district(database)?;
    check(&units, log)?;
    let log = opened(database, access, log).await?;
    if access != Access::Read {
        district::begin(&log, data::district_of(units)?).await?;
    }
    Ok(log)
}

/// The district of a database: the one that is named, or the one that it holds; the one of which
/// the program carries the data where it holds none yet.
pub(crate) fn district(database: &Database) -> Result<LogId, Failure> {
    if let Some(code) = database.district {
        return if (100_000..=999_999).contains(&code) {
            Ok(LogId(code))
        } else {
            Err(Failure::Usage(format!("{code} is no district: write its six digits")))
        };
    }
    let place = path(&database.db)?;
    match held(&place).as_slice() {
        [] => Ok(LogId(data::DISTRICT)),
        [one] => Ok(*one),
        several => {
            let codes: Vec<_> = several.iter().map(ToString::to_string).collect();
            let codes = codes.join(", ");
            Err(Failure::Usage(format!("{place} holds {codes}: name one with --district")))
        }
    }
}

/// What the district of a log is called; its code where nobody said.
pub(crate) async fn name(log: &Log) -> Result<String, Failure> {
    let said = |regime: &Regime, _| regime.units().name.clone();
    let said = log.read::<Regime, _>(REGIME, said).await?;
    // The logs of older programs do not say it.
    let carried = if log.id().0 == data::DISTRICT { data::units()?.name } else { None };
    Ok(said.or(carried).unwrap_or_else(|| log.id().to_string()))
}

/// Several districts, no two the same: each file holds one, a database on a server those that are
/// named.
pub(crate) fn several(
    places: &[String],
    keys: &[String],
    districts: &[u32],
) -> Result<Vec<Database>, Failure> {
    let named: Vec<(&String, Option<u32>)> = match (places, districts) {
        (_, []) => places.iter().map(|db| (db, None)).collect(),
        ([db], [_, further @ ..])
            if further.is_empty() || matches!(path(db)?, Place::Server(_)) =>
        {
            districts.iter().map(|code| (db, Some(*code))).collect()
        }
        ([_], _) => {
            let why = "a file holds one district: name a file for each, by --db";
            return Err(Failure::Usage(why.to_owned()));
        }
        _ => {
            let why = "of several databases each says itself what it holds: leave --district";
            return Err(Failure::Usage(why.to_owned()));
        }
    };
    if !keys.is_empty() && keys.len() != named.len() {
        let why = "name --keys once for each district, or not at all";
        return Err(Failure::Usage(why.to_owned()));
    }
    let mut keys = keys.iter().cloned();
    let all = named.into_iter().map(|(db, district)| Database {
        db: db.clone(),
        keys: keys.next(),
        log_key: None,
        district,
    });
    let all: Vec<_> = all.collect();
    let mut known: BTreeMap<LogId, Place> = BTreeMap::new();
    for database in &all {
        let (code, place) = (district(database)?, path(&database.db)?);
        if let Some(other) = known.insert(code, place.clone()) {
            return Err(Failure::Usage(format!(
                "{other} and {place} would both be district {code}: make one for another with \
                 `fugong migrate --district CODE --units FILE`"
            )));
        }
    }
    Ok(all)
}

/// The logs that a database holds; what is wrong with it is said when it is opened.
fn held(place: &Place) -> Vec<LogId> {
    Engine::logs(place).unwrap_or_default()
}

/// Whether these can be the units of the district: its townships, and the offices that the rules
/// give work to.
fn check(units: &Units, log: LogId) -> Result<(), Failure> {
    let code = log.to_string();
    if let Some(other) = units.divisions.iter().find(|it| !it.code.as_str().starts_with(&code)) {
        let (name, other) = (&other.name, &other.code);
        return Err(Failure::Usage(format!("{name} {other} is not of district {log}")));
    }
    let carried = data::units()?.offices;
    match carried.iter().find(|office| !units.offices.iter().any(|it| it.code == office.code)) {
        None => Ok(()),
        Some(office) => Err(Failure::Usage(format!(
            "the units have no office {} ({}), to which the rules give work",
            office.code, office.short
        ))),
    }
}

async fn opened(database: &Database, access: Access, log: LogId) -> Result<Log, Failure> {
    let mut options = Options::new(path(&database.db)?, log);
    options.keys = database.keys.as_deref().map(Place::from);
    options.log_key.clone_from(&database.log_key);
    options.create = matches!(access, Access::Write | Access::Simulated(..));
    options.read_only = access == Access::Read;
    if let Access::Simulated(start, seed) = access {
        // Two districts never draw the same ids.
        let seed = seed.wrapping_add(u64::from(log.0.abs_diff(data::DISTRICT)));
        options.clock = ClockMode::Simulated { start, seed };
    }
    Ok(district::engine().open(options).await?)
}

/// What `--db` names: a file, or the URL of a PostgreSQL database.
pub(crate) fn path(db: &str) -> Result<Place, Failure> {
    if db.starts_with("postgres://") || db.starts_with("postgresql://") {
        return Ok(Place::Server(db.to_owned()));
    }
    let file = db.strip_prefix("sqlite:").unwrap_or(db);
    let file = file.strip_prefix("//").unwrap_or(file);
    if file.is_empty() {
        return Err(Failure::Usage(
            "--db needs a file, such as --db fugong.db, or postgres://user@host/database"
                .to_owned(),
        ));
    }
    Ok(Place::File(file.into()))
}

/// Whether something is there that could be overwritten.
pub(crate) async fn exists(database: &Database, place: &Place) -> bool {
    match place {
        Place::File(path) => path.exists(),
        Place::Server(_) => match open(database, Access::Read).await {
            Ok(log) => {
                log.close().await;
                true
            }
            Err(_) => false,
        },
    }
}

//! What a store gives and takes if nobody does anything with it: the ceiling.

use std::{
    hint::black_box,
    io::{self, Read},
    thread,
    time::{Duration, Instant},
};

use postgres::{Client, NoTls, types::ToSql};
use rusqlite::{Connection, params};

use crate::{Failed, place::Place};

/// How many rows are written at once.
const BATCH: u32 = 64;
/// The columns of an event without anything of ours.
const TABLE: &str = "CREATE TABLE bare (kind text NOT NULL, id text NOT NULL, \
     sequence integer NOT NULL, payload text NOT NULL, metadata text NOT NULL, \
     PRIMARY KEY (kind, id, sequence))";

/// Reads every event of our log in order, all columns; how many there are.
pub(crate) fn read(place: &Place) -> Result<u64, Failed> {
    match &place.database {
        None => scan(&Connection::open(place.folder.join("ours.db"))?),
        Some(url) => apart(|| copy_out(&mut Client::connect(url, NoTls)?)),
    }
}

/// Writes rows of an event's size for so long, each batch flushed; how many.
pub(crate) fn write(place: &Place, how_long: Duration) -> Result<u64, Failed> {
    match &place.database {
        None => insert(&mut Connection::open(place.folder.join("bare.db"))?, how_long),
        Some(url) => apart(|| insert_into(&mut Client::connect(url, NoTls)?, how_long)),
    }
}

/// Fills the other side's table with the events of our log, through its view.
pub(crate) fn copy(ours: &Place, view: &str, stock: &Place) -> Result<(), Failed> {
    const COLUMNS: &str =
        "aggregate_type, aggregate_id, sequence, event_type, event_version, payload, metadata";
    let (Some(from), Some(to)) = (&ours.database, &stock.database) else {
        let db = Connection::open(stock.folder.join("stock.db"))?;
        let attach = format!("ATTACH '{}' AS ours", ours.folder.join("ours.db").display());
        let copy = format!("INSERT INTO events SELECT {COLUMNS} FROM ours.{view}");
        return Ok(db.execute_batch(&format!("{attach}; {copy}; DETACH ours"))?);
    };
    apart(|| {
        let mut from = Client::connect(from, NoTls)?;
        let mut to = Client::connect(to, NoTls)?;
        let mut all = from.copy_out(&format!("COPY (SELECT {COLUMNS} FROM {view}) TO STDOUT"))?;
        let mut rows = to.copy_in(&format!("COPY events ({COLUMNS}) FROM STDIN"))?;
        io::copy(&mut all, &mut rows)?;
        rows.finish()?;
        drop(all);
        Ok(to.batch_execute("ANALYZE events")?)
    })
}

/// What is kept for dating registers back, in MiB of text.
pub(crate) fn kept(place: &Place) -> Result<f64, Failed> {
    const SUM: &str = "SELECT CAST(sum(length(register) + length(relation) + length(row_key) + \
         length(row)) AS bigint) FROM register_rows WHERE register LIKE 'past:%'";
    mib(match &place.database {
        None => Connection::open(place.folder.join("ours.db"))?.query_row(SUM, [], |r| r.get(0))?,
        Some(url) => apart(|| Ok(Client::connect(url, NoTls)?.query_one(SUM, &[])?.try_get(0)?))?,
    })
}

/// The size of our database, in MiB.
pub(crate) fn size(place: &Place) -> Result<f64, Failed> {
    const SIZE: &str = "SELECT pg_database_size(current_database())";
    mib(match &place.database {
        None => Some(i64::try_from(std::fs::metadata(place.folder.join("ours.db"))?.len())?),
        Some(url) => {
            apart(|| Ok(Client::connect(url, NoTls)?.query_one(SIZE, &[])?.try_get(0)?))?
        }
    })
}

/// Deletes what is kept for dating registers back.
pub(crate) fn forget(place: &Place) -> Result<(), Failed> {
    const FORGET: &str = "DELETE FROM register_rows WHERE register LIKE 'past:%'";
    match &place.database {
        None => Ok(Connection::open(place.folder.join("ours.db"))?.execute_batch(FORGET)?),
        Some(url) => apart(|| Ok(Client::connect(url, NoTls)?.batch_execute(FORGET)?)),
    }
}

fn mib(bytes: Option<i64>) -> Result<f64, Failed> {
    let kib = u32::try_from(bytes.unwrap_or_default().div_euclid(1024))?;
    Ok((f64::from(kib) / 1024.0).round())
}

fn scan(db: &Connection) -> Result<u64, Failed> {
    let mut all = db.prepare("SELECT * FROM events WHERE log_id = 1 ORDER BY position")?;
    let columns = all.column_count();
    let mut rows = all.query([])?;
    let mut events = 0_u64;
    while let Some(row) = rows.next()? {
        for column in 0..columns {
            black_box(row.get_ref(column)?);
        }
        events = events.saturating_add(1);
    }
    Ok(events)
}

fn copy_out(client: &mut Client) -> Result<u64, Failed> {
    let all = "SELECT * FROM events WHERE log_id = 1 ORDER BY position";
    let mut out = client.copy_out(&format!("COPY ({all}) TO STDOUT (FORMAT binary)"))?;
    // A signature, flags, and an extension that is empty.
    skip(&mut out, 19)?;
    let mut events = 0_u64;
    loop {
        let mut columns = [0; 2];
        out.read_exact(&mut columns)?;
        let Ok(columns) = u16::try_from(i16::from_be_bytes(columns)) else { return Ok(events) };
        for _ in 0..columns {
            let mut length = [0; 4];
            out.read_exact(&mut length)?;
            skip(&mut out, u64::try_from(i32::from_be_bytes(length)).unwrap_or_default())?;
        }
        events = events.saturating_add(1);
    }
}

fn skip(out: &mut impl Read, bytes: u64) -> Result<(), Failed> {
    io::copy(&mut out.take(bytes), &mut io::sink())?;
    Ok(())
}

fn insert(db: &mut Connection, how_long: Duration) -> Result<u64, Failed> {
    db.pragma_update(None, "journal_mode", "wal")?;
    db.pragma_update(None, "synchronous", "full")?;
    db.execute_batch(TABLE)?;
    let (payload, metadata) = texts();
    written(how_long, |batch| {
        let all = db.transaction()?;
        let mut one = all.prepare_cached("INSERT INTO bare VALUES ('ticket', ?1, ?2, ?3, ?4)")?;
        for n in 0..BATCH {
            one.execute(params![batch.to_string(), n, payload, metadata])?;
        }
        drop(one);
        Ok(all.commit()?)
    })
}

fn insert_into(client: &mut Client, how_long: Duration) -> Result<u64, Failed> {
    client.batch_execute(TABLE)?;
    let (payload, metadata) = texts();
    let rows: Vec<_> = (0..BATCH).map(|n| format!("('ticket', $1, {n}, $2, $3)")).collect();
    let all = client.prepare(&format!("INSERT INTO bare VALUES {}", rows.join(", ")))?;
    written(how_long, |batch| {
        let asked: [&(dyn ToSql + Sync); 3] = [&batch.to_string(), &payload, &metadata];
        client.execute(&all, &asked)?;
        Ok(())
    })
}

fn written(
    how_long: Duration,
    mut batch: impl FnMut(u64) -> Result<(), Failed>,
) -> Result<u64, Failed> {
    let (began, mut batches) = (Instant::now(), 0_u64);
    while began.elapsed() < how_long {
        batch(batches)?;
        batches = batches.saturating_add(1);
    }
    Ok(batches.saturating_mul(BATCH.into()))
}

/// As large as an event's payload and its metadata.
fn texts() -> (String, String) {
    ("x".repeat(260), "x".repeat(120))
}

/// The client runs a runtime of its own, which must not be started within another.
fn apart<T: Send>(work: impl FnOnce() -> Result<T, Failed> + Send) -> Result<T, Failed> {
    let done = thread::scope(|scope| scope.spawn(work).join());
    done.map_err(|_| Failed("the client of PostgreSQL panicked".to_owned()))?
}

//! What repeats exactly on any machine: how often a command waits for the server, and how often
//! the server flushes for it.

use fugong_cluster::{Cluster, Wire};

use crate::{Failed, place::Place, sides::Side};

/// How many commands are counted, by all clients together.
const COMMANDS: u64 = 3_200;
const LIFE: u64 = 10;

/// For one command.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Counted {
    pub(crate) round_trips: f64,
    pub(crate) flushes: f64,
}

/// Counts on a fresh database; not while anything is timed, since the wire costs something too.
pub(crate) async fn counted<S: Side>(
    server: &'static Cluster,
    clients: u64,
) -> Result<Counted, Failed> {
    let (url, wire) = (server.database()?, Wire::to(server)?);
    let folder = tempfile::tempdir()?;
    let place = Place { folder: folder.path().to_owned(), database: Some(wire.url(&url)) };
    // Tables are made by then.
    S::open(&place).await?.close().await;
    let flushed = server.flushes(&url)?;
    let side = S::open(&place).await?;
    let each = COMMANDS.div_euclid(clients).div_euclid(LIFE).max(1);
    // Statements are prepared by then, on every connection that is used.
    give(&side, clients, 0, 1).await?;
    let asked = wire.round_trips();
    give(&side, clients, 1, each).await?;
    let asked = wire.round_trips().saturating_sub(asked);
    side.close().await;
    let flushed = server.flushes(&url)?.saturating_sub(flushed);
    let lives = clients.saturating_mul(each);
    let warm = clients.saturating_add(lives).saturating_mul(LIFE);
    Ok(Counted {
        round_trips: ratio(asked, lives.saturating_mul(LIFE))?,
        flushes: ratio(flushed, warm)?,
    })
}

/// Lets each client live so many tickets.
async fn give<S: Side>(side: &S, clients: u64, first: u64, lives: u64) -> Result<(), Failed> {
    let mut running = Vec::new();
    for client in 0..clients {
        let side = side.clone();
        running.push(tokio::spawn(async move {
            for life in first..first.saturating_add(lives) {
                for number in 0..LIFE {
                    side.execute(&format!("{client}-{life}"), number).await?;
                }
            }
            Ok::<_, Failed>(())
        }));
    }
    for task in running {
        task.await??;
    }
    Ok(())
}

fn ratio(events: u64, commands: u64) -> Result<f64, Failed> {
    Ok(f64::from(u32::try_from(events)?) / f64::from(u32::try_from(commands)?))
}

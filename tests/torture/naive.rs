//! What the same harness finds where a reader asks for `id > last` of a number that the database
//! counts up, as stock event stores do.

use std::thread;

use fugong_cluster::Cluster;
use postgres::{Client, NoTls};

use super::tail::{End, Missed, Signs, follow, missed};

const WRITERS: u32 = 32;

/// Each writer's transactions: an event, held open up to 4 ms, and every tenth taken back.
const WRITE: &str = "DO $$ BEGIN
    FOR n IN 1..200 LOOP
      INSERT INTO events (n) VALUES (n);
      PERFORM pg_sleep(random() * 0.004);
      IF n % 10 = 0 THEN ROLLBACK; ELSE COMMIT; END IF;
    END LOOP;
  END $$";

#[test]
fn a_reader_of_ids_that_a_sequence_gives_skips_events_and_is_found_out() {
    let cluster = Cluster::start(&[]).unwrap();
    let url = cluster.database().unwrap();
    cluster.run(&url, "CREATE TABLE events (id bigserial PRIMARY KEY, n int)").unwrap();
    let signs = Signs::new();
    let read = thread::scope(|scope| {
        let end = End::of(&signs);
        let reader = scope.spawn(|| {
            let mut client = Client::connect(&url, NoTls).unwrap();
            follow(&signs, |id| *id, |after| Some(ids(&mut client, after)))
        });
        let writers: Vec<_> =
            (0..WRITERS).map(|_| scope.spawn(|| cluster.run(&url, WRITE).unwrap())).collect();
        for writer in writers {
            writer.join().unwrap();
        }
        end.of_writing();
        let last = cluster.run(&url, "SELECT max(id) FROM events").unwrap().concat();
        end.of_reading(last.parse().unwrap());
        reader.join().unwrap()
    });
    let stored = ids(&mut Client::connect(&url, NoTls).unwrap(), 0);
    let Missed { skipped, twice, invented, late } = missed(&read, &stored);
    assert!(0 < skipped, "{} of {} events were read", read.len(), stored.len());
    // Nothing else is wrong with it: it loses silently.
    assert_eq!((twice, invented, late), (0, 0, 0));
    assert_eq!(read.len() + skipped, stored.len());
}

fn ids(client: &mut Client, after: u64) -> Vec<u64> {
    let after = i64::try_from(after).unwrap();
    let rows = client.query("SELECT id FROM events WHERE id > $1 ORDER BY id", &[&after]).unwrap();
    rows.iter().map(|row| u64::try_from(row.get::<_, i64>(0)).unwrap()).collect()
}

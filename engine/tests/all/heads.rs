//! A register that looks at heads alone is shown nothing else, and makes the same rows of them
//! whether events come one by one or are replayed.

use fugong_engine::core::{Failure, Keys, Reads, Recorded, Register, Relation, Rows};

use super::Kitchen;
use crate::{
    jars::Command,
    kitchen::{Setup, ask},
};

/// Of each jar: how often something happened, what last, when, and how much more was shown.
type Seen = (u64, String, i64, usize);

struct Visits;

impl Register for Visits {
    fn name(&self) -> &'static str {
        "visits"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        const ALL: &[Relation] =
            &[Relation { name: "visits", label_zh: "罐", label_en: "jars", columns: &[] }];
        ALL
    }

    fn reads(&self) -> Reads {
        Reads::Head
    }

    fn keys(&self, event: &Recorded) -> Keys {
        assert!(event.payload.is_empty(), "no head: {event:?}");
        Keys(vec![("visits", event.aggregate_id.to_string())])
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        let (times, ..) = rows.get::<Seen>("visits", &event.aggregate_id)?.unwrap_or_default();
        let more = event.payload.len() + event.metadata.len();
        let at = event.recorded_at.timestamp_micros();
        let seen: Seen = (times + 1, event.event_type.to_string(), at, more);
        rows.put("visits", &*event.aggregate_id, &seen)
    }
}

#[tokio::test]
async fn heads_that_come_one_by_one_and_that_are_replayed_give_the_same_rows() {
    let kitchen = Kitchen::new();
    let log = kitchen.open(&Setup::default().register(Visits)).await;
    for n in 0..50 {
        let command = if n % 5 == 4 { Command::Take(1) } else { Command::Put(1) };
        ask(&log, &format!("{n}"), &format!("{}", n % 3), command).await.unwrap();
        if n % 7 == 0 {
            log.settle().await.unwrap();
        }
    }
    log.settle().await.unwrap();
    let live = log.rows("visits", None).await.unwrap();
    let rows: Vec<(String, Seen)> = live.rows.all("visits").unwrap();
    let told: Vec<_> = rows.iter().map(|(jar, seen)| (jar.as_str(), seen.0, seen.3)).collect();
    assert_eq!(told, [("0", 17, 0), ("1", 17, 0), ("2", 16, 0)]);
    let replayed = log.rows("visits", Some(log.head())).await.unwrap();
    assert_eq!(replayed.rows.all::<Seen>("visits").unwrap(), rows);
    assert_eq!(log.rebuild("visits").await.unwrap().differences, []);
}

//! An existing cqrs-es database, as an IT unit brings it over.

use rusqlite::Connection;

use super::{ends, fugong};

const TABLE: &str = "CREATE TABLE events (aggregate_type text NOT NULL, aggregate_id text NOT NULL, \
    sequence integer NOT NULL, event_type text NOT NULL, event_version text NOT NULL, \
    payload text NOT NULL, metadata text NOT NULL, \
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)) STRICT;
    INSERT INTO events VALUES ('account', 'a-1', 1, 'opened', '1.0', '{\"Opened\":{}}', '{\"user\":\"7\"}'),
    ('account', 'a-1', 2, 'closed', '1.0', '{\"Closed\":{}}', '{}'),
    ('account', 'a-0', 1, 'opened', '1.0', '{\"Opened\":{}}', '{}');";

#[test]
fn events_of_any_aggregate_are_imported_into_a_log_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let stock = folder.path().join("stock.db");
    Connection::open(&stock).unwrap().execute_batch(TABLE).unwrap();
    let stock = stock.display();
    let import = format!("import cqrs-es {stock} --db @new.db");
    ends(&folder, &import, 0, "已导入 3 个事件，此前已有 0 个，来源共 3 个。");
    ends(&folder, &import, 0, "已导入 0 个事件，此前已有 3 个，来源共 3 个。");
    let exported = fugong(&folder, "export events --db @new.db");
    let exported = String::from_utf8(exported.stdout).unwrap();
    let ids: Vec<String> = exported
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .map(|event| format!("{} {}", event["aggregate_id"], event["sequence"]))
        .collect();
    assert_eq!(ids, ["\"a-0\" 1", "\"a-1\" 1", "\"a-1\" 2"]);
    let new = Connection::open(folder.path().join("new.db")).unwrap();
    let marked =
        "SELECT count(*) FROM events WHERE metadata LIKE '%\"imported_order\":\"invented%'";
    assert_eq!(new.query_row(marked, [], |row| row.get::<_, u64>(0)).unwrap(), 3);
    drop(new);
    // What was recorded by a district stays by itself.
    ends(&folder, "generate --enterprises 2 --days 2 --db @district.db", 0, "");
    for (args, code, saying) in [
        (format!("import cqrs-es {stock} --db @district.db"), 2, "a log of its own"),
        (format!("import cqrs-es {stock} --table none --db @new.db"), 3, "none of"),
        (format!("import cqrs-es {stock}.none --db @new.db"), 3, "there is no database"),
        (format!("import cqrs-es {stock}"), 2, "--db"),
    ] {
        ends(&folder, &args, code, saying);
    }
    let db = Connection::open(folder.path().join("stock.db")).unwrap();
    db.execute_batch("UPDATE events SET payload = '{}' WHERE sequence = 2").unwrap();
    drop(db);
    ends(&folder, &import, 1, "event 2 of account a-1 is another one in the log");
}

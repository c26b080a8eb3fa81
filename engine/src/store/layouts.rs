//! Both stores have the same tables, column by column, and a copy carries each of them.

use std::collections::{BTreeMap, BTreeSet};

use fugong_cluster::Cluster;
use fugong_core::LogId;
use rusqlite::Connection;

use super::copy::{self, Kind};
use crate::{Builder, Database, Options};

/// Which process works, or wrote last, is told to nobody where only one can.
const ONLY_ON_A_SERVER: &str = "leases";
const WROTE_LAST: &str = "writer";

/// The columns of each table in order: name, type, whether it may be null, and its default.
type Tables = BTreeMap<String, Vec<Column>>;
type Column = [String; 4];
/// Of each table what is unique in it, as columns in order; the primary key says so.
type Keys = BTreeSet<String>;

/// A database as the engine makes it.
async fn made(place: Database) {
    let log = Builder::new().open(Options::new(place, LogId(7))).await.unwrap();
    log.close().await;
}

async fn of_a_file() -> (Tables, Keys) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("log.db");
    made(Database::File(path.clone())).await;
    let db = Connection::open(&path).unwrap();
    let lines = |sql: &str| -> Vec<String> {
        let mut statement = db.prepare(sql).unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
    };
    let columns = lines(
        "SELECT t.name || ' ' || c.name || ' ' || lower(c.type) || ' ' || \
         CASE WHEN c.\"notnull\" OR c.pk THEN 'never' ELSE 'maybe' END || ' ' || coalesce(c.dflt_value, '-') \
         FROM sqlite_schema t, pragma_table_info(t.name) c WHERE t.type = 'table' ORDER BY t.name, c.cid",
    );
    let keys = lines(
        "SELECT t.name || ' ' || coalesce(i.origin, 'pk') || ' ' || group_concat(k.name) \
         FROM sqlite_schema t, pragma_index_list(t.name) i, pragma_index_info(i.name) k \
         WHERE t.type = 'table' AND i.\"unique\" GROUP BY t.name, i.name",
    );
    // A single whole number is its table's key without an index.
    let alone = lines(
        "SELECT t.name || ' pk ' || c.name FROM sqlite_schema t, pragma_table_info(t.name) c \
         WHERE t.type = 'table' AND c.pk AND NOT EXISTS \
         (SELECT 1 FROM pragma_index_list(t.name) i WHERE i.origin = 'pk')",
    );
    (tables(&columns), keys.into_iter().chain(alone).map(|key| unique(&key)).collect())
}

async fn of_a_server() -> (Tables, Keys) {
    let cluster = Cluster::shared().unwrap();
    let url = cluster.database().unwrap();
    made(Database::Server(url.clone())).await;
    let lines = |sql: &str| cluster.run(&url, sql).unwrap();
    let columns = lines(
        "SELECT c.table_name || ' ' || column_name || ' ' || data_type || ' ' || \
         CASE is_nullable WHEN 'NO' THEN 'never' ELSE 'maybe' END || ' ' || coalesce(column_default, '-') \
         FROM information_schema.columns c JOIN information_schema.tables t USING (table_schema, table_name) \
         WHERE table_schema = 'public' AND table_type = 'BASE TABLE' ORDER BY c.table_name, ordinal_position",
    );
    let keys = lines(
        "SELECT t.relname || CASE WHEN i.indisprimary THEN ' pk ' ELSE ' u ' END || \
         (SELECT string_agg(a.attname, ',' ORDER BY k.n) FROM unnest(i.indkey) WITH ORDINALITY k(at, n) \
         JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.at) \
         FROM pg_index i JOIN pg_class t ON t.oid = i.indrelid \
         WHERE t.relnamespace = 'public'::regnamespace AND i.indisunique",
    );
    (tables(&columns), keys.iter().map(|key| unique(key)).collect())
}

fn tables(lines: &[String]) -> Tables {
    let mut all = Tables::new();
    for line in lines {
        let words: Vec<&str> = line.split(' ').collect();
        let [table, name, kind, null, default] = words[..] else { panic!("{line}") };
        let kind = match kind {
            "integer" | "bigint" => "whole number",
            "blob" | "bytea" => "bytes",
            other => other,
        };
        let column = [name, kind, null, default].map(str::to_owned);
        all.entry(table.to_owned()).or_default().push(column);
    }
    all
}

/// An index and a constraint make alike unique.
fn unique(key: &str) -> String {
    key.replace(" c ", " u ")
}

#[tokio::test]
async fn both_stores_have_the_same_tables_and_a_copy_carries_them() {
    let ((file, file_keys), (mut server, mut server_keys)) =
        (of_a_file().await, of_a_server().await);
    assert!(server.remove(ONLY_ON_A_SERVER).is_some());
    let logs = server.get_mut("logs").unwrap();
    let columns = logs.len();
    logs.retain(|[name, ..]| name != WROTE_LAST);
    assert_eq!(logs.len() + 1, columns);
    server_keys.retain(|key| !key.starts_with(ONLY_ON_A_SERVER));
    assert_eq!(file, server);
    assert_eq!(file_keys, server_keys);
    let copied: BTreeMap<_, BTreeSet<_>> = copy::TABLES
        .iter()
        .map(|table| {
            let columns = table.columns.iter().map(|(name, kind)| {
                let kind = match kind {
                    Kind::Int => "whole number",
                    Kind::Text => "text",
                    Kind::Id | Kind::Hash => "bytes",
                };
                ((*name).to_owned(), kind.to_owned())
            });
            (table.name.to_owned(), columns.collect())
        })
        .collect();
    let there: BTreeMap<_, BTreeSet<_>> = file
        .into_iter()
        .map(|(table, columns)| {
            let columns = columns.into_iter().map(|[name, kind, ..]| (name, kind));
            (table, columns.collect())
        })
        .collect();
    assert_eq!(copied, there);
}

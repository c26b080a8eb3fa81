//! A database on a PostgreSQL server, as its URL names it.

use fugong_cluster::Cluster;

use super::{ends, fugong};

#[test]
fn the_story_is_the_same_to_the_byte_on_either_store() {
    let folder = tempfile::tempdir().unwrap();
    let url = Cluster::shared().unwrap().database().unwrap();
    let told = ["@d.db", &url].map(|db| {
        let demo = fugong(&folder, &format!("demo --no-serve --db {db}"));
        assert!(demo.status.success(), "{}", String::from_utf8_lossy(&demo.stderr));
        let events = fugong(&folder, &format!("export events --db {db}"));
        ends(&folder, &format!("registers rebuild --db {db}"), 0, "district");
        ends(&folder, &format!("doctor --db {db}"), 0, "head");
        (demo.stdout, events.stdout)
    });
    let [(tables, events), (on_server, from_server)] = told;
    assert!(tables == on_server, "the tables differ");
    assert!(events == from_server, "the events differ");
    assert!(1_000 < events.split(|byte| *byte == b'\n').count());
    ends(&folder, &format!("demo --no-serve --db {url}"), 2, "wants a fresh database");
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap();
    let said = fugong(&folder, &format!("doctor --db {url}")).stdout;
    assert!(!String::from_utf8(said).unwrap().contains(password), "the password is shown");
}

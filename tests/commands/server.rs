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
    looked_back_alike(&folder, ["@d.db", &url]);
    ends(&folder, &format!("demo --no-serve --db {url}"), 2, "wants a fresh database");
    let password = url.split(':').nth(2).unwrap().split('@').next().unwrap();
    let said = fugong(&folder, &format!("doctor --db {url}")).stdout;
    assert!(!String::from_utf8(said).unwrap().contains(password), "the password is shown");
}

/// The history is looked back at on either store, and says the same.
fn looked_back_alike(folder: &tempfile::TempDir, databases: [&str; 2]) {
    std::fs::write(folder.path().join("rules.json"), r#"{"rules": {"repeat_threshold": 9}}"#)
        .unwrap();
    for (args, saying) in [
        ("replay timeline enterprise/91500114MAYY01109N", "建档"),
        ("replay timeline register/r8 --true-on 2020-03-31", "诚信记录"),
        ("replay as-of register/r7 --known 2020-03-10", "\"true_on\""),
        ("replay as-of enterprise/91500114MAYY01109N --known 200", "\"position\": \"200\""),
        ("replay diff enterprise/91500114MAYY01109N --from 200", "\"op\": \"add\""),
        ("replay why flag/91500114MAYY01109N.1", "缺一不可"),
        ("replay why flag/91500114MAYY01109N.1 --format mermaid", "flowchart TD"),
        ("person copy OFF-10 --as wang:eic:commission", "个人信息主体：OFF-10"),
        ("replay timeline data-subject/OFF-10", "限制处理OFF-10的个人信息，仅予存储"),
        ("replay verify", "\"sound\": true"),
        ("replay what-if --rules @rules.json", "不会发生"),
    ] {
        let said = databases.map(|db| {
            let output = fugong(folder, &format!("{args} --db {db}"));
            let wrong = String::from_utf8_lossy(&output.stderr);
            assert!(output.status.success(), "fugong {args}: {wrong}");
            String::from_utf8(output.stdout).unwrap()
        });
        assert!(said[0].contains(saying), "fugong {args} does not say {saying:?}: {}", said[0]);
        assert_eq!(said[0], said[1], "fugong {args}");
    }
}

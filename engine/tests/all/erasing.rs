//! What was sealed is in no file, before its key is destroyed and after, and nobody opens it then.

use std::{fs, path::Path};

use fugong_cluster::Cluster;
use fugong_engine::{
    backup,
    core::{
        Failure, Intent, Keys, Personal, Policy, Position, Reaction, Recorded, Register, Relation,
        Rows, Unsealed,
    },
};

use super::Kitchen;
use crate::{
    jars::{Ask, Command, Event},
    kitchen::{Setup, ask, events},
};

const NAME: &str = "示例姓名甲乙丙丁戊己";

/// Keeps the label of each jar.
struct Labels;

impl Register for Labels {
    fn name(&self) -> &'static str {
        "labels"
    }

    fn version(&self) -> u32 {
        1
    }

    fn relations(&self) -> &[Relation] {
        const ALL: &[Relation] =
            &[Relation { name: "label", label_zh: "标签", label_en: "labels", columns: &[] }];
        ALL
    }

    fn keys(&self, _: &Recorded) -> Keys {
        Keys::default()
    }

    fn apply(&self, rows: &mut Rows, event: &Recorded) -> Result<(), Failure> {
        match &*event.payload_as::<Event>()? {
            Event::Labelled(name) => rows.put("label", &*event.aggregate_id, name),
            Event::Put(_) | Event::Taken(_) | Event::Spoiled(_) => Ok(()),
        }
    }
}

/// Puts the label of x on y too, and keeps it.
struct Copies;

impl Policy for Copies {
    fn name(&self) -> &'static str {
        "copies"
    }

    fn react(&self, rows: &mut Rows, event: &Recorded) -> Result<Vec<Reaction>, Failure> {
        match &*event.payload_as::<Event>()? {
            Event::Labelled(name) if &*event.aggregate_id == "x" => {
                rows.put("seen", "x", name)?;
                let ask = Ask::new("y", Command::Label(name.clone()));
                Ok(vec![Reaction::Do(Intent::new(&ask)?)])
            }
            Event::Labelled(_) | Event::Put(_) | Event::Taken(_) | Event::Spoiled(_) => {
                Ok(Vec::new())
            }
        }
    }
}

/// The files below a folder in which the name stands.
fn found_in(folder: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(found_in(&path));
        } else {
            // A server makes and removes files meanwhile.
            let bytes = fs::read(&path).unwrap_or_default();
            if bytes.windows(NAME.len()).any(|part| part == NAME.as_bytes()) {
                found.push(path.display().to_string());
            }
        }
    }
    found
}

fn found(kitchen: &Kitchen) -> Vec<String> {
    let mut found = found_in(kitchen.folder());
    if Kitchen::is_on_a_server() {
        found.extend(found_in(Cluster::shared().unwrap().folder()));
    }
    found
}

#[tokio::test(flavor = "multi_thread")]
async fn no_byte_of_what_was_erased_is_left_anywhere() {
    let kitchen = Kitchen::real();
    let setup = Setup::default().register(Labels).policy(Copies).past_every(4);
    let log = kitchen.open(&setup).await;
    let name = log.seal("c-1", NAME).await.unwrap();
    ask(&log, "label", "x", Command::Label(name.clone())).await.unwrap();
    for n in 0..12 {
        ask(&log, &format!("{n}"), "z", Command::Put(1)).await.unwrap();
    }
    log.settle().await.unwrap();
    assert_eq!(log.open(&name).unwrap(), Unsealed::Value(NAME.to_owned()));
    let labels = async |at| {
        let rows = log.rows("labels", at).await.unwrap().rows;
        rows.all::<Personal>("label").unwrap().into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(labels(None).await, [name.clone(), name.clone()], "the policy has put it on y");
    assert!(log.erase("c-1").await.unwrap());
    let then = labels(Some(Position(6))).await;
    for sealed in labels(None).await.iter().chain(&then) {
        assert_eq!(log.open(sealed).unwrap(), Unsealed::Erased);
    }
    let copy = kitchen.folder().join("copy.db");
    backup(kitchen.options(true).database, log.id(), copy, |_| {}).await.unwrap();
    let exported = format!("{:?}", events(&log).await);
    assert!(!exported.contains(NAME), "{exported}");
    assert_eq!(found(&kitchen), Vec::<String>::new(), "while it is open");
    log.close().await;
    assert_eq!(found(&kitchen), Vec::<String>::new());
}

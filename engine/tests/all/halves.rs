//! Keys on a server may be halves: what is in the database, and ever was, opens nothing.

use std::path::Path;

use fugong_cluster::Cluster;
use fugong_engine::{
    Builder, Database, DrawnKeys, Engine, Error, Log, OpenError, Options, Order, backup, copy_keys,
    core::{LogId, Unsealed},
};
use tempfile::tempdir;

use crate::{
    jars::{Ask, Command, JARS, Jar},
    kitchen::ask,
};

const LOG: LogId = LogId(7);

fn builder() -> Builder {
    Engine::builder().aggregate::<Jar>(()).acts::<Ask>().consequences(JARS)
}

async fn open(url: &str, secret: Option<&Path>) -> Result<Log, OpenError> {
    let url = match secret {
        Some(file) => format!("{url}?keysecret={}", file.display()),
        None => url.to_owned(),
    };
    builder().open(Options::new(url, LOG)).await
}

fn said(opened: Result<Log, OpenError>) -> String {
    let Err(OpenError::Keys(why)) = opened else { panic!("the keys opened") };
    why
}

fn value(text: &str) -> Unsealed<String> {
    Unsealed::Value(text.to_owned())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_in_the_database_opens_nothing_without_the_secret_beside_the_process() {
    let (cluster, folder) = (Cluster::shared().unwrap(), tempdir().unwrap());
    let (url, secret) = (cluster.database().unwrap(), folder.path().join("secret"));
    let log = open(&url, Some(&secret)).await.unwrap();
    let other = open(&url, Some(&secret)).await.unwrap();
    let keys = DrawnKeys::default();
    let name = log.seal_for_act(&keys, "x", "王小明").await.unwrap();
    let order = Order { command_id: "label".to_owned(), ..Order::default() };
    log.act_sealed(&Ask::new("x", Command::Label(name.clone())), order, &keys).await.unwrap();
    assert_eq!(other.open(&name).unwrap(), value("王小明"));
    assert_eq!(log.fingerprint(b"x"), other.fingerprint(b"x"));
    let fingerprint = log.fingerprint(b"x");
    other.close().await;
    // Without it, with another, and by a thief who makes the database forget that there is one.
    assert!(said(open(&url, None).await).contains("halves"));
    let wrong = said(open(&url, Some(&folder.path().join("other"))).await);
    assert!(wrong.contains("other is missing"), "{wrong}");
    std::fs::write(folder.path().join("other"), "ab".repeat(32)).unwrap();
    let wrong = said(open(&url, Some(&folder.path().join("other"))).await);
    assert!(wrong.contains("is not the secret"), "{wrong}");
    let mark = "FROM fugong_keys.about WHERE name = 'secret'";
    let kept = cluster.run(&url, &format!("SELECT encode(value, 'hex') {mark}")).unwrap().remove(0);
    cluster.run(&url, &format!("DELETE {mark}")).unwrap();
    let thief = open(&url, None).await.unwrap();
    assert!(matches!(thief.open(&name), Err(Error::Corrupt(_))));
    assert_ne!(thief.fingerprint(b"x"), fingerprint);
    thief.close().await;
    let back =
        format!("INSERT INTO fugong_keys.about VALUES (7, 'secret', decode('{kept}', 'hex'))");
    cluster.run(&url, &back).unwrap();
    // A copy of the keys is one of halves, and of use on a server only.
    let (copy, keys) = (folder.path().join("copy.db"), folder.path().join("copy.keys"));
    let place = Database::from(format!("{url}?keysecret={}", secret.display()));
    backup(place.clone(), LOG, copy.clone(), |_| {}).await.unwrap();
    copy_keys(place.clone(), LOG, copy.clone(), Database::from(&keys)).await.unwrap();
    let options = Options { keys: Some(Database::from(&keys)), ..Options::new(place, LOG) };
    assert!(said(builder().open(options).await).contains("halves"));
    // What is erased is erased, as without a secret.
    ask(&log, "put", "x", Command::Put(1)).await.unwrap();
    ask(&log, "spoil", "x", Command::Spoil).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), Unsealed::Erased);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread")]
async fn only_its_owner_reads_the_secret_and_keys_without_one_stay_so() {
    use std::os::unix::fs::PermissionsExt as _;
    let (cluster, folder) = (Cluster::shared().unwrap(), tempdir().unwrap());
    let secret = folder.path().join("secret");
    open(&cluster.database().unwrap(), Some(&secret)).await.unwrap().close().await;
    assert_eq!(std::fs::metadata(&secret).unwrap().permissions().mode() & 0o077, 0);
    let url = cluster.database().unwrap();
    let log = open(&url, None).await.unwrap();
    let name = log.seal("x", "王小明").await.unwrap();
    log.close().await;
    assert!(said(open(&url, Some(&secret)).await).contains("made without a secret"));
    std::fs::write(&secret, "no secret").unwrap();
    let fresh = open(&cluster.database().unwrap(), Some(&secret)).await;
    assert!(said(fresh).contains("64 hexadecimal digits"));
    let log = open(&url, None).await.unwrap();
    assert_eq!(log.open(&name).unwrap(), value("王小明"));
}

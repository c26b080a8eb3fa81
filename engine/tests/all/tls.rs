//! What is said to a server can be encrypted, and the server be known by its certificate.

use std::{
    fs,
    os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use fugong_cluster::Cluster;
use fugong_engine::{Engine, Log, OpenError, Options, core::LogId};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use tempfile::TempDir;

use crate::pots::{Cook, Gate, Pot, Step, step};

type Authority = CertifiedIssuer<'static, KeyPair>;

/// A server with a certificate for 127.0.0.1, and files with the one who issued it and with
/// somebody else.
struct Encrypting {
    cluster: Cluster,
    _folder: TempDir,
    issuer: PathBuf,
    stranger: PathBuf,
}

fn authority(name: &str) -> Authority {
    let mut params = CertificateParams::default();
    params.distinguished_name.push(DnType::CommonName, name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap()
}

impl Encrypting {
    fn new() -> Self {
        let (cluster, folder) = (Cluster::start(&[]).unwrap(), TempDir::new().unwrap());
        let issuer = authority("issuer");
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new(vec!["127.0.0.1".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &issuer).unwrap();
        let data = cluster.folder().join("data");
        give(&data, "server.crt", &certificate.pem());
        give(&data, "server.key", &key.serialize_pem());
        let url = cluster.url("postgres");
        cluster.run(&url, "ALTER SYSTEM SET ssl = on").unwrap();
        cluster.run(&url, "SELECT pg_reload_conf()").unwrap();
        let kept = |name: &str, authority: &Authority| {
            let path = folder.path().join(name);
            fs::write(&path, authority.pem()).unwrap();
            path
        };
        let (issuer, stranger) =
            (kept("issuer.pem", &issuer), kept("stranger.pem", &authority("stranger")));
        Self { cluster, _folder: folder, issuer, stranger }
    }

    /// Gives a command over the URL of a fresh database with `settings`; whether every connection
    /// was encrypted.
    async fn works(&self, settings: &str) -> Result<bool, OpenError> {
        let url = self.cluster.database().unwrap();
        let log = open(&format!("{url}{settings}")).await?;
        step(&log, "1", "pot", Step::Add(1)).await.unwrap();
        let sql = "SELECT DISTINCT ssl FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) \
                   WHERE application_name LIKE 'fugong%' AND datname = current_database()";
        let told = self.cluster.run(&url, sql).unwrap();
        log.close().await;
        assert_eq!(told.len(), 1, "{told:?}");
        Ok(told == ["t"])
    }
}

async fn open(url: &str) -> Result<Log, OpenError> {
    let engine = Engine::builder().aggregate::<Pot>(Gate::default()).acts::<Cook>();
    engine.open(Options::new(url, LogId(7))).await
}

/// To whom the folder belongs, and nobody else.
fn give(folder: &Path, name: &str, text: &str) {
    let (path, owner) = (folder.join(name), fs::metadata(folder).unwrap());
    fs::write(&path, text).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    chown(&path, Some(owner.uid()), Some(owner.gid())).unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_is_talked_to_as_the_url_says() {
    let server = Encrypting::new();
    let (issuer, stranger) = (server.issuer.display(), server.stranger.display());
    assert!(!server.works("").await.unwrap());
    assert!(!server.works("?sslmode=disable").await.unwrap());
    assert!(server.works("?sslmode=prefer").await.unwrap());
    assert!(server.works("?sslmode=require&connect_timeout=3").await.unwrap());
    assert!(server.works(&format!("?sslmode=verify-full&sslrootcert={issuer}")).await.unwrap());
    assert!(server.works(&format!("?sslrootcert={issuer}")).await.unwrap());
    let began = Instant::now();
    let refused = async |settings: String| server.works(&settings).await.unwrap_err().to_string();
    let unknown = refused(format!("?sslmode=verify-full&sslrootcert={stranger}")).await;
    assert!(unknown.contains("UnknownIssuer") && unknown.contains("sslrootcert"), "{unknown}");
    let lone = refused("?sslmode=verify-full".to_owned()).await;
    assert!(lone.contains("needs sslrootcert=FILE"), "{lone}");
    let missing = refused("?sslrootcert=nowhere.pem".to_owned()).await;
    assert!(missing.contains("nowhere.pem cannot be used"), "{missing}");
    let other = refused("?sslmode=verify-ca".to_owned()).await;
    assert!(other.contains("sslmode=verify-ca is not known"), "{other}");
    let url = server.cluster.url("postgres").replace("127.0.0.1", "localhost");
    let named = open(&format!("{url}?sslrootcert={issuer}")).await.unwrap_err().to_string();
    assert!(named.contains("no TLS with the database"), "{named}");
    assert!(began.elapsed() < Duration::from_secs(10), "none of these is waited for");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_that_does_not_encrypt_is_told_from_one_that_is_gone() {
    let url = Cluster::shared().unwrap().database().unwrap();
    let refused = open(&format!("{url}?sslmode=require")).await.unwrap_err().to_string();
    assert!(refused.contains("server does not support TLS"), "{refused}");
    let log = open(&format!("{url}?sslmode=prefer")).await.unwrap();
    step(&log, "1", "pot", Step::Add(1)).await.unwrap();
    log.close().await;
}

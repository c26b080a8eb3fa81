//! The way to a PostgreSQL server: where it is, and how it is known to be the right one.

use std::{path::PathBuf, sync::Arc};

use percent_encoding::percent_decode_str;
use postgres::{Client, Error, NoTls, config::SslMode};
use rustls::{
    ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime, pem::PemObject as _},
};
use tokio_postgres::{Config, Connection, Socket, tls::TlsStream};
use tokio_postgres_rustls::MakeRustlsConnect;

/// Where a server is, and how it is talked to.
#[derive(Clone)]
pub(crate) struct Server {
    pub(crate) config: Config,
    /// None where what is said is not encrypted.
    tls: Option<MakeRustlsConnect>,
    /// The file with the other half of the keys that lie there, where they are halves.
    pub(crate) key_secret: Option<PathBuf>,
}

/// What a URL says about TLS and keys.
#[derive(Debug, Default, PartialEq, Eq)]
struct Wanted {
    mode: Option<String>,
    /// The file with the certificates of the authorities that are trusted.
    roots: Option<String>,
    /// The file with the other half of keys.
    secret: Option<String>,
}

impl Server {
    /// As a URL says: as libpq does, but that nothing is encrypted unless `sslmode` says so, and
    /// that with an `sslrootcert` the server's name is always checked too.
    pub(crate) fn of(url: &str) -> Result<Self, String> {
        let (rest, wanted) = Wanted::taken_from(url)?;
        let mut config: Config = rest.parse().map_err(|e: Error| e.to_string())?;
        let mode = match wanted.mode.as_deref() {
            None if wanted.roots.is_some() => SslMode::Require,
            None | Some("disable") => SslMode::Disable,
            Some("prefer") => SslMode::Prefer,
            Some("require" | "verify-full") => SslMode::Require,
            Some(other) => {
                return Err(format!(
                    "sslmode={other} is not known: disable, prefer, require, or verify-full with \
                     sslrootcert=FILE"
                ));
            }
        };
        if wanted.mode.as_deref() == Some("verify-full") && wanted.roots.is_none() {
            return Err("sslmode=verify-full needs sslrootcert=FILE: the certificates of the \
                        authorities that are trusted, as PEM"
                .to_owned());
        }
        config.ssl_mode(mode);
        let tls = if mode == SslMode::Disable {
            None
        } else {
            Some(MakeRustlsConnect::new(client(wanted.roots.as_deref())?))
        };
        Ok(Self { config, tls, key_secret: wanted.secret.map(PathBuf::from) })
    }

    /// Connects, for a thread that waits for each answer.
    pub(crate) fn connect(&self) -> Result<Client, Error> {
        let config = postgres::Config::from(self.config.clone());
        match &self.tls {
            None => config.connect(NoTls),
            Some(tls) => config.connect(tls.clone()),
        }
    }

    /// Connects, for whoever asks on while he waits; another task of this runtime carries what
    /// is said, until the client is dropped.
    pub(crate) async fn connect_async(&self) -> Result<tokio_postgres::Client, Error> {
        match &self.tls {
            None => Ok(carried(self.config.connect(NoTls).await?)),
            Some(tls) => Ok(carried(self.config.connect(tls.clone()).await?)),
        }
    }
}

/// The client of a connection, which a task carries from here on.
fn carried<T>(
    (client, connection): (tokio_postgres::Client, Connection<Socket, T>),
) -> tokio_postgres::Client
where
    T: TlsStream + Unpin + Send + 'static,
{
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "a connection to the database has broken");
        }
    });
    client
}

impl Wanted {
    /// What the client library does not know is taken out of the URL.
    fn taken_from(url: &str) -> Result<(String, Self), String> {
        let Some((place, query)) = url.split_once('?') else {
            return Ok((url.to_owned(), Self::default()));
        };
        let (mut rest, mut wanted) = (Vec::new(), Self::default());
        for setting in query.split('&') {
            let (name, value) = setting.split_once('=').unwrap_or((setting, ""));
            let value = || {
                let text = percent_decode_str(value).decode_utf8();
                text.map(|text| Some(text.into_owned())).map_err(|e| format!("{name}: {e}"))
            };
            match name {
                "sslmode" => wanted.mode = value()?,
                "sslrootcert" => wanted.roots = value()?,
                "keysecret" => wanted.secret = value()?,
                _other => rest.push(setting),
            }
        }
        let rest =
            if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        Ok((rest, wanted))
    }
}

/// A client that trusts the authorities in the file; without one it trusts whoever answers.
fn client(roots: Option<&str>) -> Result<ClientConfig, String> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|e| e.to_string())?;
    let Some(file) = roots else {
        let anyone = Arc::new(Anyone(provider));
        return Ok(builder
            .dangerous()
            .with_custom_certificate_verifier(anyone)
            .with_no_client_auth());
    };
    let mut store = RootCertStore::empty();
    let unfit = |why: String| format!("sslrootcert {file} cannot be used ({why}): PEM is wanted");
    for found in CertificateDer::pem_file_iter(file).map_err(|e| unfit(e.to_string()))? {
        let found = found.map_err(|e| unfit(e.to_string()))?;
        store.add(found).map_err(|e| unfit(e.to_string()))?;
    }
    if store.is_empty() {
        return Err(unfit("there is no certificate in it".to_owned()));
    }
    Ok(builder.with_root_certificates(store).with_no_client_auth())
}

/// Takes every certificate, as libpq does when it is only to encrypt.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _chain: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _ocsp: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls12_signature(message, certificate, signed, known)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let known = &self.0.signature_verification_algorithms;
        verify_tls13_signature(message, certificate, signed, known)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

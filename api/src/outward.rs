//! Asking others: a client of HTTP that is sure whom it asks, and bounded.

use std::{error::Error, path::Path, sync::Arc, time::Duration};

use bytes::Bytes;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::{Request, Response, StatusCode};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio::time::timeout;

/// The most bytes of an answer.
const MOST: usize = 256 * 1024;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who asks. Redirections are not followed: what they lead to was never named.
#[derive(Debug, Clone)]
pub struct Client(legacy::Client<HttpsConnector<HttpConnector>, Full<Bytes>>);

impl Client {
    /// A client to which, over https, the certificate of one of the authorities in the file `ca`
    /// (PEM) is shown, or of those that browsers trust.
    ///
    /// # Errors
    ///
    /// That the file cannot be used.
    pub fn new(ca: Option<&Path>) -> Result<Self, String> {
        let roots = match ca {
            None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            Some(file) => trusted(file)?,
        };
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(|why| why.to_string())?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
        // It is asked seldom, and may have hung up between.
        let mut client = legacy::Client::builder(TokioExecutor::new());
        Ok(Self(client.pool_max_idle_per_host(0).build(connector.build())))
    }

    /// What stands at an address.
    ///
    /// # Errors
    ///
    /// Why it cannot be had in five seconds, or is more than 256 KiB.
    pub async fn get(&self, address: &str) -> Result<Bytes, String> {
        let asked = Request::get(address).header("Accept", "application/json");
        let answer = self.ask(asked.body(Full::default()), address).await?;
        match answer.status() {
            StatusCode::OK => Ok(answer.into_body()),
            status => Err(format!("{address}: it answered {status}")),
        }
    }

    /// What is answered when this is sent there, and under which status.
    ///
    /// # Errors
    ///
    /// Why there is no answer in five seconds, or one of more than 256 KiB.
    pub async fn post(&self, address: &str, body: String) -> Result<(u16, String), String> {
        let asked = Request::post(address).body(Full::new(Bytes::from(body)));
        let answer = self.ask(asked, address).await?;
        Ok((answer.status().as_u16(), String::from_utf8_lossy(answer.body()).into_owned()))
    }

    /// The answer to a request, whatever its status.
    ///
    /// # Errors
    ///
    /// As [`Self::post`].
    #[cfg(feature = "otel")]
    pub(crate) async fn send(&self, request: Request<Bytes>) -> Result<Response<Bytes>, String> {
        let address = request.uri().to_string();
        self.ask(Ok(request.map(Full::new)), &address).await
    }

    /// What is answered when a form is filled in there by whom this `Authorization` names, if
    /// anybody, and under which status.
    ///
    /// # Errors
    ///
    /// Why there is no answer in five seconds, or one of more than 256 KiB.
    pub(crate) async fn fill_in(
        &self,
        address: &str,
        fields: String,
        authorization: Option<&str>,
    ) -> Result<(u16, Bytes), String> {
        let mut asked = Request::post(address)
            .header("Accept", "application/json")
            .header("Content-Type", "application/x-www-form-urlencoded");
        if let Some(shown) = authorization {
            asked = asked.header("Authorization", shown);
        }
        let asked = asked.body(Full::new(Bytes::from(fields)));
        let answer = self.ask(asked, address).await?;
        Ok((answer.status().as_u16(), answer.into_body()))
    }

    async fn ask(
        &self,
        asked: Result<Request<Full<Bytes>>, hyper::http::Error>,
        address: &str,
    ) -> Result<Response<Bytes>, String> {
        let lost = |why: &dyn Error| format!("{address}: {}", chain(why));
        let asked = asked.map_err(|why| lost(&why))?;
        let answered = async {
            let answer = self.0.request(asked).await.map_err(|why| lost(&why))?;
            let (head, body) = answer.into_parts();
            let body = Limited::new(body, MOST).collect().await.map_err(|why| lost(&*why))?;
            Ok(Response::from_parts(head, body.to_bytes()))
        };
        let late = |_| format!("{address}: no whole answer in {} s", PATIENCE.as_secs());
        timeout(PATIENCE, answered).await.map_err(late)?
    }
}

/// The authorities in a file.
fn trusted(file: &Path) -> Result<RootCertStore, String> {
    let unfit = |why: &dyn std::fmt::Display| {
        let file = file.display();
        format!("{file} cannot be used ({why}): certificates as PEM are wanted")
    };
    let mut roots = RootCertStore::empty();
    for found in CertificateDer::pem_file_iter(file).map_err(|why| unfit(&why))? {
        roots.add(found.map_err(|why| unfit(&why))?).map_err(|why| unfit(&why))?;
    }
    if roots.is_empty() {
        return Err(unfit(&"there is none in it"));
    }
    Ok(roots)
}

/// What went wrong, and why that.
fn chain(why: &dyn Error) -> String {
    let mut said = why.to_string();
    let mut cause = why.source();
    while let Some(why) = cause {
        said = format!("{said}: {why}");
        cause = why.source();
    }
    said
}

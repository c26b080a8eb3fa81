//! Where a witness is, over HTTP or HTTPS.

use std::{error::Error, path::Path, sync::Arc};

use bytes::Bytes;
use fugong_engine::proof::Request;
use http_body_util::{BodyExt as _, Full};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use rustls::{
    ClientConfig, RootCertStore,
    crypto::ring,
    pki_types::{CertificateDer, pem::PemObject as _},
};

use crate::failure::Failure;

/// A witness that can be asked.
pub(super) struct Place {
    url: String,
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl Place {
    /// The witness at this address. With https its certificate is one of the authorities in the file
    /// `ca`, or of those that browsers trust.
    pub(super) fn new(url: String, ca: Option<&Path>) -> Result<Self, Failure> {
        let roots = match ca {
            None => webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect(),
            Some(file) => trusted(file)?,
        };
        let unusable = |why: rustls::Error| Failure::Unavailable(why.to_string());
        let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .map_err(unusable)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector =
            HttpsConnectorBuilder::new().with_tls_config(config).https_or_http().enable_http1();
        // It is asked twice at most, and may have hung up between.
        let mut client = Client::builder(TokioExecutor::new());
        let client = client.pool_max_idle_per_host(0).build(connector.build());
        Ok(Self { url, client })
    }

    /// Asks, and gives the status and what was said.
    pub(super) async fn post(&self, request: &Request) -> Result<(u16, String), Failure> {
        let url = &self.url;
        let lost = |why: &dyn Error| Failure::Unavailable(format!("{url}: {}", chain(why)));
        let address = format!("{}/add-checkpoint", url.trim_end_matches('/'));
        let body = Full::new(Bytes::from(request.to_string()));
        let asked = hyper::Request::post(address).body(body);
        let asked = asked.map_err(|why| Failure::Usage(format!("{url}: {why}")))?;
        let answer = self.client.request(asked).await.map_err(|why| lost(&why))?;
        let status = answer.status().as_u16();
        let body = answer.into_body().collect().await.map_err(|why| lost(&why))?.to_bytes();
        Ok((status, String::from_utf8_lossy(&body).into_owned()))
    }
}

/// The authorities in a file.
fn trusted(file: &Path) -> Result<RootCertStore, Failure> {
    let unfit = |why: &dyn std::fmt::Display| {
        let file = file.display();
        Failure::Usage(format!(
            "--ca {file} cannot be used ({why}): certificates as PEM are wanted"
        ))
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

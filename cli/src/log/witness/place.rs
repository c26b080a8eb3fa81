//! Where a witness is, over HTTP or HTTPS.

use std::path::Path;

use fugong_api::outward::Client;
use fugong_engine::proof::Request;

use crate::failure::Failure;

/// A witness that can be asked.
pub(super) struct Place {
    url: String,
    client: Client,
}

impl Place {
    /// The witness at this address. With https its certificate is one of the authorities in the file
    /// `ca`, or of those that browsers trust.
    pub(super) fn new(url: String, ca: Option<&Path>) -> Result<Self, Failure> {
        let unfit = |why| Failure::Usage(format!("--ca {why}"));
        Ok(Self { url, client: Client::new(ca).map_err(unfit)? })
    }

    /// Asks, and gives the status and what was said.
    pub(super) async fn post(&self, request: &Request) -> Result<(u16, String), Failure> {
        let address = format!("{}/add-checkpoint", self.url.trim_end_matches('/'));
        self.client.post(&address, request.to_string()).await.map_err(Failure::Unavailable)
    }
}

//! What a provider says of itself: where its keys are, and where people log in.

use serde::Deserialize;

use super::address::Address;
use crate::outward::Client;

/// What of a discovery document matters. An address in it is looked at when it is used: one that
/// may not be asked does not keep the others from being asked.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Discovery {
    issuer: String,
    jwks_uri: Option<String>,
    authorization_endpoint: Option<String>,
    token_endpoint: Option<String>,
    end_session_endpoint: Option<String>,
    token_endpoint_auth_methods_supported: Option<Vec<String>>,
}

impl Discovery {
    /// What the provider of this name says.
    ///
    /// # Errors
    ///
    /// In words, when it cannot be had, or is another provider's.
    pub(super) async fn of(issuer: &Address, client: &Client) -> Result<Self, String> {
        let issuer = issuer.as_str();
        let address = format!("{}/.well-known/openid-configuration", issuer.trim_end_matches('/'));
        let said: Self = json(&address, &client.get(&address).await?)?;
        if said.issuer != issuer {
            return Err(format!("{address}: it is that of {:?}, not of {issuer}", said.issuer));
        }
        Ok(said)
    }

    /// Where its keys are.
    pub(super) fn keys(&self) -> Result<Address, String> {
        address("jwks_uri", self.jwks_uri.as_ref())
    }

    /// Where people log in.
    pub(super) fn authorization(&self) -> Result<Address, String> {
        address("authorization_endpoint", self.authorization_endpoint.as_ref())
    }

    /// Where what came of it is exchanged for tokens.
    pub(super) fn token(&self) -> Result<Address, String> {
        address("token_endpoint", self.token_endpoint.as_ref())
    }

    /// Where people log out of the provider itself; many have no such place.
    pub(super) fn end_session(&self) -> Option<Address> {
        address("end_session_endpoint", self.end_session_endpoint.as_ref()).ok()
    }

    /// Whether the secret of a client is sent in the form: where the provider takes it in no other
    /// way. What is not said is `client_secret_basic`.
    pub(super) fn takes_secret_in_form(&self) -> bool {
        let methods = self.token_endpoint_auth_methods_supported.as_deref().unwrap_or_default();
        let takes = |way: &str| methods.iter().any(|method| method == way);
        takes("client_secret_post") && !takes("client_secret_basic")
    }
}

fn address(name: &str, said: Option<&String>) -> Result<Address, String> {
    let said = said.ok_or_else(|| format!("its discovery document has no {name}"))?;
    Address::try_from(said.clone()).map_err(|why| format!("its {name}: {why}"))
}

/// An answer of a provider.
pub(super) fn json<T: for<'de> Deserialize<'de>>(address: &str, bytes: &[u8]) -> Result<T, String> {
    serde_json::from_slice(bytes).map_err(|why| format!("{address}: {why}"))
}

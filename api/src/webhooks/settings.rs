//! To whom is sent, as a file says it.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    time::Duration,
};

use fugong_domain::{Principal, codes::WebhookState, webhook::Payload};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{address::Network, hosts::Hosts, message::Secret};
use crate::{filters, kept};

/// What a file of settings says of webhooks.
#[derive(Debug, Clone)]
pub struct Webhooks {
    pub(super) hosts: Hosts,
    pub(super) networks: Vec<Network>,
    pub(super) ca: Option<PathBuf>,
    /// How long a receiver may take.
    pub(super) patience: Duration,
    pub(super) all: Vec<Webhook>,
}

/// Somebody who is sent to.
#[derive(Debug, Clone)]
pub(super) struct Webhook {
    pub(super) id: String,
    pub(super) url: String,
    /// Whose rights say what he is told.
    pub(super) by: Principal,
    pub(super) types: Vec<String>,
    pub(super) enterprise: Option<String>,
    pub(super) payload: Payload,
    /// The newest first.
    pub(super) secrets: Vec<Secret>,
    /// After which position he begins; where the log stands, if nothing is said.
    pub(super) after: Option<u64>,
}

impl Webhook {
    /// It as answers show it, without how far it came.
    pub(super) fn line(&self) -> Value {
        json!({
            "id": self.id,
            "label": null,
            "url": self.url,
            "payload": self.payload,
            "types": self.types,
            "enterprise": self.enterprise,
            "unit": self.by.unit,
            "role": self.by.role,
            "state": WebhookState::InUse,
            "version": null,
        })
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    #[serde(default)]
    hosts: BTreeSet<String>,
    #[serde(default)]
    networks: Vec<Network>,
    ca: Option<PathBuf>,
    timeout_seconds: Option<u64>,
    #[serde(default)]
    webhook: Vec<One>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct One {
    id: String,
    url: String,
    r#as: String,
    #[serde(default)]
    types: Vec<String>,
    enterprise: Option<String>,
    #[serde(default = "thin")]
    payload: Payload,
    secrets: Vec<PathBuf>,
    after: Option<u64>,
}

fn thin() -> Payload {
    Payload::Thin
}

impl Webhooks {
    /// What a file in TOML says. In development a receiver may be on this machine, without TLS.
    ///
    /// # Errors
    ///
    /// In words, for whoever wrote it.
    pub fn read(file: &Path, dev: bool) -> Result<Self, String> {
        kept::settings(file, |text| Self::parse(text, dev))
    }

    /// The same from its text.
    ///
    /// # Errors
    ///
    /// As [`Self::read`].
    pub fn parse(text: &str, dev: bool) -> Result<Self, String> {
        let written: Written = toml::from_str(text).map_err(|why| why.to_string())?;
        let (mut known, hosts) = (BTreeSet::new(), Hosts::new(written.hosts, dev));
        let mut all = Vec::new();
        for one in written.webhook {
            let id = one.id.clone();
            if !known.insert(id.clone()) {
                return Err(format!("two webhooks are called {id}"));
            }
            let checked = checked(one, &hosts);
            all.push(checked.map_err(|why| format!("webhook {id}: {why}"))?);
        }
        let seconds = written.timeout_seconds.unwrap_or(15);
        if !(1..=60).contains(&seconds) {
            return Err("timeout_seconds is 1 to 60".to_owned());
        }
        let patience = Duration::from_secs(seconds);
        let mut networks = written.networks;
        if dev {
            networks.extend(
                ["127.0.0.0/8", "::1/128"].iter().filter_map(|it| it.parse::<Network>().ok()),
            );
        }
        Ok(Self { hosts, networks, ca: written.ca, patience, all })
    }
}

fn checked(one: One, hosts: &Hosts) -> Result<Webhook, String> {
    let small = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(1..=64).contains(&one.id.len()) || !one.id.chars().all(small) {
        return Err("an id has 1 to 64 small letters, digits and '-'".to_owned());
    }
    let url = hosts.address(&one.url)?.to_string();
    let by = crate::principal(&one.r#as);
    let by = by.ok_or_else(|| format!("{:?} is nobody: write actor:unit:role", one.r#as))?;
    filters::event_types("types", &one.types).map_err(|problem| problem.detail)?;
    let secrets = one.secrets.iter().map(|file| Secret::read(file));
    let secrets: Vec<_> = secrets.collect::<Result<_, _>>()?;
    if secrets.is_empty() {
        return Err("name a file with a secret: unsigned messages are not sent".to_owned());
    }
    Ok(Webhook {
        id: one.id,
        url,
        by,
        types: one.types,
        enterprise: one.enterprise,
        payload: one.payload,
        secrets,
        after: one.after,
    })
}

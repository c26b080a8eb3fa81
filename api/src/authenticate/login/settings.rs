//! What the settings file says of logging in to the console.

use std::path::PathBuf;

use serde::Deserialize;

use crate::{
    authenticate::{address::Address, settings::BadSettings},
    private,
};

/// `[console]`: where browsers reach it. What a request says of that may come from anybody.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::authenticate) struct Console {
    address: Address,
}

/// `[issuer.console]`: what an issuer knows the console as.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(in crate::authenticate) struct Offered {
    /// What people call the issuer, where there are several.
    pub(in crate::authenticate) name: Option<String>,
    /// The name of the client.
    pub(super) client: String,
    /// Its secret; none of a public client.
    pub(super) secret: Option<Secret>,
    /// What is asked for.
    #[serde(default)]
    pub(super) scopes: Scopes,
    /// How long somebody is logged in.
    #[serde(default)]
    pub(super) session_minutes: Minutes,
}

impl Console {
    /// Without a `/` at its end.
    pub(super) fn address(&self) -> String {
        self.address.as_str().trim_end_matches('/').to_owned()
    }

    /// That pages have addresses below it.
    pub(in crate::authenticate) fn check(&self) -> Result<(), BadSettings> {
        if self.address.as_str().contains(['?', '#', '@']) {
            let what = "console: write its address as browsers know it, such as \
                        \"https://fugong.example.gov.cn\", without ?, # and @";
            return Err(BadSettings::saying(what));
        }
        Ok(())
    }
}

/// The secret of a client, from a file that its owner alone may read.
#[derive(Deserialize)]
#[serde(try_from = "PathBuf")]
pub(super) struct Secret(String);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

impl Secret {
    pub(super) fn text(&self) -> &str {
        &self.0
    }
}

impl TryFrom<PathBuf> for Secret {
    type Error = String;

    fn try_from(path: PathBuf) -> Result<Self, String> {
        let text = private::read(&path)?;
        if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            let what = "the secret of the client is wanted, as the issuer gave it, on one line";
            return Err(format!("{}: {what}", path.display()));
        }
        Ok(Self(text))
    }
}

/// What is asked for of an issuer; `openid` is among it.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Scopes(pub(super) Vec<String>);

impl Default for Scopes {
    fn default() -> Self {
        Self(vec!["openid".to_owned()])
    }
}

impl TryFrom<Vec<String>> for Scopes {
    type Error = &'static str;

    fn try_from(names: Vec<String>) -> Result<Self, Self::Error> {
        let is_one = |name: &String| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"')
        };
        if names.iter().all(is_one) && names.iter().any(|name| name == "openid") {
            return Ok(Self(names));
        }
        Err("name the scopes one by one, \"openid\" among them")
    }
}

/// Minutes that somebody is logged in: from 5 to 720.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "i64")]
pub(super) struct Minutes(pub(super) i64);

impl Default for Minutes {
    /// A working day.
    fn default() -> Self {
        Self(480)
    }
}

impl TryFrom<i64> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<Self, Self::Error> {
        if (5..=720).contains(&minutes) {
            return Ok(Self(minutes));
        }
        Err("somebody is logged in for 5 to 720 minutes")
    }
}

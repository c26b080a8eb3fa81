//! A gateway that knows who asks, and says so in headers: believed of named peers, with a secret.

use std::{fs, path::PathBuf};

use actix_web::http::header::HeaderMap;
use async_trait::async_trait;
use fugong_domain::{Principal, codes::Role};
use hmac::{Hmac, Mac as _};
use serde::Deserialize;
use sha2::Sha256;

use super::{Authenticator, Caller, Parts, claim, settings::BadSettings};
use crate::{problem::Problem, webhooks::Network};

/// What the gateway shows that it is the gateway by.
const SECRET: &str = "x-fugong-gateway-secret";
const ACTOR: &str = "x-fugong-actor";
const UNIT: &str = "x-fugong-unit";
const ROLE: &str = "x-fugong-role";
/// The fewest characters of a secret.
const FEWEST: usize = 32;

/// Where the gateway asks from, and where its secret is kept.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    /// The networks from which it connects, such as `10.20.0.5/32`.
    peers: Vec<Network>,
    /// Files with a secret each; two while one gives way to another.
    secrets: Vec<PathBuf>,
}

/// Believes what a gateway says of who asks.
#[derive(Debug)]
pub(super) struct Gateway {
    peers: Vec<Network>,
    secrets: Vec<Secret>,
}

/// A secret, as what is made by it: what was sent is compared without telling how much of it fits.
struct Secret(Vec<u8>);

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secret")
    }
}

#[async_trait]
impl Authenticator for Gateway {
    fn wants(&self) -> &'static str {
        "what the gateway adds, by asking through it"
    }

    async fn authenticate(&self, parts: &Parts<'_>) -> Result<Option<Caller>, Problem> {
        if ![SECRET, ACTOR, UNIT, ROLE].iter().any(|name| parts.headers.contains_key(*name)) {
            return Ok(None);
        }
        let peer = parts.peer.map(|peer| peer.ip());
        let is_peer = peer.is_some_and(|ip| self.peers.iter().any(|network| network.has(ip)));
        // Both are looked at in any case, so that the time tells of neither.
        let secret = only(parts.headers, SECRET).unwrap_or_default();
        let fits = self.secrets.iter().fold(false, |fits, known| known.is(secret) | fits);
        if !(is_peer && fits) {
            return Err(Problem::bad_token("what a gateway says is believed of the gateway alone"));
        }
        let unnamed = || Problem::bad_token("the gateway names nobody whom this server can know");
        named(parts.headers).map(|who| Some(who.into())).ok_or_else(unnamed)
    }
}

impl Gateway {
    pub(super) fn of(settings: Settings) -> Result<Self, BadSettings> {
        let Settings { peers, secrets } = settings;
        if peers.is_empty() || secrets.is_empty() {
            let what = "gateway: name its peers, and a file with its secret; it needs both";
            return Err(BadSettings::saying(what));
        }
        let secrets = secrets.iter().map(|file| {
            let told = |why: String| BadSettings::saying(format!("{}: {why}", file.display()));
            let text = fs::read_to_string(file).map_err(|why| told(why.to_string()))?;
            Secret::of(text.trim()).map_err(told)
        });
        Ok(Self { peers, secrets: secrets.collect::<Result<_, _>>()? })
    }
}

impl Secret {
    fn of(text: &str) -> Result<Self, String> {
        if text.len() < FEWEST || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(format!("a secret has {FEWEST} or more letters, digits and signs"));
        }
        let mac = mac(text).ok_or("it is no secret that can be used")?;
        Ok(Self(mac.finalize().into_bytes().to_vec()))
    }

    fn is(&self, text: &str) -> bool {
        mac(text).is_some_and(|mac| mac.verify_slice(&self.0).is_ok())
    }
}

fn mac(text: &str) -> Option<Hmac<Sha256>> {
    Some(Hmac::new_from_slice(text.as_bytes()).ok()?.chain_update(SECRET.as_bytes()))
}

/// The one header of this name.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let mut sent = headers.get_all(name);
    let (Some(only), None) = (sent.next(), sent.next()) else { return None };
    only.to_str().ok()
}

fn named(headers: &HeaderMap) -> Option<Principal> {
    let actor = claim::actor(only(headers, ACTOR)?)?;
    let unit = only(headers, UNIT)?.parse().ok()?;
    let role = Role::from_code(only(headers, ROLE)?)?;
    Some(Principal { actor, unit, role }).filter(Principal::is_consistent)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

    use super::{ACTOR, Gateway, ROLE, SECRET, Settings, UNIT};
    use crate::authenticate::{Authenticator as _, Parts};

    const KNOWN: &str = "0123456789abcdef0123456789abcdef";
    const OTHER: &str = "fedcba9876543210fedcba9876543210";

    fn gateway() -> Gateway {
        let folder = tempfile::tempdir().unwrap();
        let files = [KNOWN, OTHER].map(|text| {
            let file = folder.path().join(text);
            fs::write(&file, format!("{text}\n")).unwrap();
            file
        });
        let peers = vec!["10.20.0.0/28".parse().unwrap()];
        Gateway::of(Settings { peers, secrets: files.into() }).unwrap()
    }

    /// What comes of a request from this peer with these headers.
    async fn asked(peer: &str, sent: &[(&str, &str)]) -> Option<Result<String, u16>> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name: HeaderName = name.parse().unwrap();
            headers.append(name, HeaderValue::from_str(value).unwrap());
        }
        let peer = peer.parse().ok();
        match gateway().authenticate(&Parts { headers: &headers, peer }).await {
            Ok(caller) => caller.map(|caller| Ok(caller.principal.actor)),
            Err(problem) => Some(Err(problem.status())),
        }
    }

    #[actix_web::test]
    async fn a_gateway_is_believed_from_its_place_and_with_its_secret() {
        let who = [(ACTOR, "jxw-017"), (UNIT, "eic"), (ROLE, "commission")];
        let with = |secret: &'static str| [&who[..], &[(SECRET, secret)]].concat();
        let known = Some(Ok("jxw-017".to_owned()));
        for (peer, sent, is) in [
            ("10.20.0.5:4711", with(KNOWN), known.clone()),
            ("10.20.0.5:4711", with(OTHER), known),
            ("10.20.0.16:4711", with(KNOWN), Some(Err(401))),
            ("nowhere", with(KNOWN), Some(Err(401))),
            ("10.20.0.5:4711", with("0123456789abcdef0123456789abcdeX"), Some(Err(401))),
            ("10.20.0.5:4711", with(""), Some(Err(401))),
            ("10.20.0.5:4711", who.to_vec(), Some(Err(401))),
            // Whoever says something twice is not believed in either.
            ("10.20.0.5:4711", [with(KNOWN), vec![(ROLE, "admin")]].concat(), Some(Err(401))),
            ("10.20.0.5:4711", [with(KNOWN), vec![(SECRET, KNOWN)]].concat(), Some(Err(401))),
            ("10.20.0.5:4711", vec![("authorization", "Bearer x")], None),
        ] {
            assert_eq!(asked(peer, &sent).await, is, "{peer} {sent:?}");
        }
        let nobody = [(ACTOR, "a"), (UNIT, "eic"), (ROLE, "township"), (SECRET, KNOWN)];
        assert_eq!(asked("10.20.0.5:4711", &nobody).await, Some(Err(401)));
    }
}

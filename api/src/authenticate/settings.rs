//! The file that says whom a server believes.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use fugong_domain::{UnitCode, codes::Role};
use jsonwebtoken::{Algorithm, AlgorithmFamily};
use serde::Deserialize;

use super::{
    Authenticator,
    address::Address,
    claim::Claim,
    gateway::{self, Gateway},
    jwt::Tokens,
    keys::KeySet,
    login::{Console, Login, Logins, Offered},
};
use crate::outward::Client;

/// The settings cannot be used: where in them, and what to write.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
pub struct BadSettings(String);

/// Whom a server believes, and where people log in to its console.
#[derive(Debug, Default)]
pub struct Identity {
    /// The ways by which somebody may show who he is.
    pub ways: Vec<Arc<dyn Authenticator>>,
    /// Where people log in with a browser.
    pub logins: Logins,
}

/// What the text of a settings file (TOML) describes; `docs/integrating.md` shows one.
///
/// # Errors
///
/// What is wrong with it, with the line, and what to do about it.
pub fn identity(text: &str) -> Result<Identity, BadSettings> {
    let settings: Settings = toml::from_str(text).map_err(|why| BadSettings(why.to_string()))?;
    settings.check()?;
    let mut ways: Vec<Arc<dyn Authenticator>> = Vec::new();
    if let Some(gateway) = settings.gateway {
        ways.push(Arc::new(Gateway::of(gateway)?));
    }
    let (mut all, mut logins) = (Vec::new(), Vec::new());
    for mut issuer in settings.issuer {
        let offered = issuer.console.take();
        let (client, tokens) = (issuer.client()?, Arc::new(Tokens::of(issuer)?));
        if let (Some(console), Some(offered)) = (&settings.console, offered) {
            logins.push(Login::of(Arc::clone(&tokens), client, console, offered));
        }
        all.push(tokens);
    }
    if !all.is_empty() {
        ways.push(Arc::new(super::jwt::Jwt::of(all)));
    }
    Ok(Identity { ways, logins: Logins::of(logins) })
}

impl BadSettings {
    pub(super) fn saying(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    #[serde(default)]
    issuer: Vec<Issuer>,
    gateway: Option<gateway::Settings>,
    console: Option<Console>,
}

/// An identity provider whose tokens are believed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Issuer {
    /// What its tokens say as `iss`, to the letter.
    #[serde(rename = "issuer")]
    pub(super) name: Address,
    /// Of what its tokens say as `aud`, one of these has to be there.
    pub(super) audiences: Audiences,
    /// What it may sign with.
    pub(super) algorithms: Algorithms,
    /// Where its keys are; where that is not said, its discovery document says it.
    jwks_uri: Option<Address>,
    /// The authorities that its certificate may come from, as PEM; those of browsers if not said.
    ca: Option<PathBuf>,
    /// How far its clock may be from ours.
    #[serde(default)]
    pub(super) leeway_seconds: Leeway,
    /// Stands before its actors, to tell them from another's.
    actor_prefix: Option<String>,
    #[serde(default = "actor")]
    pub(super) actor: Claim<String>,
    #[serde(default = "unit")]
    pub(super) unit: Claim<UnitCode>,
    #[serde(default = "role")]
    pub(super) role: Claim<Role>,
    /// What it knows the console as, where people log in to it there.
    console: Option<Offered>,
}

fn actor() -> Claim<String> {
    Claim::named("sub")
}

fn unit() -> Claim<UnitCode> {
    Claim::named("unit")
}

fn role() -> Claim<Role> {
    Claim::named("role")
}

impl Settings {
    fn check(&self) -> Result<(), BadSettings> {
        let Self { issuer: issuers, gateway, console } = self;
        if issuers.is_empty() && gateway.is_none() {
            let what = "nobody is believed: write an [[issuer]], or a [gateway]";
            return Err(BadSettings(what.to_owned()));
        }
        let mut named = BTreeSet::new();
        for Issuer { name, actor_prefix, .. } in issuers {
            let issuer = name.as_str();
            if !named.insert(issuer) {
                return Err(BadSettings(format!("issuer {issuer} is there twice")));
            }
            // Two persons under one name would share receipts, and be one pair of eyes.
            if 1 < issuers.len() && actor_prefix.is_none() {
                let what = "of several issuers each needs an actor_prefix, such as \"tax.\"; write \
                            \"\" where they name the same persons alike";
                return Err(BadSettings(format!("issuer {issuer}: {what}")));
            }
        }
        let offered: Vec<_> = issuers.iter().filter_map(|issuer| issuer.console.as_ref()).collect();
        if 1 < offered.len() && offered.iter().any(|offered| offered.name.is_none()) {
            let what = "of several [issuer.console] each needs a name, by which people know where \
                        to log in";
            return Err(BadSettings(what.to_owned()));
        }
        match console {
            Some(console) if !offered.is_empty() => console.check(),
            Some(_) => Err(BadSettings(
                "[console] is for an issuer that has [issuer.console]; write that, or leave both \
                 out"
                .to_owned(),
            )),
            None if offered.is_empty() => Ok(()),
            None => Err(BadSettings(
                "[issuer.console] needs [console] with the address at which browsers reach the \
                 console, such as address = \"https://fugong.example.gov.cn\""
                    .to_owned(),
            )),
        }
    }
}

impl Issuer {
    /// What stands before its actors.
    pub(super) fn prefix(&self) -> &str {
        self.actor_prefix.as_deref().unwrap_or_default()
    }

    /// Its keys, which are asked for when they are needed.
    pub(super) fn keys(&self) -> Result<Arc<KeySet>, BadSettings> {
        Ok(KeySet::of(self.name.clone(), self.jwks_uri.clone(), self.client()?))
    }

    /// Who asks it.
    fn client(&self) -> Result<Client, BadSettings> {
        Client::new(self.ca.as_deref()).map_err(BadSettings)
    }
}

/// Audiences; there is one at least.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Audiences(pub(super) Vec<String>);

impl TryFrom<Vec<String>> for Audiences {
    type Error = &'static str;

    fn try_from(names: Vec<String>) -> Result<Self, Self::Error> {
        if names.is_empty() || names.iter().any(String::is_empty) {
            return Err("name the audience that this server is for the issuer, such as \"fugong\"");
        }
        Ok(Self(names))
    }
}

/// Algorithms by which somebody signs whom only he can sign for; there is one at least.
#[derive(Debug, Deserialize)]
#[serde(try_from = "Vec<String>")]
pub(super) struct Algorithms(pub(super) Vec<Algorithm>);

impl TryFrom<Vec<String>> for Algorithms {
    type Error = String;

    fn try_from(names: Vec<String>) -> Result<Self, String> {
        let read = |name: &String| {
            let known = name.parse().ok();
            let known = known.filter(|known: &Algorithm| known.family() != AlgorithmFamily::Hmac);
            known.ok_or_else(|| {
                format!(
                    "{name:?} is not accepted: write of RS256, RS384, RS512, PS256, PS384, PS512, \
                     ES256, ES384 and EdDSA those that the issuer signs with"
                )
            })
        };
        let known = names.iter().map(read).collect::<Result<Vec<_>, _>>()?;
        if known.is_empty() {
            return Err("name what the issuer signs with, such as \"RS256\"".to_owned());
        }
        Ok(Self(known))
    }
}

/// Seconds that clocks may be apart: 300 at most.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "u64")]
pub(super) struct Leeway(pub(super) u64);

impl Default for Leeway {
    fn default() -> Self {
        Self(60)
    }
}

impl TryFrom<u64> for Leeway {
    type Error = &'static str;

    fn try_from(seconds: u64) -> Result<Self, Self::Error> {
        if seconds <= 300 {
            return Ok(Self(seconds));
        }
        Err("clocks may be apart by 300 seconds at most: set the clocks")
    }
}

#[cfg(test)]
mod tests {
    use super::identity;

    const ONE: &str = r#"[[issuer]]
issuer = "https://id.example.gov.cn"
audiences = ["fugong"]
algorithms = ["RS256", "EdDSA"]
"#;

    fn wrong(text: &str) -> String {
        identity(text).unwrap_err().to_string()
    }

    #[test]
    fn little_has_to_be_said() {
        identity(ONE).unwrap();
        let more = "jwks_uri = \"https://id.example.gov.cn/keys\"\nleeway_seconds = 300\n\
                    [issuer.role]\nclaim = \"groups\"\nvalues = { jxw = \"commission\" }\n";
        identity(&format!("{ONE}{more}")).unwrap();
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line() {
        for (added, saying) in [
            ("colour = 1", ["line 5", "unknown field `colour`"]),
            ("leeway_seconds = 301", ["line 5", "300 seconds at most"]),
            ("jwks_uri = \"http://id.example.gov.cn/keys\"", ["line 5", "write https"]),
            ("[issuer.unit]\nvalues = {}", ["line 5", "missing field `claim`"]),
            ("[issuer.role]\nclaim = \"g\"\nvalues = { a = \"king\" }", ["line 7", "king"]),
            ("ca = \"/nowhere/ca.pem\"", ["/nowhere/ca.pem", "PEM"]),
        ] {
            let said = wrong(&format!("{ONE}{added}\n"));
            for words in saying {
                assert!(said.contains(words), "{added}: {said}");
            }
        }
        for (from, to, saying) in [
            ("\"RS256\"", "\"HS256\"", "\"HS256\" is not accepted"),
            ("\"RS256\"", "\"none\"", "\"none\" is not accepted"),
            ("\"RS256\", \"EdDSA\"", "", "such as \"RS256\""),
            ("\"fugong\"", "", "name the audience"),
            ("https://id", "http://id", "write https"),
            (ONE, "issuer = []", "nobody is believed"),
            (ONE, "", "nobody is believed"),
            (ONE, "[gateway]\npeers = []\nsecrets = []", "it needs both"),
            (ONE, "[gateway]\npeers = [\"10.0.0.0/8\"]\nsecrets = [\"/nowhere\"]", "/nowhere"),
            (ONE, "[gateway]\npeers = [\"10.0.0.0\"]\nsecrets = []", "is no network"),
        ] {
            let said = wrong(&ONE.replace(from, to));
            assert!(said.contains(saying), "{from} -> {to}: {said}");
        }
    }

    #[test]
    fn whoever_logs_in_to_the_console_is_told_where() {
        let door = "[console]\naddress = \"https://fugong.example.gov.cn/\"\n";
        let offered = "[issuer.console]\nclient = \"fugong-console\"\n";
        let made = identity(&format!("{door}{ONE}{offered}")).unwrap();
        let [login] = made.logins.all().collect::<Vec<_>>()[..] else { panic!("{made:?}") };
        assert_eq!(login.page("/console"), "https://fugong.example.gov.cn/console");
        assert_eq!(identity(ONE).unwrap().logins.all().count(), 0);
        for (text, saying) in [
            (format!("{ONE}{offered}"), "needs [console] with the address"),
            (format!("{door}{ONE}"), "for an issuer that has [issuer.console]"),
            (format!("{door}{ONE}{offered}secret = \"/nowhere\"\n"), "/nowhere"),
            (format!("{door}{ONE}{offered}session_minutes = 721\n"), "5 to 720 minutes"),
            (format!("{door}{ONE}{offered}scopes = [\"email\"]\n"), "\"openid\" among them"),
            (format!("{}{ONE}{offered}", door.replace("https", "http")), "write https"),
            (format!("{}{ONE}{offered}", door.replace("cn/", "cn/?a=1")), "without ?"),
        ] {
            let said = wrong(&text);
            assert!(said.contains(saying), "{text}: {said}");
        }
        let own = |id: &str| {
            let issuer = ONE.replace("id.example", id);
            format!("{issuer}actor_prefix = \"{id}\"\n{offered}")
        };
        let two = format!("{door}{}{}", own("a.example"), own("b.example"));
        assert!(wrong(&two).contains("needs a name"));
    }

    #[test]
    fn several_issuers_say_whose_actors_they_name() {
        let other = ONE.replace("id.example", "id2.example");
        let told = |prefix: &str| format!("actor_prefix = \"{prefix}\"\n");
        let twice = format!("{ONE}{}{ONE}{}", told("a."), told("b."));
        assert!(wrong(&twice).contains("twice"));
        assert!(wrong(&format!("{ONE}{other}")).contains("actor_prefix"));
        identity(&format!("{ONE}{}{other}{}", told(""), told("tax."))).unwrap();
    }
}

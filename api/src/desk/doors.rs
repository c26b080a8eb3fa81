//! By what the console of a desk lets people in.

use std::sync::OnceLock;

use super::Desk;
use crate::{authenticate::Logins, console::SessionKey};

/// Where people log in, and what seals their sessions.
#[derive(Debug, Default)]
pub(super) struct Doors {
    key: OnceLock<SessionKey>,
    logins: OnceLock<Logins>,
}

impl Desk {
    /// Lets people log in to the console at these identity providers, and seals sessions under this
    /// key: of several processes with the same key each knows who logged in at another. Without
    /// a key, sessions end with the process. What is said first holds.
    pub fn let_in(&self, logins: Logins, key: Option<SessionKey>) {
        drop(self.inner.doors.logins.set(logins));
        if let Some(key) = key {
            drop(self.inner.doors.key.set(key));
        }
    }

    /// What seals the sessions of the console.
    pub(crate) fn session_key(&self) -> &SessionKey {
        self.inner.doors.key.get_or_init(SessionKey::drawn)
    }

    /// Where people log in.
    pub(crate) fn logins(&self) -> &Logins {
        self.inner.doors.logins.get_or_init(Logins::default)
    }
}

//! Keys in memory, and the way to where they lie.

use std::{
    collections::BTreeSet,
    sync::{MutexGuard, PoisonError},
    thread,
};

use fugong_core::{KeyDeed, Personal, Unsealed};

use super::{
    Access, Asked, Chest, FORGOTTEN, Found, Inner, KEPT_KEYS, KeyError, Live, TRUSTED,
    cipher::{self, Key},
};

impl Inner {
    pub(super) fn recall(&self, subject: &str) -> Option<Live> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(subject).filter(|live| !self.shared || live.read.elapsed() < TRUSTED).cloned()
    }

    pub(super) fn chest(&self) -> MutexGuard<'_, Chest> {
        self.chest.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a key in memory, unless it is read beside the process that may destroy it.
    pub(super) fn remember(&self, _chest: &Chest, subject: &str, live: &Live) {
        if self.access != Access::Read {
            let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
            if KEPT_KEYS <= known.len() {
                known.clear();
            }
            known.insert(subject.to_owned(), live.clone());
        }
    }

    /// The key of `subject` that is in use, made if there is none.
    pub(super) fn live(&self, subject: &str) -> Result<Live, KeyError> {
        let one = [subject.to_owned()];
        self.make(&one)?;
        let found = self.chest().find(self.log, subject)?;
        found.live.ok_or_else(|| self.unknown(subject))
    }

    pub(super) fn make(&self, subjects: &[String]) -> Result<(), KeyError> {
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(self.chest().place()));
        }
        let mut file = self.chest();
        let mut made = Vec::new();
        for subject in subjects.iter().collect::<BTreeSet<_>>() {
            let Found { live: None, erased } = file.find(self.log, subject)? else { continue };
            let generation = erased.saturating_add(1);
            let key = self.random_key(subject, generation)?;
            made.push((subject.clone(), Live::new(generation, key)));
        }
        file.insert(self.log, &made)?;
        for (subject, _) in &made {
            // Another process may have been faster, and its use may be restricted.
            if let Some(live) = file.find(self.log, subject)?.live {
                self.remember(&file, subject, &live);
            }
        }
        drop(file);
        Ok(())
    }

    pub(super) fn random_key(&self, subject: &str, generation: u64) -> Result<Key, KeyError> {
        let context =
            [&self.log.0.to_be_bytes(), subject.as_bytes(), &generation.to_be_bytes()[..]];
        Ok(Key::new(self.randomness.bytes("key", &context)?))
    }

    pub(super) fn seal(
        &self,
        live: &Live,
        subject: &str,
        text: &str,
    ) -> Result<Personal, KeyError> {
        let generation = live.generation.to_be_bytes();
        let log = self.log.0.to_be_bytes();
        let context: [&[u8]; 4] = [&log, subject.as_bytes(), &generation, text.as_bytes()];
        let salt = self.randomness.bytes("salt", &context)?;
        let nonce = self.randomness.bytes("nonce", &context)?;
        cipher::seal(&live.key, subject, text, salt, nonce)
            .ok_or_else(|| KeyError::Altered { subject: subject.to_owned() })
    }

    /// What was sealed, and whether its use is restricted.
    pub(super) fn open(&self, personal: &Personal) -> Result<(Unsealed<String>, bool), KeyError> {
        let (opened, restricted) = self.opened(personal)?;
        Ok(match self.ahead(&personal.subject)? {
            None => (opened, restricted),
            Some(KeyDeed::Destroy) => (Unsealed::Erased, false),
            Some(KeyDeed::Restrict) => (opened, true),
            Some(KeyDeed::Unrestrict) => (opened, false),
        })
    }

    /// What was asked of a key that is only read here, and was not done yet.
    fn ahead(&self, subject: &str) -> Result<Option<KeyDeed>, KeyError> {
        let ahead = self.ahead.read().unwrap_or_else(PoisonError::into_inner);
        let Some((position, deed)) = ahead.get(subject).copied() else { return Ok(None) };
        drop(ahead);
        Ok((self.chest().followed(self.log)? < position).then_some(deed))
    }

    fn opened(&self, personal: &Personal) -> Result<(Unsealed<String>, bool), KeyError> {
        let subject = personal.subject.as_str();
        if let Some(live) = self.recall(subject)
            && let Some(text) = cipher::open(&live.key, personal)
        {
            return Ok((Unsealed::Value(text), live.restricted));
        }
        let file = self.chest();
        let Found { live, erased } = file.find(self.log, subject)?;
        if let Some(live) = &live {
            self.remember(&file, subject, live);
        }
        drop(file);
        match live {
            Some(live) => match cipher::open(&live.key, personal) {
                Some(text) => Ok((Unsealed::Value(text), live.restricted)),
                None if 0 < erased => Ok((Unsealed::Erased, false)),
                None => Err(KeyError::Altered { subject: subject.to_owned() }),
            },
            None if 0 < erased => Ok((Unsealed::Erased, false)),
            None => Err(self.unknown(subject)),
        }
    }

    pub(super) fn follow(&self, asked: &[Asked]) -> Result<(), KeyError> {
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(self.chest().place()));
        }
        let mut chest = self.chest();
        for asked in asked {
            self.forget(&asked.subject);
        }
        chest.follow(self.log, asked)?;
        drop(chest);
        if self.shared {
            thread::sleep(FORGOTTEN);
        }
        Ok(())
    }

    fn forget(&self, subject: &str) {
        self.known.write().unwrap_or_else(PoisonError::into_inner).remove(subject);
        self.drawn.lock().unwrap_or_else(PoisonError::into_inner).remove(subject);
    }

    pub(super) fn erase(&self, subject: &str) -> Result<bool, KeyError> {
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(self.chest().place()));
        }
        let mut file = self.chest();
        self.forget(subject);
        let erased = file.erase(self.log, subject)?;
        drop(file);
        if self.shared {
            // Also where it was gone: whoever destroyed it may have been cut off while he waited.
            thread::sleep(FORGOTTEN);
        }
        Ok(erased)
    }

    fn unknown(&self, subject: &str) -> KeyError {
        KeyError::Unknown { path: self.chest().place(), subject: subject.to_owned() }
    }

    pub(super) fn unusable(&self, why: String) -> KeyError {
        KeyError::Unusable { path: self.chest().place(), why }
    }
}

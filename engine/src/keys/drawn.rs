//! Keys that are drawn for an act and stored when it is appended: one that is refused leaves none.
//!
//! All who seal for a subject without a key seal under the same drawn one. Whoever's act is appended
//! first stores it, and the others find it there. Where it is another that lies there by then,
//! another process' or one after an erasure, the act is not appended: its words would be lost.

use std::{
    collections::BTreeMap,
    fmt,
    sync::{Arc, Mutex, PoisonError},
};

use fugong_core::Personal;

use super::{Access, Chest, Found, Inner, KEPT_KEYS, KeyError, Live, cipher::Key};

/// The keys that were drawn for one act, by subject; for `Log::act_sealed`.
#[derive(Clone, Default)]
pub struct DrawnKeys(Arc<Mutex<BTreeMap<String, Drawn>>>);

/// A key that nothing is recorded under yet.
#[derive(Clone)]
pub(super) struct Drawn {
    generation: u64,
    /// As it is stored: half of it, where keys are halves.
    kept: Key,
    /// As it seals.
    whole: Key,
}

impl DrawnKeys {
    fn all(&self) -> Vec<(String, Drawn)> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.iter().map(|(subject, drawn)| (subject.clone(), drawn.clone())).collect()
    }

    /// Notes a key; refused where something was sealed under another already.
    fn note(&self, subject: &str, drawn: &Drawn) -> Result<(), KeyError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = all.entry(subject.to_owned()).or_insert_with(|| drawn.clone());
        if known.whole.bytes() == drawn.whole.bytes() { Ok(()) } else { Err(overtaken(subject)) }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).is_empty()
    }
}

/// Never a key itself.
impl fmt::Debug for DrawnKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.all();
        f.debug_tuple("DrawnKeys").field(&all.iter().map(|(it, _)| it).collect::<Vec<_>>()).finish()
    }
}

impl Inner {
    /// `text` sealed under the key of `subject`, or under one that is drawn for it and noted.
    pub(super) fn seal_drawing(
        &self,
        keys: &DrawnKeys,
        subject: &str,
        text: &str,
    ) -> Result<Personal, KeyError> {
        let chest = self.chest();
        if self.access == Access::Read {
            return Err(KeyError::ReadOnly(chest.place()));
        }
        let Found { live, erased } = chest.find(self.log, subject)?;
        if let Some(live) = live {
            self.remember(&chest, subject, &live);
            return self.seal(&live, subject, text);
        }
        let drawn = self.draw(&chest, subject, erased.saturating_add(1))?;
        let live = Live::new(drawn.generation, drawn.whole.clone());
        let sealed = self.seal(&live, subject, text)?;
        keys.note(subject, &drawn)?;
        Ok(sealed)
    }

    /// The key that is drawn for `subject`, and for nobody's act alone.
    fn draw(&self, chest: &Chest, subject: &str, generation: u64) -> Result<Drawn, KeyError> {
        let mut all = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(drawn) = all.get(subject).filter(|drawn| drawn.generation == generation) {
            return Ok(drawn.clone());
        }
        let kept = self.random_key(subject, generation)?;
        let drawn = Drawn { generation, whole: chest.whole(&kept), kept };
        if KEPT_KEYS <= all.len() {
            all.clear();
        }
        all.insert(subject.to_owned(), drawn.clone());
        Ok(drawn)
    }

    /// Stores what was drawn for an act that is about to be appended.
    pub(super) fn store(&self, keys: &DrawnKeys) -> Result<(), KeyError> {
        let (all, mut chest) = (keys.all(), self.chest());
        let mut made = Vec::new();
        for (subject, drawn) in &all {
            let Found { live, erased } = chest.find(self.log, subject)?;
            if live.is_none() && erased.saturating_add(1) == drawn.generation {
                made.push((subject.clone(), Live::new(drawn.generation, drawn.kept.clone())));
            }
        }
        chest.insert(self.log, &made)?;
        for (subject, drawn) in &all {
            self.drawn.lock().unwrap_or_else(PoisonError::into_inner).remove(subject);
            let live = chest.find(self.log, subject)?.live;
            let ours = live.filter(|live| live.key.bytes() == drawn.whole.bytes());
            self.remember(&chest, subject, &ours.ok_or_else(|| overtaken(subject))?);
        }
        Ok(())
    }
}

fn overtaken(subject: &str) -> KeyError {
    KeyError::Overtaken { subject: subject.to_owned() }
}

//! What is read of the tree: checkpoints, tiles, entries, proofs.

use std::{convert::Infallible, fmt::Write as _, fs, io, path::PathBuf};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::{LogId, Position};

use super::{
    Checkpoint, Cosigner, Request, cosigned,
    files::replace,
    nodes::{Nodes, TILE, key},
};
use crate::{
    Error, Log,
    error::Trouble,
    leaf::Leaf,
    options::beside,
    store::{
        db::{Db, values},
        events,
    },
    tree::{self, Hash},
};

/// Under which name checkpoints are kept.
const CHECKPOINT: &str = "log:checkpoint";
/// The last that was signed.
const SIGNED: &str = "signed";

/// The note of the last checkpoint.
pub(super) fn latest(db: &Db, log: LogId) -> Result<Option<String>, Trouble> {
    let sql = "SELECT row FROM register_rows WHERE log_id = ?1 AND register = ?2 \
               AND version = 0 AND relation = ?3 ORDER BY row_key DESC LIMIT 1";
    db.first(sql, values![log.0, CHECKPOINT, SIGNED], |row| Ok(row.text(0)?.to_owned()))
}

/// Keeps a checkpoint, in place of one over the same events, and those before it no longer: any two
/// are proved by the tree.
pub(super) fn keep(db: &Db, log: LogId, size: u64, note: &str) -> Result<(), Trouble> {
    let sql = "INSERT INTO register_rows (log_id, register, version, relation, row_key, row) \
               VALUES (?1, ?2, 0, ?3, ?4, ?5) \
               ON CONFLICT (log_id, register, version, relation, row_key) \
               DO UPDATE SET row = excluded.row";
    db.run(sql, values![log.0, CHECKPOINT, SIGNED, &key(size), note])?;
    let sql = "DELETE FROM register_rows WHERE log_id = ?1 AND register = ?2 AND version = 0 \
               AND relation = ?3 AND row_key < ?4";
    db.run(sql, values![log.0, CHECKPOINT, SIGNED, &key(size)]).map(|_| ())
}

impl Log {
    /// The note of the last checkpoint; none if the log was never sealed.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn checkpoint(&self) -> Result<Option<String>, Error<Infallible>> {
        let (store, log) = (&self.desk().store, self.id());
        Ok(store.glance(move |db| latest(db, log)).await?)
    }

    /// Signs a checkpoint over every event that is durable now, and answers its note.
    ///
    /// # Errors
    ///
    /// When the log has no key here, is not what was signed before, or the store fails.
    pub async fn sign_checkpoint(&self) -> Result<String, Error<Infallible>> {
        let none = || {
            Trouble::Unavailable("there is no signing key here: run `fugong log init`".to_owned())
        };
        Ok(self.sealer().ok_or_else(none)?.seal().await?)
    }

    /// The proof that the event at `position` is in the tree by SM3 of the last checkpoint, written
    /// as [`Self::prove`] does but for its first line, `sm3-proof@v1`; none if that covers it not,
    /// or has no such tree.
    ///
    /// # Errors
    ///
    /// When the store fails.
    #[cfg(feature = "gm")]
    pub async fn prove_by_sm3(
        &self,
        position: Position,
    ) -> Result<Option<String>, Error<Infallible>> {
        let has = |note: &String| note.parse::<Checkpoint>().is_ok_and(|it| it.sm3.is_some());
        let Some(note) = self.checkpoint().await?.filter(has) else { return Ok(None) };
        let size = size(&note)?;
        let Some(n) = position.0.checked_sub(1).filter(|n| *n < size) else { return Ok(None) };
        let (store, log) = (&self.desk().store, self.id());
        let proof = store.surely(move |db| {
            tree::inclusion(&mut Nodes::by(tree::Hashing::Sm3, db, log), n, 0..size)
        });
        Ok(Some(written("sm3-proof@v1", n, &proof.await?, &note)))
    }

    /// The key of those who verify its checkpoints, where this process has the key that signs.
    pub fn verifier_key(&self) -> Option<String> {
        self.sealer().map(|sealer| sealer.signer().verifier_key().to_owned())
    }

    /// A tile of the tree: the hashes of tile level `level` from number 256 · `n` on, at most 256,
    /// as many as a tree of so many events as the last checkpoint's has. None if it has none there.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn tile(&self, level: u32, n: u64) -> Result<Vec<Hash>, Error<Infallible>> {
        let (store, log) = (&self.desk().store, self.id());
        let tile = store.surely(move |db| {
            let width = width(sealed(db, log)?, level, n);
            let mut tree = Nodes::of(db, log);
            let tile = tree.tile(level, n)?;
            Ok(tile.get(..width).unwrap_or(tile).to_vec())
        });
        Ok(tile.await?)
    }

    /// The leaves of tile `n` of level 0, as [`Self::tile`] has their hashes: at most 256 events
    /// from position 256 · `n` + 1 on, as they were hashed.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn entries(&self, n: u64) -> Result<Vec<Vec<u8>>, Error<Infallible>> {
        let (store, log) = (&self.desk().store, self.id());
        let leaves = store.read(move |db| {
            let count = u64::try_from(width(sealed(db, log)?, 0, n)).unwrap_or_default();
            let end = n.saturating_mul(TILE).saturating_add(count);
            let events = events::ending(db, log, Position(end), count)?;
            events
                .iter()
                .map(|event| Leaf::of(event).encode().map_err(|e| Trouble::Corrupt(e.to_string())))
                .collect()
        });
        Ok(leaves.await?)
    }

    /// The root of the tree over the first `size` events; none if no checkpoint covers them yet.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn root(&self, size: u64) -> Result<Option<Hash>, Error<Infallible>> {
        self.of_tree(size, move |tree| tree.root(size)).await
    }

    /// The proof that the event at `position` is one of the first `size`, from the bottom up; none
    /// if it is not, or no checkpoint covers these yet.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn inclusion(
        &self,
        position: Position,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, Error<Infallible>> {
        let Some(n) = position.0.checked_sub(1).filter(|n| *n < size) else { return Ok(None) };
        self.of_tree(size, move |tree| tree::inclusion(tree, n, 0..size)).await
    }

    /// The proof that the tree of the first `old` events is the beginning of that of the first
    /// `size`; none if it is not, or no checkpoint covers these yet.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn consistency(
        &self,
        old: u64,
        size: u64,
    ) -> Result<Option<Vec<Hash>>, Error<Infallible>> {
        if size < old {
            return Ok(None);
        }
        self.of_tree(size, move |tree| tree::consistency(tree, old, 0..size)).await
    }

    /// The proof that the event at `position` is in the log, as C2SP's tlog-proof has it, against
    /// the last checkpoint that witnesses signed if that covers it, else against the last; none if
    /// no checkpoint covers it yet.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn prove(&self, position: Position) -> Result<Option<String>, Error<Infallible>> {
        let Some(last) = self.checkpoint().await? else { return Ok(None) };
        let witnessed = self.witnessed()?.filter(|note| covers(note, position));
        let note = witnessed.unwrap_or(last);
        let (Some(n), size) = (position.0.checked_sub(1), size(&note)?) else { return Ok(None) };
        let proof = self.inclusion(position, size).await?;
        Ok(proof.map(|proof| written("c2sp.org/tlog-proof@v1", n, &proof, &note)))
    }

    /// What is wrong if the log does not begin with what was signed last by the key beside it; for
    /// whoever looks, also without the key.
    pub(crate) async fn unlike_the_last_note(&self) -> Option<String> {
        let place = beside(&self.log_key_place(), "note");
        let last: Checkpoint = fs::read_to_string(place).ok()?.parse().ok()?;
        let (store, log, size) = (&self.desk().store, self.id(), last.size);
        // Another process may have signed what this one has not heard of yet.
        store.refresh().await.ok()?;
        let head = self.head().0;
        let root = store.read(move |db| Nodes::of(db, log).root(size)).await;
        let same = size <= head && root.is_ok_and(|root| root == last.root);
        (!same).then(|| {
            format!(
                "the log, with {head} events, does not begin with the {size} that were signed last: \
                 it was changed, or an older state was put in its place; compare it with a \
                 checkpoint that others hold"
            )
        })
    }

    /// What a witness is asked to sign a checkpoint that continues the one of `old` events: this
    /// `note`, or the last; none if the log has fewer events, or was never sealed.
    ///
    /// # Errors
    ///
    /// When the store fails, or `note` is no checkpoint.
    pub async fn ask_witness(
        &self,
        old: u64,
        note: Option<String>,
    ) -> Result<Option<Request>, Error<Infallible>> {
        let note = match note {
            Some(note) => Some(note),
            None => self.checkpoint().await?,
        };
        let Some(note) = note else { return Ok(None) };
        let proof = self.consistency(old, size(&note)?).await?;
        Ok(proof.map(|proof| Request { old, proof, note }))
    }

    /// The last checkpoint that witnesses signed, with their signatures. It lies beside the key.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn witnessed(&self) -> Result<Option<String>, Error<Infallible>> {
        let place = self.witnessed_place();
        match fs::read_to_string(&place) {
            Ok(note) => Ok(Some(note)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Error::Unavailable(format!("{}: {error}", place.display()))),
        }
    }

    /// Keeps a checkpoint with what witnesses signed on it: beside what is kept if it is the same
    /// checkpoint, in its place if it has more events. Whether anything was new.
    ///
    /// # Errors
    ///
    /// When the file cannot be written, or the note is none.
    pub fn keep_witnessed(
        &self,
        note: &str,
        lines: &str,
        witnesses: &[Cosigner],
    ) -> Result<bool, Error<Infallible>> {
        let before = self.witnessed()?;
        let same = |known: &String| known.split("\n\n").next() == note.split("\n\n").next();
        let base = before.clone().filter(same).unwrap_or_else(|| note.to_owned());
        let Some(cosigned) = cosigned(&base, lines, witnesses) else { return Ok(false) };
        let shorter = match &before {
            Some(before) => size(&cosigned)? < size(before)?,
            None => false,
        };
        if shorter || before.as_ref() == Some(&cosigned) {
            return Ok(false);
        }
        let place = self.witnessed_place();
        let unwritten =
            |e| Error::Unavailable(format!("{} cannot be written: {e}", place.display()));
        replace(&place, &cosigned).map_err(unwritten)?;
        Ok(true)
    }

    fn witnessed_place(&self) -> PathBuf {
        beside(&self.log_key_place(), "witnessed")
    }

    /// What `look` finds in the tree, if it reaches so far.
    async fn of_tree<T: Send + 'static>(
        &self,
        size: u64,
        look: impl Fn(&mut Nodes<'_>) -> Result<T, Trouble> + Clone + Send + 'static,
    ) -> Result<Option<T>, Error<Infallible>> {
        let (store, log) = (&self.desk().store, self.id());
        let found = store.surely(move |db| {
            let known = size <= sealed(db, log)?;
            known.then(|| look(&mut Nodes::of(db, log))).transpose()
        });
        Ok(found.await?)
    }
}

fn sealed(db: &Db, log: LogId) -> Result<u64, Trouble> {
    latest(db, log)?.map_or(Ok(0), |note| size(&note))
}

fn size(note: &str) -> Result<u64, Trouble> {
    let checkpoint: Result<Checkpoint, _> = note.parse();
    let odd = |error| Trouble::Corrupt(format!("the last checkpoint cannot be read: {error}"));
    Ok(checkpoint.map_err(odd)?.size)
}

/// How many hashes tile `n` of a level has in a tree of so many leaves.
pub(super) fn width(size: u64, level: u32, n: u64) -> usize {
    let runs = TILE.checked_pow(level).map_or(0, |run| size.div_euclid(run));
    let width = runs.saturating_sub(n.saturating_mul(TILE)).min(TILE);
    usize::try_from(width).unwrap_or(usize::MAX)
}

fn covers(note: &str, position: Position) -> bool {
    size(note).is_ok_and(|size| position.0 <= size)
}

fn written(kind: &str, n: u64, proof: &[Hash], note: &str) -> String {
    let mut text = format!("{kind}\nindex {n}\n");
    for hash in proof {
        // Writing to a text cannot fail.
        let _infallible = writeln!(text, "{}", STANDARD.encode(hash));
    }
    text.push('\n');
    text.push_str(note);
    text
}

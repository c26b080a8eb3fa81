//! Witnesses: other offices that look at checkpoints and sign that each continued the last they saw.
//!
//! With a witness' signature on it a checkpoint cannot be one of two histories. C2SP's tlog-witness
//! says how one is asked over HTTP; the same texts go by file between networks that do not meet.

use std::{
    fmt::{self, Write as _},
    fs::{self, File},
    io::{self, Read as _, Seek as _, Write as _},
    path::{Path, PathBuf},
    str::FromStr,
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use rand_core::{OsRng, RngCore as _};
use signed_note::{Note, StandardVerifier, Verifier, VerifierList, is_key_name_valid, key_id};

use super::{
    Checkpoint,
    files::{unusable, write_new},
};
use crate::{
    OpenError,
    options::beside,
    tree::{self, Hash},
};

/// The type of a witness' signature, with its time.
const COSIGNATURE: u8 = 0x04;
/// No proof of consistency is longer.
const LONGEST: usize = 63;

/// What a witness is asked: to sign a checkpoint that continues the one it signed last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// How many events the one had that it signed last; 0 if it signed none.
    pub old: u64,
    /// That the new one continues it.
    pub proof: Vec<Hash>,
    /// The new one, signed by the log.
    pub note: String,
}

/// The text that is sent.
impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "old {}", self.old)?;
        for hash in &self.proof {
            writeln!(f, "{}", STANDARD.encode(hash))?;
        }
        write!(f, "\n{}", self.note)
    }
}

impl FromStr for Request {
    type Err = Declined;

    fn from_str(text: &str) -> Result<Self, Declined> {
        let (head, note) = text.split_once("\n\n").ok_or(Declined::Malformed)?;
        let mut lines = head.lines();
        let old = lines.next().and_then(|line| line.strip_prefix("old "));
        let old = old.ok_or(Declined::Malformed)?;
        let number: u64 = old.parse().map_err(|_| Declined::Malformed)?;
        let hash = |line| STANDARD.decode(line).ok()?.try_into().ok();
        let proof: Option<Vec<Hash>> = lines.map(hash).collect();
        match proof {
            Some(proof) if proof.len() <= LONGEST && number.to_string() == old => {
                Ok(Self { old: number, proof, note: note.to_owned() })
            }
            Some(_) | None => Err(Declined::Malformed),
        }
    }
}

/// Why a witness does not sign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Declined {
    /// It is no request.
    #[error("this is no request to a witness")]
    Malformed,
    /// It does not look at this log.
    #[error("this witness does not look at log {0}")]
    Unknown(String),
    /// The log did not sign it.
    #[error("the checkpoint bears no signature of the log")]
    Unsigned,
    /// It signed another last: prove it from there.
    #[error("this witness signed a checkpoint of {0} events last: prove it from there")]
    Stands(u64),
    /// It is not a continuation of what it signed last.
    #[error("the checkpoint does not continue the one that this witness signed last")]
    Inconsistent,
    /// It cannot keep what it saw.
    #[error("the witness cannot keep what it saw: {0}")]
    Unavailable(String),
}

/// A witness: its key, the logs it looks at, and what it saw of them last.
pub struct Witness {
    cosigner: Cosigner,
    secret: SigningKey,
    logs: Vec<StandardVerifier>,
    place: PathBuf,
}

impl Witness {
    /// Makes the key of a witness of this name at `path`, which must not exist; beside it, at
    /// `path.pub`, the key of those who verify, which it answers.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when something is there, or the name is empty or has a space or a plus in it.
    pub fn make(path: &Path, name: &str) -> Result<String, OpenError> {
        if !is_key_name_valid(name) {
            return Err(OpenError::Keys(format!(
                "{name:?} cannot name a witness: leave out spaces and plus signs"
            )));
        }
        let mut seed = [0_u8; 32];
        let no_chance = |error: rand_core::Error| OpenError::Unavailable(error.to_string());
        OsRng.try_fill_bytes(&mut seed).map_err(no_chance)?;
        let public = Cosigner::of(name, SigningKey::from_bytes(&seed).verifying_key());
        write_new(path, 0o600, &format!("{name} {}\n", STANDARD.encode(seed)))?;
        write_new(&beside(path, "pub"), 0o644, &format!("{public}\n"))?;
        Ok(public.to_string())
    }

    /// The witness whose key lies at `path`, for the logs of these keys. What it saw of each is kept
    /// beside its key.
    ///
    /// # Errors
    ///
    /// [`OpenError::Keys`] when a key cannot be read.
    pub fn open(path: &Path, logs: &[String]) -> Result<Self, OpenError> {
        let text = fs::read_to_string(path).map_err(|error| unusable(path, &error))?;
        let wrong = || OpenError::Keys(format!("{} is no key of a witness", path.display()));
        let (name, seed) = text.trim().split_once(' ').ok_or_else(wrong)?;
        let seed: Option<[u8; 32]> = STANDARD.decode(seed).ok().and_then(|it| it.try_into().ok());
        let secret = SigningKey::from_bytes(&seed.ok_or_else(wrong)?);
        let known = |key: &String| {
            StandardVerifier::new(key).map_err(|error| OpenError::Keys(format!("{key}: {error}")))
        };
        let logs = logs.iter().map(known).collect::<Result<_, _>>()?;
        let cosigner = Cosigner::of(name, secret.verifying_key());
        Ok(Self { cosigner, secret, logs, place: path.to_owned() })
    }

    /// Signs the checkpoint of a request that continues the last it signed, at `now` in seconds
    /// since 1970, and answers the line of its signature. It is on the disk what it signed.
    ///
    /// # Errors
    ///
    /// [`Declined`], when it does not; then it stands where it stood.
    pub fn cosign(&self, request: &Request, now: u64) -> Result<String, Declined> {
        let checkpoint: Checkpoint = request.note.parse().map_err(|_| Declined::Malformed)?;
        let note = Note::from_bytes(request.note.as_bytes()).map_err(|_| Declined::Malformed)?;
        let logs: Vec<_> = self.logs.iter().filter(|log| log.name() == checkpoint.origin).collect();
        let Some(log) = logs.first() else { return Err(Declined::Unknown(checkpoint.origin)) };
        let known = logs.iter().map(|log| -> Box<dyn Verifier> { Box::new((**log).clone()) });
        note.verify(&VerifierList::new(known.collect())).map_err(|_| Declined::Unsigned)?;
        if checkpoint.size < request.old {
            return Err(Declined::Malformed);
        }
        let unkept = |error: io::Error| Declined::Unavailable(error.to_string());
        let place = beside(&self.place, &format!("{:08x}", log.key_id()));
        let mut seen = Seen::lock(&place).map_err(unkept)?;
        let last = seen.last().map_err(unkept)?;
        let (size, root) = last.map_or((0, tree::empty_root()), |last| (last.size, last.root));
        if size != request.old {
            return Err(Declined::Stands(size));
        }
        let new = (checkpoint.size, &checkpoint.root);
        if !tree::extends((size, &root), new, &request.proof) {
            return Err(Declined::Inconsistent);
        }
        if size < checkpoint.size {
            seen.keep(&checkpoint).map_err(unkept)?;
        }
        let text = String::from_utf8_lossy(note.text()).into_owned();
        let signature = self.secret.sign(told(now, &text).as_bytes());
        let signature = [now.to_be_bytes().as_slice(), &signature.to_bytes()].concat();
        let line = [self.cosigner.id.to_be_bytes().as_slice(), &signature].concat();
        Ok(format!("— {} {}\n", self.cosigner.name, STANDARD.encode(line)))
    }
}

/// Never its key.
impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Witness").field(&self.cosigner).finish()
    }
}

/// What a witness signs.
fn told(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// What a witness saw of a log, one checkpoint after the other, held so that no two requests are decided on it at once.
struct Seen(File);

impl Seen {
    fn lock(place: &Path) -> io::Result<Self> {
        let mut open = File::options();
        let file = open.read(true).write(true).create(true).truncate(false).open(place)?;
        file.lock()?;
        Ok(Self(file))
    }

    /// The last whole text in the file: one that a power cut left half written is none yet.
    fn last(&mut self) -> io::Result<Option<Checkpoint>> {
        let mut text = String::new();
        self.0.rewind()?;
        self.0.read_to_string(&mut text)?;
        Ok(text
            .split_inclusive("\n\n")
            .filter_map(|text| text.strip_suffix("\n\n")?.parse().ok())
            .last())
    }

    fn keep(&mut self, checkpoint: &Checkpoint) -> io::Result<()> {
        self.0.seek(io::SeekFrom::End(0))?;
        self.0.write_all(format!("{checkpoint}\n").as_bytes())?;
        self.0.sync_all()
    }
}

/// The key of a witness for those who verify: `name+id+key`.
#[derive(Debug, Clone)]
pub struct Cosigner {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Cosigner {
    fn of(name: &str, key: VerifyingKey) -> Self {
        Self { name: name.to_owned(), id: key_id(name, &encoded(&key)), key }
    }
}

impl fmt::Display for Cosigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{:08x}+{}", self.name, self.id, STANDARD.encode(encoded(&self.key)))
    }
}

impl FromStr for Cosigner {
    type Err = OpenError;

    fn from_str(text: &str) -> Result<Self, OpenError> {
        let wrong = || OpenError::Keys(format!("{text} is no key of a witness (name+id+key)"));
        let [name, id, key] =
            text.trim().splitn(3, '+').collect::<Vec<_>>().try_into().map_err(|_| wrong())?;
        let key = STANDARD.decode(key).map_err(|_| wrong())?;
        let key = key.strip_prefix(&[COSIGNATURE]).and_then(|key| key.try_into().ok());
        let key = key.and_then(|key| VerifyingKey::from_bytes(key).ok()).ok_or_else(wrong)?;
        let known = Self::of(name, key);
        if format!("{:08x}", known.id) == id { Ok(known) } else { Err(wrong()) }
    }
}

impl Verifier for Cosigner {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        let Some((time, signature)) = signature.split_first_chunk::<8>() else { return false };
        let told = told(u64::from_be_bytes(*time), &String::from_utf8_lossy(text));
        Signature::from_slice(signature)
            .is_ok_and(|signature| self.key.verify_strict(told.as_bytes(), &signature).is_ok())
    }
}

fn encoded(key: &VerifyingKey) -> Vec<u8> {
    [[COSIGNATURE].as_slice(), key.as_bytes()].concat()
}

/// The note with those of these lines that known witnesses signed; none if that is none of them.
pub fn cosigned(note: &str, lines: &str, witnesses: &[Cosigner]) -> Option<String> {
    let mut cosigned = note.to_owned();
    let both = Note::from_bytes(format!("{note}{lines}").as_bytes()).ok()?;
    let known = witnesses.iter().map(|it| -> Box<dyn Verifier> { Box::new(it.clone()) });
    let (signed, _) = both.verify(&VerifierList::new(known.collect())).ok()?;
    for signature in signed {
        let line = String::from_utf8(signature.to_bytes()).ok()?;
        if !cosigned.contains(&line) {
            // Writing to a text cannot fail.
            let _infallible = cosigned.write_str(&line);
        }
    }
    Some(cosigned)
}

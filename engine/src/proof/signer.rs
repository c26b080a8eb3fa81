//! Who signs checkpoints: a key in a file, or whatever stands in for it.

use std::{fmt, fs, path::Path};

use rand_core::OsRng;
use signed_note::{
    Note, NoteError, StandardSigner, StandardVerifier, Verifier, VerifierList, generate_key,
    is_key_name_valid,
};

use super::{
    Checkpoint,
    files::{unusable, write_new},
};
use crate::{OpenError, options::beside};

/// Signs checkpoints. What it signs with is its own matter: Ed25519 from a file, a certified
/// device, another algorithm. Its name is the log's origin.
pub trait Signer: signed_note::Signer + fmt::Debug + Send + Sync {
    /// What those who verify are given, `name+id+key` as C2SP's signed-note writes it.
    fn verifier_key(&self) -> &str;

    /// Checks what it signed.
    fn verifier(&self) -> Box<dyn Verifier>;
}

impl dyn Signer + '_ {
    /// A note of this checkpoint with its signature.
    ///
    /// # Errors
    ///
    /// When it cannot sign.
    pub fn note(&self, checkpoint: &Checkpoint) -> Result<String, NoteError> {
        signed(checkpoint, &[self])
    }

    /// The checkpoint of a note that it signed.
    ///
    /// # Errors
    ///
    /// When the note bears no signature of it, or was altered.
    pub fn read(&self, note: &str) -> Result<Checkpoint, NoteError> {
        let signed = Note::from_bytes(note.as_bytes())?;
        signed.verify(&VerifierList::new(vec![self.verifier()]))?;
        let checkpoint: Checkpoint = note.parse()?;
        if checkpoint.origin == self.name() {
            Ok(checkpoint)
        } else {
            Err(NoteError::UnverifiedNote)
        }
    }
}

/// A note of a checkpoint, signed by each of these.
pub(super) fn signed(
    checkpoint: &Checkpoint,
    signers: &[&dyn Signer],
) -> Result<String, NoteError> {
    let mut note = Note::new(checkpoint.to_string().as_bytes(), &[])?;
    for signer in signers {
        note.add_sigs(&[*signer])?;
    }
    Ok(String::from_utf8_lossy(&note.to_bytes()).into_owned())
}

/// An Ed25519 key that lies in a file of its own, readable by its owner alone.
pub struct FileKey {
    signer: StandardSigner,
    verifier: StandardVerifier,
    verifier_key: String,
}

impl FileKey {
    /// Makes a key for a log of this origin and writes it to `path`, which must not exist; beside
    /// it, at `path.pub`, the key of those who verify, and at `path.note` nothing, as long as
    /// nothing is signed.
    ///
    /// # Errors
    ///
    /// [`OpenError`] when something is there, or the name is empty or has a space or a plus in it.
    pub fn make(path: &Path, origin: &str) -> Result<Self, OpenError> {
        if !is_key_name_valid(origin) {
            return Err(OpenError::Keys(format!(
                "{origin:?} cannot name a log: leave out spaces and plus signs"
            )));
        }
        let note = beside(path, "note");
        if note.exists() {
            // Of a key that lay here before: it is evidence.
            return Err(OpenError::Exists(note.display().to_string()));
        }
        let (secret, verifier_key) = generate_key(&mut OsRng, origin);
        write_new(path, 0o600, &format!("{secret}\n"))?;
        write_new(&beside(path, "pub"), 0o644, &format!("{verifier_key}\n"))?;
        write_new(&note, 0o644, "")?;
        Self::open(path)
    }

    /// The key in the file at `path`.
    ///
    /// # Errors
    ///
    /// [`OpenError::Keys`] when it cannot be read, or its companion `path.pub` is another's.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let public = beside(path, "pub");
        let read = |path: &Path| fs::read_to_string(path).map_err(|error| unusable(path, &error));
        let (secret, verifier_key) = (read(path)?, read(&public)?.trim().to_owned());
        let signer = StandardSigner::new(secret.trim());
        let signer =
            signer.map_err(|error| OpenError::Keys(format!("{}: {error}", path.display())))?;
        let verifier = StandardVerifier::new(&verifier_key);
        let verifier =
            verifier.map_err(|error| OpenError::Keys(format!("{}: {error}", public.display())))?;
        let key = Self { signer, verifier, verifier_key };
        // The id is a hash over name and key.
        if signed_note::Signer::key_id(&key.signer) != key.verifier.key_id() {
            return Err(OpenError::Keys(format!(
                "{} does not belong to {}",
                public.display(),
                path.display()
            )));
        }
        Ok(key)
    }
}

impl signed_note::Signer for FileKey {
    fn name(&self) -> &str {
        signed_note::Signer::name(&self.signer)
    }

    fn key_id(&self) -> u32 {
        signed_note::Signer::key_id(&self.signer)
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, signature::Error> {
        self.signer.sign(text)
    }
}

impl Signer for FileKey {
    fn verifier_key(&self) -> &str {
        &self.verifier_key
    }

    fn verifier(&self) -> Box<dyn Verifier> {
        Box::new(self.verifier.clone())
    }
}

/// Never the key itself.
impl fmt::Debug for FileKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FileKey").field(&self.verifier_key).finish()
    }
}

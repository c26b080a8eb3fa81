//! SM2 (国密, GB/T 32918): the second key of a log, for the checkpoints that it has beside.
//!
//! Signed notes have no number for SM2, so its type is `0xff` with a name behind it, as C2SP's
//! signed-note asks, then the public point, uncompressed. A signature is r and s, 32 bytes each,
//! over the note's text, with the identity that GM/T 0009 gives those who have none.

use std::{fmt, fs, path::Path};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use rand_core::OsRng;
use signed_note::{Verifier, is_key_name_valid, key_id};
use sm2::{
    SecretKey,
    dsa::{Signature, SigningKey, VerifyingKey, signature::Verifier as _},
};

use super::{
    Signer,
    files::{unusable, write_new},
};
use crate::{OpenError, options::beside};

/// What stands before the point in a key for those who verify.
const KIND: &[u8] = b"\xffSM2-SM3 GB/T 32918\n";
/// The identity (可辨别标识) that a signature is made with.
const IDENTITY: &str = "1234567812345678";

/// An SM2 key that lies in a file of its own, readable by its owner alone.
pub struct Sm2Key {
    secret: SigningKey,
    verifier: Sm2Verifier,
    verifier_key: String,
}

impl Sm2Key {
    /// Makes a key for a log of this origin and writes it to `path`, which must not exist; beside
    /// it, at `path.pub`, the key of those who verify.
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
        let secret = SecretKey::random(&mut OsRng).to_bytes();
        write_new(path, 0o600, &format!("{origin} {}\n", STANDARD.encode(secret)))?;
        let key = Self::open(path)?;
        write_new(&beside(path, "pub"), 0o644, &format!("{}\n", key.verifier_key))?;
        Ok(key)
    }

    /// The key in the file at `path`.
    ///
    /// # Errors
    ///
    /// [`OpenError::Keys`] when it cannot be read.
    pub fn open(path: &Path) -> Result<Self, OpenError> {
        let text = fs::read_to_string(path).map_err(|error| unusable(path, &error))?;
        let read = || {
            let (origin, secret) = text.trim().split_once(' ')?;
            let secret = STANDARD.decode(secret).ok()?;
            Some((origin.to_owned(), SigningKey::from_slice(IDENTITY, &secret).ok()?))
        };
        let unfit = || OpenError::Keys(format!("{} is no SM2 key of a log", path.display()));
        let (name, secret) = read().ok_or_else(unfit)?;
        let key = secret.verifying_key().clone();
        let encoded = [KIND, &key.to_sec1_bytes()].concat();
        let id = key_id(&name, &encoded);
        let verifier_key = format!("{name}+{id:08x}+{}", STANDARD.encode(encoded));
        Ok(Self { secret, verifier: Sm2Verifier { name, id, key }, verifier_key })
    }
}

impl signed_note::Signer for Sm2Key {
    fn name(&self) -> &str {
        &self.verifier.name
    }

    fn key_id(&self) -> u32 {
        self.verifier.id
    }

    fn sign(&self, text: &[u8]) -> Result<Vec<u8>, signature::Error> {
        let signature: Signature = signature::Signer::try_sign(&self.secret, text)?;
        Ok(signature.to_bytes().to_vec())
    }
}

impl Signer for Sm2Key {
    fn verifier_key(&self) -> &str {
        &self.verifier_key
    }

    fn verifier(&self) -> Box<dyn Verifier> {
        Box::new(self.verifier.clone())
    }
}

/// Never the key itself.
impl fmt::Debug for Sm2Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Sm2Key").field(&self.verifier_key).finish()
    }
}

/// Checks what an SM2 key signed.
#[derive(Clone)]
struct Sm2Verifier {
    name: String,
    id: u32,
    key: VerifyingKey,
}

impl Verifier for Sm2Verifier {
    fn name(&self) -> &str {
        &self.name
    }

    fn key_id(&self) -> u32 {
        self.id
    }

    fn verify(&self, text: &[u8], signature: &[u8]) -> bool {
        Signature::from_slice(signature).is_ok_and(|it| self.key.verify(text, &it).is_ok())
    }
}

//! Keys on a server may be kept as halves. The other half is a secret in a file beside each
//! process: the database, its write-ahead log, its replicas and its backups then open nothing.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use hmac::{Hmac, Mac};
use sha2::Sha256;

use super::{
    Access, KeyError,
    cipher::{KEY_BYTES, Key, hex},
    file::make_private,
};
use crate::source::Randomness;

/// The half that is in no database.
pub(super) struct Secret {
    path: PathBuf,
    half: Key,
}

impl Secret {
    /// The secret in a file; made if it is not there and the keys are made just now.
    pub(super) fn at(
        path: &Path,
        access: Access,
        randomness: &Randomness,
    ) -> Result<Self, KeyError> {
        let unusable = |why: String| KeyError::Unusable { path: path.to_owned(), why };
        if !path.exists() {
            if access != Access::Create {
                return Err(KeyError::Missing(path.to_owned()));
            }
            let half: [u8; KEY_BYTES] = randomness.bytes("key secret", &[])?;
            let written = make_private(path).and_then(|()| {
                let mut file = fs::OpenOptions::new().write(true).open(path)?;
                writeln!(file, "{}", hex(&half))?;
                file.sync_all()
            });
            written.map_err(|e| unusable(e.to_string()))?;
        }
        let text = fs::read_to_string(path).map_err(|e| unusable(e.to_string()))?;
        let half = unhexed(text.trim());
        let half = half.ok_or_else(|| unusable("64 hexadecimal digits are wanted".to_owned()))?;
        Ok(Self { path: path.to_owned(), half: Key::new(half) })
    }

    /// The key whose other half is kept in the database.
    pub(super) fn whole(&self, half: &Key) -> Key {
        Key::new(self.mixed(half.bytes()))
    }

    /// By what the keys know their secret.
    pub(super) fn mark(&self) -> Vec<u8> {
        self.mixed(b"the secret of these keys").to_vec()
    }

    /// HMAC-SHA-256 under the secret.
    fn mixed(&self, bytes: &[u8]) -> [u8; KEY_BYTES] {
        match <Hmac<Sha256> as Mac>::new_from_slice(self.half.bytes()) {
            Ok(mac) => mac.chain_update(bytes).finalize().into_bytes().into(),
            // A key of any length is taken.
            Err(_) => [0; KEY_BYTES],
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}

fn unhexed(text: &str) -> Option<[u8; KEY_BYTES]> {
    let digits = text.as_bytes();
    if digits.len() != 2_usize.checked_mul(KEY_BYTES)? || !text.is_ascii() {
        return None;
    }
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let bytes: Option<Vec<u8>> = digits.chunks(2).map(byte).collect();
    bytes?.try_into().ok()
}

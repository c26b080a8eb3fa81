//! Sealing and opening with a key in hand.

use std::fmt::Write as _;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use fugong_core::Personal;
use sha2::{Digest, Sha256};

pub(super) const KEY_BYTES: usize = 32;
const SALT_BYTES: usize = 32;
const NONCE_BYTES: usize = 12;

/// A secret of 32 bytes. It has no `Debug`.
#[derive(Clone)]
pub(super) struct Key([u8; KEY_BYTES]);

impl Key {
    pub(super) fn new(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// `text` sealed; `None` if the cipher will not take it, which needs 64 GiB of it.
pub(super) fn seal(
    key: &Key,
    subject: &str,
    text: &str,
    salt: [u8; SALT_BYTES],
    nonce: [u8; NONCE_BYTES],
) -> Option<Personal> {
    let mut plain = salt.to_vec();
    serde_json::to_writer(&mut plain, text).ok()?;
    let payload = Payload { msg: &plain, aad: subject.as_bytes() };
    let cipher = Aes256Gcm::new_from_slice(key.bytes()).ok()?;
    let ciphertext = cipher.encrypt(Nonce::from_slice(&nonce), payload).ok()?;
    let sealed = STANDARD.encode([nonce.as_slice(), &ciphertext].concat());
    Some(Personal::from_parts(subject.to_owned(), sealed, hex(&Sha256::digest(&plain))))
}

/// The sealed text; `None` if the key, the subject, the ciphertext or the commitment do not fit.
pub(super) fn open(key: &Key, personal: &Personal) -> Option<String> {
    let sealed = STANDARD.decode(&personal.sealed).ok()?;
    let (nonce, ciphertext) = sealed.split_at_checked(NONCE_BYTES)?;
    let payload = Payload { msg: ciphertext, aad: personal.subject.as_bytes() };
    let cipher = Aes256Gcm::new_from_slice(key.bytes()).ok()?;
    let plain = cipher.decrypt(Nonce::from_slice(nonce), payload).ok()?;
    let (_salt, json) = plain.split_at_checked(SALT_BYTES)?;
    let committed = hex(&Sha256::digest(&plain)) == personal.commitment;
    committed.then(|| serde_json::from_slice(json).ok()).flatten()
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a string does not fail.
        let _written = write!(text, "{byte:02x}");
        text
    })
}

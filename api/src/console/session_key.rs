//! The key under which the console seals what browsers keep for it.

use std::{fmt::Debug, io::Write as _, path::Path};

use aes_gcm::{
    Aes256Gcm, KeyInit as _, Nonce,
    aead::{Aead as _, AeadCore as _, OsRng, Payload, rand_core::RngCore as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Serialize, de::DeserializeOwned};

use crate::{look::hex, private, problem::Problem};

/// The bytes of a key.
const BYTES: usize = 32;
/// The bytes of a nonce.
const NONCE: usize = 12;
/// Browsers keep no longer cookie than 4096 bytes, with its name and what is said of it.
const LONGEST: usize = 3_800;

/// The key under which the cookies of the console are sealed (AES-256-GCM). Processes that have the
/// same one let in whoever logged in at another of them.
pub struct SessionKey(Aes256Gcm);

impl Debug for SessionKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SessionKey")
    }
}

impl SessionKey {
    /// A key that nobody knows and that ends with the process.
    pub(crate) fn drawn() -> Self {
        Self(Aes256Gcm::new(&Aes256Gcm::generate_key(OsRng)))
    }

    /// The key in a file, as 64 hexadecimal digits. Where there is no such file, one is made with a
    /// new key, for its owner alone.
    ///
    /// # Errors
    ///
    /// In words, with the file: that it cannot be used, that others than its owner may, or that
    /// it holds something else.
    pub fn at(path: &Path) -> Result<Self, String> {
        let told = |why: String| format!("{}: {why}", path.display());
        if !path.exists() {
            make(path).map_err(|why| told(why.to_string()))?;
        }
        let bytes = unhexed(&private::read(path)?).ok_or_else(|| {
            told("64 hexadecimal digits are wanted, such as openssl rand -hex 32 draws".to_owned())
        })?;
        Ok(Self(Aes256Gcm::new(&bytes.into())))
    }

    /// The text of a cookie of this name.
    ///
    /// # Errors
    ///
    /// `TOO_LARGE` when what is kept is longer than browsers keep.
    pub(super) fn close(&self, name: &str, kept: &impl Serialize) -> Result<String, Problem> {
        let text = serde_json::to_vec(kept).map_err(Problem::unavailable)?;
        let nonce = Aes256Gcm::generate_nonce(&mut OsRng);
        let payload = Payload { msg: &text, aad: name.as_bytes() };
        let sealed = self.0.encrypt(&nonce, payload);
        let sealed = sealed.map_err(|_| Problem::unavailable("the session cannot be sealed"))?;
        let text = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &sealed].concat());
        if LONGEST < text.len() {
            let detail = "what was shown is longer than a browser keeps: use a shorter token";
            return Err(Problem::new("TOO_LARGE", detail));
        }
        Ok(text)
    }

    /// What the text of a cookie of this name holds, if it was sealed under this key.
    pub(super) fn open<T: DeserializeOwned>(&self, name: &str, text: &str) -> Option<T> {
        if LONGEST < text.len() {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (nonce, sealed) = bytes.split_at_checked(NONCE)?;
        let payload = Payload { msg: sealed, aad: name.as_bytes() };
        let text = self.0.decrypt(Nonce::from_slice(nonce), payload).ok()?;
        serde_json::from_slice(&text).ok()
    }
}

/// Sixteen bytes that nobody can guess, in hexadecimal digits.
pub(super) fn drawn() -> String {
    hex(&random::<16>())
}

/// Thirty-two bytes that nobody can guess, in 43 letters, digits, `-` and `_`.
pub(super) fn drawn_long() -> String {
    URL_SAFE_NO_PAD.encode(random::<BYTES>())
}

fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0_u8; N];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

/// Makes a file with a new key: it is there whole or not at all, also where several processes begin
/// at once, of which then one has made it.
fn make(path: &Path) -> std::io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    let mut file = tempfile::NamedTempFile::new_in(folder.unwrap_or(Path::new(".")))?;
    writeln!(file, "{}", hex(&random::<BYTES>()))?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Err(why) if why.error.kind() != std::io::ErrorKind::AlreadyExists => Err(why.error),
        Ok(_) | Err(_) => Ok(()),
    }
}

fn unhexed(text: &str) -> Option<[u8; BYTES]> {
    let byte = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if !text.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return None;
    }
    let bytes: Option<Vec<u8>> = text.as_bytes().chunks(2).map(byte).collect();
    bytes.filter(|_| text.len() == 64)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::SessionKey;

    #[test]
    fn a_cookie_holds_what_was_put_in_and_nothing_else_opens() {
        let key = SessionKey::drawn();
        let open = |key: &SessionKey, name: &str, text: &str| key.open::<String>(name, text);
        let text = key.close("fugong", &"Bearer fgk_x").unwrap();
        assert_eq!(open(&key, "fugong", &text).as_deref(), Some("Bearer fgk_x"));
        assert!(!text.contains("fgk"), "{text}");
        assert_ne!(text, key.close("fugong", &"Bearer fgk_x").unwrap(), "each is another");
        assert_eq!(open(&key, "__Host-fugong", &text), None, "it is another cookie's");
        assert_eq!(open(&SessionKey::drawn(), "fugong", &text), None, "it is another process's");
        let mut forged = text.clone().into_bytes();
        for at in 0..forged.len() {
            forged[at] ^= 1;
            let text = String::from_utf8(forged.clone()).unwrap();
            assert_eq!(open(&key, "fugong", &text), None, "at {at}");
            forged[at] ^= 1;
        }
        let cut: String = text.chars().skip(4).collect();
        for text in ["", "A", "é", &"A".repeat(5000), &cut] {
            assert_eq!(open(&key, "fugong", text), None, "{text}");
        }
    }

    #[test]
    fn a_file_is_made_once_and_then_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session-key");
        let (first, again) = (SessionKey::at(&path).unwrap(), SessionKey::at(&path).unwrap());
        let text = first.close("fugong", &"a").unwrap();
        assert_eq!(again.open::<String>("fugong", &text).as_deref(), Some("a"));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing is left beside it");
    }

    #[test]
    fn what_is_no_key_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session-key");
        SessionKey::at(&path).unwrap();
        let good = fs::read_to_string(&path).unwrap();
        for wrong in ["", "abc", &good.replace('\n', "00"), &"0".repeat(62), &"g".repeat(64)] {
            fs::write(&path, wrong).unwrap();
            let said = SessionKey::at(&path).unwrap_err();
            assert!(said.contains("session-key: 64 hexadecimal digits"), "{wrong}: {said}");
        }
        fs::write(&path, "a".repeat(5000)).unwrap();
        assert!(SessionKey::at(&path).unwrap_err().contains("longer than 4096 bytes"));
        let nowhere = folder.path().join("nowhere/session-key");
        assert!(SessionKey::at(&nowhere).unwrap_err().contains("nowhere/session-key"));
    }

    #[cfg(unix)]
    #[test]
    fn a_file_that_others_may_use_is_refused() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("session-key");
        SessionKey::at(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        for mode in [0o604, 0o620, 0o644, 0o666] {
            fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
            let said = SessionKey::at(&path).unwrap_err();
            assert!(said.contains("others than its owner") && said.contains("chmod 600"), "{said}");
        }
    }
}

//! Signed notes and checkpoints, as C2SP has them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// The signature of a log.
const ED25519: u8 = 0x01;
/// The signature of a witness, with its time.
const COSIGNATURE: u8 = 0x04;

/// The signature of a log by SM2 (GB/T 32918), as `docs/replaying.md` says; the point follows.
const SM2: &[u8] = b"\xffSM2-SM3 GB/T 32918\n";

/// A key that signatures are checked by: `name+id+key`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Whose.
    pub name: String,
    id: [u8; 4],
    verifying: Verifying,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Verifying {
    Log(VerifyingKey),
    Witness(VerifyingKey),
    #[cfg(feature = "gm")]
    Sm2(Box<sm2::PublicKey>),
}

impl Key {
    /// The key that `text` says.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("不是公钥（名称+编号+密钥）：{text}");
        let (name, rest) = text.trim().split_once('+').ok_or_else(wrong)?;
        let (id, key) = rest.split_once('+').ok_or_else(wrong)?;
        let id = u32::from_str_radix(id, 16).map_err(|_| wrong())?.to_be_bytes();
        let encoded = STANDARD.decode(key).map_err(|_| wrong())?;
        let digest = Sha256::new().chain_update(name).chain_update("\n").chain_update(&encoded);
        if name.is_empty() || digest.finalize().get(..4) != Some(id.as_slice()) {
            return Err(wrong());
        }
        let name = name.to_owned();
        if let Some(point) = encoded.strip_prefix(SM2) {
            return Ok(Self { name, id, verifying: by_sm2(point)? });
        }
        let (algorithm, key) = encoded.split_first().ok_or_else(wrong)?;
        let verifying: fn(_) -> _ = match *algorithm {
            ED25519 => Verifying::Log,
            COSIGNATURE => Verifying::Witness,
            other => return Err(format!("不认识的签名算法 {other}：{text}")),
        };
        let key = key.try_into().ok().and_then(|key| VerifyingKey::from_bytes(key).ok());
        Ok(Self { name, id, verifying: verifying(key.ok_or_else(wrong)?) })
    }

    /// Whether it signs by SM2.
    pub fn is_sm2(&self) -> bool {
        match self.verifying {
            Verifying::Log(_) | Verifying::Witness(_) => false,
            #[cfg(feature = "gm")]
            Verifying::Sm2(_) => true,
        }
    }

    fn signed(&self, text: &str, signature: &[u8]) -> bool {
        let (key, text, signature) = match &self.verifying {
            Verifying::Log(key) => (key, text.to_owned(), signature),
            Verifying::Witness(key) => {
                let Some((time, signature)) = signature.split_first_chunk::<8>() else {
                    return false;
                };
                let time = u64::from_be_bytes(*time);
                (key, format!("cosignature/v1\ntime {time}\n{text}"), signature)
            }
            #[cfg(feature = "gm")]
            Verifying::Sm2(key) => {
                use sm2::dsa::{Signature, VerifyingKey, signature::Verifier as _};
                let key = VerifyingKey::new(IDENTITY, **key);
                let signature = Signature::from_slice(signature);
                return key.and_then(|key| key.verify(text.as_bytes(), &signature?)).is_ok();
            }
        };
        Signature::from_slice(signature)
            .is_ok_and(|signature| key.verify_strict(text.as_bytes(), &signature).is_ok())
    }
}

/// The identity (可辨别标识) that GM/T 0009 gives those who have none.
#[cfg(feature = "gm")]
const IDENTITY: &str = "1234567812345678";

/// The key of this point.
#[cfg(feature = "gm")]
fn by_sm2(point: &[u8]) -> Result<Verifying, String> {
    let key = sm2::PublicKey::from_sec1_bytes(point);
    Ok(Verifying::Sm2(Box::new(key.map_err(|_| "不是 SM2 公钥".to_owned())?)))
}

#[cfg(not(feature = "gm"))]
fn by_sm2(_point: &[u8]) -> Result<Verifying, String> {
    Err(crate::verdict::WITHOUT_GM.to_owned())
}

/// A text with signatures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What is signed, with its last line ended.
    pub text: String,
    signatures: Vec<(String, Vec<u8>)>,
}

/// What a key says of a note.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Signed {
    /// It signed it.
    Yes,
    /// It bears no signature of the key.
    Absent,
    /// It bears one that does not fit.
    Wrong,
}

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub fn parse(note: &str) -> Result<Self, String> {
        let wrong = || "不是带签名的检查点".to_owned();
        let (text, lines) = note.rsplit_once("\n\n").ok_or_else(wrong)?;
        let mut signatures = Vec::new();
        for line in lines.strip_suffix('\n').ok_or_else(wrong)?.split('\n') {
            let (name, signature) =
                line.strip_prefix("— ").and_then(|rest| rest.split_once(' ')).ok_or_else(wrong)?;
            signatures.push((name.to_owned(), STANDARD.decode(signature).map_err(|_| wrong())?));
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Whether `key` signed it.
    pub fn signed(&self, key: &Key) -> Signed {
        let of_key = |(name, signature): &&(String, Vec<u8>)| {
            *name == key.name && signature.get(..4) == Some(key.id.as_slice())
        };
        match self.signatures.iter().find(of_key) {
            None => Signed::Absent,
            Some((_, signature)) => {
                let signed = key.signed(&self.text, signature.get(4..).unwrap_or_default());
                if signed { Signed::Yes } else { Signed::Wrong }
            }
        }
    }

    /// The checkpoint that it signs.
    ///
    /// # Errors
    ///
    /// When it signs something else.
    pub fn checkpoint(&self) -> Result<Checkpoint, String> {
        let mut lines = self.text.lines();
        let mut line = || lines.next().ok_or_else(|| "检查点不完整".to_owned());
        let (origin, size, root) = (line()?.to_owned(), line()?, line()?);
        let number: u64 = size.parse().map_err(|_| format!("检查点的事件数不对：{size}"))?;
        let hash = |text| -> Result<Hash, String> {
            let hash = STANDARD.decode(text).ok().and_then(|hash| hash.try_into().ok());
            hash.ok_or_else(|| "检查点的根散列不对".to_owned())
        };
        let root = hash(root)?;
        let sm3 = lines.find_map(|line| line.strip_prefix("sm3 ")).map(hash).transpose()?;
        Ok(Checkpoint { origin, size: number, root, sm3 })
    }
}

/// The head of a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log.
    pub origin: String,
    /// How many events.
    pub size: u64,
    /// The root over them.
    pub root: Hash,
    /// The root over them by SM3, where the log has one beside.
    pub sm3: Option<Hash>,
}

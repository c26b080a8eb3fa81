//! A log with a second key, for SM2 (国密).

use std::path::PathBuf;

use fugong_engine::proof::{FileKey, Signer, Sm2Key, signed_note};

use crate::{args::Database, failure::Failure, print::say};

/// Makes the first key, or with `gm` the second and, if there is none, the first.
pub(super) fn init(database: &Database, origin: Option<String>, gm: bool) -> Result<(), Failure> {
    let place = super::options(database)?.log_key_place();
    if !gm {
        return super::init(database, origin);
    }
    if !place.exists() {
        super::init(database, origin)?;
    }
    let first = FileKey::open(&place)?;
    let second = PathBuf::from(format!("{}.sm2", place.display()));
    let key = Sm2Key::make(&second, signed_note::Signer::name(&first))?;
    say(&format!("国密 SM2 签名密钥已生成：{}。请另存一份，与数据库分开保管。", second.display()))?;
    say("国密验证公钥如下，请一并交给审计机关：")?;
    Ok(say(key.verifier_key())?)
}

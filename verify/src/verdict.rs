//! What a check comes to.

use std::{io, path::Path};

/// Why something is not sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrong {
    /// Something was changed: exit code 1.
    Tampered(String),
    /// What would be needed is missing or cannot be read: exit code 2.
    CannotTell(String),
}

/// What a check comes to: each thing that is wrong, or what is sound.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What was found to be so.
    pub sound: String,
    /// What is wrong; nothing if it is sound.
    pub wrong: Vec<Wrong>,
}

impl Wrong {
    /// The program lacks what is needed.
    pub(crate) fn without_gm() -> Self {
        Self::CannotTell(WITHOUT_GM.to_owned())
    }
}

/// What is said of SM2 and SM3 where the program was built without them.
pub(crate) const WITHOUT_GM: &str =
    "需要核对国密 SM3、SM2，而本程序未启用：请用 cargo build -p fugong-verify --features gm 构建";

impl Verdict {
    /// 0 sound, 1 tampered, 2 cannot tell.
    pub fn code(&self) -> u8 {
        if self.wrong.iter().any(|wrong| matches!(wrong, Wrong::Tampered(_))) {
            1
        } else if self.wrong.is_empty() {
            0
        } else {
            2
        }
    }
}

impl From<Wrong> for Verdict {
    fn from(wrong: Wrong) -> Self {
        Self { sound: String::new(), wrong: vec![wrong] }
    }
}

/// A file that cannot be read.
pub(crate) fn unread(path: &Path, error: &io::Error) -> Wrong {
    Wrong::CannotTell(format!("无法读取 {}：{error}", path.display()))
}

//! The access log of a server: lines of JSON, each with the SHA-256 of the line before it.

use std::{fs, path::Path, str::FromStr};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use crate::{Verdict, Wrong, verdict::unread};

/// A head that was kept elsewhere: how many lines there were, and the SHA-256 of the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    lines: u64,
    sha256: String,
}

impl FromStr for Head {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} 不是另存的末条：请写作 行数:SHA-256");
        let (lines, sha256) = text.split_once(':').ok_or_else(wrong)?;
        let is_digest = sha256.len() == 64 && sha256.bytes().all(|c| c.is_ascii_hexdigit());
        let lines = lines.parse().ok().filter(|_| is_digest).ok_or_else(wrong)?;
        Ok(Self { lines, sha256: sha256.to_ascii_lowercase() })
    }
}

/// Whether each line of the file continues the one before it, and the file what was kept of it.
///
/// A changed, removed, added or moved line is found, unless everything behind it was made anew; that,
/// and what was cut off at the end, is found by a head that was kept elsewhere.
pub fn check(file: &Path, kept: Option<&Head>) -> Verdict {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) => return unread(file, &error).into(),
    };
    let (mut n, mut before) = (0_u64, hashed(b""));
    let mut seen = kept.is_some_and(|kept| kept.lines == 0 && kept.sha256 == before);
    for text in bytes.split_inclusive(|byte| *byte == b'\n') {
        n = n.saturating_add(1);
        let Some(text) = text.strip_suffix(b"\n") else {
            return Wrong::CannotTell(format!("第 {n} 行没有写完")).into();
        };
        let Ok(line) = serde_json::from_slice::<Value>(text) else {
            return Wrong::Tampered(format!("第 {n} 行不是记录")).into();
        };
        let number = line.get("n").and_then(Value::as_u64);
        let continues = line.get("before").and_then(Value::as_str);
        if number != Some(n) || continues != Some(&before) {
            return Wrong::Tampered(format!("第 {n} 行与前一行不相接")).into();
        }
        before = hashed(text);
        if let Some(kept) = kept.filter(|kept| kept.lines == n) {
            if kept.sha256 != before {
                return Wrong::Tampered(format!("第 {n} 行与另存的摘要不符")).into();
            }
            seen = true;
        }
    }
    match kept {
        Some(kept) if !seen => {
            Wrong::Tampered(format!("另存时有 {} 行，现只有 {n} 行", kept.lines)).into()
        }
        Some(kept) => sound(format!("访问日志 {n} 条首尾相接，前 {} 条与另存的一致", kept.lines)),
        None => sound(format!(
            "访问日志 {n} 条首尾相接，末条 {n}:{before}；是否截去末尾或整份重写，须用另存的末条（--head）核对"
        )),
    }
}

fn sound(sound: String) -> Verdict {
    Verdict { sound, wrong: Vec::new() }
}

fn hashed(text: &[u8]) -> String {
    format!("{:x}", Sha256::digest(text))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Head, check, hashed};

    /// Three lines that continue each other.
    fn lines() -> Vec<String> {
        let mut before = hashed(b"");
        let line = |n: u32| {
            let text = format!(r#"{{"n":{n},"before":"{before}","operation":"read_officer"}}"#);
            before = hashed(text.as_bytes());
            text
        };
        (1..=3).map(line).collect()
    }

    fn code(lines: &[String], end: &str, kept: Option<&str>) -> u8 {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("1.ndjson");
        fs::write(&file, lines.join("\n") + end).unwrap();
        let kept = kept.map(|text| text.parse::<Head>().unwrap());
        check(&file, kept.as_ref()).code()
    }

    #[test]
    fn what_is_changed_in_it_is_found() {
        let whole = lines();
        assert_eq!(code(&whole, "\n", None), 0);
        assert_eq!(code(&whole, "", None), 2, "the last is not whole");
        for n in 0..2 {
            let mut changed = whole.clone();
            changed[n] = changed[n].replace("officer", "task");
            assert_eq!(code(&changed, "\n", None), 1, "changed {n}");
            let mut removed = whole.clone();
            removed.remove(n);
            assert_eq!(code(&removed, "\n", None), 1, "removed {n}");
        }
        let mut moved = whole.clone();
        moved.swap(1, 2);
        assert_eq!(code(&moved, "\n", None), 1);
        assert_eq!(code(&["{".to_owned()], "\n", None), 1);
    }

    #[test]
    fn what_is_cut_off_is_found_by_who_kept_a_head() {
        let whole = lines();
        let head = |n: usize| format!("{n}:{}", hashed(whole[n - 1].as_bytes()));
        assert_eq!(code(&whole, "\n", Some(&head(2))), 0);
        assert_eq!(code(&whole, "\n", Some(&head(3))), 0);
        assert_eq!(code(&whole[..2], "\n", None), 0, "the file alone does not show it");
        assert_eq!(code(&whole[..2], "\n", Some(&head(3))), 1);
        // Made anew as a whole.
        let mut last = whole.clone();
        last[2] = last[2].replace("officer", "task");
        assert_eq!((code(&last, "\n", None), code(&last, "\n", Some(&head(3)))), (0, 1));
        assert!("3".parse::<Head>().is_err() && "3:xyz".parse::<Head>().is_err());
    }
}

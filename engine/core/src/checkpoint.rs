//! How far somebody has read several logs.

use std::{collections::BTreeMap, fmt, str::FromStr};

use crate::{LogId, Position};

/// A position in each of several logs: there is no order between logs, so nothing less tells
/// where a reader of several stands.
///
/// As text it is opaque: it means something only to whoever made it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Checkpoint(BTreeMap<LogId, Position>);

/// A text is no checkpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no checkpoint: send one as it was given")]
pub struct NoCheckpoint;

impl Checkpoint {
    /// Stands at `position` in `log`.
    pub fn set(&mut self, log: LogId, position: Position) {
        self.0.insert(log, position);
    }

    /// Where it stands in `log`; none if it says nothing of it.
    pub fn of(&self, log: LogId) -> Option<Position> {
        self.0.get(&log).copied()
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let parts: Vec<_> = self.0.iter().map(|(log, at)| format!("{log}:{at}")).collect();
        parts.join(",").bytes().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl FromStr for Checkpoint {
    type Err = NoCheckpoint;

    fn from_str(text: &str) -> Result<Self, NoCheckpoint> {
        let digits: Vec<char> = text.chars().collect();
        let bytes = digits.chunks(2).map(|pair| {
            let pair: String = pair.iter().collect();
            u8::from_str_radix(&pair, 16).map_err(|_| NoCheckpoint)
        });
        let plain =
            String::from_utf8(bytes.collect::<Result<_, _>>()?).map_err(|_| NoCheckpoint)?;
        let mut read = Self::default();
        for part in plain.split(',') {
            let (log, at) = part.split_once(':').ok_or(NoCheckpoint)?;
            let log = log.parse().map(LogId).map_err(|_| NoCheckpoint)?;
            read.set(log, at.parse().map(Position).map_err(|_| NoCheckpoint)?);
        }
        // Only what was made here: no other spelling of it.
        if read.to_string() == text { Ok(read) } else { Err(NoCheckpoint) }
    }
}

#[cfg(test)]
mod tests {
    use super::Checkpoint;
    use crate::{LogId, Position};

    #[test]
    fn it_is_read_back_as_it_was_written_and_in_no_other_spelling() {
        let mut checkpoint = Checkpoint::default();
        checkpoint.set(LogId(500_115), Position(7));
        checkpoint.set(LogId(500_114), Position(128));
        let text = checkpoint.to_string();
        let read: Checkpoint = text.parse().unwrap();
        assert_eq!(read, checkpoint);
        assert_eq!(read.of(LogId(500_114)), Some(Position(128)));
        assert_eq!(read.of(LogId(1)), None);
        for other in [text.to_uppercase(), format!("{text}0"), format!("00{text}"), String::new()] {
            assert_ne!(other.parse::<Checkpoint>(), Ok(checkpoint.clone()), "{other}");
        }
        assert!("zz".parse::<Checkpoint>().is_err());
        assert!("3a".parse::<Checkpoint>().is_err());
    }
}

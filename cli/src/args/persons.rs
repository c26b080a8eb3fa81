//! Erasing, holding, restricting and handing out the words that are kept of a person.

use chrono::NaiveDate;
use clap::{Args, Subcommand, ValueEnum, builder::PossibleValuesParser};
use fugong_domain::codes::{ErasureGround, HoldGround, RestrictionGround};

use super::Database;
use crate::moment::day;

/// Erases the words about a subject.
#[derive(Debug, Args)]
pub(crate) struct Erase {
    /// Whose words: an officer's id such as OFF-01, or text: and the id of what they speak of
    pub(crate) subject: String,
    /// On which ground of the law: 个人信息保护法 art. 47 I, item by item; the last needs
    /// --authority
    #[arg(long, value_name = "GROUND",
        value_parser = codes(ErasureGround::ALL, |ground| ground.code()))]
    pub(crate) basis: String,
    /// Who asks.
    #[command(flatten)]
    pub(crate) asked: Asked,
}

/// Who asks for an act, and of which database.
#[derive(Debug, Args)]
pub(crate) struct Asked {
    /// Who asks, such as zhang:eic:commission
    #[arg(long = "as", value_name = "ACTOR:UNIT:ROLE")]
    pub(crate) who: String,
    /// The document number (文号) on which it rests
    #[arg(long, value_name = "NUMBER")]
    pub(crate) authority: Option<String>,
    /// Names the act for ever: said again under the same key, it is the same act
    #[arg(long, value_name = "KEY")]
    pub(crate) key: Option<String>,
    /// Which database.
    #[command(flatten)]
    pub(crate) database: Database,
}

/// What can be done with the words about a person. SUBJECT is an officer's id such as OFF-01, or
/// `text:` and the id of what the words speak of.
#[derive(Debug, Subcommand)]
pub(crate) enum Person {
    /// Everything that is stored about him, opened: his own copy (查阅、复制)
    Copy {
        /// Whose
        subject: String,
        /// Who asks: the commission, the person himself, or who holds the words
        #[arg(long = "as", value_name = "ACTOR:UNIT:ROLE")]
        who: String,
        /// In which form
        #[arg(long, value_enum, default_value_t = CopyFormat::Text)]
        format: CopyFormat,
        /// Which database.
        #[command(flatten)]
        database: Database,
    },
    /// Keep his words from being erased (依法保存)
    Hold {
        /// Whose
        subject: String,
        /// Why
        #[arg(long, value_name = "GROUND",
            value_parser = codes(HoldGround::ALL, |ground| ground.code()))]
        ground: String,
        /// The same in words; they are sealed
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// The last day for which it is meant
        #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
        until: Option<NaiveDate>,
        /// Who asks.
        #[command(flatten)]
        asked: Asked,
    },
    /// Hold them no longer
    Release {
        /// Whose
        subject: String,
        /// Why; it is sealed
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who asks.
        #[command(flatten)]
        asked: Asked,
    },
    /// Keep his words without using them (限制处理)
    Restrict {
        /// Whose
        subject: String,
        /// Why
        #[arg(long, value_name = "GROUND",
            value_parser = codes(RestrictionGround::ALL, |ground| ground.code()))]
        ground: String,
        /// The same in words; they are sealed
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who asks.
        #[command(flatten)]
        asked: Asked,
    },
    /// Use them again
    Unrestrict {
        /// Whose
        subject: String,
        /// Why; it is sealed
        #[arg(long, value_name = "TEXT")]
        reason: String,
        /// Who asks.
        #[command(flatten)]
        asked: Asked,
    },
}

/// The forms of a copy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum CopyFormat {
    /// Chinese text
    Text,
    /// JSON
    Json,
}

/// One code of a list.
fn codes<T: Copy>(all: &[T], code: fn(T) -> &'static str) -> PossibleValuesParser {
    PossibleValuesParser::new(all.iter().map(|one| code(*one)))
}

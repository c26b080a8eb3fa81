//! The cases, by name.

use std::str::FromStr;

use crate::{Failed, place::Store};

/// Every case; `commands-sqlite-5` works too, as does any other number.
pub(crate) const NAMES: &[&str] = &[
    "commands-postgres-1",
    "commands-postgres-8",
    "commands-postgres-32",
    "commands-postgres-256",
    "commands-postgres-hot-32",
    "commands-sqlite-1",
    "commands-sqlite-8",
    "commands-sqlite-32",
    "commands-sqlite-256",
    "commands-sqlite-hot-32",
    "seen-postgres-32",
    "seen-sqlite-32",
    "lag-postgres-32",
    "lag-sqlite-32",
    "lag-postgres-sealed-32",
    "lag-sqlite-sealed-32",
    "append-postgres",
    "append-sqlite",
    "http-postgres-32",
    "http-sqlite-1",
    "http-sqlite-8",
    "http-sqlite-32",
    "http-enterprise",
    "replay-postgres",
    "replay-sqlite",
    "rebuild-postgres",
    "rebuild-sqlite",
    "as-of-postgres",
    "as-of-sqlite",
    "sealed-postgres-32",
    "sealed-sqlite-32",
    "proofs-postgres",
    "proofs-sqlite",
    "serve-million",
    "console-pages",
    "report-daily-100000",
    "report-xlsx-100000",
    "report-items-100000",
];

/// What is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Case {
    /// Commands in one process; hot if all clients work on one aggregate at a time.
    Commands { store: Store, clients: u64, hot: bool },
    /// Commands of clients who wait until a view shows what they did.
    Seen { store: Store, clients: u64 },
    /// How far registers are behind meanwhile.
    Lag { store: Store, clients: u64 },
    /// How far the checkpoint is behind meanwhile.
    SealedLag { store: Store, clients: u64 },
    /// What a store takes at best.
    Append(Store),
    /// Commands over HTTP.
    Http { store: Store, clients: u64 },
    /// One enterprise over HTTP.
    Enterprise,
    /// A register's rows, folded from every event.
    Replay(Store),
    /// A register, folded afresh beside the one that stands and compared with it.
    Rebuild(Store),
    /// A register's rows, dated back.
    AsOf(Store),
    /// Commands on a log that is sealed while they come.
    Sealed { store: Store, clients: u64 },
    /// The tree over a log of a million events: proofs, a bundle, and checking it.
    Proofs(Store),
    /// `fugong serve` on a log of a million events.
    Serve,
    /// The pages of the console on a log of a hundred thousand events.
    Pages,
    /// The daily table over so many enterprises.
    Daily(usize),
    /// A list of so many rows as a workbook.
    Workbook(usize),
    /// The file of one enterprise, out of so many items of all.
    Items(usize),
}

impl FromStr for Case {
    type Err = Failed;

    fn from_str(name: &str) -> Result<Self, Failed> {
        let known = || Failed(format!("there is no case {name}; there are {}", NAMES.join(", ")));
        match name {
            "as-of-sqlite" => return Ok(Self::AsOf(Store::Sqlite)),
            "as-of-postgres" => return Ok(Self::AsOf(Store::Postgres)),
            "console-pages" => return Ok(Self::Pages),
            "http-enterprise" => return Ok(Self::Enterprise),
            _ => {}
        }
        let mut words = name.splitn(3, '-');
        let (what, where_, how) = (words.next(), words.next(), words.next());
        let many = how.and_then(|how| how.parse().ok());
        match (what, where_, many) {
            (Some("report"), Some("daily"), Some(many)) => return Ok(Self::Daily(many)),
            (Some("report"), Some("xlsx"), Some(many)) => return Ok(Self::Workbook(many)),
            (Some("report"), Some("items"), Some(many)) => return Ok(Self::Items(many)),
            _ => {}
        }
        let store = match where_ {
            Some("sqlite") => Store::Sqlite,
            Some("postgres") => Store::Postgres,
            Some("million") if name == "serve-million" => return Ok(Self::Serve),
            _ => return Err(known()),
        };
        let number = |number: &str| number.parse().map_err(|_| known());
        Ok(match (what, how) {
            (Some("commands"), Some(clients)) => {
                let cold = clients.strip_prefix("hot-");
                let (hot, clients) = (cold.is_some(), number(cold.unwrap_or(clients))?);
                Self::Commands { store, clients, hot }
            }
            (Some("seen"), Some(clients)) => Self::Seen { store, clients: number(clients)? },
            (Some("lag"), Some(clients)) => match clients.strip_prefix("sealed-") {
                Some(clients) => Self::SealedLag { store, clients: number(clients)? },
                None => Self::Lag { store, clients: number(clients)? },
            },
            (Some("sealed"), Some(clients)) => Self::Sealed { store, clients: number(clients)? },
            (Some("proofs"), None) => Self::Proofs(store),
            (Some("http"), Some(clients)) => Self::Http { store, clients: number(clients)? },
            (Some("append"), None) => Self::Append(store),
            (Some("replay"), None) => Self::Replay(store),
            (Some("rebuild"), None) => Self::Rebuild(store),
            _ => return Err(known()),
        })
    }
}

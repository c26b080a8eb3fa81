//! Where a side lives: a file, or a database of a server that is thrown away afterwards.

use std::path::PathBuf;

use fugong_cluster::Cluster;
use tempfile::TempDir;

use crate::Failed;

/// The stores that are compared on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

/// A fresh place; its folder is gone when it is dropped, its database when the program ends.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) place: Place,
    _folder: TempDir,
}

/// Where a side lives.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// For files; with a database, only those that do not belong into it.
    pub(crate) folder: PathBuf,
    /// The URL of the database, if it is on a server.
    pub(crate) database: Option<String>,
}

impl Store {
    pub(crate) fn fresh(self) -> Result<Fresh, Failed> {
        let folder = tempfile::tempdir()?;
        let database = self.server()?.map(Cluster::database).transpose()?;
        Ok(Fresh { place: Place { folder: folder.path().to_owned(), database }, _folder: folder })
    }

    /// The server, if the store has one.
    pub(crate) fn server(self) -> Result<Option<&'static Cluster>, Failed> {
        match self {
            Self::Sqlite => Ok(None),
            Self::Postgres => server().map(Some),
        }
    }

    /// What stands on the other side.
    pub(crate) const fn stock(self) -> &'static str {
        match self {
            Self::Sqlite => "cqrs-es 0.5 with sqlite-es, synchronous=NORMAL",
            Self::Postgres => "cqrs-es 0.5 with postgres-es",
        }
    }
}

/// One for the whole program, with the settings as they come.
fn server() -> Result<&'static Cluster, Failed> {
    Cluster::shared().map_err(|error| Failed(error.to_string()))
}

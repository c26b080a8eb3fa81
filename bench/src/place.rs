//! Where a side lives: a file, or a database of a server that is thrown away afterwards.

use std::path::{Path, PathBuf};

use fugong_cluster::Cluster;
use tempfile::TempDir;

use crate::Failed;

/// The stores that are compared on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Store {
    Sqlite,
    Postgres,
}

/// A fresh place; a folder is gone when it is dropped, a database when the program ends.
#[derive(Debug)]
pub(crate) struct Fresh {
    pub(crate) place: Place,
    _folder: Option<TempDir>,
}

/// Where a side lives.
#[derive(Debug, Clone)]
pub(crate) enum Place {
    /// In a folder of its own.
    Folder(PathBuf),
    /// In the database with this URL.
    Database(String),
}

impl Store {
    pub(crate) fn fresh(self) -> Result<Fresh, Failed> {
        Ok(match self {
            Self::Sqlite => {
                let folder = tempfile::tempdir()?;
                Fresh { place: Place::folder(folder.path()), _folder: Some(folder) }
            }
            Self::Postgres => {
                Fresh { place: Place::Database(server()?.database()?), _folder: None }
            }
        })
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

impl Place {
    pub(crate) fn folder(path: &Path) -> Self {
        Self::Folder(path.to_owned())
    }
}

/// One for the whole program, with the settings as they come.
fn server() -> Result<&'static Cluster, Failed> {
    Cluster::shared().map_err(|error| Failed(error.to_string()))
}

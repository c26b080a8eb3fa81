//! What the server says when it cannot.

use ::postgres::{
    Error,
    error::{DbError, SqlState},
};

use crate::error::Trouble;

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        let Some(said) = error.as_db_error() else {
            let why = chain(&error);
            if error.to_string().starts_with("error connecting") {
                return Self::Lost(format!(
                    "the database cannot be reached ({why}): check host and port, and whether the \
                     server runs"
                ));
            }
            if error.to_string().starts_with("error performing TLS handshake") {
                return Self::Unavailable(format!(
                    "no TLS with the database ({why}): check sslmode and sslrootcert in the URL, \
                     and that its host is the one that the server's certificate names"
                ));
            }
            return if error.is_closed() || std::error::Error::source(&error).is_some_and(is_io) {
                Self::Lost(format!("the connection to the database broke ({why})"))
            } else {
                Self::Unavailable(format!("the database could not be asked ({why})"))
            };
        };
        of(said)
    }
}

fn is_io(error: &(dyn std::error::Error + 'static)) -> bool {
    error.downcast_ref::<std::io::Error>().is_some()
}

/// An error with what lies behind it.
fn chain(error: &Error) -> String {
    let mut said = error.to_string();
    let mut behind = std::error::Error::source(error);
    while let Some(error) = behind {
        let more = error.to_string();
        if !said.contains(&more) {
            said.push_str(": ");
            said.push_str(&more);
        }
        behind = error.source();
    }
    said
}

fn of(said: &DbError) -> Trouble {
    let (code, message) = (said.code(), said.message());
    // Class 08 is a broken connection; 57P01 to 57P03 a server that stops or starts.
    let passes = code.code().starts_with("08")
        || [
            SqlState::T_R_SERIALIZATION_FAILURE,
            SqlState::T_R_DEADLOCK_DETECTED,
            SqlState::ADMIN_SHUTDOWN,
            SqlState::CRASH_SHUTDOWN,
            SqlState::CANNOT_CONNECT_NOW,
            SqlState::TOO_MANY_CONNECTIONS,
            SqlState::READ_ONLY_SQL_TRANSACTION,
        ]
        .contains(code);
    if passes {
        return Trouble::Lost(format!("the database cannot answer now ({message})"));
    }
    if *code == SqlState::DATA_CORRUPTED || *code == SqlState::INDEX_CORRUPTED {
        return Trouble::Corrupt(format!(
            "the database is damaged ({message}): stop, keep it, and restore a backup"
        ));
    }
    Trouble::Unavailable(format!("{} ({message})", what_to_do(code)))
}

fn what_to_do(code: &SqlState) -> &'static str {
    match *code {
        SqlState::DISK_FULL => "the database's disk is full: free some space",
        SqlState::INSUFFICIENT_PRIVILEGE => {
            "the role lacks a right: run `migrate` with the role that owns the tables, or GRANT it"
        }
        SqlState::INVALID_PASSWORD | SqlState::INVALID_AUTHORIZATION_SPECIFICATION => {
            "the database does not let this role in: check user and password in the URL"
        }
        SqlState::INVALID_CATALOG_NAME => {
            "there is no such database: create it (`createdb`), or check the URL"
        }
        SqlState::UNDEFINED_TABLE | SqlState::UNDEFINED_FUNCTION | SqlState::UNDEFINED_COLUMN => {
            "the database is not laid out for this program: run `migrate`"
        }
        _ => "the database refused",
    }
}

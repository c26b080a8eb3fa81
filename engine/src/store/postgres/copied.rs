//! Rows as `COPY … TO STDOUT (FORMAT binary)` sends them.
//!
//! The stream begins with a signature of 11 bytes, flags, and an extension with its length; then
//! each row is the number of its columns (16 bits), and each column its length (32 bits, -1 for
//! NULL) and its bytes; -1 in place of a number of columns ends it. Source: PostgreSQL 15, COPY.

use std::{
    ops::{ControlFlow, Range},
    pin::Pin,
};

use futures::StreamExt as _;
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::{Client, CopyOutStream};

use super::{Session, open::SETTINGS};
use crate::{
    error::Trouble,
    server::Server,
    store::db::{Row, odd},
};

/// So many pieces of what has come are looked through at once.
const PIECES: usize = 1_000;
const SIGNATURE: &[u8] = b"PGCOPY\n\xff\r\n\0";

/// A row of a stream.
pub(crate) struct Copied<'a> {
    bytes: &'a [u8],
    /// Where each column is.
    columns: &'a [Option<Range<usize>>],
}

impl Copied<'_> {
    pub(in crate::store) fn bytes(&self, at: usize) -> Option<&[u8]> {
        self.bytes.get(self.columns.get(at)?.clone()?)
    }

    pub(in crate::store) fn text(&self, at: usize) -> Result<Option<&str>, Trouble> {
        self.bytes(at).map(|bytes| str::from_utf8(bytes).map_err(|e| odd(at, &e))).transpose()
    }

    pub(in crate::store) fn int(&self, at: usize) -> Result<Option<i64>, Trouble> {
        let number = |bytes: &[u8]| Ok(i64::from_be_bytes(bytes.try_into()?));
        self.bytes(at)
            .map(|bytes| number(bytes).map_err(|e: std::array::TryFromSliceError| odd(at, &e)))
            .transpose()
    }
}

/// A connection on which very many rows come: what is there is taken in one go, where the client
/// that waits for each answer would look after the connection again for every row.
pub(super) struct Streaming {
    client: Client,
    runtime: Runtime,
}

impl Streaming {
    pub(super) fn connect(server: &Server) -> Result<Self, Trouble> {
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|e| Trouble::Unavailable(format!("no runtime: {e}")))?;
        let client = runtime.block_on(async {
            let client = server.connect_async().await?;
            client.batch_execute(SETTINGS).await?;
            client.batch_execute("SET default_transaction_read_only = on").await?;
            Ok::<_, Trouble>(client)
        })?;
        Ok(Self { client, runtime })
    }

    pub(super) fn is_closed(&self) -> bool {
        self.client.is_closed()
    }

    fn copy_out(&self, sql: &str) -> Result<Pin<Box<CopyOutStream>>, Trouble> {
        let sql = format!("COPY ({sql}) TO STDOUT (FORMAT binary)");
        Ok(Box::pin(self.runtime.block_on(self.client.copy_out(&sql))?))
    }

    /// Appends to `bytes` what has come, or is the next to come; false at the end.
    fn next(
        &self,
        out: &mut Pin<Box<CopyOutStream>>,
        bytes: &mut Vec<u8>,
    ) -> Result<bool, Trouble> {
        self.runtime.block_on(async {
            let mut pieces = out.as_mut().ready_chunks(PIECES);
            let Some(pieces) = pieces.next().await else { return Ok(false) };
            for piece in pieces {
                bytes.extend_from_slice(&piece?);
            }
            Ok(true)
        })
    }
}

impl Session {
    /// Shows each row that a statement finds, in order, until `take` breaks off.
    pub(in crate::store) fn stream(
        &self,
        sql: &str,
        take: &mut dyn FnMut(&Row<'_>) -> Result<ControlFlow<()>, Trouble>,
    ) -> Result<(), Trouble> {
        let streaming = self.streaming()?;
        let mut out = streaming.copy_out(sql)?;
        let (mut bytes, mut columns) = (Vec::new(), Vec::new());
        let mut begun = false;
        loop {
            if !streaming.next(&mut out, &mut bytes)? {
                return Err(garbled());
            }
            let mut reading = Reading(&bytes, 0);
            if !begun {
                let Some(header) = reading.header() else { continue };
                if !header {
                    return Err(garbled());
                }
                begun = true;
            }
            let mut read = reading.1;
            while let Some(many) = reading.row(&mut columns) {
                if !many {
                    return Ok(());
                }
                read = reading.1;
                let row = Copied { bytes: &bytes, columns: &columns };
                if take(&Row::Copied(&row))?.is_break() {
                    return Ok(());
                }
            }
            bytes.drain(..read);
        }
    }
}

/// What has come, and how much of it has been read.
struct Reading<'a>(&'a [u8], usize);

impl Reading<'_> {
    fn take(&mut self, length: usize) -> Option<Range<usize>> {
        let end = self.1.checked_add(length)?;
        let range = self.1..end;
        self.0.get(range.clone())?;
        self.1 = end;
        Some(range)
    }

    fn number<const N: usize>(&mut self) -> Option<[u8; N]> {
        let range = self.take(N)?;
        self.0.get(range)?.try_into().ok()
    }

    /// Reads what comes before the rows; false if it is something else, none if it is not all here.
    fn header(&mut self) -> Option<bool> {
        let signature = self.take(SIGNATURE.len())?;
        let same = self.0.get(signature) == Some(SIGNATURE);
        let _flags = self.number::<4>()?;
        let extension = u32::from_be_bytes(self.number()?);
        self.take(usize::try_from(extension).ok()?)?;
        Some(same)
    }

    /// Reads where the columns of a row are; false at the end, none if it is not all here.
    fn row(&mut self, columns: &mut Vec<Option<Range<usize>>>) -> Option<bool> {
        columns.clear();
        let Ok(many) = u16::try_from(i16::from_be_bytes(self.number()?)) else {
            return Some(false);
        };
        for _ in 0..many {
            let length = usize::try_from(i32::from_be_bytes(self.number()?)).ok();
            columns.push(match length {
                Some(length) => Some(self.take(length)?),
                None => None,
            });
        }
        Some(true)
    }
}

fn garbled() -> Trouble {
    Trouble::Unavailable("the database sent what is no binary COPY".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A header with an extension of three bytes, a row of a text, a number and nothing, the end.
    fn stream() -> Vec<u8> {
        let mut all = SIGNATURE.to_vec();
        all.extend([0, 0, 0, 0, 0, 0, 0, 3, 9, 9, 9]);
        all.extend([0, 3, 0, 0, 0, 2]);
        all.extend("复".bytes().take(2));
        all.extend([0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 1, 2, 255, 255, 255, 255, 255, 255]);
        all
    }

    #[test]
    fn a_row_is_read_once_all_of_it_is_there() {
        let all = stream();
        let end = all.len() - 2;
        for length in 0..=all.len() {
            let mut reading = Reading(&all[..length], 0);
            let mut columns = Vec::new();
            let header = reading.header();
            assert_eq!(header, (22 <= length).then_some(true), "{length}");
            if header.is_none() {
                continue;
            }
            assert_eq!(reading.row(&mut columns), (end <= length).then_some(true), "{length}");
            if end <= length {
                let row = Copied { bytes: &all, columns: &columns };
                assert_eq!(row.int(1), Ok(Some(258)));
                assert_eq!(row.int(2), Ok(None));
                assert!(matches!(row.text(0), Err(Trouble::Corrupt(_))));
                let ended = (all.len() <= length).then_some(false);
                assert_eq!(reading.row(&mut columns), ended, "{length}");
            }
        }
        let mut other = all;
        other[0] = b'X';
        assert_eq!(Reading(&other, 0).header(), Some(false));
    }
}

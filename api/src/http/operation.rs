//! What each request is called in the OpenAPI document, and whether it only reads.

use std::{collections::BTreeSet, sync::OnceLock};

use super::Method;
use crate::{deeds, looks};

/// An operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Operation {
    /// Its id; empty for what is there in development only.
    pub(crate) id: &'static str,
    /// Whether it changes nothing.
    pub(crate) reads: bool,
}

/// Those that stand in neither table.
const OTHERS: [Method; 15] = [
    Method::Rebuild,
    Method::Replay,
    Method::Test,
    Method::Run,
    Method::Cancel,
    Method::Result,
    Method::Verify,
    Method::WhatIf,
    Method::Batch,
    Method::Import,
    Method::Attach,
    Method::Attached,
    Method::Checkpoint,
    Method::Tile,
    Method::Proof,
];

impl Method {
    /// What it is called.
    pub(super) fn operation(self) -> Operation {
        let (id, reads) = match self {
            Self::Act(entry) => (entry.row.id, false),
            Self::Look(look) => (look.id, true),
            Self::Clock => ("", true),
            Self::MoveClock | Self::Reset => ("", false),
            Self::Rebuild => ("rebuild_register", false),
            Self::Replay => ("replay_delivery", false),
            Self::Test => ("test_webhook", false),
            Self::Run => ("run_report", true),
            Self::Cancel => ("cancel_operation", false),
            Self::Result => ("read_result", true),
            Self::Verify => ("verify_history", true),
            Self::WhatIf => ("think_otherwise", true),
            Self::Batch => ("perform_batch", false),
            Self::Import => ("import_ledger", false),
            Self::Attach => ("keep_attachment", false),
            Self::Attached => ("get_attachment", true),
            Self::Checkpoint => ("get_checkpoint", true),
            Self::Tile => ("get_tile", true),
            Self::Proof => ("get_proof", true),
        };
        Operation { id, reads }
    }
}

/// The ids of all operations.
pub(crate) fn operations() -> &'static BTreeSet<&'static str> {
    static IDS: OnceLock<BTreeSet<&'static str>> = OnceLock::new();
    IDS.get_or_init(|| {
        let acts = deeds::TABLE.iter().map(|entry| entry.row.id);
        let reads = looks::table().iter().map(|look| look.id);
        acts.chain(reads).chain(OTHERS.map(|method| method.operation().id)).collect()
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::Value;

    #[test]
    fn operations_are_those_of_the_document() {
        let document: Value = serde_json::from_str(crate::openapi()).unwrap();
        let paths = document["paths"].as_object().unwrap().values();
        let told = paths.flat_map(|path| path.as_object().unwrap().values());
        let told: BTreeSet<&str> = told.filter_map(|it| it["operationId"].as_str()).collect();
        assert_eq!(&told, super::operations());
    }
}

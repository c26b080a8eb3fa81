//! What the engine promises, one file a subject.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::arithmetic_side_effects,
    reason = "a test that cannot go on says so by a panic"
)]

mod appending;
mod closing;
mod counted;
mod damage;
mod disk;
mod files;
mod halves;
mod jars;
mod keys;
mod kitchen;
mod leaf;
mod outage;
mod pots;
mod rights;
mod shared;
mod source;
mod statements;
mod stock;
mod tls;

/// What both stores promise.
macro_rules! promises {
    ($server:literal) => {
        pub(crate) type Kitchen = crate::kitchen::Kitchen<$server>;

        #[path = "acts.rs"]
        mod acts;
        #[path = "apart.rs"]
        mod apart;
        #[path = "backups.rs"]
        mod backups;
        #[path = "dated.rs"]
        mod dated;
        #[path = "defects.rs"]
        mod defects;
        #[path = "drawn.rs"]
        mod drawn;
        #[path = "erasing.rs"]
        mod erasing;
        #[path = "filters.rs"]
        mod filters;
        #[path = "following.rs"]
        mod following;
        #[path = "foreign.rs"]
        mod foreign;
        #[path = "heads.rs"]
        mod heads;
        #[path = "imports.rs"]
        mod imports;
        #[path = "kept.rs"]
        mod kept;
        #[path = "limits.rs"]
        mod limits;
        #[path = "past.rs"]
        mod past;
        #[path = "policies.rs"]
        mod policies;
        #[path = "proofs.rs"]
        mod proofs;
        #[path = "registers.rs"]
        mod registers;
        #[path = "rehearsals.rs"]
        mod rehearsals;
        #[path = "times.rs"]
        mod times;
        #[path = "touches.rs"]
        mod touches;
        #[path = "unruly.rs"]
        mod unruly;
        #[path = "versions.rs"]
        mod versions;
        #[path = "views.rs"]
        mod views;
    };
}

#[expect(clippy::duplicate_mod, reason = "the same tests hold both stores to their word")]
mod postgres;
#[expect(clippy::duplicate_mod, reason = "the same tests hold both stores to their word")]
mod sqlite;

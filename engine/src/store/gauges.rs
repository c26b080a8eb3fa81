//! What a writing thread tells whoever watches the process: nothing, unless the program has
//! installed a recorder of the `metrics` crate before it opened the log.

use std::time::Instant;

use metrics::{Histogram, histogram};

/// What is measured of one thread, under its name.
pub(super) struct Gauges {
    size: Histogram,
    wait: Histogram,
    write: Histogram,
}

impl Gauges {
    pub(super) fn of(thread: &str) -> Self {
        let of = |name: &'static str| histogram!(name, "thread" => thread.to_owned());
        Self {
            size: of("fugong_appender_batch_commands"),
            wait: of("fugong_appender_wait_seconds"),
            write: of("fugong_appender_write_seconds"),
        }
    }

    /// A command waited since then for its batch.
    pub(super) fn waited(&self, since: Instant) {
        self.wait.record(since.elapsed());
    }

    /// A batch of so many commands was begun then, and is durable or has failed.
    pub(super) fn wrote(&self, commands: usize, begun: Instant) {
        if 0 < commands {
            // No batch is so large that it would not be exact.
            self.size.record(u32::try_from(commands).unwrap_or(u32::MAX));
            self.write.record(begun.elapsed());
        }
    }
}

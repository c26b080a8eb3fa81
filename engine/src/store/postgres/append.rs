//! The calls that append a batch.

use std::collections::HashMap;

use ::postgres::types::ToSql;
use fugong_core::{LogId, Recorded, Ref};

use crate::store::{append::Append, db::whole, times::Times};

/// Appends a batch if nobody has written since this process did; says whether it did.
pub(super) const PLAINLY: &str = "SELECT append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
                                  $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
/// Appends what holds of a batch; says the head before it, and which groups were left out.
pub(super) const CHECKED: &str = "SELECT base, bad FROM append_checked($1, $2, $3, $4, $5, $6, $7, \
                                  $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, \
                                  $21, $22, $23, $24, $25, $26)";

/// Who appends to which log.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed {
    pub(super) log: LogId,
    /// How this process signs what it wrote.
    pub(super) writer: i64,
}

/// A value of a call.
pub(super) type Parameter<'a> = &'a (dyn ToSql + Sync);

/// A batch as it is sent.
pub(super) struct Call<'a> {
    log: i64,
    writer: i64,
    known: i64,
    times: Batched,
    commands: Commands<'a>,
    events: Events<'a>,
    seen: Seen<'a>,
}

impl<'a> Call<'a> {
    /// A batch of which nothing is to be checked, but that `known` is the head.
    pub(super) fn plain(by: Signed, known: u64, appends: &'a [Append]) -> Self {
        Self::of(by, known, &appends.iter().zip(0..).collect::<Vec<_>>(), Seen::default())
    }

    fn of(by: Signed, known: u64, sent: &[Sent<'a>], seen: Seen<'a>) -> Self {
        Self {
            log: i64::from(by.log.0),
            writer: by.writer,
            known: whole(known),
            times: Batched::of(sent),
            commands: Commands::of(sent),
            events: Events::of(sent),
            seen,
        }
    }

    /// The values of [`PLAINLY`].
    pub(super) fn plainly(&self) -> [Parameter<'_>; 22] {
        let Self { log, writer, known, times, commands, events, seen: _ } = self;
        [
            log,
            writer,
            known,
            &times.latest,
            &times.earliest,
            &times.disorder,
            &commands.id,
            &commands.fingerprint,
            &commands.events,
            &commands.end,
            &commands.version,
            &commands.text,
            &events.kind,
            &events.id,
            &events.sequence,
            &events.event_id,
            &events.event_type,
            &events.version,
            &events.payload,
            &events.metadata,
            &events.recorded,
            &events.leaf,
        ]
    }

    /// The values of [`CHECKED`].
    pub(super) fn checked(&self) -> [Parameter<'_>; 26] {
        let Self { log, writer, known: _, times, commands, events, seen } = self;
        [
            log,
            writer,
            &times.latest,
            &times.earliest,
            &times.disorder,
            &commands.group,
            &commands.id,
            &commands.fingerprint,
            &commands.events,
            &commands.version,
            &commands.text,
            &events.group,
            &events.kind,
            &events.id,
            &events.sequence,
            &events.event_id,
            &events.event_type,
            &events.version,
            &events.payload,
            &events.metadata,
            &events.recorded,
            &events.leaf,
            &seen.group,
            &seen.kind,
            &seen.id,
            &seen.version,
        ]
    }
}

/// The commands of a batch, and what they saw, by groups that saw something in common.
pub(super) struct Groups<'a> {
    /// The group of each command.
    of: Vec<i64>,
    /// Groups that did not see one and the same past.
    torn: Vec<i64>,
    /// What each group saw first: the group, whose version, the version.
    seen: Vec<(i64, &'a Ref, u64)>,
}

/// A command and its group.
type Sent<'a> = (&'a Append, i64);

/// Commands by column.
#[derive(Default)]
struct Commands<'a> {
    group: Vec<i64>,
    id: Vec<&'a str>,
    fingerprint: Vec<&'a str>,
    events: Vec<i64>,
    /// The place of its last event among those of the batch.
    end: Vec<i64>,
    version: Vec<i64>,
    text: Vec<Option<&'a str>>,
}

impl<'a> Commands<'a> {
    fn of(sent: &[Sent<'a>]) -> Self {
        let (mut columns, mut end) = (Self::default(), 0_i64);
        for (append, group) in sent {
            let command = &append.command;
            columns.group.push(*group);
            columns.id.push(&command.id);
            columns.fingerprint.push(&command.fingerprint);
            let events = i64::try_from(append.drafts.len()).unwrap_or(i64::MAX);
            end = end.saturating_add(events);
            columns.events.push(events);
            columns.end.push(end);
            columns.version.push(whole(command.version));
            columns.text.push(command.text.as_deref());
        }
        columns
    }
}

/// Events by column.
#[derive(Default)]
struct Events<'a> {
    group: Vec<i64>,
    kind: Vec<&'a str>,
    id: Vec<&'a str>,
    sequence: Vec<i64>,
    event_id: Vec<&'a [u8]>,
    event_type: Vec<&'a str>,
    version: Vec<&'a str>,
    payload: Vec<&'a str>,
    metadata: Vec<&'a str>,
    recorded: Vec<i64>,
    leaf: Vec<&'a [u8]>,
}

impl<'a> Events<'a> {
    fn of(sent: &[Sent<'a>]) -> Self {
        let mut columns = Self::default();
        for (append, group) in sent {
            for event in &append.drafts {
                columns.group.push(*group);
                columns.kind.push(&event.aggregate_type);
                columns.id.push(&event.aggregate_id);
                columns.sequence.push(whole(event.sequence));
                columns.event_id.push(event.event_id.as_bytes());
                columns.event_type.push(&event.event_type);
                columns.version.push(&event.event_version);
                columns.payload.push(&event.payload);
                columns.metadata.push(event.metadata.text());
                columns.recorded.push(event.recorded_at.timestamp_micros());
                columns.leaf.push(&event.leaf_hash);
            }
        }
        columns
    }
}

/// What groups of commands saw, by column.
#[derive(Default)]
struct Seen<'a> {
    group: Vec<i64>,
    kind: Vec<&'a str>,
    id: Vec<&'a str>,
    version: Vec<i64>,
}

impl<'a> Seen<'a> {
    fn of(seen: &[(i64, &'a Ref, u64)]) -> Self {
        let mut columns = Self::default();
        for (group, target, version) in seen {
            columns.group.push(*group);
            columns.kind.push(target.kind);
            columns.id.push(&target.id);
            columns.version.push(whole(*version));
        }
        columns
    }
}

/// When the events of a batch were recorded.
struct Batched {
    latest: Option<i64>,
    earliest: Option<i64>,
    disorder: i64,
}

impl Batched {
    fn of(sent: &[Sent<'_>]) -> Self {
        let (mut times, mut earliest) = (Times::default(), None);
        for draft in sent.iter().flat_map(|(append, _)| &append.drafts) {
            let at = draft.recorded_at.timestamp_micros();
            times.take(at);
            earliest = Some(earliest.map_or(at, |earliest: i64| earliest.min(at)));
        }
        Self { latest: times.latest, earliest, disorder: times.disorder }
    }
}

impl<'a> Groups<'a> {
    /// The call for those that saw one and the same past.
    pub(super) fn call(&self, by: Signed, appends: &'a [Append]) -> Call<'a> {
        let sent: Vec<_> = appends
            .iter()
            .zip(self.of.iter().copied())
            .filter(|(_, group)| !self.torn.contains(group))
            .collect();
        Call::of(by, 0, &sent, Seen::of(&self.seen))
    }

    /// For each command whether it was written, if these were left out.
    pub(super) fn kept(&self, bad: &[i64]) -> Vec<bool> {
        let kept = |group| !bad.contains(group) && !self.torn.contains(group);
        self.of.iter().map(kept).collect()
    }

    pub(super) fn of(appends: &'a [Append]) -> Self {
        let mut of = together(appends);
        // What each aggregate's version is after the commands so far, if they all hold.
        let mut now: HashMap<&Ref, u64> = HashMap::new();
        let (mut torn, mut seen) = (Vec::new(), Vec::new());
        for (append, group) in appends.iter().zip(&mut of) {
            for (target, version) in &append.seen {
                match now.get(target) {
                    None => seen.push((*group, target, *version)),
                    Some(expected) if expected == version => {}
                    Some(_) => torn.push(*group),
                }
                let wrote = append.drafts.iter().filter(|it| is_on(it, target)).count();
                let wrote = u64::try_from(wrote).unwrap_or(u64::MAX);
                now.insert(target, version.saturating_add(wrote));
            }
        }
        Self { of, torn, seen }
    }
}

fn is_on(draft: &Recorded, target: &Ref) -> bool {
    *draft.aggregate_type == *target.kind && *draft.aggregate_id == *target.id
}

/// For each command the number of the first of those that it hangs together with.
fn together(appends: &[Append]) -> Vec<i64> {
    let mut first: HashMap<&Ref, usize> = HashMap::new();
    let mut of: Vec<usize> = (0..appends.len()).collect();
    for (number, append) in appends.iter().enumerate() {
        for (target, _) in &append.seen {
            let other = *first.entry(target).or_insert(number);
            let (one, two) = (of.get(other).copied(), of.get(number).copied());
            if let (Some(one), Some(two)) = (one, two)
                && one != two
            {
                let (low, high) = (one.min(two), one.max(two));
                of.iter_mut().filter(|group| **group == high).for_each(|group| *group = low);
            }
        }
    }
    of.into_iter().map(|group| i64::try_from(group).unwrap_or(i64::MAX)).collect()
}

//! One call of the function `append` for a batch.

use std::collections::HashMap;

use ::postgres::types::ToSql;
use fugong_core::{LogId, Recorded, Ref};

use super::Session;
use crate::{
    error::Trouble,
    store::{
        append::Append,
        db::{number, whole},
        times::Times,
    },
};

const CALL: &str = "SELECT base, again, bad FROM append(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, \
                    ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, \
                    ?27)";

/// What appending a batch came to.
pub(super) struct Written {
    /// The head before it.
    pub(super) base: u64,
    /// For each append, whether it was written; nothing was if something has to be checked.
    pub(super) kept: Option<Vec<bool>>,
}

/// The commands of a batch, and what they saw, by groups that saw something in common.
struct Groups<'a> {
    /// The group of each command.
    of: Vec<i64>,
    /// Groups that did not see one and the same past.
    torn: Vec<i64>,
    /// What each group saw first: the group, whose version, the version.
    seen: Vec<(i64, &'a Ref, u64)>,
}

/// Appends what holds after `known`; `carefully` if others may have written since, or a command may
/// have been carried out before.
pub(super) fn append(
    session: &Session,
    log: LogId,
    known: u64,
    appends: &[Append],
    carefully: bool,
) -> Result<Written, Trouble> {
    let groups = if carefully { Groups::of(appends) } else { Groups::alone(appends.len()) };
    let sent: Vec<_> = appends
        .iter()
        .zip(groups.of.iter().copied())
        .filter(|(_, group)| !groups.torn.contains(group))
        .collect();
    let (commands, events) = (Commands::of(&sent), Events::of(&sent));
    let seen = carefully.then(|| Seen::of(&groups.seen));
    let times = Batched::of(&sent);
    let parameters: [&(dyn ToSql + Sync); 27] = [
        &i64::from(log.0),
        &whole(known),
        &times.latest,
        &times.earliest,
        &times.disorder,
        &commands.group,
        &commands.id,
        &commands.fingerprint,
        &commands.events,
        &commands.end,
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
        &seen.as_ref().map(|seen| &seen.group),
        &seen.as_ref().map(|seen| &seen.kind),
        &seen.as_ref().map(|seen| &seen.id),
        &seen.as_ref().map(|seen| &seen.version),
    ];
    let (base, again, bad) = session.one(CALL, &parameters, |row| {
        let base: i64 = row.try_get(0)?;
        Ok((number(base), row.try_get::<_, bool>(1)?, row.try_get::<_, Vec<i64>>(2)?))
    })?;
    let kept = |group| !bad.contains(group) && !groups.torn.contains(group);
    Ok(Written { base, kept: (!again).then(|| groups.of.iter().map(kept).collect()) })
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
    /// Each for itself, where nothing is checked.
    fn alone(commands: usize) -> Self {
        let of = (0..).take(commands).collect();
        Self { of, torn: Vec::new(), seen: Vec::new() }
    }

    fn of(appends: &'a [Append]) -> Self {
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

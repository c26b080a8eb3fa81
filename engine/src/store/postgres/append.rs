//! One call of the function `append` for a batch.

use std::collections::HashMap;

use ::postgres::types::ToSql;
use fugong_core::{LogId, Ref};

use super::Session;
use crate::{
    error::Trouble,
    store::{
        append::{Append, Draft},
        db::{number, whole},
        times::Times,
    },
};

const CALL: &str = "SELECT base, again, bad FROM append(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, \
                    ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26)";

/// What appending a batch came to.
pub(super) struct Written {
    /// The head before it.
    pub(super) base: u64,
    /// For each append, whether it was written; nothing was if others' writing has to be checked.
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

/// Appends what holds after `known`; `carefully` if others may have written since.
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
        .zip(&groups.of)
        .filter(|(_, group)| !groups.torn.contains(group))
        .map(|(append, group)| (append, *group))
        .collect();
    let drafts: Vec<_> = sent
        .iter()
        .flat_map(|(append, group)| append.drafts.iter().map(move |draft| (draft, *group)))
        .collect();
    let times = Batched::of(&drafts);
    let events = |(append, _): &(&Append, i64)| i64::try_from(append.drafts.len()).unwrap_or(0);
    let checked = |part: &dyn Fn(&(i64, &Ref, u64)) -> i64| -> Option<Vec<i64>> {
        carefully.then(|| groups.seen.iter().map(part).collect())
    };
    let texts = |part: fn(&Ref) -> &str| -> Option<Vec<&str>> {
        carefully.then(|| groups.seen.iter().map(|(_, seen, _)| part(seen)).collect())
    };
    let by_command = |part: &dyn Fn(&Append) -> i64| -> Vec<i64> {
        sent.iter().map(|(append, _)| part(append)).collect()
    };
    let by_event =
        |part: fn(&Draft) -> &str| drafts.iter().map(|(it, _)| part(it)).collect::<Vec<_>>();
    let bytes =
        |part: fn(&Draft) -> &[u8]| drafts.iter().map(|(it, _)| part(it)).collect::<Vec<_>>();
    let numbers =
        |part: fn(&Draft) -> i64| drafts.iter().map(|(it, _)| part(it)).collect::<Vec<_>>();
    let commands =
        |part: fn(&Append) -> &str| sent.iter().map(|(append, _)| part(append)).collect::<Vec<_>>();
    let parameters: [&(dyn ToSql + Sync); 26] = [
        &i64::from(log.0),
        &whole(known),
        &times.latest,
        &times.earliest,
        &times.disorder,
        &sent.iter().map(|(_, group)| *group).collect::<Vec<_>>(),
        &commands(|it| &it.command.id),
        &commands(|it| &it.command.fingerprint),
        &sent.iter().map(events).collect::<Vec<_>>(),
        &by_command(&|it| whole(it.command.version)),
        &sent.iter().map(|(it, _)| it.command.text.as_deref()).collect::<Vec<_>>(),
        &drafts.iter().map(|(_, group)| *group).collect::<Vec<_>>(),
        &by_event(|it| &it.event.aggregate_type),
        &by_event(|it| &it.event.aggregate_id),
        &numbers(|it| whole(it.event.sequence)),
        &bytes(|it| it.event.event_id.as_bytes()),
        &by_event(|it| &it.event.event_type),
        &by_event(|it| &it.event.event_version),
        &by_event(|it| &it.event.payload),
        &by_event(|it| &it.metadata),
        &numbers(|it| it.event.recorded_at.timestamp_micros()),
        &bytes(|it| &it.event.leaf_hash),
        &checked(&|(group, _, _)| *group),
        &texts(|it| it.kind),
        &texts(|it| &it.id),
        &checked(&|(_, _, version)| whole(*version)),
    ];
    let (base, again, bad) = session.one(CALL, &parameters, |row| {
        let base: i64 = row.try_get(0)?;
        Ok((number(base), row.try_get::<_, bool>(1)?, row.try_get::<_, Vec<i64>>(2)?))
    })?;
    let kept = |group| !bad.contains(group) && !groups.torn.contains(group);
    Ok(Written { base, kept: (!again).then(|| groups.of.iter().map(kept).collect()) })
}

/// When the events of a batch were recorded.
struct Batched {
    latest: Option<i64>,
    earliest: Option<i64>,
    disorder: i64,
}

impl Batched {
    fn of(drafts: &[(&Draft, i64)]) -> Self {
        let (mut times, mut earliest) = (Times::default(), None);
        for (draft, _) in drafts {
            let at = draft.event.recorded_at.timestamp_micros();
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

fn is_on(draft: &Draft, target: &Ref) -> bool {
    *draft.event.aggregate_type == *target.kind && *draft.event.aggregate_id == *target.id
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

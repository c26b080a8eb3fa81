//! Running a decision's commands on the aggregates that are held.

use std::{
    any::Any,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    task::Poll,
};

use fugong_core::{Ended, Ran, Ref, Step, Touch, Written};

use crate::{
    kinds::{Instance, Kinds},
    locks::Locks,
};

/// Why the commands came to nothing.
pub(super) enum Failed<R> {
    Refused(R),
    Broken(String),
}

/// An aggregate that commands ran on, taken out of its slot: dropped, unless it is put back.
pub(super) struct Touched {
    pub(super) target: Ref,
    /// Its version before the first command.
    pub(super) before: u64,
    instance: Instance,
    written: u64,
}

/// What the commands wrote, in order: on which aggregate, its number there, the event.
pub(super) struct Done {
    pub(super) touched: Vec<Touched>,
    pub(super) written: Vec<(Ref, u64, Written)>,
}

/// Runs the commands in order. If one is refused, the aggregates on which others wrote are
/// dropped, since what was written will never be.
pub(super) async fn touches<R: Send + 'static>(
    touches: Vec<Touch<R>>,
    locks: &mut Locks,
    kinds: &Kinds,
) -> Result<Done, Failed<R>> {
    let mut done = Done { touched: Vec::new(), written: Vec::new() };
    for touch in touches {
        let mut at = done.take(touch.target(), locks).map_err(Failed::Broken)?;
        let Some(kind) = kinds.get(at.target.kind) else {
            return Err(Failed::Broken(format!("kind {} is not known", at.target.kind)));
        };
        let failed = match run(touch.into_step(), &mut at.instance, kind.services()).await {
            Ok(events) => {
                done.write(at, events);
                continue;
            }
            Err(Ended::Refused(refusal)) => {
                done.touched.push(at);
                Failed::Refused(refusal)
            }
            Err(Ended::RefusedAfterWriting(refusal)) => Failed::Refused(refusal),
            Err(Ended::Broken(why)) => Failed::Broken(why),
        };
        done.undo(locks);
        return Err(failed);
    }
    Ok(done)
}

impl Done {
    /// The aggregate as earlier commands left it, or out of its slot.
    fn take(&mut self, target: &Ref, locks: &mut Locks) -> Result<Touched, String> {
        if let Some(at) = self.touched.iter().position(|touched| touched.target == *target) {
            return Ok(self.touched.swap_remove(at));
        }
        let taken = locks.own(target).and_then(|cell| {
            let before = cell.version;
            cell.instance.take().map(|instance| (instance, before))
        });
        let (instance, before) =
            taken.ok_or_else(|| format!("{} {} is not held; a defect", target.kind, target.id))?;
        Ok(Touched { target: target.clone(), before, instance, written: 0 })
    }

    fn write(&mut self, mut at: Touched, events: Vec<Written>) {
        for event in events {
            at.written = at.written.saturating_add(1);
            self.written.push((at.target.clone(), at.version(), event));
        }
        self.touched.push(at);
    }

    /// The version of an aggregate with what was written; none if no command ran on it.
    pub(super) fn version(&self, target: &Ref) -> Option<u64> {
        self.touched.iter().find(|touched| touched.target == *target).map(Touched::version)
    }

    /// Puts back what nobody wrote on; the rest will be folded again.
    pub(super) fn undo(self, locks: &mut Locks) {
        for touched in self.touched.into_iter().filter(|touched| touched.written == 0) {
            touched.put_back(locks);
        }
    }
}

impl Touched {
    /// Its version with what was written.
    fn version(&self) -> u64 {
        self.before.saturating_add(self.written)
    }

    pub(super) fn was_written_on(&self) -> bool {
        0 < self.written
    }

    pub(super) fn put_back(self, locks: &mut Locks) {
        let version = self.version();
        if let Some(cell) = locks.own(&self.target) {
            cell.instance = Some(self.instance);
            cell.version = version;
        }
    }
}

/// Runs one command; a panic in it is its own.
async fn run<R: Send + 'static>(
    step: Box<dyn Step<R>>,
    instance: &mut Instance,
    services: &(dyn Any + Send + Sync),
) -> Ran<R> {
    let begun = catch_unwind(AssertUnwindSafe(|| step.run(&mut **instance, services)));
    let Ok(mut running) = begun else { return Err(panicked()) };
    poll_fn(|context| {
        let polled = catch_unwind(AssertUnwindSafe(|| running.as_mut().poll(context)));
        polled.unwrap_or_else(|_| Poll::Ready(Err(panicked())))
    })
    .await
}

fn panicked<R>() -> Ended<R> {
    Ended::Broken("a command panicked; this is a defect, see the log".to_owned())
}

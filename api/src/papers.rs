//! Papers as they are printed and handed over: 责令限期整改通知书, 事前告知书, 送达回证.
//!
//! Each is made from what stands in the log, as HTML for one sheet of A4. Its foot has the checkpoint
//! and, as a QR code, the proof of the event that it is about, so that whoever holds the sheet can
//! check it without the log. Whatever is not from here is escaped.

mod facts;
mod law;
mod notice;
mod order;
mod service;
mod sheet;

use chrono::{Datelike as _, NaiveDate as Date};
use fugong_core::{Personal, Position, Recorded};
use fugong_domain::{FlagId, Kind, OrderId};

use crate::{
    desk::{Desk, trouble},
    looks::worded,
    problem::Problem,
};
use facts::{Flagged, Ordered};
use sheet::Proof;

/// Which paper.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Form {
    /// 责令限期整改通知书.
    Order(OrderId),
    /// 送达回证 of an order.
    OrderService(OrderId),
    /// 诚信记录事前告知书.
    Notice(FlagId),
    /// 送达回证 of such a notice.
    NoticeService(FlagId),
}

/// Whether an enterprise was given notice of an entry, as it was after the event at `at`, or is now.
///
/// # Errors
///
/// `NOT_FOUND` when there is no such entry, or was none yet.
pub(crate) async fn is_served(
    desk: &Desk,
    flag: &FlagId,
    at: Option<Position>,
) -> Result<bool, Problem> {
    let flagged = Flagged::read(&Source { desk, at, opens: false }, flag).await?;
    Ok(flagged.was_served())
}

/// A paper as HTML, as it was after the event at `at`, or is now; words about persons are in it only
/// if `opens`. The proof at its foot is the one there is now.
///
/// # Errors
///
/// `NOT_FOUND` when there is nothing that it would be about, or was nothing yet.
pub async fn paper(
    desk: &Desk,
    form: &Form,
    at: Option<Position>,
    opens: bool,
) -> Result<String, Problem> {
    let from = &Source { desk, at, opens };
    match form {
        Form::Order(id) => {
            let ordered = Ordered::read(from, id).await?;
            let proof = proof(from, &ordered.event).await?;
            Ok(order::sheet(&ordered, &proof))
        }
        Form::OrderService(id) => {
            let ordered = Ordered::read(from, id).await?;
            let event = ordered.served.as_ref().unwrap_or(&ordered.event);
            let proof = proof(from, event).await?;
            Ok(service::of_order(&ordered, &proof))
        }
        Form::Notice(id) => {
            let flagged = Flagged::read(from, id).await?;
            let proof = proof(from, flagged.event()).await?;
            Ok(notice::sheet(&flagged, &proof))
        }
        Form::NoticeService(id) => {
            let flagged = Flagged::read(from, id).await?;
            let proof = proof(from, flagged.event()).await?;
            Ok(service::of_notice(&flagged, &proof))
        }
    }
}

/// The log as a paper is made from it.
struct Source<'a> {
    desk: &'a Desk,
    /// The last event of which it knows; every one if it is none.
    at: Option<Position>,
    opens: bool,
}

impl Source<'_> {
    /// What happened to an aggregate, as far as it is known.
    async fn life(&self, kind: Kind, id: &str) -> Result<Vec<Recorded>, Problem> {
        let mut life = self.desk.log().history(kind.code(), id).await.map_err(trouble)?;
        life.retain(|event| self.at.is_none_or(|at| event.position <= at));
        Ok(life)
    }

    /// What somebody said about a person, or why it is not there.
    fn words(&self, said: &Personal) -> String {
        let sealed = serde_json::to_value(said).unwrap_or_default();
        let opened = worded(self.desk.opened(sealed, self.opens));
        opened.as_str().unwrap_or_default().to_owned()
    }
}

async fn proof(from: &Source<'_>, event: &Recorded) -> Result<Proof, Problem> {
    let log = from.desk.log();
    let text = log.prove(event.position).await.map_err(trouble)?;
    let note = log.checkpoint().await.map_err(trouble)?;
    let (event, position) = (event.event_id, event.position);
    Ok(Proof { event, position, text, note, known: from.at })
}

/// A day as it is written on paper.
fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

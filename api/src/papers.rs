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
use fugong_core::{Personal, Recorded};
use fugong_domain::{FlagId, OrderId};

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

/// A paper as HTML; words about persons are in it only if `opens`.
///
/// # Errors
///
/// `NOT_FOUND` when there is nothing that it would be about.
pub async fn paper(desk: &Desk, form: &Form, opens: bool) -> Result<String, Problem> {
    match form {
        Form::Order(id) => {
            let ordered = Ordered::read(desk, id, opens).await?;
            let proof = proof(desk, &ordered.event).await?;
            Ok(order::sheet(&ordered, &proof))
        }
        Form::OrderService(id) => {
            let ordered = Ordered::read(desk, id, opens).await?;
            let event = ordered.served.as_ref().unwrap_or(&ordered.event);
            let proof = proof(desk, event).await?;
            Ok(service::of_order(&ordered, &proof))
        }
        Form::Notice(id) => {
            let flagged = Flagged::read(desk, id, opens).await?;
            let proof = proof(desk, flagged.event()).await?;
            Ok(notice::sheet(&flagged, &proof))
        }
        Form::NoticeService(id) => {
            let flagged = Flagged::read(desk, id, opens).await?;
            let proof = proof(desk, flagged.event()).await?;
            Ok(service::of_notice(&flagged, &proof))
        }
    }
}

async fn proof(desk: &Desk, event: &Recorded) -> Result<Proof, Problem> {
    let log = desk.log();
    let text = log.prove(event.position).await.map_err(trouble)?;
    let note = log.checkpoint().await.map_err(trouble)?;
    Ok(Proof { event: event.event_id, position: event.position, text, note })
}

/// A day as it is written on paper.
fn day(day: Date) -> String {
    format!("{}年{}月{}日", day.year(), day.month(), day.day())
}

/// What somebody said about a person, or why it is not there.
fn words(desk: &Desk, said: &Personal, opens: bool) -> String {
    let sealed = serde_json::to_value(said).unwrap_or_default();
    worded(desk.opened(sealed, opens)).as_str().unwrap_or_default().to_owned()
}

//! The workflow: aggregates with their states, acts and events, policies, timers, registers.

mod drawing;

pub use drawing::drawn;

use fugong_domain::{Kind, Timer, policies, registers::tables};
use serde_json::{Value, json};

use crate::{deeds, openapi};

/// The workflow as JSON.
pub fn described() -> Value {
    let aggregates: Vec<_> = Kind::ALL
        .iter()
        .map(|kind| {
            let about = kind.about();
            let acts: Vec<_> = deeds::TABLE
                .iter()
                .filter(|entry| entry.row.aggregate == kind.code())
                .map(|entry| {
                    json!({
                        "id": entry.row.id,
                        "method": entry.row.method(),
                        "path": entry.row.path,
                        "summary": entry.row.summary,
                        "right": entry.row.right,
                        "roles": entry.row.roles,
                        "needs_if_match": entry.row.decides,
                        "events": entry.row.events,
                        "schema": openapi::body(entry),
                    })
                })
                .collect();
            json!({
                "kind": kind,
                "label_zh": about.label_zh,
                "id": about.id,
                "states": about.states,
                "commands": acts,
                "events": about.events,
                "steps": about.steps,
            })
        })
        .collect();
    let timers: Vec<_> = Timer::ALL
        .iter()
        .map(|timer| {
            json!({
                "name": timer,
                "label_zh": timer.label_zh(),
                "policy": timer.policy(),
                "due": timer.due(),
                "events": timer.events(),
            })
        })
        .collect();
    let registers: Vec<_> = tables()
        .iter()
        .map(|table| {
            json!({
                "name": table.relation.name,
                "label_zh": table.relation.label_zh,
                "label_en": table.relation.label_en,
                "source": table.source,
                "fed_by": table.fed_by().collect::<Vec<_>>(),
                "columns": table.relation.columns,
            })
        })
        .collect();
    let names: Vec<_> = policies().iter().map(|policy| policy.name().to_owned()).collect();
    json!({
        "aggregates": aggregates,
        "policies": names,
        "timers": timers,
        "registers": registers,
        "schemas": openapi::body_schemas(),
    })
}

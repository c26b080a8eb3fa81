//! The workflow: aggregates with their states, acts and events, policies, timers, registers.

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
                        "method": "POST",
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

/// The workflow as a Mermaid diagram: acts lead to events, events to policies and registers.
pub fn drawn() -> String {
    let mut lines = vec!["flowchart LR".to_owned()];
    for kind in Kind::ALL {
        let about = kind.about();
        lines.push(format!("  subgraph {kind} [\"{}\"]", about.label_zh));
        for event in about.events {
            lines.push(format!("    {}([\"{event}\"])", event.replace('-', "_")));
        }
        lines.push("  end".to_owned());
    }
    for entry in deeds::TABLE {
        let (id, summary) = (entry.row.id, entry.row.summary.replace('"', "'"));
        lines.push(format!("  {id}[\"{summary}\"]"));
        for event in entry.row.events {
            lines.push(format!("  {id} --> {}", event.replace('-', "_")));
        }
    }
    for policy in policies() {
        let name = policy.name().replace('-', "_");
        lines.push(format!("  policy_{name}{{{{\"{}\"}}}}", policy.name()));
    }
    for timer in Timer::ALL {
        let (name, policy) = (timer.code().replace('-', "_"), timer.policy().replace('-', "_"));
        lines.push(format!("  timer_{name}>\"{}\"]", timer.label_zh()));
        lines.push(format!("  policy_{policy} -.-> timer_{name}"));
        for event in timer.events() {
            lines.push(format!("  timer_{name} -.-> {}", event.replace('-', "_")));
        }
    }
    for table in tables() {
        let (name, label) = (table.relation.name.replace('-', "_"), table.relation.label_zh);
        lines.push(format!("  register_{name}[(\"{} {label}\")]", table.relation.name));
    }
    lines.push(String::new());
    lines.join("\n")
}

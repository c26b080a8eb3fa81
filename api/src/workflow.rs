//! The workflow: aggregates with their states, acts and events, policies, timers, registers.

use fugong_domain::{CAUSES, Kind, Timer, errands, policies, registers::tables};
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

/// The workflow as a Mermaid diagram: kinds with their states and events, the acts that lead to
/// events, the policies that events set off and what follows at once, by a timer, or as a task that
/// an event fulfils, and the registers.
pub fn drawn() -> String {
    let mut lines = vec!["flowchart LR".to_owned()];
    for kind in Kind::ALL {
        let about = kind.about();
        lines.push(format!("  subgraph {kind} [\"{}\"]", about.label_zh));
        for state in about.states {
            lines.push(format!("    {kind}_is_{state}[/\"{state}\"/]"));
        }
        for event in about.events {
            lines.push(format!("    {}([\"{event}\"])", node(event)));
        }
        lines.push("  end".to_owned());
    }
    for entry in deeds::TABLE {
        let (id, summary) = (entry.row.id, entry.row.summary.replace('"', "'"));
        lines.push(format!("  {id}[\"{summary}\"]"));
        for event in entry.row.events {
            lines.push(format!("  {id} --> {}", node(event)));
        }
    }
    draw_policies(&mut lines);
    lines.push("  subgraph registers [\"台账\"]".to_owned());
    for table in tables() {
        let (name, label) = (node(table.relation.name), table.relation.label_zh);
        lines.push(format!("    register_{name}[(\"{} {label}\")]", table.relation.name));
    }
    lines.push("  end".to_owned());
    lines.push(String::new());
    lines.join("\n")
}

/// What happens by itself.
fn draw_policies(lines: &mut Vec<String>) {
    for cause in CAUSES {
        let policy = node(cause.policy);
        lines.push(format!("  policy_{policy}{{{{\"{}\"}}}}", cause.policy));
        for kind in cause.heard {
            lines.push(format!("  {kind} -.-> policy_{policy}"));
        }
        for event in cause.events {
            lines.push(format!("  policy_{policy} --> {}", node(event)));
        }
    }
    for timer in Timer::ALL {
        let (name, policy) = (node(timer.code()), node(timer.policy()));
        lines.push(format!("  timer_{name}>\"{}\"]", timer.label_zh()));
        lines.push(format!("  policy_{policy} -.-> timer_{name}"));
        for event in timer.events() {
            lines.push(format!("  timer_{name} -.-> {}", node(event)));
        }
    }
    for (kind, fulfilled_by) in errands() {
        let name = node(kind);
        lines.push(format!("  task_raised -.-> errand_{name}[\"{kind}\"]"));
        for event in fulfilled_by {
            lines.push(format!("  {} -.->|fulfils| errand_{name}", node(event)));
        }
    }
}

/// A name as the diagram can take it.
fn node(name: &str) -> String {
    name.replace('-', "_")
}

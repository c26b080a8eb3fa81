//! The workflow: aggregates with their states, acts and events, policies, registers.

use fugong_domain::{policies, registers::tables};
use serde_json::{Value, json};

use crate::{deeds, openapi};

/// An aggregate: its kind, its Chinese name, its id, the situations it may be in, the events that
/// may happen to it.
struct Aggregate {
    kind: &'static str,
    zh: &'static str,
    id: &'static str,
    states: &'static [&'static str],
    events: &'static [&'static str],
}

const AGGREGATES: &[Aggregate] = &[
    Aggregate {
        kind: "enterprise",
        zh: "企业",
        id: "uscc, uscc~02 or p-…",
        states: &["unlisted", "listed", "closing", "closed", "joined_to", "set_aside"],
        events: &[
            "registered",
            "details-corrected",
            "scale-reclassified",
            "relocated",
            "tier-assigned",
            "listing-joined",
            "joined-to",
            "excluded",
            "readmitted",
            "closure-begun",
            "closed",
            "earlier-paper-recorded",
            "other-law-reference-recorded",
            "guided",
            "set-aside",
        ],
    },
    Aggregate {
        kind: "resumption",
        zh: "复工",
        id: "the enterprise's",
        states: &["not_resumed", "planned", "continuous", "resumed", "suspended"],
        events: &[
            "continuous-production-declared",
            "planned",
            "resumed",
            "suspended",
            "corrected",
            "ended",
            "joined",
            "joined-to",
        ],
    },
    Aggregate {
        kind: "plan",
        zh: "方案",
        id: "the enterprise's",
        states: &["missing", "drafted", "in_place"],
        events: &["drafted", "revised", "put-in-place", "improvement-urged"],
    },
    Aggregate {
        kind: "posting",
        zh: "驻厂",
        id: "the enterprise's",
        states: &["vacant", "held", "substituted"],
        events: &[
            "officer-assigned",
            "transferred",
            "substituted",
            "substitution-ended",
            "withdrawn",
            "visit-logged",
        ],
    },
    Aggregate {
        kind: "officer",
        zh: "人员",
        id: "a pseudonym",
        states: &["unknown", "enrolled"],
        events: &["enrolled", "post-taken", "post-left", "duty-referred", "duty-outcome-recorded"],
    },
    Aggregate {
        kind: "inspection",
        zh: "检查",
        id: "a UUID",
        states: &["not_opened", "open", "closed", "void"],
        events: &[
            "opened",
            "finding-recorded",
            "closed",
            "voided",
            "finding-ordered",
            "order-declined",
        ],
    },
    Aggregate {
        kind: "rectification",
        zh: "整改",
        id: "a UUID",
        states: &[
            "ordered",
            "served",
            "reported",
            "lapsed",
            "complied",
            "failed",
            "superseded",
            "revoked",
            "terminated",
        ],
        events: &[
            "ordered",
            "superseded",
            "served",
            "extended",
            "reported",
            "complied",
            "failed",
            "lapsed",
            "revoked",
            "terminated",
        ],
    },
    Aggregate {
        kind: "credit",
        zh: "诚信",
        id: "the enterprise's; a flag is {uscc}.{n}",
        states: &[
            "proposed",
            "notified",
            "flagged",
            "dismissed",
            "withdrawn",
            "expired",
            "repaired",
            "expunged",
        ],
        events: &[
            "flag-proposed",
            "proposal-withdrawn",
            "notice-served",
            "statement-recorded",
            "flagged",
            "proposal-dismissed",
            "objection-lodged",
            "objection-upheld",
            "objection-rejected",
            "repair-applied",
            "repair-granted",
            "repair-refused",
            "expired",
            "expunged",
        ],
    },
    Aggregate {
        kind: "task",
        zh: "待办",
        id: "{policy}.{position}.{n}",
        states: &["open", "claimed", "escalated", "done", "cancelled"],
        events: &["raised", "claimed", "reassigned", "done", "cancelled", "escalated"],
    },
    Aggregate {
        kind: "regime",
        zh: "规则",
        id: "district",
        states: &["published"],
        events: &[
            "rules-published",
            "risk-level-changed",
            "calendar-published",
            "units-published",
            "industry-published",
            "codes-published",
            "checklists-published",
        ],
    },
];

/// What wakes by itself, and what it does then.
const TIMERS: &[(&str, &str)] = &[
    ("order lapses", "the day after its last day (24:00, Asia/Shanghai): rectification-lapsed"),
    ("flag expires", "the day after its last day: credit-expired"),
    ("substitution ends", "the day after its last day: posting-substitution-ended"),
    ("seats change", "on the day of a scale change or a move: posting-withdrawn, tasks"),
    ("task is late", "the day after its last day: task-escalated"),
    ("reminder", "working days before an order is due: task-raised"),
];

/// The workflow as JSON.
pub fn described() -> Value {
    let aggregates: Vec<_> = AGGREGATES
        .iter()
        .map(|aggregate| {
            let acts: Vec<_> = deeds::TABLE
                .iter()
                .filter(|entry| entry.row.aggregate == aggregate.kind)
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
                "kind": aggregate.kind,
                "label_zh": aggregate.zh,
                "id": aggregate.id,
                "states": aggregate.states,
                "commands": acts,
                "events": events(aggregate).collect::<Vec<_>>(),
            })
        })
        .collect();
    let timers: Vec<_> =
        TIMERS.iter().map(|(name, what)| json!({"name": name, "what": what})).collect();
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
        "schemas": openapi::schemas(),
    })
}

fn events(aggregate: &'static Aggregate) -> impl Iterator<Item = String> {
    aggregate.events.iter().map(|event| format!("{}-{event}", aggregate.kind))
}

/// The workflow as a Mermaid diagram: acts lead to events, events to policies and registers.
pub fn drawn() -> String {
    let mut lines = vec!["flowchart LR".to_owned()];
    for aggregate in AGGREGATES {
        lines.push(format!("  subgraph {} [\"{}\"]", aggregate.kind, aggregate.zh));
        for event in events(aggregate) {
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
    for table in tables() {
        let (name, label) = (table.relation.name.replace('-', "_"), table.relation.label_zh);
        lines.push(format!("  register_{name}[(\"{} {label}\")]", table.relation.name));
    }
    lines.push(String::new());
    lines.join("\n")
}

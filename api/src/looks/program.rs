//! What the program says of itself: workflow, code lists, problems, its health.

use fugong_domain::{act::REGIME, regime::Regime, rights::Action};
use fugong_engine::{Health, PolicyStatus};
use serde_json::{Value, json};
use uuid::Uuid;

use super::registers::{standing, stuck};
use crate::{
    desk::Desk,
    look::{Asked, Content, Format, Found, Look, Page, StandsOn},
    openapi,
    problem::{LIST, Problem, entry},
    record::typed,
    schema::alone,
    sight, workflow,
};

const fn look(
    id: &'static str,
    path: &'static str,
    summary: &'static str,
    answer: &'static str,
) -> Look {
    Look {
        id,
        answer,
        path,
        summary,
        query: &[],
        formats: &[Format::Json],
        stands_on: StandsOn::Program,
        roles: "everybody, known or not",
        deed: None,
        run: problems,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look("list_problems", "/v1/problems", "Every problem code", "ProblemList"),
    Look {
        run: problem,
        ..look(
            "read_problem",
            "/v1/problems/{code}",
            "One problem code, and what to do",
            "ProblemKind",
        )
    },
    Look {
        run: code_lists,
        stands_on: StandsOn::Head,
        ..look("list_code_lists", "/v1/code-lists", "The lists of codes", "CodeLists")
    },
    Look {
        run: code_list,
        stands_on: StandsOn::Head,
        ..look(
            "read_code_list",
            "/v1/code-lists/{name}",
            "The codes of a list, with their labels",
            "CodeList",
        )
    },
    Look {
        run: flow,
        query: &[
            ("format", "`mermaid` for a diagram, `json` if absent"),
            (
                "part",
                "With `mermaid`, only a kind, a policy or a register and what it is joined to",
            ),
        ],
        ..look(
            "read_workflow",
            "/v1/workflow",
            "Aggregates, acts, events, policies and registers",
            "Workflow",
        )
    },
    Look {
        run: operation,
        roles: "whoever began it, and commission or admin",
        ..look(
            "read_operation",
            "/v1/operations/{id}",
            "Work in the background, and its result",
            "Operation",
        )
    },
    Look {
        run: event_schema,
        ..look(
            "read_event_schema",
            alone::SCHEMA,
            "The JSON Schema of a type of event, as it is sent",
            "EventSchema",
        )
    },
    Look { run: document, ..look("read_openapi", "/openapi.json", "This document", "OpenApi") },
    Look { run: alive, ..look("read_livez", "/livez", "Whether the process lives", "Alive") },
    Look {
        run: ready,
        stands_on: StandsOn::Head,
        ..look("read_readyz", "/readyz", "Whether it can serve", "Ready")
    },
];

fn problems<'a>(desk: &'a Desk, _asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let items: Vec<_> = LIST.iter().map(shown).collect();
        Ok(Page::json(desk.log().head(), json!({ "items": items })))
    })
}

fn problem<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let code = asked.param("code");
        let found = entry(code).ok_or_else(|| Problem::absent(format!("problem {code}")))?;
        Ok(Page::json(desk.log().head(), shown(found)))
    })
}

fn shown(entry: &crate::problem::Entry) -> Value {
    json!({
        "code": entry.code,
        "type": format!("/v1/problems/{}", entry.code),
        "status": entry.status,
        "title": {"zh-CN": entry.zh, "en": entry.en},
        "remedy": entry.remedy,
    })
}

fn code_lists<'a>(desk: &'a Desk, _asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let (regime, _) = typed::<Regime>(desk, REGIME, None).await?;
        let mut names: Vec<&str> = regime.codes().keys().map(String::as_str).collect();
        names.extend(["units", "industries", "checklists"]);
        Ok(Page::json(desk.log().head(), json!({ "items": names })))
    })
}

fn code_list<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let (name, (regime, _)) = (asked.param("name"), typed::<Regime>(desk, REGIME, None).await?);
        let state = serde_json::to_value(&regime).map_err(Problem::unavailable)?;
        let items = match name {
            "units" => Some(json!(regime.units())),
            "industries" | "checklists" => state.get(name).cloned(),
            _ => regime.codes().get(name).map(|codes| json!(codes)),
        };
        let items = items.filter(|items| !items.is_null());
        let items = items.ok_or_else(|| Problem::absent(format!("code list {name}")))?;
        Ok(Page::json(desk.log().head(), json!({"name": name, "items": items})))
    })
}

fn flow<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let head = desk.log().head();
        match asked.query("format") {
            None | Some("json") => Ok(Page::json(head, workflow::described())),
            Some("mermaid") => {
                let part = || Problem::unfit("part", "send a kind, a policy or a register");
                let text = workflow::drawn(asked.query("part")).ok_or_else(part)?;
                Ok(Page::text(head, "text/plain; charset=utf-8", text))
            }
            Some(_) => Err(Problem::invalid("format", "send mermaid or json")),
        }
    })
}

fn operation<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let who = asked.who()?;
        let absent = || Problem::absent(format!("operation {}", asked.param("id")));
        let id: Uuid = asked.param("id").parse().map_err(|_| absent())?;
        let his = |actor: &str| sight::is_his(who, Action::MindOperations, actor);
        let found = desk.operations().find(id).filter(|found| his(found.actor()));
        Ok(Page::json(desk.log().head(), found.ok_or_else(absent)?.to_json()))
    })
}

fn event_schema<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let (event_type, version) = (asked.param("type"), asked.param("version"));
        let schema = alone::event(event_type, version);
        let absent = || Problem::absent(format!("version {version} of event {event_type}"));
        Ok(Page::json(desk.log().head(), schema.ok_or_else(absent)?))
    })
}

fn document<'a>(desk: &'a Desk, _asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let text = openapi::text().to_owned();
        Ok(Page {
            content: Content::Text("application/json", text),
            ..Page::json(desk.log().head(), Value::Null)
        })
    })
}

fn alive<'a>(desk: &'a Desk, _asked: &'a Asked) -> Found<'a> {
    Box::pin(async move { Ok(Page::json(desk.log().head(), json!({"status": "alive"}))) })
}

/// Where a policy stands.
fn acting(policy: &PolicyStatus) -> Value {
    json!({
        "name": policy.name,
        "installed_at": policy.installed_at.to_string(),
        "position": policy.position.to_string(),
        "head": policy.head.to_string(),
        "stuck": stuck(policy.stuck.as_ref()),
    })
}

fn standing_of(code: &str, health: &Health) -> Value {
    json!({"district": code, "now": health.now, "head": health.head.to_string()})
}

/// Every district has to be well: whoever sends requests here sends those of all.
fn ready<'a>(desk: &'a Desk, _asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        let (mut problems, mut districts) = (Vec::new(), Vec::new());
        for desk in desk.districts() {
            let health = desk.log().health().await;
            let of = |problem: &String| format!("district {}: {problem}", desk.code());
            problems.extend(health.problems.iter().map(of));
            districts.push((desk.code(), health));
        }
        let own = desk.code();
        let Some((_, health)) = districts.iter().find(|(code, _)| *code == own) else {
            return Err(Problem::unavailable("no district is served"));
        };
        if !problems.is_empty() {
            return Err(Problem::unavailable(problems.join("; ")));
        }
        let body = json!({
            "status": "ready",
            "now": health.now,
            "head": health.head.to_string(),
            "registers": health.registers.iter().map(standing).collect::<Vec<_>>(),
            "policies": health.policies.iter().map(acting).collect::<Vec<_>>(),
            "timers": health.waiting.timers,
            "next_due": health.waiting.next_due,
            "districts": districts.iter().map(|(code, health)| standing_of(code, health)).collect::<Vec<_>>(),
        });
        Ok(Page::json(health.head, body))
    })
}

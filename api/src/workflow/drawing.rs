//! The workflow as a Mermaid diagram: where each kind can stand and which event leads from where to
//! where; the policies that events set off and what follows at once, by a timer, or as a task that
//! an event fulfils; the registers and the events that feed them. A part of it also has the acts,
//! and each event by itself: all of that in one diagram is more than Mermaid lays out, or anybody
//! reads.

use std::collections::{BTreeMap, BTreeSet};

use fugong_domain::{CAUSES, Kind, Timer, errands, registers::tables};

use crate::deeds;

/// What is drawn.
#[derive(Default)]
struct Drawing {
    /// Frames with their titles, in order.
    frames: Vec<(String, String)>,
    /// What stands in a frame, or in none, with its shape, in order.
    nodes: Vec<Node>,
    /// From where, by what line and to where, with what they are marked with.
    arrows: BTreeMap<(String, &'static str, String), Vec<String>>,
}

struct Node {
    id: String,
    frame: Option<String>,
    shape: String,
}

/// The workflow as one diagram; or the part of it that is about a kind, a policy, or a register,
/// with all that it is joined to. None where there is no such part.
pub fn drawn(part: Option<&str>) -> Option<String> {
    let mut all = Drawing::default();
    for kind in Kind::ALL {
        all.kind(*kind);
    }
    all.policies();
    all.tasks();
    all.registers();
    let Some(part) = part else { return Some(all.without_single_events().text()) };
    all.acts();
    all.about(part).map(|part| part.text())
}

impl Drawing {
    fn kind(&mut self, kind: Kind) {
        let about = kind.about();
        let frame = name(kind.code());
        self.frames.push((frame.clone(), about.label_zh.to_owned()));
        let within = Some(frame.as_str());
        if about.steps.iter().any(|step| step.from.is_empty()) {
            self.node(state(kind, ""), within, "((\" \"))".to_owned());
        }
        for code in about.states {
            self.node(state(kind, code), within, format!("[/\"{code}\"/]"));
        }
        for event in about.events {
            self.node(name(event), within, format!("([\"{event}\"])"));
        }
        // Stands for all events: Mermaid cannot draw arrows from frames whose insides have arrows.
        self.node(events_of(kind), within, format!("[[\"{}事件\"]]", about.label_zh));
        for step in about.steps {
            let from = if step.from.is_empty() { &[""] } else { step.from };
            for from in from {
                let verb = verb(kind, step.event);
                self.arrow(state(kind, from), "==>", state(kind, step.to), &[verb]);
            }
        }
    }

    fn acts(&mut self) {
        for entry in deeds::TABLE {
            let (id, summary) = (entry.row.id, entry.row.summary.replace('"', "'"));
            self.node(id.to_owned(), None, format!("[\"{summary}\"]"));
            for event in entry.row.events {
                self.arrow(id.to_owned(), "-->", name(event), &[]);
            }
        }
    }

    fn policies(&mut self) {
        for cause in CAUSES {
            let policy = policy(cause.policy);
            self.node(policy.clone(), None, format!("{{{{\"{}\"}}}}", cause.policy));
            for kind in cause.heard {
                self.arrow(events_of(*kind), "-.->", policy.clone(), &[]);
            }
            for event in cause.events {
                self.arrow(policy.clone(), "-->", name(event), &[]);
            }
        }
        for timer in Timer::ALL {
            let id = format!("timer_{}", name(timer.code()));
            self.node(id.clone(), None, format!(">\"{}\"]", timer.label_zh()));
            self.arrow(policy(timer.policy()), "-.->", id.clone(), &[]);
            for event in timer.events() {
                self.arrow(id.clone(), "-.->", name(event), &[]);
            }
        }
    }

    /// Each kind of task that is raised, and the events that fulfil it.
    fn tasks(&mut self) {
        let frame = "errands";
        self.frames.push((frame.to_owned(), "待办事项".to_owned()));
        for (kind, fulfilled_by) in errands() {
            let id = format!("errand_{}", name(kind));
            self.node(id.clone(), Some(frame), format!("[\"{kind}\"]"));
            self.arrow(name("task-raised"), "-.->", id.clone(), &[]);
            for event in fulfilled_by {
                self.arrow(name(event), "-.->", id.clone(), &["fulfils"]);
            }
        }
    }

    fn registers(&mut self) {
        let frame = "registers";
        self.frames.push((frame.to_owned(), "台账".to_owned()));
        for table in tables() {
            let (called, label) = (table.relation.name, table.relation.label_zh);
            let id = format!("register_{}", name(called));
            self.node(id.clone(), Some(frame), format!("[(\"{called} {label}\")]"));
            let fed: BTreeSet<&str> = table.fed_by().collect();
            for kind in Kind::ALL {
                let its = kind.about().events.iter().filter(|event| fed.contains(**event));
                let its: Vec<_> = its.map(|event| verb(*kind, event)).collect();
                if !its.is_empty() {
                    self.arrow(events_of(*kind), "-->", id.clone(), &its);
                }
            }
        }
    }

    fn node(&mut self, id: String, frame: Option<&str>, shape: String) {
        self.nodes.push(Node { id, frame: frame.map(str::to_owned), shape });
    }

    /// Several events on the same way share an arrow.
    fn arrow(&mut self, from: String, line: &'static str, to: String, marks: &[&str]) {
        let all = self.arrows.entry((from, line, to)).or_default();
        all.extend(marks.iter().map(|mark| (*mark).to_owned()));
    }

    /// The same with one node for all events of a kind.
    fn without_single_events(self) -> Self {
        let all = Kind::ALL.iter().flat_map(|kind| {
            let events = kind.about().events.iter();
            events.map(|event| (name(event), (events_of(*kind), verb(*kind, event))))
        });
        let single: BTreeMap<String, (String, &str)> = all.collect();
        let mut whole = Self { arrows: BTreeMap::new(), ..self };
        whole.nodes.retain(|node| !single.contains_key(&node.id));
        for ((from, line, to), marks) in self.arrows {
            match (single.get(&from), single.get(&to)) {
                (Some((from, verb)), _) => whole.arrow(from.clone(), line, to, &[verb]),
                (None, Some((to, verb))) => whole.arrow(from, line, to.clone(), &[verb]),
                (None, None) => {
                    let marks: Vec<&str> = marks.iter().map(String::as_str).collect();
                    whole.arrow(from, line, to, &marks);
                }
            }
        }
        whole
    }

    /// A frame, or a node by its own name, with what arrows join to it.
    fn about(mut self, part: &str) -> Option<Self> {
        let part = name(part);
        let named = [part.clone(), policy(&part), format!("register_{part}")];
        let inner = |node: &Node| named.contains(&node.id) || node.frame.as_ref() == Some(&part);
        let inner: BTreeSet<String> =
            self.nodes.iter().filter(|node| inner(node)).map(|node| node.id.clone()).collect();
        if inner.is_empty() {
            return None;
        }
        self.arrows.retain(|(from, _, to), _| inner.contains(from) || inner.contains(to));
        let ends = self.arrows.keys().flat_map(|(from, _, to)| [from.clone(), to.clone()]);
        let shown: BTreeSet<String> = ends.chain(inner).collect();
        self.nodes.retain(|node| shown.contains(&node.id));
        for node in &mut self.nodes {
            node.frame.take_if(|frame| *frame != part);
        }
        self.frames.retain(|(frame, _)| *frame == part);
        Some(self)
    }

    fn text(&self) -> String {
        let mut lines = vec!["flowchart LR".to_owned()];
        let node = |node: &Node| format!("{}{}", node.id, node.shape);
        for (frame, title) in &self.frames {
            lines.push(format!("  subgraph {frame} [\"{title}\"]"));
            let its = self.nodes.iter().filter(|node| node.frame.as_ref() == Some(frame));
            lines.extend(its.map(|it| format!("    {}", node(it))));
            lines.push("  end".to_owned());
        }
        let free = self.nodes.iter().filter(|node| node.frame.is_none());
        lines.extend(free.map(|it| format!("  {}", node(it))));
        lines.extend(self.arrows.iter().map(|((from, line, to), marks)| match marks.join(", ") {
            marks if marks.is_empty() => format!("  {from} {line} {to}"),
            marks => format!("  {from} {line}|\"{marks}\"| {to}"),
        }));
        lines.push(String::new());
        lines.join("\n")
    }
}

/// Where something of a kind can stand.
fn state(kind: Kind, code: &str) -> String {
    format!("{}_is_{code}", name(kind.code()))
}

/// All events of a kind.
fn events_of(kind: Kind) -> String {
    format!("{}_events", name(kind.code()))
}

fn policy(called: &str) -> String {
    format!("policy_{}", name(called))
}

/// What an event says, without the noun.
fn verb(kind: Kind, event: &'static str) -> &'static str {
    let verb = event.strip_prefix(kind.code()).and_then(|rest| rest.strip_prefix('-'));
    verb.unwrap_or(event)
}

/// A name as the diagram can take it.
fn name(text: &str) -> String {
    text.replace('-', "_")
}

//! Why something about an enterprise is so: the events from which it follows, drawn and told.

use actix_web::HttpResponse;
use askama::Template;
use fugong_core::shanghai_day;
use fugong_domain::{Kind, rights::Rule};
use serde::Deserialize;
use serde_json::Value;

use super::super::{
    frame::{Frame, Here, answer},
    visitor::Visitor,
    words::EnterpriseWords,
};
use super::{
    Record,
    graph::{Graph, Node, graph},
    record, story,
    story::{Story, Told},
};
use crate::{
    path::encoded,
    problem::{Language, Problem},
};

/// The most facts of which the way to their reasons is shown.
const FACTS: usize = 24;

#[derive(Template)]
#[template(path = "console/why.html")]
struct Page<'a> {
    frame: Frame<'a>,
    e: &'static EnterpriseWords,
    name: String,
    back: String,
    facts: Vec<(String, String)>,
    /// What stands where.
    stands: Vec<(String, String)>,
    grounds: Vec<Line>,
    graph: Option<Graph>,
    is_known_then: bool,
    position: String,
}

/// An event from which it follows.
struct Line {
    position: String,
    sentence: String,
    to: String,
    rests_on: Vec<(String, String)>,
    rules: Option<String>,
}

/// The reasons, as the look tells them.
#[derive(Deserialize)]
struct Why {
    fact: Fact,
    events: Vec<Ground>,
    position: String,
}

#[derive(Deserialize)]
struct Fact {
    kind: String,
    id: String,
    stands: Vec<Stands>,
}

#[derive(Deserialize)]
struct Stands {
    label: String,
    value: Value,
    value_label: Option<String>,
}

#[derive(Deserialize)]
struct Ground {
    event: Told,
    rests_on: Vec<String>,
    rules: Vec<String>,
    rules_version: Option<String>,
}

/// The page.
///
/// # Errors
///
/// What the API answers with.
pub(in crate::console) async fn page(
    visitor: &Visitor,
    here: &Here,
    code: &str,
) -> Result<HttpResponse, Problem> {
    let e = EnterpriseWords::of(here.language);
    let told = story::read(visitor, code).await?;
    let story = Story::of(here, &told, 0);
    let facts = facts(here, code, story.upto_here(&told));
    let moment = story.moment();
    let record: Record = record(visitor, code, moment.as_ref()).await?;
    let mut query: Vec<(&str, &str)> =
        here.asks("fact").map(|fact| ("fact", fact)).into_iter().collect();
    // Of the world's day the reasons know nothing: what was known is all that counts.
    let known = moment.as_ref().map(story::Moment::query).unwrap_or_default();
    query.extend(known.into_iter().filter(|(name, _)| *name != "true_on"));
    let why = match visitor.ask::<Why>("read_enterprise_why", &[("uscc", code)], &query).await {
        // Its enterprise was found: it is the fact of which there is nothing to be told.
        Err(problem) if problem.code == "NOT_FOUND" => None,
        why => Some(why?),
    };
    let is_known_then = moment.is_some();
    let (stands, graph, position) = match &why {
        None => (Vec::new(), None, String::new()),
        Some(why) => (stands(here, &why.fact), drawn(here, why), why.position.clone()),
    };
    let page = Page {
        frame: Frame::of(visitor, here, e.why).await?,
        name: record.called(),
        back: here.beside(&format!("/enterprises/{}", encoded(code)), &[]),
        facts,
        stands,
        grounds: why.map(|why| lines(here, &why.events)).unwrap_or_default(),
        graph,
        is_known_then,
        position,
        e,
    };
    answer(here, 200, &page)
}

/// The facts of which the reasons can be asked, the latest first: of each thing that anything
/// happened to.
pub(super) fn facts(here: &Here, code: &str, told: &[Told]) -> Vec<(String, String)> {
    let mut known: Vec<(String, String)> = Vec::new();
    for told in told {
        let flag = told.data.get("flag").and_then(Value::as_u64);
        let fact = match (told.aggregate_type.as_str(), flag) {
            ("credit", Some(number)) => format!("flag/{}.{number}", told.aggregate_id),
            (kind, _) => format!("{kind}/{}", told.aggregate_id),
        };
        if known.iter().any(|(other, _)| *other == fact) {
            continue;
        }
        let called = kind(here, &told.aggregate_type);
        // Of some kinds there are many: they are told apart by their first day.
        let many =
            !["enterprise", "resumption", "plan", "posting"].contains(&&*told.aggregate_type);
        let called =
            if many { format!("{called} {}", shanghai_day(told.recorded_at)) } else { called };
        known.push((fact, called));
    }
    known.reverse();
    let page = format!("/enterprises/{}/why", encoded(code));
    let to = |(fact, called): (String, String)| {
        let to = here.beside(&page, &[("fact", &fact)]);
        (called, to)
    };
    known.into_iter().take(FACTS).map(to).collect()
}

/// What a kind of aggregate is called.
pub(in crate::console) fn kind(here: &Here, code: &str) -> String {
    match (here.language, Kind::from_code(code)) {
        (Language::Chinese, Some(kind)) => kind.about().label_zh.to_owned(),
        (Language::Chinese | Language::English, _) => code.replace('-', " "),
    }
}

fn stands(here: &Here, fact: &Fact) -> Vec<(String, String)> {
    let told = |it: &Stands| {
        let value = match (&it.value_label, &it.value) {
            (Some(label), _) => label.clone(),
            (None, Value::String(text)) => text.clone(),
            (None, Value::Bool(yes)) => {
                if *yes { here.words.yes } else { here.words.no }.to_owned()
            }
            (None, Value::Null) => here.words.none.to_owned(),
            // What is large is told by its events.
            (None, Value::Number(number)) => number.to_string(),
            (None, Value::Array(items)) => items.len().to_string(),
            (None, Value::Object(members)) => {
                let plain = members.values().filter_map(Value::as_str);
                plain.collect::<Vec<_>>().join("；")
            }
        };
        (it.label.clone(), value)
    };
    let told: Vec<_> = fact.stands.iter().map(told).collect();
    std::iter::once((kind(here, &fact.kind), fact.id.clone())).chain(told).collect()
}

fn lines(here: &Here, grounds: &[Ground]) -> Vec<Line> {
    let page = |position: &String| {
        let found = grounds.iter().find(|ground| ground.event.position == *position);
        found.map(|ground| here.event(&ground.event.event_id)).unwrap_or_default()
    };
    let line = |ground: &Ground| {
        let rules = ground.rules.iter().map(|rule| called(rule)).collect::<Vec<_>>().join("、");
        Line {
            position: ground.event.position.clone(),
            sentence: ground.event.sentence.clone(),
            to: here.event(&ground.event.event_id),
            rests_on: ground.rests_on.iter().map(|on| (on.clone(), page(on))).collect(),
            rules: ground.rules_version.as_ref().map(|version| {
                if rules.is_empty() { version.clone() } else { format!("{version}（{rules}）") }
            }),
        }
    };
    grounds.iter().map(line).collect()
}

/// What a rule of rights says; other rules have names that are data.
fn called(rule: &str) -> &str {
    match Rule::of(rule) {
        Some(rule) => rule.label_zh(),
        None => rule,
    }
}

fn drawn(here: &Here, why: &Why) -> Option<Graph> {
    let node = |ground: &Ground| Node {
        id: ground.event.position.clone(),
        head: format!("{} · {}", ground.event.position, shanghai_day(ground.event.recorded_at)),
        text: what(&ground.event.sentence).to_owned(),
        rests_on: ground.rests_on.clone(),
        is_own: ground.event.aggregate_type == why.fact.kind
            && ground.event.aggregate_id == why.fact.id,
    };
    let nodes: Vec<_> = why.events.iter().map(node).collect();
    let fact = stands(here, &why.fact);
    let said = fact.iter().skip(1).map(|(label, value)| {
        if value.is_empty() { label.clone() } else { format!("{label}：{value}") }
    });
    let said = said.collect::<Vec<_>>().join("；");
    let head = fact.first().map(|(kind, _)| kind.clone()).unwrap_or_default();
    graph(nodes, (&head, &said))
}

/// The part of a sentence that says what happened, without when and by whom.
fn what(sentence: &str) -> &str {
    let rest = sentence.split_once('，').map_or(sentence, |(_, rest)| rest);
    let rest = rest.split_once('）').map_or(rest, |(_, what)| what);
    rest.trim_end_matches('。')
}

#[cfg(test)]
mod tests {
    use super::what;

    #[test]
    fn a_sentence_is_cut_to_what_happened() {
        let told = "2020-02-28 10:00，区应急局（deng）依据黔应急〔2020〕8号，责令限期整改。";
        assert_eq!(what(told), "依据黔应急〔2020〕8号，责令限期整改");
        assert_eq!(what("2020-02-28，（系统）逾期未报告整改。"), "逾期未报告整改");
        assert_eq!(what("report-defined"), "report-defined");
    }
}

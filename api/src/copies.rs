//! A person's own copy (查阅、复制, 个人信息保护法 art. 45): everything that is stored about him.
//!
//! It holds each event in which words are sealed under his pseudonym, which names him by it, or
//! which he made happen. His words are opened, also where their use is restricted, which is his
//! right; the words about others stay closed.

use std::slice;

use chrono::{DateTime, Utc};
use fugong_core::{Personal, Position, Recorded, Unsealed, keys, shanghai_time};
use fugong_domain::{
    Principal, SubjectId,
    act::REGIME,
    data_subject::DataSubject,
    regime::Regime,
    rights::{self, Action, Matter, Resource},
    township::Units,
};
use fugong_engine::Filter;
use serde_json::{Value, json};

use crate::{
    desk::{Desk, trouble},
    event,
    perform::inner,
    problem::Problem,
    record::typed,
    sight,
    timeline::said,
    veil::Veil,
};

/// How many events are read at a time.
const BATCH: usize = 1_000;

/// What members with words about persons are called.
const CALLED: [(&str, &str); 25] = [
    ("basis", "依据"),
    ("concurrent_reason", "兼驻原因"),
    ("difficulties", "困难"),
    ("emergency", "应急部分"),
    ("facts", "情况"),
    ("from", "来自"),
    ("grounds", "理由"),
    ("how", "方式"),
    ("items", "事项"),
    ("measures", "措施"),
    ("name", "姓名"),
    ("note", "备注"),
    ("notes", "记事"),
    ("outcome", "处理结果"),
    ("phone", "联系电话"),
    ("place", "地点"),
    ("points", "要点"),
    ("production_plan", "生产经营计划"),
    ("purpose", "用途"),
    ("reason", "理由"),
    ("responsible", "责任人"),
    ("site", "联系人"),
    ("step", "步骤"),
    ("summary", "摘要"),
    ("text", "内容"),
];

/// Everything that is stored about a subject.
#[derive(Debug, Clone)]
pub struct Copy {
    subject: SubjectId,
    stands: DataSubject,
    items: Vec<Item>,
    position: Position,
    made_at: DateTime<Utc>,
}

/// An event about him.
#[derive(Debug, Clone)]
struct Item {
    shown: Value,
    sentence: String,
    /// His words in it, each by what it is called.
    words: Vec<(&'static str, String)>,
}

/// Whether the unit of `who` holds the words of a subject.
fn holds(who: &Principal, stands: &DataSubject, units: &Units) -> bool {
    stands.hold().is_some_and(|hold| {
        let hands = slice::from_ref(&hold.by);
        let matter = Resource::Matter { of: Matter::Hold, hands, against: None, units };
        rights::allows(who, Action::OpenDealings, &matter).allowed
    })
}

impl Copy {
    /// The copy of `subject`, for himself, for the commission, which hands it out, and for the unit
    /// that holds his words.
    ///
    /// # Errors
    ///
    /// `ROLE_NOT_ALLOWED` for anybody else, `NOT_FOUND` when nothing is stored about him.
    pub async fn of(desk: &Desk, subject: &SubjectId, who: &Principal) -> Result<Self, Problem> {
        let log = desk.log();
        let (stands, _) = typed::<DataSubject>(desk, subject.as_str(), None).await?;
        let units = sight::units(desk).await?;
        let asks = Resource::Person(subject.as_str());
        let decision = rights::allows(who, Action::CopyWords, &asks);
        if !decision.allowed && !holds(who, &stands, &units) {
            let why = "a copy is for the person himself, the commission, and who holds the words";
            return Err(Problem::new("ROLE_NOT_ALLOWED", why).by(decision.rule));
        }
        // Why his words are held or restricted is sealed apart from them.
        let names = [subject.to_string(), format!("text:{subject}")];
        let (regime, _) = typed::<Regime>(desk, REGIME, None).await?;
        let (position, veil) = (log.head(), Veil::of(desk, who).await?);
        let (mut items, mut after) = (Vec::new(), Position::START);
        let filter = Filter { upto: Some(position), ..Filter::default() };
        loop {
            let mut events = log.events(after, BATCH, &filter).await.map_err(trouble)?;
            let Some(last) = events.last().map(|event| event.position) else { break };
            after = last;
            events.retain(|event| is_about(event, &names));
            for event in veil.all(events).await? {
                items.push(Item {
                    shown: event::copied(desk, &event, &names),
                    sentence: said(&event, &regime),
                    words: words(desk, &event, &names),
                });
            }
        }
        if items.is_empty() {
            return Err(Problem::absent(format!("word about {subject}")));
        }
        Ok(Self { subject: subject.clone(), stands, items, position, made_at: log.now() })
    }

    /// The same as JSON.
    pub fn json(&self) -> Value {
        let item = |Item { shown, sentence, .. }: &Item| {
            let mut shown = shown.clone();
            if let Value::Object(members) = &mut shown {
                members.insert("sentence".to_owned(), json!(sentence));
            }
            shown
        };
        json!({
            "id": self.subject,
            "state": self.stands,
            "items": self.items.iter().map(item).collect::<Vec<_>>(),
            "position": self.position.to_string(),
        })
    }

    /// The same for the person to read, in Chinese.
    pub fn text(&self) -> String {
        let at = shanghai_time(self.made_at).format("%Y-%m-%d %H:%M");
        let mut lines = vec![
            "个人信息查阅、复制件（《中华人民共和国个人信息保护法》第四十五条）".to_owned(),
            format!("个人信息主体：{}", self.subject),
            format!("处理状态：{}", state(&self.stands)),
            format!("截至：{at}，第{}号事件，共{}条记录", self.position, self.items.len()),
        ];
        for (n, Item { sentence, words, .. }) in (1..).zip(&self.items) {
            lines.push(format!("\n{n}. {sentence}"));
            lines.extend(words.iter().map(|(called, text)| format!("   {called}：{text}")));
        }
        lines.push(String::new());
        lines.join("\n")
    }

    /// Where it ends.
    pub fn position(&self) -> Position {
        self.position
    }
}

/// Whether anything is stored about `subject`. That there is a key for him says little: an act that
/// was cut off, or refused by an older program, left one too. What he is, or what the words speak of, is found by its id; the words that
/// are under no such id, such as a remark of somebody who opened something, in the whole log.
pub(crate) async fn is_known(desk: &Desk, subject: &SubjectId) -> Result<bool, Problem> {
    let log = desk.log();
    if !log.knows(subject.as_str()).await.map_err(trouble)? {
        return Ok(false);
    }
    let id = subject.as_str();
    let ids = Some(vec![id.strip_prefix("text:").unwrap_or(id).to_owned()]);
    let by_id = Filter { ids, ..Filter::default() };
    if !log.events(Position::START, 1, &by_id).await.map_err(trouble)?.is_empty() {
        return Ok(true);
    }
    let (names, all) = ([id.to_owned(), format!("text:{id}")], Filter::default());
    let mut after = Position::START;
    loop {
        let events = log.events(after, BATCH, &all).await.map_err(trouble)?;
        let Some(last) = events.last() else { return Ok(false) };
        if events.iter().any(|event| is_about(event, &names)) {
            return Ok(true);
        }
        after = last.position;
    }
}

fn state(stands: &DataSubject) -> String {
    let restricted = |since| format!("自{since}起限制处理，仅予存储");
    match stands {
        DataSubject::InUse => "正常使用".to_owned(),
        DataSubject::Restricted(it) => restricted(it.since),
        DataSubject::Held { hold, restriction } => {
            let held = format!("自{}起依法保存，暂不删除", hold.since);
            match restriction {
                Some(it) => format!("{held}；{}", restricted(it.since)),
                None => held,
            }
        }
        DataSubject::Erased { on } => format!("已于{on}删除"),
    }
}

/// Whether an event has words sealed under one of these names, names him, or was his doing.
fn is_about(event: &Recorded, names: &[String; 2]) -> bool {
    let [subject, _] = names;
    let said = |text: &str| names.iter().any(|name| text.contains(&format!("{name:?}")));
    *event.aggregate_id == **subject
        || event.meta(keys::ACTOR_ID) == Some(subject)
        || said(&event.payload)
        || event.meta(keys::NOTE).is_some_and(said)
}

/// His words in an event, each by what it is called.
fn words(desk: &Desk, event: &Recorded, names: &[String]) -> Vec<(&'static str, String)> {
    let mut found = Vec::new();
    let payload: Value = serde_json::from_str(&event.payload).unwrap_or_default();
    gather(desk, "text", inner(&payload).unwrap_or(&payload), names, &mut found);
    let note = event.meta(keys::NOTE).and_then(|note| serde_json::from_str(note).ok());
    gather(desk, "note", &note.unwrap_or_default(), names, &mut found);
    found
}

fn gather(
    desk: &Desk,
    name: &str,
    value: &Value,
    names: &[String],
    found: &mut Vec<(&'static str, String)>,
) {
    if let Ok(sealed) = serde_json::from_value::<Personal>(value.clone()) {
        if names.contains(&sealed.subject) {
            let called = CALLED.iter().find(|(known, _)| *known == name);
            let text = match desk.log().open_restricted(&sealed) {
                Ok(Unsealed::Value(text)) => text,
                Ok(Unsealed::Erased) => "（已删除）".to_owned(),
                Ok(Unsealed::Restricted) => "（已限制处理）".to_owned(),
                Err(_) => "（密钥缺失）".to_owned(),
            };
            found.push((called.map_or("内容", |(_, zh)| zh), text));
        }
        return;
    }
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                gather(desk, name, value, names, found);
            }
        }
        Value::Array(values) => {
            for value in values {
                gather(desk, name, value, names, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

//! The words that are kept of a person: erased, held, restricted, handed out.

use fugong_api::{Answer, Copy, Desk, IfMatch, Request, principal};
use fugong_domain::{Principal, SubjectId};
use serde_json::{Map, Value};

use crate::{
    args::{Asked, CopyFormat, Database, Erase, Person},
    database::{self, Access},
    failure::Failure,
    print::say,
};

/// Erases.
pub(crate) async fn erase(args: Erase) -> Result<(), Failure> {
    ask(&args.subject, "erasures", vec![("basis", Some(args.basis))], args.asked).await
}

/// Does the rest.
pub(crate) async fn run(what: Person) -> Result<(), Failure> {
    match what {
        Person::Copy { subject, who, format, database } => {
            copy(&subject, &who, format, &database).await
        }
        Person::Hold { subject, ground, reason, until, asked } => {
            let until = until.map(|day| day.to_string());
            let body = vec![("ground", Some(ground)), ("reason", Some(reason)), ("until", until)];
            ask(&subject, "holds", body, asked).await
        }
        Person::Release { subject, reason, asked } => {
            ask(&subject, "releases", vec![("reason", Some(reason))], asked).await
        }
        Person::Restrict { subject, ground, reason, asked } => {
            let body = vec![("ground", Some(ground)), ("reason", Some(reason))];
            ask(&subject, "restrictions", body, asked).await
        }
        Person::Unrestrict { subject, reason, asked } => {
            ask(&subject, "restriction-ends", vec![("reason", Some(reason))], asked).await
        }
    }
}

async fn copy(
    subject: &str,
    who: &str,
    format: CopyFormat,
    database: &Database,
) -> Result<(), Failure> {
    let (subject, who) = (parsed(subject)?, somebody(who)?);
    let desk = Desk::new(database::open(database, Access::Read).await?);
    let copy = Copy::of(&desk, &subject, &who).await?;
    match format {
        CopyFormat::Text => Ok(say(copy.text().trim_end())?),
        CopyFormat::Json => {
            Ok(say(&serde_json::to_string_pretty(&copy.json()).unwrap_or_default())?)
        }
    }
}

/// Asks for an act about the words of a subject, and says what was recorded.
async fn ask(
    subject: &str,
    what: &str,
    mut body: Vec<(&'static str, Option<String>)>,
    asked: Asked,
) -> Result<(), Failure> {
    let (subject, by) = (parsed(subject)?, somebody(&asked.who)?);
    body.push(("authority", asked.authority));
    let body = body.into_iter().filter_map(|(name, it)| Some((name.to_owned(), it?.into())));
    let body: Map<String, Value> = body.collect();
    let log = database::open(&asked.database, Access::Mend).await?;
    let request = Request {
        by,
        path: format!("/v1/data-subjects/{subject}/{what}"),
        key: asked.key.unwrap_or_else(|| log.new_id().to_string()),
        if_match: IfMatch::Absent,
        body: Value::Object(body).to_string(),
    };
    let answer = Desk::new(log.clone()).perform(request).await;
    log.close().await;
    recorded(&answer?)
}

/// Says what an act came to.
pub(crate) fn recorded(answer: &Answer) -> Result<(), Failure> {
    let at = &answer.receipt.position;
    match (answer.receipt.events.first(), answer.replayed) {
        (None, _) => Ok(say("没有变化：已是如此。")?),
        (Some(event), false) => Ok(say(&format!("已记录：第{at}号事件，{}。", event.r#type))?),
        (Some(event), true) => Ok(say(&format!("此前已记录：第{at}号事件，{}。", event.r#type))?),
    }
}

fn parsed(subject: &str) -> Result<SubjectId, Failure> {
    subject.parse().map_err(|why: fugong_domain::InvalidId| Failure::Usage(why.to_string()))
}

/// Somebody as the command line names him.
pub(crate) fn somebody(text: &str) -> Result<Principal, Failure> {
    let nobody = || {
        Failure::Usage(format!(
            "{text:?} is nobody; write actor:unit:role, such as zhang:eic:commission"
        ))
    };
    principal(text).ok_or_else(nobody)
}

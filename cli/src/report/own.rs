//! `fugong report save` and `withdraw`: definitions that are kept in the log.

use fugong_api::{Desk, IfMatch, Problem, Request, reports::checked};
use serde_json::{Value, json};

use super::{read, shown, stem, wrong};
use crate::{
    args::{Asked, SaveReport},
    database::{self, Access},
    failure::Failure,
    persons::{recorded, somebody},
};

/// Keeps the definition in a file, once nothing is wrong with it.
pub(super) async fn save(args: SaveReport) -> Result<(), Failure> {
    let text = read(&args.file)?;
    checked(&text, true).map_err(|found| wrong(&shown(&args.file), &found))?;
    let id = args.id.unwrap_or_else(|| stem(&args.file));
    let body = json!({"definition": text, "instead_of_ready": args.instead_of_ready});
    let if_match = args.replaces.map_or(IfMatch::Absent, IfMatch::Version);
    ask((&id, ""), body, if_match, args.asked).await
}

/// Runs a report no more, whatever its version.
pub(super) async fn withdraw(id: &str, reason: String, asked: Asked) -> Result<(), Failure> {
    ask((id, "/withdrawals"), json!({"reason": reason}), IfMatch::Current, asked).await
}

async fn ask(
    (id, what): (&str, &str),
    mut body: Value,
    if_match: IfMatch,
    asked: Asked,
) -> Result<(), Failure> {
    let by = somebody(&asked.who)?;
    if let (Some(authority), Value::Object(members)) = (asked.authority, &mut body) {
        members.insert("authority".to_owned(), authority.into());
    }
    let log = database::open(&asked.database, Access::Mend).await?;
    let request = Request {
        by,
        path: format!("/v1/reports/{id}{what}"),
        key: asked.key.unwrap_or_else(|| log.new_id().to_string()),
        if_match,
        body: body.to_string(),
    };
    let answer = Desk::new(log.clone()).perform(request).await;
    log.close().await;
    recorded(&answer.map_err(|problem| refused(id, problem))?)
}

/// Who writes here names the version by an option, not by a header.
fn refused(id: &str, problem: Problem) -> Failure {
    let version = problem.about.version.map(|version| version.to_string()).unwrap_or_default();
    let option = format!("看过之后用 --replaces {version} 代替它");
    match problem.code() {
        "IF_MATCH_REQUIRED" => {
            Failure::Refused(format!("报表「{id}」已经保存过，现为第 {version} 版；{option}。"))
        }
        "VERSION_CONFLICT" => {
            Failure::Refused(format!("报表「{id}」现为第 {version} 版；{option}。"))
        }
        "INVALID_FIELD" if problem.detail().starts_with("/instead_of_ready") => {
            let why =
                "是随程序提供的报表；确要代替它，请加 --instead-of-ready，否则请用 --id 另取名称";
            Failure::Usage(format!("「{id}」{why}。"))
        }
        _ => problem.into(),
    }
}

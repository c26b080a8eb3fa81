//! `fugong replay`: the history looked back at. Nothing is written.

use std::io::{BufRead, IsTerminal, Write, stdin, stdout};

use fugong_api::{Desk, History, Moment, Otherwise, Step, Treated, Whose};
use fugong_core::Position;
use fugong_engine::{Log, Loop};
use serde_json::{Value, json};

use crate::{
    args::{Database, Form, Known, Replay, Rules, WhatIf, Why},
    database::{self, Access},
    failure::Failure,
    moment,
    print::say,
};

/// How many sentences are read at a time.
const PAGE: usize = 500;

/// Does what is asked.
pub(crate) async fn run(what: Replay) -> Result<(), Failure> {
    match what {
        Replay::Timeline { whose, known } => timeline(&whose, &known).await,
        Replay::AsOf { whose, known } => as_of(&whose, &known).await,
        Replay::Diff { whose, from, known } => diff(&whose, &from, &known).await,
        Replay::Step { whose, after, known } => step(&whose, Position(after), &known).await,
        Replay::Why(args) => why(&args).await,
        Replay::Verify { database } => verify(&database).await,
        Replay::WhatIf(args) => what_if(&args).await,
    }
}

async fn opened(database: &Database) -> Result<Desk, Failure> {
    let log: Log = database::open(database, Access::Read).await?;
    Ok(Desk::new(log))
}

/// What is looked back at, and the log in which.
async fn looked_at(whose: &str, database: &Database) -> Result<(Whose, Desk), Failure> {
    let named = whose.parse();
    let named = named.map_err(|why: fugong_api::UnknownWhose| Failure::Usage(why.to_string()))?;
    let desk = opened(database).await?;
    let district = desk.log().id().to_string();
    match whose.strip_prefix("district/") {
        Some(other) if other != district => {
            Err(Failure::Usage(format!("{whose}：这里是 {district} 的日志")))
        }
        Some(_) | None => Ok((named, desk)),
    }
}

fn nothing(whose: &Whose, moment: Moment) -> Failure {
    Failure::Refused(format!("到日志第 {} 号事件，{whose} 没有任何记录。", moment.known))
}

/// The moment that is asked for.
async fn asked(history: &History<'_>, known: &Known) -> Result<Moment, Failure> {
    let now = history.now();
    Ok(Moment {
        known: match &known.at {
            Some(text) => {
                let known = history.known_by(text).await;
                known.map_err(|why| moment::unknown("--known", text, now.known, why))?
            }
            None => now.known,
        },
        true_on: known.true_on.unwrap_or(now.true_on),
    })
}

async fn timeline(whose: &str, known: &Known) -> Result<(), Failure> {
    let (whose, desk) = looked_at(whose, &known.database).await?;
    let history = History::of(&desk);
    let moment = asked(&history, known).await?;
    let (mut after, mut any) = (Some(Position::START), false);
    while let Some(from) = after {
        let (told, more) = history.timeline(&whose, from, moment, PAGE).await?;
        any |= !told.is_empty();
        for told in &told {
            say(&format!("[{}] {}", told.event.position, told.sentence))?;
        }
        after = more;
    }
    if any { Ok(()) } else { Err(nothing(&whose, moment)) }
}

async fn as_of(whose: &str, known: &Known) -> Result<(), Failure> {
    let (whose, desk) = looked_at(whose, &known.database).await?;
    let history = History::of(&desk);
    let moment = asked(&history, known).await?;
    let state = history.as_of(&whose, moment).await?;
    if state.is_null() {
        return Err(nothing(&whose, moment));
    }
    pretty(&json!({
        "of": whose.to_string(),
        "position": moment.known.to_string(),
        "true_on": moment.true_on,
        "state": history.opened(state),
    }))
}

async fn diff(whose: &str, from: &str, known: &Known) -> Result<(), Failure> {
    let (whose, desk) = looked_at(whose, &known.database).await?;
    let history = History::of(&desk);
    let to = asked(&history, known).await?;
    let head = history.now().known;
    let known = history.known_by(from).await;
    let from = known.map_err(|why| moment::unknown("--from", from, head, why))?;
    let changes = history.diff(&whose, (from, to.known), to.true_on).await?;
    pretty(&json!({
        "of": whose.to_string(),
        "from": from.to_string(),
        "position": to.known.to_string(),
        "true_on": to.true_on,
        "changes": history.opened(changes),
    }))
}

async fn step(whose: &str, after: Position, known: &Known) -> Result<(), Failure> {
    let (whose, desk) = looked_at(whose, &known.database).await?;
    let history = History::of(&desk);
    let moment = asked(&history, known).await?;
    // Before each event that was shown lies one of these.
    let (mut behind, mut at) = (vec![after], after);
    let asks = stdin().is_terminal();
    loop {
        let (steps, _) = history.steps(&whose, at, moment, 1).await?;
        match steps.into_iter().next() {
            None => say("（没有更多事件）")?,
            Some(step) => {
                at = step.told.event.position;
                show(&history, step)?;
            }
        }
        if asks {
            write!(stdout(), "回车下一步，b 上一步，数字跳转，q 结束：")?;
            stdout().flush()?;
        }
        let mut line = String::new();
        if stdin().lock().read_line(&mut line)? == 0 {
            return Ok(());
        }
        match line.trim() {
            "" | "n" => behind.push(at),
            "b" => {
                behind.pop();
                at = behind.last().copied().unwrap_or(after);
            }
            "q" => return Ok(()),
            text => {
                let wrong = format!("{text:?}：请按回车，或输入 b、q 或一个位置");
                if let Ok(position) = text.parse::<u64>() {
                    at = Position(position.saturating_sub(1));
                    behind.push(at);
                } else if asks {
                    // Whoever mistyped is shown where he is.
                    say(&wrong)?;
                    at = behind.last().copied().unwrap_or(after);
                } else {
                    return Err(Failure::Usage(wrong));
                }
            }
        }
    }
}

fn show(history: &History<'_>, step: Step) -> Result<(), Failure> {
    say(&format!("[{}] {}", step.told.event.position, step.told.sentence))?;
    for (label, value) in [("事前", step.before), ("事后", step.after), ("变化", step.changes)]
    {
        say(&format!("{label}：{}", history.opened(value)))?;
    }
    Ok(())
}

async fn why(args: &Why) -> Result<(), Failure> {
    let place = args
        .fact
        .parse()
        .map_err(|why: fugong_api::UnknownPlace| Failure::Usage(why.to_string()))?;
    let desk = opened(&args.known.database).await?;
    let history = History::of(&desk);
    let moment = asked(&history, &args.known).await?;
    let why = history.why(&place, moment.known).await?;
    match args.format {
        Form::Text => Ok(say(why.text().trim_end())?),
        Form::Mermaid => Ok(say(why.mermaid().trim_end())?),
        Form::Json => pretty(&history.opened(why.json())),
    }
}

async fn verify(database: &Database) -> Result<(), Failure> {
    let desk = opened(database).await?;
    let found = History::of(&desk).verify().await?;
    pretty(&found)?;
    if found.get("sound") == Some(&Value::Bool(true)) {
        return Ok(());
    }
    Err(Failure::Refused("历史与重新决定的结果不一致，见上。".to_owned()))
}

async fn what_if(args: &WhatIf) -> Result<(), Failure> {
    let text = std::fs::read_to_string(&args.rules).map_err(|why| {
        Failure::Unavailable(format!("{} cannot be read: {why}", args.rules.display()))
    })?;
    let wrong =
        |why: &dyn std::fmt::Display| Failure::Usage(format!("{}: {why}", args.rules.display()));
    let rules = Otherwise::parse(&text).map_err(|why| wrong(&why))?;
    let how = match args.how {
        Rules::Open => Loop::Open,
        Rules::Closed => Loop::Closed,
    };
    let desk = opened(&args.database).await?;
    let history = History::of(&desk);
    let found = history.what_if(&rules, how, desk.log().head()).await?;
    match args.format {
        Form::Json => pretty(&json!(found)),
        Form::Mermaid => Err(Failure::Usage("what-if is drawn by nobody: text or json".to_owned())),
        Form::Text => {
            let (were, would) = found.events;
            say(&format!("更改：{}", found.changed.join("、")))?;
            say(&format!("事件：原 {were} 个，将为 {would} 个"))?;
            if found.treated.is_empty() {
                return Ok(say("没有任何企业会受到不同对待。")?);
            }
            found.treated.iter().try_for_each(tell)
        }
    }
}

fn tell(treated: &Treated) -> Result<(), Failure> {
    let name = treated.name.as_deref().unwrap_or_default();
    say(&format!("\n{} {name}（因 {}）", treated.whom, treated.because.join("、")))?;
    for it in &treated.only_then {
        say(&format!("  不会发生：{it}"))?;
    }
    for it in &treated.only_otherwise {
        say(&format!("  将会发生：{it}"))?;
    }
    for it in &treated.refused {
        say(&format!("  将被拒绝：{it}"))?;
    }
    for it in &treated.differently {
        say(&format!("  原为：{}\n  将为：{}\n    {}", it.then, it.otherwise, it.changes))?;
    }
    Ok(())
}

fn pretty(value: &Value) -> Result<(), Failure> {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    Ok(say(&text)?)
}

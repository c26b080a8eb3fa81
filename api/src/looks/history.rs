//! The history replayed: how it stood, what happened, what changed, why it is so.

use fugong_core::Position;
use fugong_domain::Kind;
use serde_json::{Value, json};

use super::things::enterprise_of;
use crate::{
    desk::Desk,
    event,
    history::{Ground, History, Moment, Place, Step, Told, Whose},
    known,
    look::{
        AS_OF, AT_POSITION, Asked, CURSOR, Format, Found, LIMIT, Look, Page, Query, StandsOn,
        TRUE_ON, veiled,
    },
    problem::Problem,
    sight::{self, Reach},
    veil::{Stands, Veil},
};

const FROM: Query = ("from", "From what was known here: a position, an instant or a day");
const TO: Query = ("to", "To what was known here; now if absent");
const FORM: Query = ("format", "`text` or `mermaid` instead of `json`");

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
        query: &[AS_OF, AT_POSITION, TRUE_ON],
        formats: &[Format::Json],
        stands_on: StandsOn::Registers,
        roles: "whoever may see what it is about; the district and registers, the district's bodies",
        deed: None,
        run: state,
    }
}

pub(super) const LOOKS: &[Look] = &[
    look(
        "read_state",
        "/v1/history/{of}/{id}",
        "How it stood: what was true on a day, as known at a position",
        "HistoryState",
    ),
    Look {
        run: timeline,
        query: &[AS_OF, AT_POSITION, TRUE_ON, LIMIT, CURSOR],
        ..look(
            "read_history_timeline",
            "/v1/history/{of}/{id}/timeline",
            "What happened: a sentence for every event",
            "Timeline",
        )
    },
    Look {
        run: diff,
        query: &[FROM, TO, TRUE_ON],
        ..look(
            "read_diff",
            "/v1/history/{of}/{id}/diff",
            "What changed between two positions: a JSON Patch, or rows",
            "HistoryDiff",
        )
    },
    Look {
        run: steps,
        query: &[AS_OF, AT_POSITION, TRUE_ON, LIMIT, CURSOR],
        ..look(
            "list_steps",
            "/v1/history/{of}/{id}/steps",
            "Event by event: how it stood, what happened, how it stands",
            "StepList",
        )
    },
    Look {
        run: why,
        query: &[
            AS_OF,
            AT_POSITION,
            ("pointer", "A JSON pointer into its state; what matters most if absent"),
            FORM,
        ],
        ..look(
            "read_why",
            "/v1/history/{of}/{id}/why",
            "Why it is so: the fewest events from which it follows, with the rules that decided",
            "Why",
        )
    },
    Look {
        run: diff,
        query: &[FROM, TO, TRUE_ON],
        ..look(
            "read_enterprise_diff",
            "/v1/enterprises/{uscc}/diff",
            "What changed of an enterprise between two positions, as a JSON Patch",
            "HistoryDiff",
        )
    },
    Look {
        run: why,
        query: &[
            AS_OF,
            AT_POSITION,
            (
                "fact",
                "Such as flag/CODE.N, rectification/ID, resumption/CODE, or a kind with an id and \
                 a JSON pointer: credit/CODE#/flags/1/state; its entry in the list if absent",
            ),
            FORM,
        ],
        ..look(
            "read_enterprise_why",
            "/v1/enterprises/{uscc}/why",
            "Why something about an enterprise is so",
            "Why",
        )
    },
];

/// What is asked about.
async fn whose(desk: &Desk, asked: &Asked) -> Result<Whose, Problem> {
    let (of, id) = match asked.params.get("uscc") {
        Some(code) => ("enterprise", code.as_str()),
        None => (asked.param("of"), asked.param("id")),
    };
    if of == "district" && id != desk.code() {
        return Err(Problem::absent(format!("district {id}")));
    }
    let first = known::first_of(desk, id).await?;
    let text = format!("{of}/{}", first.as_deref().unwrap_or(id));
    text.parse().map_err(|_| Problem::absent(text))
}

/// The history as far as whoever asks may see it, and whether sealed words of it are opened.
async fn seen<'a>(
    desk: &'a Desk,
    asked: &Asked,
    whose: &Whose,
) -> Result<(History<'a>, bool), Problem> {
    let who = asked.who()?;
    let absent = || Problem::absent(whose);
    let mut kind = "";
    match whose {
        Whose::District | Whose::Register(_) => {
            let detail = "the district's bodies look back at registers and at the district";
            sight::check_whole(who, detail)?;
        }
        Whose::Enterprise(id) => sight::check(desk, who, id, None).await?,
        Whose::Thing(of, id) => {
            kind = of.code();
            if *of == Kind::Barrier {
                let stands = Veil::of(desk, who).await?.before(id).await?;
                if stands != Some(Stands::With) {
                    return Err(absent());
                }
            }
            let about = enterprise_of(desk, kind, id).await?;
            let seen = sight::check_thing(desk, who, (kind, about.as_ref())).await;
            seen.map_err(|problem| problem.instead(absent()))?;
        }
    }
    let history = History::of(desk);
    let all = sight::sees_small_figures(who);
    let history = if all { history } else { history.without_small_figures() };
    Ok((history, sight::opens(who, kind)))
}

async fn moment(desk: &Desk, asked: &Asked) -> Result<Moment, Problem> {
    let stand = asked.stand(desk).await?;
    Ok(Moment { known: stand.at.unwrap_or_else(|| desk.log().head()), true_on: stand.on })
}

fn state<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.caught_up(desk).await?;
        let whose = whose(desk, asked).await?;
        let (history, opens) = seen(desk, asked, &whose).await?;
        let moment = moment(desk, asked).await?;
        let state = history.as_of(&whose, moment).await?;
        if state.is_null() {
            return Err(Problem::absent(&whose));
        }
        let body = json!({
            "of": whose.to_string(),
            "position": moment.known.to_string(),
            "true_on": moment.true_on,
            "state": desk.opened(state, opens),
        });
        Ok(Page::json(moment.known, body))
    })
}

/// Where the page before ended.
fn after(asked: &Asked) -> Result<Position, Problem> {
    let wrong = || Problem::invalid("cursor", "send the next_cursor of an answer as it was");
    match asked.cursor()? {
        Some(text) => text.parse().map(Position).map_err(|_| wrong()),
        None => Ok(Position::START),
    }
}

fn timeline<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.caught_up(desk).await?;
        let (whose, limit, after) = (whose(desk, asked).await?, asked.limit()?, after(asked)?);
        let (history, _) = seen(desk, asked, &whose).await?;
        let moment = moment(desk, asked).await?;
        let (told, more) = history.timeline(&whose, after, moment, limit).await?;
        let veil = Veil::of(desk, asked.who()?).await?;
        let mut items = Vec::with_capacity(told.len());
        for told in told {
            items.extend(line(desk, asked, &veil, told).await?);
        }
        let next = more.map(|last| veiled(&last.to_string()));
        let position = moment.known.to_string();
        let rest = json!({"next_cursor": next, "position": position});
        Ok(Page::listed(moment.known, items, rest))
    })
}

/// An event with its sentence, as whoever asks may see it; none if it leads to who reported.
async fn line(
    desk: &Desk,
    asked: &Asked,
    veil: &Veil<'_>,
    told: Told,
) -> Result<Option<Value>, Problem> {
    let who = asked.who()?;
    let Some(event) = veil.over(told.event).await? else { return Ok(None) };
    let mut shown = event::shown(desk, &event, sight::opens(who, &event.aggregate_type));
    if let Value::Object(members) = &mut shown {
        members.insert("sentence".to_owned(), json!(told.sentence));
    }
    Ok(Some(shown))
}

fn diff<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.caught_up(desk).await?;
        let whose = whose(desk, asked).await?;
        let (history, opens) = seen(desk, asked, &whose).await?;
        let from = asked.position(desk, "from").await?;
        let from = from.ok_or_else(|| Problem::invalid("from", "say from where"))?;
        let to = asked.position(desk, "to").await?.unwrap_or_else(|| desk.log().head());
        let true_on = asked.day("true_on")?.unwrap_or_else(|| history.now().true_on);
        let changes = history.diff(&whose, (from, to), true_on).await?;
        let body = json!({
            "of": whose.to_string(),
            "from": from.to_string(),
            "position": to.to_string(),
            "true_on": true_on,
            "changes": desk.opened(changes, opens),
        });
        Ok(Page::json(to, body))
    })
}

fn steps<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.caught_up(desk).await?;
        let (whose, limit, after) = (whose(desk, asked).await?, asked.limit()?, after(asked)?);
        let (history, opens) = seen(desk, asked, &whose).await?;
        let moment = moment(desk, asked).await?;
        let (steps, more) = history.steps(&whose, after, moment, limit).await?;
        let veil = Veil::of(desk, asked.who()?).await?;
        let mut items = Vec::with_capacity(steps.len());
        for Step { told, before, after, changes } in steps {
            let Some(event) = line(desk, asked, &veil, told).await? else { continue };
            items.push(json!({
                "event": event,
                "before": desk.opened(before, opens),
                "after": desk.opened(after, opens),
                "changes": desk.opened(changes, opens),
            }));
        }
        let next = more.map(|last| veiled(&last.to_string()));
        let position = moment.known.to_string();
        let rest = json!({
            "next_cursor": next, "position": position, "true_on": moment.true_on,
        });
        Ok(Page::listed(moment.known, items, rest))
    })
}

fn why<'a>(desk: &'a Desk, asked: &'a Asked) -> Found<'a> {
    Box::pin(async move {
        asked.caught_up(desk).await?;
        let about = whose(desk, asked).await?;
        let text = match (asked.query("fact"), asked.query("pointer")) {
            (Some(fact), _) => fact.to_owned(),
            (None, Some(pointer)) => format!("{about}#{pointer}"),
            (None, None) => about.to_string(),
        };
        let place: Place = text.parse().map_err(|why| Problem::unfit("fact", why))?;
        // What it is about is looked at as if it were asked for itself.
        let thing = Whose::Thing(place.kind, place.id.clone());
        let (history, opens) = seen(desk, asked, &thing).await?;
        let moment = moment(desk, asked).await?;
        let why = history.why(&place, moment.known).await?;
        let whole = sight::reach(asked.who()?) == Reach::District;
        let veil = Veil::of(desk, asked.who()?).await?;
        let mut events = Vec::with_capacity(why.steps.len());
        let form = asked.query("format");
        if let Some(text) = form.filter(|form| *form != "json") {
            if !whole {
                return Err(Problem::invalid("format", "the district's bodies may ask for it"));
            }
            let text = match text {
                "text" => why.text(),
                "mermaid" => why.mermaid(),
                _ => return Err(Problem::invalid("format", "send json, text or mermaid")),
            };
            return Ok(Page::text(moment.known, "text/plain; charset=utf-8", text));
        }
        for Ground { told, rests_on, rules, rules_version } in why.steps {
            let rests_on: Vec<String> = rests_on.iter().map(ToString::to_string).collect();
            // Others' enterprises have no part in what one is told.
            if !whole && !may_see(desk, asked, &told).await? {
                continue;
            }
            if let Some(event) = line(desk, asked, &veil, told).await? {
                events.push(json!({
                    "event": event, "rests_on": rests_on,
                    "rules": rules, "rules_version": rules_version,
                }));
            }
        }
        let body = json!({
            "fact": desk.opened(json!(why.fact), opens),
            "events": events,
            "position": moment.known.to_string(),
        });
        Ok(Page::json(moment.known, body))
    })
}

async fn may_see(desk: &Desk, asked: &Asked, told: &Told) -> Result<bool, Problem> {
    let (kind, id) = (&*told.event.aggregate_type, &*told.event.aggregate_id);
    match enterprise_of(desk, kind, id).await? {
        Some(about) => Ok(sight::check(desk, asked.who()?, &about, None).await.is_ok()),
        None => Ok(kind == Kind::Regime.code()),
    }
}

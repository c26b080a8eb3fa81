//! What is asked of each operation: of one's own, of another's, and of what one's unit has in hand.

mod address;
mod alone;

use actix_web::http::Method;
use serde_json::{Value, json};

use super::{World, X, Y};
use crate::attachments::POINT;
use address::address;
pub(super) use address::operation;

const EIC: &str = "eic-xu:eic:commission";
/// A firm of the park that is ended, and one outside it.
const ENDED: [&str; 2] = ["91500114MAYY01168R", "91500114MAYY01184F"];
/// A firm of the park whose seats stay filled.
const FILLED: &str = "91500114MAYY010293";
/// What ends a firm, or what it was.
const ENDING: [&str; 4] =
    ["close_enterprise", "change_code", "set_enterprise_aside", "relocate_enterprise"];
/// What is done by whoever has a matter in hand.
const KINDS: [(&str, &str); 3] =
    [("support-cases", "support"), ("barrier-reports", "barrier"), ("control-measures", "measure")];

/// A request.
#[derive(Debug, Clone)]
pub(in crate::access) struct Target {
    /// The operation, where it matters.
    pub(super) operation: String,
    pub(super) method: Method,
    pub(super) path: String,
    pub(super) body: Option<Vec<u8>>,
    /// The firm for whom it is asked.
    pub(super) firm: String,
    /// What the answer shows if it shows this to him who asks.
    pub(super) shows: Option<String>,
}

/// What to try of an operation.
#[derive(Debug, Default)]
pub(super) struct Targets {
    /// It, where it is no matter of a firm or a unit.
    pub(super) plain: Option<Target>,
    /// Of one's own firm or area.
    pub(super) near: Option<Target>,
    /// Of another's.
    pub(super) far: Option<Target>,
    /// Of what one's unit has in hand, or one began, at another's.
    pub(super) hand: Option<Target>,
}

impl Target {
    pub(super) fn get(path: &str) -> Self {
        let (path, firm, operation) = (path.to_owned(), X.to_owned(), String::new());
        Self { operation, method: Method::GET, path, body: None, firm, shows: None }
    }

    pub(super) fn post(path: &str, body: &Value) -> Self {
        let body = Some(body.to_string().into_bytes());
        Self { method: Method::POST, body, ..Self::get(path) }
    }
}

/// An operation as the document has it, for somebody.
struct Asked<'a> {
    operation: &'a str,
    method: Method,
    path: String,
    body: Option<Value>,
    unit: &'a str,
}

impl Asked<'_> {
    /// It at this address, for a firm.
    fn at(&self, path: &str, firm: &str) -> Target {
        let body = self.body.as_ref().map(|body| body.to_string().into_bytes());
        let (method, firm) = (self.method.clone(), firm.to_owned());
        Target { operation: self.operation.to_owned(), method, body, firm, ..Target::get(path) }
    }

    /// The same with another body.
    fn with(&self, path: &str, firm: &str, body: &Value) -> Target {
        Target { body: Some(body.to_string().into_bytes()), ..self.at(path, firm) }
    }

    fn id(&self, id: &str) -> String {
        self.path.replace("{id}", id)
    }
}

/// The unit for which somebody of a role acts in these tests.
fn unit(role: &str) -> &'static str {
    match role {
        "enterprise" => X,
        "township" | "officer" => "500114004",
        "park" => "park-zy",
        "emergency" => "emb",
        "headquarters" => "hq",
        "department" => "hrss",
        _ => "eic",
    }
}

fn plain(target: Target) -> Targets {
    Targets { plain: Some(target), ..Targets::default() }
}

fn firms(near: Target, far: Target) -> Targets {
    Targets { near: Some(near), far: Some(far), ..Targets::default() }
}

impl World {
    pub(super) async fn targets(&mut self, name: &str, role: &str) -> Targets {
        let operation = name.split('#').next().unwrap();
        let (method, path, body) = address(operation);
        let asked = Asked { operation, method, path, body, unit: unit(role) };
        if let Some(found) = self.alone(&asked, name, role).await {
            return found;
        }
        if asked.path.contains("{act}") {
            return self.read_back(&asked, role);
        }
        if asked.path.contains("{seat}")
            || operation == "assign_officer"
            || operation == "log_visit"
        {
            return Self::seats(&asked);
        }
        if asked.path.contains("{uscc}") {
            return self.of_firms(&asked, role).await;
        }
        if let Some(kind) = asked.path.split('/').nth(2)
            && asked.path.contains("{id}")
        {
            return self.things(&asked, kind, role);
        }
        if asked.body.as_ref().is_some_and(|body| body["enterprise"].is_string()) {
            let of = |firm: &str| {
                let mut body = asked.body.clone().unwrap();
                body["enterprise"] = json!(firm);
                asked.with(&asked.path, firm, &body)
            };
            let far = Target { firm: X.to_owned(), ..of(Y) };
            return firms(of(X), far);
        }
        plain(asked.at(&asked.path, X))
    }

    /// Acts of the story, read back.
    fn read_back(&self, asked: &Asked<'_>, role: &str) -> Targets {
        let maker = asked.operation.strip_prefix("read_").unwrap();
        let made = self.done.iter().filter(|done| done.operation == maker);
        let mut found: Vec<_> =
            made.filter_map(|it| Some((it.location.clone()?, it.firm.clone()))).collect();
        assert!(!found.is_empty(), "the story has no {maker}");
        if maker.ends_with("_measure") {
            // One over an area; one at an enterprise is seen as that is.
            found.retain(|(_, firm)| firm.is_none());
        }
        self.pick(&found, role, |path, firm| Target { firm: firm.to_owned(), ..Target::get(path) })
    }

    /// Of several things that are found somewhere, one's own and another's.
    fn pick(
        &self,
        found: &[(String, Option<String>)],
        role: &str,
        at: impl Fn(&str, &str) -> Target,
    ) -> Targets {
        let firms: Vec<(&str, &str)> =
            found.iter().filter_map(|(path, firm)| Some((&**path, firm.as_deref()?))).collect();
        if firms.is_empty() {
            return plain(at(&found[0].0, X));
        }
        let in_park = |firm: &str| self.places.get(firm).is_some_and(|place| place.park);
        let near = firms.iter().find(|(_, firm)| in_park(firm));
        let outside = firms.iter().find(|(_, firm)| !in_park(firm));
        let near = near.or(if role == "park" { None } else { outside });
        // A park is another's where the thing is; everybody else is somebody of elsewhere.
        let far = if role == "park" {
            outside.map(|(path, firm)| at(path, firm))
        } else {
            let elsewhere = near.map_or(X, |(_, firm)| if *firm == Y { X } else { Y });
            near.or(outside).map(|(path, _)| at(path, elsewhere))
        };
        let near = near.map(|(path, firm)| at(path, firm));
        Targets { near, far, ..Targets::default() }
    }

    async fn of_firms(&mut self, asked: &Asked<'_>, role: &str) -> Targets {
        let [near, far] = if ENDING.contains(&asked.operation) { ENDED } else { [X, Y] };
        let query = if asked.operation == "read_enterprise_diff" { "?from=1" } else { "" };
        let at = |firm: &str| asked.path.replace("{uscc}", firm).replace("{n}", "1") + query;
        let mut body = asked.body.clone();
        if asked.operation == "join_listing" {
            let by = match role {
                "township" | "park" => self.who(role, X).unwrap(),
                _ => EIC.to_owned(),
            };
            let report = json!({"name": "示例作坊", "resumed_on": "2020-03-01"});
            let id = self.act(&by, "/v1/resumptions", &report).await;
            body = Some(json!({ "provisional_id": id }));
        }
        let of = |firm: &str| {
            let target = asked.at(&at(firm), near);
            Target { body: body.as_ref().map(|body| body.to_string().into_bytes()), ..target }
        };
        let mut targets = firms(of(near), of(far));
        if asked.operation == "guide_enterprise" {
            let lead = |firm: &str, lead| {
                asked.with(&at(firm), X, &json!({"points": ["错峰上下班"], "lead": lead}))
            };
            targets = firms(lead(X, "eic"), lead(Y, "emb"));
        }
        if asked.operation == "guide_enterprise" && role == "emergency" {
            // 采矿由区应急局指导: a mine is its own matter, a factory is not.
            (targets.hand, targets.far) = (targets.far, targets.near.take());
        }
        targets
    }

    /// A unit fills its own seats.
    fn seats(asked: &Asked<'_>) -> Targets {
        let plant = "91500114MAYY010886";
        let at = |firm: &str, seat: &str| {
            let path = asked.path.replace("{uscc}", firm).replace("{seat}", seat);
            let officer = match seat {
                "eic" => "OFF-02",
                "park" => "OFF-10",
                _ => "OFF-04",
            };
            let owner = match seat {
                "eic" => "eic",
                "park" => "park-zy",
                _ => "500114004",
            };
            let mut body = asked.body.clone().unwrap();
            for (name, value) in [("officer", officer), ("seat", seat), ("unit", owner)] {
                if body.get(name).is_some() {
                    body[name] = json!(value);
                }
            }
            asked.with(&path, X, &body)
        };
        let hand = match asked.unit {
            "park-zy" => at(X, "park"),
            "500114004" | X => at(X, "township"),
            _ => at(plant, "eic"),
        };
        // Seats that stay filled.
        let other = at(FILLED, if asked.unit == "park-zy" { "township" } else { "park" });
        if asked.operation == "log_visit" {
            let far = Target { firm: X.to_owned(), ..at(Y, "township") };
            return Targets { near: Some(other), far: Some(far), hand: Some(hand), plain: None };
        }
        Targets { far: Some(other), hand: Some(hand), ..Targets::default() }
    }

    fn things(&self, asked: &Asked<'_>, kind: &str, role: &str) -> Targets {
        if let Some((_, matter)) = KINDS.iter().find(|(path, _)| *path == kind) {
            if *matter == "measure" && asked.method == Method::GET {
                return plain(Target::get(
                    &asked.id(&self.matters[&("measure", "traffic".to_owned())]),
                ));
            }
            return self.hands(asked, matter);
        }
        match kind {
            "data-subjects" => match asked.operation {
                "release_data_subject" | "copy_data_subject" => {
                    let mut targets = self.hands(asked, "hold");
                    if role == "officer" && asked.operation == "copy_data_subject" {
                        targets.hand = Some(asked.at(&asked.id("OFF-05"), X));
                    }
                    targets
                }
                "read_data_subject" => plain(asked.at(&asked.id("OFF-10"), X)),
                _ => plain(asked.at(&asked.id("OFF-11"), X)),
            },
            "officers" if asked.method == Method::POST => {
                let own = match asked.unit {
                    "park-zy" => "OFF-10",
                    "500114004" => "OFF-04",
                    _ => "OFF-02",
                };
                let hand = Some(asked.at(&asked.id(own), X));
                Targets { hand, far: Some(asked.at(&asked.id("OFF-01"), X)), ..Targets::default() }
            }
            "officers" => plain(Target::get(&asked.id("OFF-05"))),
            "api-keys" | "webhooks" => {
                let act = if kind == "webhooks" { "create_webhook" } else { "issue_api_key" };
                let made = self.done.iter().find(|done| done.operation == act);
                let id = made.and_then(|done| done.location.clone()).unwrap();
                plain(asked.at(&asked.id(id.rsplit('/').next().unwrap()), X))
            }
            _ => {
                let begins = format!("/v1/{kind}/");
                let places = self.done.iter().flat_map(|done| {
                    [Some(&done.path), done.location.as_ref()]
                        .into_iter()
                        .flatten()
                        .map(|it| (it, &done.firm))
                });
                let found = places.filter(|(place, _)| place.starts_with(&begins));
                let found = found.map(|(place, firm)| {
                    (asked.id(place.split('/').nth(3).unwrap()), firm.clone())
                });
                let found: Vec<_> = found.collect();
                assert!(!found.is_empty(), "the story has no {kind}");
                self.pick(&found, role, |path, firm| asked.at(path, firm))
            }
        }
    }

    /// A matter in the hands of one's unit, of a stranger at one's own firm, and of one elsewhere.
    fn hands(&self, asked: &Asked<'_>, matter: &'static str) -> Targets {
        let is_other = asked.operation == "find_barrier_unfounded";
        let matter = if is_other { "unfounded" } else { matter };
        let of = |unit: &str| {
            let id = self.matters.get(&(matter, unit.to_owned()))?;
            Some(asked.at(&asked.id(id), X))
        };
        Targets { near: of(X), far: of("traffic"), hand: of(asked.unit), plain: None }
    }

    async fn event_of(&mut self, firm: &str) -> String {
        let events = Target::get(&format!("/v1/events?limit=1&enterprise={firm}"));
        let events = self.request(&events, Some(EIC)).await.json();
        events["items"][0]["event_id"].as_str().unwrap().to_owned()
    }

    /// A task of the inbox whose `member` is this; empty where there is none.
    async fn task(&mut self, member: &str, value: &str) -> String {
        let path = if member == "unit" {
            format!("/v1/tasks?limit=200&unit={value}")
        } else {
            "/v1/tasks?limit=200".to_owned()
        };
        let tasks = self.request(&Target::get(&path), Some(EIC)).await.json();
        let found = tasks["items"].as_array().unwrap().iter().find(|task| task[member] == value);
        found.map_or(String::new(), |task| task["task"].as_str().unwrap().to_owned())
    }

    /// A task in the inbox of somebody of this role, and the firm for which he asks.
    async fn own_task(&mut self, role: &str) -> Option<(String, String)> {
        if role != "enterprise" {
            let id = self.task("unit", unit(role)).await;
            return (!id.is_empty()).then(|| (id, X.to_owned()));
        }
        let list = Target::get("/v1/tasks?limit=200");
        let tasks = self.request(&list, Some(EIC)).await.json();
        let text = |task: &Value, name: &str| task[name].as_str().unwrap().to_owned();
        let mut own = tasks["items"].as_array().unwrap().iter();
        let own = own.find(|task| text(task, "unit").starts_with('9'))?;
        Some((text(own, "task"), text(own, "unit")))
    }

    /// What somebody began himself, and what somebody else did.
    async fn begun(&mut self, asked: &Asked<'_>, role: &str) -> Targets {
        let far = self.begin(asked, "other-xu:eic:reporter").await;
        let hand = match self.who(role, X) {
            Some(by) => Some(self.begin(asked, &by).await),
            None => None,
        };
        Targets { far: Some(far), hand, ..Targets::default() }
    }

    /// What is asked, of a report that somebody lets run.
    async fn begin(&mut self, asked: &Asked<'_>, by: &str) -> Target {
        let runs = Target::post("/v1/reports/r12/runs", &json!({"format": "csv"}));
        let begun = self.request(&runs, Some(by)).await;
        let location = Target::get(begun.header("location"));
        while self.request(&location, Some(by)).await.json()["state"] == "running" {
            tokio::task::yield_now().await;
        }
        asked.at(&asked.id(location.path.rsplit('/').next().unwrap()), X)
    }
}

/// A photograph to keep: one white point.
fn photograph() -> Target {
    let head = "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\
                Content-Type: image/png\r\n\r\n";
    let body = [head.as_bytes(), POINT, b"\r\n--x--\r\n"].concat();
    Target { method: Method::POST, body: Some(body), ..Target::get("/v1/attachments") }
}

/// A ledger of one row.
fn ledger() -> Target {
    let part = |name: &str, text: &str| {
        format!("--x\r\nContent-Disposition: form-data; {name}\r\n\r\n{text}\r\n")
    };
    let mapping =
        "name = \"m\"\nact = \"/v1/enterprises\"\nkey = [\"码\"]\n[columns]\n\"码\" = \"uscc\"";
    let file = part("name=\"file\"; filename=\"a.csv\"", "码\n91500114MAYY010106");
    let body = part("name=\"mapping\"", mapping) + &file + "--x--\r\n";
    Target { method: Method::POST, body: Some(body.into_bytes()), ..Target::get("/v1/imports") }
}

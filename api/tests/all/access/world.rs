//! The log of the whole story, with a matter in each unit's hands, and somebody of each role.

mod story;
mod targets;

use std::{collections::BTreeMap, fs};

use actix_http::Request as Raw;
use actix_web::{
    App, Error,
    body::BoxBody,
    dev::{Service, ServiceResponse},
    http::Method,
    test::{self, TestRequest},
};
use fugong_api::{Desk, Settings, Webhooks};
use fugong_fixtures::data;
use serde_json::{Value, json};

use super::table::Word;
use crate::rig::{District, Said, send};
use story::{Done, live};
use targets::{Target, Targets};

/// A firm of the park, in 500114004.
pub(super) const X: &str = "91500114MAYY010106";
/// A mine outside it, in 500114106.
pub(super) const Y: &str = "91500114MAYY01045Q";

/// What came of asking.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// Rights let him in, whatever else was said.
    In,
    /// His role may not, or nobody knows him.
    Turned,
    /// It is not his unit's.
    Foreign,
    /// There is no such thing for him.
    Hidden,
}

/// Where a firm lies.
#[derive(Debug, Clone, Default)]
pub(super) struct Place {
    pub(super) township: String,
    pub(super) park: bool,
}

pub(super) struct World {
    send: Box<dyn AsyncSend>,
    done: Vec<Done>,
    pub(super) places: BTreeMap<String, Place>,
    /// The thing in whose hands, by its kind and the unit.
    pub(super) matters: BTreeMap<(&'static str, String), String>,
    keys: u32,
    /// What was asked and answered last.
    pub(super) last: String,
    _district: District,
}

/// Sends a request to the app, whatever its type.
trait AsyncSend {
    fn send<'a>(
        &'a self,
        request: TestRequest,
    ) -> std::pin::Pin<Box<dyn Future<Output = Said> + 'a>>;
}

impl<S: Service<Raw, Response = ServiceResponse<BoxBody>, Error = Error>> AsyncSend for S {
    fn send<'a>(
        &'a self,
        request: TestRequest,
    ) -> std::pin::Pin<Box<dyn Future<Output = Said> + 'a>> {
        Box::pin(send(self, request))
    }
}

/// Reading comes before changing, and ending a thing last.
pub(super) fn turn(operation: &str) -> u8 {
    const LAST: [&str; 5] = [
        "cancel_operation",
        "close_enterprise",
        "change_code",
        "relocate_enterprise",
        "publish_rules",
    ];
    let reads = ["read_", "list_", "get_", "print_", "copy_"];
    if LAST.contains(&operation) {
        3
    } else if reads.iter().any(|begin| operation.starts_with(begin)) {
        1
    } else {
        2
    }
}

/// Acts that keep nothing hidden, and of which something else than their subject is not there.
const AFTER_RIGHTS: [&str; 4] =
    ["clear_hazard", "record_duty_outcome", "replay_delivery", "notify_flag_withdrawal"];

impl World {
    pub(super) async fn lived() -> Self {
        let lines: Vec<&str> = data::STORY.lines().collect();
        let first: Value = serde_json::from_str(lines[0]).unwrap();
        let district = District::sealed_at(first["at"].as_str().unwrap()).await;
        let done = live(&district, &lines).await;
        let desk = Desk::with(district.log.clone(), Settings { dev: true, ..Settings::default() });
        desk.send_to(webhooks()).unwrap();
        let configured = App::new().configure(|config| fugong_api::configure(config, desk));
        let app = test::init_service(configured).await;
        let mut world = Self {
            send: Box::new(app),
            done,
            places: BTreeMap::new(),
            matters: BTreeMap::new(),
            keys: 0,
            last: String::new(),
            _district: district,
        };
        world.look_at_firms().await;
        world.publish().await;
        world.give_matters().await;
        world
    }

    /// What somebody of this role may, as he finds it.
    pub(super) async fn tried(&mut self, name: &str, role: &str) -> Word {
        let Targets { plain, near, far, hand } = self.targets(name, role).await;
        if let Some(target) = plain {
            return match self.ask(&target, role).await {
                Outcome::In => Word::Yes,
                Outcome::Turned | Outcome::Foreign => Word::No,
                Outcome::Hidden => Word::Hidden,
            };
        }
        let (mut all, mut seen) = (Vec::new(), Vec::new());
        for target in [&near, &far, &hand] {
            let outcome = match target {
                Some(target) => Some(self.ask(target, role).await),
                None => None,
            };
            if let Some(outcome) = outcome {
                seen.push(format!("{outcome:?} {}", self.last));
            }
            all.push(outcome);
        }
        self.last = seen.join(" | ");
        let is_in = |outcome: &Option<Outcome>| *outcome == Some(Outcome::In);
        let turned = |outcome: &Option<Outcome>| outcome.is_none_or(|it| it == Outcome::Turned);
        if is_in(&all[1]) {
            Word::All
        } else if is_in(&all[0]) {
            Word::Own
        } else if is_in(&all[2]) {
            Word::Hand
        } else if all.iter().all(turned) {
            Word::No
        } else if role == "park" && near.is_none() && hand.is_none() {
            // The story knows it outside the park only, where he does not see it.
            Word::Own
        } else {
            Word::Hidden
        }
    }

    async fn ask(&mut self, target: &Target, role: &str) -> Outcome {
        let by = self.who(role, &target.firm);
        let said = self.request(target, by.as_deref()).await;
        self.last = format!(
            "{} {} as {by:?}: {} {:.160}",
            target.method, target.path, said.status, said.text
        );
        let problem = if said.status < 400 { String::new() } else { said.problem() };
        match (said.status, &*problem) {
            (401, _) | (403, "ROLE_NOT_ALLOWED") => Outcome::Turned,
            (403, "OUT_OF_JURISDICTION") => Outcome::Foreign,
            (404, _) if AFTER_RIGHTS.contains(&&*target.operation) => Outcome::In,
            (404, _) => Outcome::Hidden,
            (200, _) if target.shows.as_ref().is_some_and(|shown| !said.text.contains(shown)) => {
                Outcome::Hidden
            }
            (200 | 201 | 202 | 204 | 409 | 412 | 422, _) => Outcome::In,
            // A word of the body that the rules do not know, said after rights were asked.
            (400, "INVALID_FIELD") if target.method == Method::POST => Outcome::In,
            _ => panic!("{}", self.last),
        }
    }

    /// Sends a request by somebody, in any case a new one.
    pub(super) async fn request(&mut self, target: &Target, by: Option<&str>) -> Said {
        self.keys += 1;
        let mut request = TestRequest::with_uri(&target.path).method(target.method.clone());
        if let Some(by) = by {
            request = request.insert_header(("Authorization", format!("Bearer dev:{by}")));
        }
        if target.method != Method::GET {
            request = request.insert_header(("Idempotency-Key", format!("access-{}", self.keys)));
            request = request.insert_header(("If-Match", "*"));
        }
        if let Some(body) = &target.body {
            let media = if ["/v1/attachments", "/v1/imports"].contains(&target.path.as_str()) {
                "multipart/form-data; boundary=x"
            } else {
                "application/json"
            };
            request = request.insert_header(("Content-Type", media)).set_payload(body.clone());
        }
        self.send.send(request).await
    }

    /// Somebody of this role for whom `firm` is his own, where it can be anybody's own.
    pub(super) fn who(&self, role: &str, firm: &str) -> Option<String> {
        let township = self.places.get(firm).map_or("500114004", |place| &*place.township);
        Some(match role {
            "nobody" => return None,
            "enterprise" => format!("boss:{firm}:enterprise"),
            "township" => format!("tw-li:{township}:township"),
            "park" => "park-wu:park-zy:park".to_owned(),
            "officer" => format!("OFF-05:{township}:officer"),
            "commission" => "eic-xu:eic:commission".to_owned(),
            "emergency" => "emb-xu:emb:emergency".to_owned(),
            "headquarters" => "hq-xu:hq:headquarters".to_owned(),
            "department" => "hrss-xu:hrss:department".to_owned(),
            other => format!("{other}-xu:eic:{other}"),
        })
    }

    /// An act that has to be done before anything is tried.
    pub(super) async fn act(&mut self, by: &str, path: &str, body: &Value) -> String {
        let said = self.request(&Target::post(path, body), Some(by)).await;
        assert_eq!(said.status, 201, "{by} {path} {body}: {}", said.text);
        let id = said.json()["id"].as_str().unwrap().to_owned();
        let subject = path.split('/').nth(3).unwrap_or_default();
        let known = self
            .done
            .iter()
            .find(|done| done.location.as_ref().is_some_and(|it| it.ends_with(subject)));
        let firm = body["enterprise"].as_str().map(str::to_owned);
        let firm = firm.or_else(|| known.filter(|_| !subject.is_empty())?.firm.clone());
        let (path, location) = (path.to_owned(), Some(said.header("location").to_owned()));
        self.done.push(Done { operation: targets::operation(&path), path, location, firm });
        id
    }

    async fn look_at_firms(&mut self) {
        let listed = Target::get("/v1/enterprises?limit=200");
        let listed = self.request(&listed, Some("eic-xu:eic:commission")).await.json();
        for firm in listed["items"].as_array().unwrap() {
            let township = firm["township_code"].as_str().unwrap_or_default().to_owned();
            let place = Place { township, park: firm["park_id"].is_string() };
            self.places.insert(firm["id"].as_str().unwrap().to_owned(), place);
        }
        let others: Vec<String> = self.done.iter().filter_map(|done| done.firm.clone()).collect();
        for firm in others {
            if !self.places.contains_key(&firm) {
                let one = Target::get(&format!("/v1/enterprises/{firm}"));
                let one = self.request(&one, Some("eic-xu:eic:commission")).await.json();
                let township = one["township_code"].as_str().unwrap_or_default().to_owned();
                let place = Place { township, park: one["park_id"].is_string() };
                self.places.insert(firm, place);
            }
        }
        assert!(self.places[X].park && self.places[X].township == "500114004");
        assert!(!self.places[Y].park && self.places[Y].township == "500114106");
    }

    /// The story lives by the rules that it opens with; here are later ones.
    async fn publish(&mut self) {
        for path in ["/v1/regime/calendars", "/v1/regime/rules"] {
            let row = fugong_api::acts().find(|row| row.path == path).unwrap();
            let mut body: Value = serde_json::from_str(row.example).unwrap();
            if path == "/v1/regime/rules" {
                body["effective_from"] = json!("2030-01-01");
            }
            let by = Some("eic-xu:eic:commission");
            let said = self.request(&Target::post(path, &body), by).await;
            let location = Some(said.header("location").to_owned());
            self.done.push(Done { operation: row.id, path: path.to_owned(), location, firm: None });
        }
    }

    /// A difficulty, a barrier, a measure and held words in the hands of each unit.
    async fn give_matters(&mut self) {
        let (eic, hq) = ("eic-xu:eic:commission", "hq-xu:hq:headquarters");
        let units = ["500114004", "park-zy", "eic", "emb", "hq", "hrss", "traffic", X];
        for (n, unit) in units.into_iter().enumerate() {
            let firm = if unit == X { X } else { Y };
            let given = if unit == X { "traffic" } else { unit };
            let body = json!({"enterprise": firm, "category": "labour", "text": "缺人"});
            let case = self.act(eic, "/v1/support-cases", &body).await;
            let body = json!({"department": given, "due": "2020-05-06"});
            let path = format!("/v1/support-cases/{case}/assignments");
            self.act(eic, &path, &body).await;
            self.matters.insert(("support", unit.to_owned()), case);
            // One that is removed, and one that is found to be none.
            for kind in ["barrier", "unfounded"] {
                let body = json!({"kind": "roadblock", "place": "村口", "enterprise": firm});
                let report = self.act(hq, "/v1/barrier-reports", &body).await;
                let path = format!("/v1/barrier-reports/{report}/assignments");
                self.act(hq, &path, &json!({"unit": given, "due": "2020-05-06"})).await;
                self.matters.insert((kind, unit.to_owned()), report);
            }
            if unit == X {
                let report = &self.matters[&("barrier", X.to_owned())];
                let path = format!("/v1/barrier-reports/{report}/removals");
                self.act(hq, &path, &json!({"text": "已放行"})).await;
                let body = json!({
                    "workplace": "flammable", "severity": "major", "place": "库房", "facts": "堵塞",
                    "due": "2020-05-06",
                });
                self.act(eic, &format!("/v1/enterprises/{X}/hazards"), &body).await;
                continue;
            }
            let measure = json!({
                "area": "500114106", "kind": "closed_management", "by": unit, "text": "封闭管理",
                "authority": "黔防控指发〔2020〕10号",
            });
            let measure = self.act(hq, "/v1/control-measures", &measure).await;
            self.matters.insert(("measure", unit.to_owned()), measure);
            let role = match unit {
                "eic" => "commission",
                "emb" => "emergency",
                "hq" => "headquarters",
                "hrss" | "traffic" => "department",
                _ => continue,
            };
            let subject = format!("OFF-0{}", n + 1);
            let body = json!({"ground": "open_case", "reason": "核查中"});
            let path = format!("/v1/data-subjects/{subject}/holds");
            self.act(&format!("xu:{unit}:{role}"), &path, &body).await;
            self.matters.insert(("hold", unit.to_owned()), subject);
        }
    }
}

/// A webhook; nothing is sent unless it is told to.
fn webhooks() -> Webhooks {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret");
    fs::write(&secret, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n").unwrap();
    let text = format!(
        "hosts = [{:?}]\n[[webhook]]\nid = \"platform\"\nurl = \"http://127.0.0.1:9/in\"\n\
         as = \"robot:eic:integrator\"\nsecrets = [{:?}]\n",
        data::RECEIVER,
        secret.display().to_string()
    );
    Webhooks::parse(&text, true).unwrap()
}

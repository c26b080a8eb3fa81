//! What has to be asked in its own way.

use serde_json::json;

use super::{Asked, EIC, Target, Targets, firms, ledger, photograph, plain};
use crate::access::world::{World, X, Y};

/// What is no matter of a firm, at an address with a name in it.
const NAMED: [(&str, &str); 19] = [
    ("define_report", "/v1/reports/open-orders"),
    ("get_tile", "/v1/log/tile/0/000"),
    ("get_tile#entries", "/v1/log/tile/entries/000"),
    ("list_deliveries", "/v1/webhooks/platform/deliveries"),
    ("list_events#whole", "/v1/events?limit=1"),
    ("list_steps#district", "/v1/history/district/500114/steps"),
    ("read_code_list", "/v1/code-lists/units"),
    ("read_diff#district", "/v1/history/district/500114/diff?from=1"),
    ("read_history_timeline#district", "/v1/history/district/500114/timeline"),
    ("read_event_schema", "/v1/schemas/events/enterprise-registered/1.0"),
    ("read_problem", "/v1/problems/NOT_FOUND"),
    ("read_register", "/v1/registers/r1"),
    ("read_report_definition", "/v1/reports/open-orders/definition"),
    ("read_roll_up", "/v1/roll-ups/r1?by=scale"),
    ("read_state#district", "/v1/history/district/500114"),
    ("rebuild_register", "/v1/registers/r1/rebuilds"),
    ("replay_delivery", "/v1/webhooks/platform/deliveries/1/replays"),
    ("run_report", "/v1/reports/r12/runs"),
    ("test_webhook", "/v1/webhooks/platform/tests"),
];
/// Lists that show a firm by its code.
const LISTS: [(&str, &str); 3] = [
    ("list_enterprises", "/v1/enterprises?limit=200"),
    ("list_rows", "/v1/registers/r12/rows?limit=200"),
    ("read_report", "/v1/reports/r12.csv"),
];

impl World {
    pub(super) async fn alone(
        &mut self,
        asked: &Asked<'_>,
        name: &str,
        role: &str,
    ) -> Option<Targets> {
        if let Some((_, path)) = NAMED.iter().find(|(known, _)| *known == name) {
            return Some(plain(asked.at(path, X)));
        }
        if let Some((_, path)) = LISTS.iter().find(|(known, _)| *known == name) {
            let shown = |code: &str| Target { shows: Some(code.to_owned()), ..Target::get(path) };
            return Some(firms(shown(X), shown(Y)));
        }
        if name.contains("task") && !asked.path.contains("{act}") {
            return Some(self.tasks(asked, role).await);
        }
        Some(match name {
            "withdraw_report" => plain(asked.at(&asked.id("open-orders"), X)),
            "keep_attachment" => plain(photograph()),
            "import_ledger" => plain(ledger()),
            "get_attachment" => {
                let kept = self.request(&photograph(), Some(EIC)).await.json();
                let path = asked.path.replace("{sha256}", kept["sha256"].as_str().unwrap());
                plain(Target::get(&path))
            }
            "read_operation" | "read_result" | "cancel_operation" => self.begun(asked, role).await,
            "list_events" => {
                let at = |firm| Target::get(&format!("/v1/events?limit=1&enterprise={firm}"));
                firms(at(X), at(Y))
            }
            "read_event" | "get_proof" => {
                let [near, far] = [self.event_of(X).await, self.event_of(Y).await];
                let at = |event: &str| Target::get(&asked.path.replace("{event_id}", event));
                firms(at(&near), at(&far))
            }
            "read_state" | "read_diff" | "list_steps" | "read_history_timeline" | "read_why" => {
                let query = if name == "read_diff" { "?from=1" } else { "" };
                let path = asked.path.replace("{of}", "enterprise") + query;
                let at = |firm| Target::get(&path.replace("{id}", firm));
                firms(at(X), at(Y))
            }
            "register_enterprise" => {
                let of = |code: &str, township: &str, park: Option<&str>| {
                    let body = json!({
                        "uscc": code, "name": "示例厂", "industry_code": "17",
                        "township_code": township, "park_id": park,
                    });
                    asked.with(&asked.path, X, &body)
                };
                firms(of(X, "500114004", Some("park-zy")), of(Y, "500114106", None))
            }
            "report_unlisted_resumption" => {
                let of = |township: &str| {
                    let body = json!({
                        "name": "示例作坊", "resumed_on": "2020-03-01", "township_code": township,
                    });
                    asked.with(&asked.path, X, &body)
                };
                firms(of("500114004"), of("500114106"))
            }
            _ => return None,
        })
    }

    /// Errands of one's own inbox, and of another's.
    async fn tasks(&mut self, asked: &Asked<'_>, role: &str) -> Targets {
        if asked.operation == "read_task" {
            let [near, far] = [self.task("enterprise", X).await, self.task("enterprise", Y).await];
            return firms(Target::get(&asked.id(&near)), Target::get(&asked.id(&far)));
        }
        let far = self.task("unit", "500114106").await;
        let of = |id: String, firm: &str| {
            if asked.operation == "claim_task" {
                return asked.at(&asked.id(&id), firm);
            }
            let shows = Some(format!("\"{id}\""));
            Target { shows, ..asked.at("/v1/tasks?limit=200", firm) }
        };
        let hand = self.own_task(role).await.map(|(id, firm)| of(id, &firm));
        Targets { hand, far: Some(of(far, X)), ..Targets::default() }
    }
}

//! What the clients write.

use serde_json::{Value, json};

/// The last day of help: a timer waits for the day after it.
const LATE_AFTER: &str = "2099-12-31";

/// The acts of the `n`-th enterprise's short life, as path and body, with a difficulty that is late
/// one day; `{last}` stands for the id of the act before.
pub(super) fn life(n: u64) -> [(String, Value); 5] {
    let uscc = code(n);
    let base = format!("/v1/enterprises/{uscc}");
    let listing = json!({
        "uscc": uscc, "name": "示例企业", "industry_code": "17",
        "township_code": "500114001", "above_scale": false,
    });
    let plan = json!({"sections": {"P1": "成立专班。"}, "five_musts": ["M1"]});
    let resumption = json!({"resumed_on": "2020-02-26", "on_post": 12});
    let difficulty = json!({"enterprise": uscc, "category": "labour", "text": "缺操作工。"});
    let assignment = json!({"department": "hrss", "due": LATE_AFTER});
    [
        ("/v1/enterprises".to_owned(), listing),
        (format!("{base}/plans"), plan),
        (format!("{base}/resumptions"), resumption),
        ("/v1/support-cases".to_owned(), difficulty),
        ("/v1/support-cases/{last}/assignments".to_owned(), assignment),
    ]
}

/// A code that nobody holds.
pub(super) fn code(n: u64) -> String {
    let stem = format!("91500114{:09}", 900_000_000 + n % 99_000_000);
    fugong_domain::CreditCode::from_stem(&stem).unwrap().to_string()
}

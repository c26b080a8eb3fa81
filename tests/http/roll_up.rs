//! R1 over several districts: counts are added, rates are computed from them.

use fugong_engine::Log;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::bench::{Bench, EIC, enterprise};

const START: &str = "2020-02-26T08:00:00+08:00";
const NEIGHBOUR: &str = "/v1/districts/500115";
/// Somebody of the municipality.
const CITY: &str = "wu:500000:department";

/// Four firms above size in the first district, of which one is excluded and one works; in the
/// other one, which works.
async fn districts() -> (Bench, Log, TempDir) {
    let (bench, other, folder) = Bench::beside(START).await;
    for id in ["ENT-004", "ENT-001", "ENT-002", "ENT-009"] {
        bench.list(id).await;
    }
    let long_stop = json!({"kind": "long_stop", "from": "2019-11-01", "basis": "停产报告"});
    bench.act(EIC, &act("/v1", "ENT-001", "exclusions"), long_stop).await;
    resume(&bench, "/v1", "ENT-002").await;
    let there = enterprise("ENT-004");
    let listing = json!({"uscc": there.uscc, "name": there.name, "above_scale": true,
        "industry_code": there.industry_code, "township_code": "500115106"});
    bench.act(EIC, &format!("{NEIGHBOUR}/enterprises"), listing).await;
    resume(&bench, NEIGHBOUR, "ENT-004").await;
    (bench, other, folder)
}

fn act(place: &str, id: &str, what: &str) -> String {
    format!("{place}/enterprises/{}/{what}", enterprise(id).uscc)
}

async fn resume(bench: &Bench, place: &str, id: &str) {
    bench.act(EIC, &act(place, id, "resumptions"), json!({"resumed_on": "2020-02-26"})).await;
}

async fn rolled(bench: &Bench, query: &str) -> Value {
    let said = bench.get(CITY, &format!("/v1/roll-ups/r1{query}")).await;
    assert_eq!(said.status, 200, "{}", said.text);
    said.json()
}

/// What a line says: district, all, base, at work of all, at work of the base, both rates.
fn brief(rolled: &Value) -> Vec<Value> {
    let columns = ["district", "total", "base", "resumed", "resumed_in_base", "rate_all", "rate"];
    let lines = rolled["items"].as_array().unwrap().iter();
    lines.map(|line| columns.iter().map(|column| line[column].clone()).collect()).collect()
}

/// A quarter, a third and the whole: neither rate of the sum is a sum or a mean of rates.
#[actix_web::test]
async fn the_sum_has_its_rates_from_its_counts_with_both_denominators() {
    let (bench, other, _folder) = districts().await;
    let all = rolled(&bench, "").await;
    assert_eq!(
        brief(&all),
        [
            json!(["all", 5, 4, 2, 2, "40.00%", "50.00%"]),
            json!(["500114", 4, 3, 1, 1, "25.00%", "33.33%"]),
            json!(["500115", 1, 1, 1, 1, "100%", "100%"]),
        ]
    );
    let line = |n: usize, column: &str| all["items"][n][column].clone();
    assert_eq!((line(1, "name"), line(2, "name")), (json!("黔江区"), json!("长寿区")));
    assert_eq!(line(1, "position"), bench.log.head().to_string());
    assert_eq!(line(2, "position"), other.head().to_string());
    assert_eq!(line(0, "position"), "", "a sum stands on no one position");
    // What a district's own R1 says is what its line says.
    for (n, place) in [(1, "/v1"), (2, NEIGHBOUR)] {
        let own = bench.get(EIC, &format!("{place}/registers/r1/rows?by=all")).await.json();
        for column in ["total", "excluded", "new_today", "not_resumed", "rate_all", "rate"] {
            assert_eq!(own["items"][0][column], line(n, column), "{place}: {column}");
        }
    }
    // In one district only: the other has no line.
    let chemistry = rolled(&bench, "?by=division").await;
    let of = |code: &str| {
        let lines = chemistry["items"].as_array().unwrap().iter();
        lines.filter(|line| line["group"] == *code).map(|line| line["district"].clone()).collect()
    };
    let found: [Vec<Value>; 2] = [of("17"), of("10")];
    assert_eq!(
        found,
        [vec![json!("all"), json!("500114")], vec![json!("all"), json!("500114"), json!("500115")]]
    );
}

/// There is no order between logs: a vector says where it stood, and it stands there again.
#[actix_web::test]
async fn at_its_checkpoint_a_roll_up_is_the_same_whatever_came_after() {
    let (bench, ..) = districts().await;
    let before = rolled(&bench, "").await;
    resume(&bench, "/v1", "ENT-009").await;
    let after = rolled(&bench, "").await;
    assert_eq!(brief(&after)[0], json!(["all", 5, 4, 3, 3, "60.00%", "75.00%"]));
    let checkpoint = before["checkpoint"].as_str().unwrap();
    assert_ne!(checkpoint, after["checkpoint"]);
    bench.clock("2020-02-28T08:00:00+08:00").await;
    let again = format!("?at_checkpoint={checkpoint}&true_on=2020-02-26");
    assert_eq!(rolled(&bench, &again).await, before);
    assert_eq!(brief(&rolled(&bench, "?as_of=2020-02-25").await), Vec::<Value>::new());
    let as_of = rolled(&bench, "?as_of=2020-02-26").await;
    assert_eq!((brief(&as_of), &as_of["true_on"]), (brief(&after), &json!("2020-02-26")));
}

#[actix_web::test]
async fn only_who_stands_above_districts_sees_a_roll_up_and_what_is_wrong_is_said() {
    let (bench, ..) = districts().await;
    for who in [EIC, "tw:500114106:township", "a:eic:auditor", "wu:420000:department"] {
        assert_eq!(
            bench.get(who, "/v1/roll-ups/r1").await.problem(),
            "OUT_OF_JURISDICTION",
            "{who}"
        );
    }
    assert_eq!(bench.get(CITY, "/v1/roll-ups/r2").await.problem(), "NOT_FOUND");
    for query in
        ["by=township", "at_checkpoint=zz", "at_checkpoint=353a39", "cursor=1", "true_on=x"]
    {
        let said = bench.get(CITY, &format!("/v1/roll-ups/r1?{query}")).await;
        assert_eq!(said.problem(), "INVALID_FIELD", "{query}");
    }
    let unknown = actix_web::test::TestRequest::get().uri("/v1/roll-ups/r1");
    assert_eq!(bench.send(unknown).await.problem(), "UNAUTHENTICATED");
    for (query, begins) in [("", "区县代码,区县,分组,"), ("?bom=true", "\u{feff}区县代码,")]
    {
        let path = format!("/v1/roll-ups/r1{query}");
        let sheet = actix_web::test::TestRequest::get().uri(&path);
        let sheet = sheet.insert_header(("authorization", format!("Bearer dev:{CITY}")));
        let sheet = bench.send(sheet.insert_header(("accept", "text/csv"))).await.text;
        assert!(sheet.starts_with(begins), "{sheet}");
        assert_eq!(sheet.lines().count(), 4, "{sheet}");
    }
}

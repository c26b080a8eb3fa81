//! Ledgers that others kept, taken in over HTTP.

use std::{io::Write as _, time::Duration};

use actix_web::test::TestRequest;
use fugong_fixtures::data;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::rig::{District, EIC, get, post, send};

const MAPPING: &str = r#"
name = "directory-2020"
act = "/v1/enterprises"
key = ["统一社会信用代码"]
header_row = 2

[columns]
"统一社会信用代码" = "uscc"
"企业名称" = "name"
"行业代码" = "industry_code"
"所属街道" = { to = "township_code", values = { "城东街道" = "500114001", "城南街道" = "500114002" } }
"是否规上" = "above_scale"
"上年营业收入（万元）" = { to = "prior_year_revenue_cny", times = 10000 }
"职工人数" = "headcount"
"#;

const HEADING: &str = "黔江区工业企业名录（虚构）\n\
    统一社会信用代码,企业名称,行业代码,所属街道,是否规上,上年营业收入（万元）,职工人数\n";

/// A body of several parts.
fn parts(file: (&str, &[u8]), others: &[(&str, &str)]) -> Vec<u8> {
    let (name, bytes) = file;
    let mut body = Vec::new();
    for (part, text) in others {
        let head =
            format!("--x\r\nContent-Disposition: form-data; name=\"{part}\"\r\n\r\n{text}\r\n");
        body.extend(head.as_bytes());
    }
    let head = format!(
        "--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\
         Content-Type: application/octet-stream\r\n\r\n"
    );
    body.extend(head.as_bytes());
    body.extend(bytes);
    body.extend(b"\r\n--x--\r\n");
    body
}

pub(crate) fn posted(key: &str, body: Vec<u8>) -> TestRequest {
    TestRequest::post()
        .uri("/v1/imports")
        .insert_header(("Authorization", EIC))
        .insert_header(("Idempotency-Key", key))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(body)
}

/// A ledger by this mapping, taken in: what it came to, and what became of each row.
async fn taken(
    district: &District,
    key: &str,
    file: (&str, &[u8]),
    others: &[(&str, &str)],
) -> (Value, Vec<Value>) {
    taken_by(EIC, district, key, file, others).await
}

/// The same, brought by somebody.
async fn taken_by(
    who: &str,
    district: &District,
    key: &str,
    file: (&str, &[u8]),
    others: &[(&str, &str)],
) -> (Value, Vec<Value>) {
    let app = district.app().await;
    let get = |path: &str| get(path).insert_header(("Authorization", who));
    let request = posted(key, parts(file, others)).insert_header(("Authorization", who));
    let begun = send(&app, request).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let place = begun.header("location").to_owned();
    loop {
        let operation = send(&app, get(&place)).await.json();
        if operation["state"] != "running" {
            if operation["state"] == "failed" {
                return (operation["problem"].clone(), Vec::new());
            }
            let rows = send(&app, get(&format!("{place}/result"))).await.text;
            let rows = rows.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            return (operation["result"].clone(), rows);
        }
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    }
}

fn ledger(rows: &[&str]) -> String {
    format!("{HEADING}{}\n", rows.join("\n"))
}

const GOOD: [&str; 2] = [
    "91500114MAYY010106,黔江区测试石灰石矿业有限公司,1011,城东街道,是,\"4,580.29\",95",
    "91500114MAYY01109N,黔江区测试五金厂,3340,城南街道,否,,",
];

#[actix_web::test]
async fn a_ledger_is_taken_in_once_and_each_wrong_cell_is_named() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let head = district.log.head();
    let mapping = ("mapping", MAPPING);
    let wrong = [
        "91500114MAYY010106x,短码厂,1011,城东街道,是,1,1",
        "91500114MAYY010886,街道写错厂,1011,城东街,是,1,1",
        ",没有代码厂,1011,城东街道,是,1,1",
        "91500114MAYY01117B,人数写错厂,1011,城东街道,是,1,九十五",
    ];
    let all: Vec<&str> = GOOD.into_iter().chain(wrong).collect();
    let text = ledger(&all);
    let file = ("名录.csv", text.as_bytes());
    // Tried first, which leaves nothing behind.
    let (tried, rows) = taken(&district, "t", file, &[mapping, ("dry_run", "true")]).await;
    assert_eq!((&tried["would_record"], &tried["recorded"]), (&json!(2), &json!(0)), "{rows:#?}");
    assert_eq!(district.log.head(), head);
    let (came, rows) = taken(&district, "a", file, &[mapping]).await;
    let counts = ["recorded", "wrong", "refused", "rows"].map(|name| came[name].as_u64().unwrap());
    assert_eq!(counts, [2, 3, 1, 6], "{rows:#?}");
    let cells: Vec<_> =
        rows.iter().map(|row| (row["row"].as_u64().unwrap(), row["cell"].as_str())).collect();
    let expected =
        [(3, None), (4, None), (5, Some("A5")), (6, Some("D6")), (7, Some("A7")), (8, Some("G8"))];
    assert_eq!(cells, expected, "{rows:#?}");
    assert!(rows[3]["detail"].as_str().unwrap().contains("是否指「城东街道」"), "{}", rows[3]);
    let app = district.app().await;
    let stands = send(&app, get("/v1/enterprises/91500114MAYY010106")).await.json();
    assert_eq!(stands["prior_year_revenue_cny"], 45_802_900, "{stands}");
    // The same again does nothing again, and what was mended is taken in.
    let head = district.log.head();
    let (again, _) = taken(&district, "b", file, &[mapping]).await;
    assert_eq!((&again["repeated"], &again["recorded"]), (&json!(2), &json!(0)));
    assert_eq!(district.log.head(), head);
    let mended = ledger(&[GOOD[0], "91500114MAYY010886,街道写错厂,1011,城东街道,是,1,1"]);
    let (mended, _) = taken(&district, "c", ("名录.csv", mended.as_bytes()), &[mapping]).await;
    assert_eq!((&mended["repeated"], &mended["recorded"]), (&json!(1), &json!(1)));
    // A row that says something else under its key is another act, and not silently passed over.
    let other = ledger(&["91500114MAYY010106,改了名字,1011,城东街道,是,1,1"]);
    let (other, rows) = taken(&district, "d", ("名录.csv", other.as_bytes()), &[mapping]).await;
    assert_eq!(
        (&other["refused"], rows[0]["code"].as_str()),
        (&json!(1), Some("IDEMPOTENCY_KEY_REUSED"))
    );
}

/// Each form says the same: GB18030 as Excel in Chinese writes it, NDJSON, and a workbook.
#[actix_web::test]
async fn forms_are_read_alike() {
    let text = ledger(&GOOD);
    let gb = encoding_rs::GB18030.encode(&text).0.into_owned();
    let rows = text.lines().skip(2).map(|line| {
        let cells: Vec<_> =
            line.replace("\"4,580.29\"", "4580.29").split(',').map(str::to_owned).collect();
        let names: Vec<_> = text.lines().nth(1).unwrap().split(',').collect();
        let members =
            names.iter().zip(&cells).map(|(name, cell)| ((*name).to_owned(), json!(cell)));
        Value::Object(members.collect()).to_string() + "\n"
    });
    let ndjson: String = rows.collect();
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(text.lines()) {
        let cells = line.replace("\"4,580.29\"", "4580.29");
        for (column, cell) in (0..).zip(cells.split(',')) {
            match cell.parse::<f64>() {
                Ok(number) if cell.len() < 10 && column != 2 => sheet.write(row, column, number),
                _ => sheet.write(row, column, cell),
            }
            .unwrap();
        }
    }
    let book = book.save_to_buffer().unwrap();
    let with_encoding = format!("encoding = \"gb18030\"\n{MAPPING}");
    let mut came = Vec::new();
    for (name, bytes, mapping) in [
        ("a.csv", text.as_bytes(), MAPPING),
        ("b.csv", gb.as_slice(), with_encoding.as_str()),
        ("c.ndjson", ndjson.as_bytes(), MAPPING),
        ("d.xlsx", book.as_slice(), MAPPING),
    ] {
        let district = District::at("2020-02-27T00:00:00Z").await;
        let (result, rows) = taken(&district, "k", (name, bytes), &[("mapping", mapping)]).await;
        assert_eq!(result["recorded"], 2, "{name}: {rows:#?}");
        let app = district.app().await;
        let stands = send(&app, get("/v1/enterprises/91500114MAYY010106")).await.json();
        came.push(
            ["name", "headcount", "prior_year_revenue_cny", "scale"].map(|it| stands[it].clone()),
        );
    }
    let expected =
        [json!("黔江区测试石灰石矿业有限公司"), json!(95), json!(45_802_900), json!("above")];
    assert_eq!(came, [&expected; 4].map(Clone::clone));
    let district = District::at("2020-02-27T00:00:00Z").await;
    let (failed, _) = taken(&district, "k", ("b.csv", &gb), &[("mapping", MAPPING)]).await;
    assert!(failed["detail"].as_str().unwrap().contains("encoding = \"gb18030\""), "{failed}");
}

#[actix_web::test]
async fn a_mapping_that_is_wrong_is_told_before_anything_begins() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let text = ledger(&GOOD);
    for (from, to, saying) in [
        ("\"headcount\"", "\"headcout\"", "是否指「headcount」"),
        ("act = \"/v1/enterprises\"", "act = \"/v1/enterprise\"", "是否指「/v1/enterprises」"),
        (
            "act = \"/v1/enterprises\"",
            "act = \"/v1/rectification-orders/{id}/services\"",
            "不能成批导入",
        ),
        ("act = \"/v1/enterprises\"", "act = \"/v1/enterprises/{uscc}/tiers\"", "没有"),
        ("key = [\"统一社会信用代码\"]", "key = []", "key 为空"),
        ("header_row = 2", "header_rows = 2", "header_rows"),
        ("name = \"directory-2020\"", "name = \"名录\"", "命名"),
    ] {
        let mapping = MAPPING.replace(from, to);
        let body = parts(("a.csv", text.as_bytes()), &[("mapping", &mapping)]);
        let said = send(&app, posted("k", body)).await;
        assert_eq!(said.problem(), "MAPPING_WRONG", "{saying}: {}", said.text);
        assert!(
            said.text.contains(saying) || said.json()["detail"].as_str().unwrap().contains(saying),
            "{}",
            said.text
        );
    }
    let body = parts(("a.doc", b"x"), &[("mapping", MAPPING)]);
    assert_eq!(send(&app, posted("k", body)).await.problem(), "UNSUPPORTED_MEDIA_TYPE");
    let (failed, _) =
        taken(&district, "k", ("a.csv", "a,b\n甲,乙\n".as_bytes()), &[("mapping", MAPPING)]).await;
    assert!(failed["detail"].as_str().unwrap().contains("表头中没有"), "{failed}");
    let (failed, _) =
        taken(&district, "x", ("a.xlsx", b"no workbook"), &[("mapping", MAPPING)]).await;
    assert!(failed["detail"].as_str().unwrap().contains("XLSX"), "{failed}");
    let bomb = bomb();
    assert!(bomb.len() < 2 << 20);
    let (failed, _) = taken(&district, "z", ("a.xlsx", &bomb), &[("mapping", MAPPING)]).await;
    assert!(failed["detail"].as_str().unwrap().contains("解开后超过512MiB"), "{failed}");
}

/// A workbook that is small as a file and large when it is unpacked.
fn bomb() -> Vec<u8> {
    // As programs write it that do not know the sizes before: they stand at the end of the file.
    let mut zip = zip::ZipWriter::new_stream(Vec::new());
    zip.start_file("xl/sharedStrings.xml", zip::write::SimpleFileOptions::default()).unwrap();
    let zeros = vec![0; 1 << 20];
    for _ in 0..513 {
        zip.write_all(&zeros).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

const OTHER: &str = "Bearer dev:wang:eic:commission";
const CLERK: &str = "Bearer dev:li:500114106:township";

fn counts<const N: usize>(came: &Value, names: [&str; N]) -> [u64; N] {
    names.map(|name| came[name].as_u64().unwrap())
}

/// A row is named by the ledger and its key: who brings it, in which order, among which others, in
/// which form and under which name of a file, is no matter.
#[actix_web::test]
async fn a_row_is_the_same_row_whoever_brings_it_and_in_whichever_file() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let text = ledger(&GOOD);
    let mapping = [("mapping", MAPPING)];
    let (first, _) = taken(&district, "a", ("名录.csv", text.as_bytes()), &mapping).await;
    assert_eq!(counts(&first, ["recorded"]), [2]);
    let head = district.log.head();
    // Another brings it, the other way round and with one row more, as another form of file.
    let more = "91500114MAYY010886,新增厂（虚构）,1011,城东街道,是,1,1";
    let sorted = ledger(&[more, GOOD[1], GOOD[0]]).replace("\"4,580.29\"", "4580.29");
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (row, line) in (0..).zip(sorted.lines()) {
        for (column, cell) in (0..).zip(line.split(',')) {
            match cell.parse::<f64>() {
                Ok(number) if column > 4 => sheet.write(row, column, number).unwrap(),
                _ => sheet.write(row, column, cell).unwrap(),
            };
        }
    }
    let book = book.save_to_buffer().unwrap();
    let dry = [mapping[0], ("dry_run", "true")];
    let (tried, rows) = taken_by(OTHER, &district, "t", ("三月.xlsx", &book), &dry).await;
    assert_eq!(counts(&tried, ["would_record", "repeated"]), [1, 2], "{rows:#?}");
    assert_eq!(district.log.head(), head);
    let (again, rows) = taken_by(OTHER, &district, "b", ("三月.xlsx", &book), &mapping).await;
    assert_eq!(counts(&again, ["recorded", "repeated", "rows"]), [1, 2, 3], "{rows:#?}");
    let became: Vec<_> = rows.iter().map(|row| row["became"].as_str().unwrap()).collect();
    assert_eq!(became, ["recorded", "repeated", "repeated"], "{rows:#?}");
    // The first one's file has the row too, and finds it taken in.
    let head = district.log.head();
    let (third, _) =
        taken(&district, "c", ("名录.csv", ledger(&[GOOD[0], more]).as_bytes()), &mapping).await;
    assert_eq!(counts(&third, ["recorded", "repeated"]), [0, 2]);
    assert_eq!(district.log.head(), head);
}

#[actix_web::test]
async fn a_row_that_says_something_else_under_its_key_is_told_by_its_cell() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let mapping = [("mapping", MAPPING)];
    taken(&district, "a", ("a.csv", ledger(&GOOD).as_bytes()), &mapping).await;
    let head = district.log.head();
    let other = ledger(&[GOOD[1], "91500114MAYY010106,改了名字（虚构）,1011,城东街道,是,1,1"]);
    let (came, rows) = taken_by(OTHER, &district, "b", ("a.csv", other.as_bytes()), &mapping).await;
    assert_eq!(counts(&came, ["repeated", "refused"]), [1, 1], "{rows:#?}");
    let told = ["code", "cell", "column"].map(|name| rows[1][name].as_str().unwrap());
    assert_eq!(told, ["IDEMPOTENCY_KEY_REUSED", "A4", "统一社会信用代码"]);
    assert!(rows[1]["detail"].as_str().unwrap().contains("内容与这一行不同"), "{rows:#?}");
    // Who may not list enterprises learns neither that a row is there nor that it says something else.
    for (key, text) in [("c", ledger(&GOOD)), ("d", other)] {
        let (came, rows) =
            taken_by(CLERK, &district, key, ("a.csv", text.as_bytes()), &mapping).await;
        assert_eq!(counts(&came, ["refused"]), [2], "{rows:#?}");
        assert!(rows.iter().all(|row| row["code"] == "OUT_OF_JURISDICTION"), "{rows:#?}");
        assert!(rows.iter().all(|row| row["position"].is_null()), "{rows:#?}");
    }
    assert_eq!(district.log.head(), head);
}

/// Rows that were taken in while their names were those of whoever brought them are known to him.
#[actix_web::test]
async fn a_row_that_was_taken_in_before_rows_were_everybodys_is_not_taken_in_again() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let digest = Sha256::digest("91500114MAYY01109N\0");
    let key = format!("directory-2020.{:.32}", format!("{digest:x}"));
    let body = json!({
        "uscc": "91500114MAYY01109N", "name": "黔江区测试五金厂", "industry_code": "3340",
        "township_code": "500114002", "above_scale": false,
    });
    assert_eq!(send(&app, post("/v1/enterprises", &key, &body)).await.status, 201);
    let text = ledger(&GOOD);
    let (came, rows) =
        taken(&district, "a", ("a.csv", text.as_bytes()), &[("mapping", MAPPING)]).await;
    assert_eq!(counts(&came, ["recorded", "repeated"]), [1, 1], "{rows:#?}");
}

/// What a role may not do it may not do by a ledger either.
#[actix_web::test]
async fn a_row_is_refused_what_its_act_is_refused() {
    let district = District::at("2020-02-27T00:00:00Z").await;
    let app = district.app().await;
    let text = ledger(&GOOD);
    let body = parts(("a.csv", text.as_bytes()), &[("mapping", MAPPING)]);
    let by = format!("Bearer dev:li:{}:township", data::DISTRICT.to_string() + "106");
    let request = posted("k", body.clone()).insert_header(("Authorization", by.clone()));
    let begun = send(&app, request).await;
    assert_eq!(begun.status, 202, "{}", begun.text);
    let place = begun.header("location").to_owned();
    let of_him =
        |path: &str| TestRequest::get().uri(path).insert_header(("Authorization", by.clone()));
    let operation = loop {
        let operation = send(&app, of_him(&place)).await.json();
        if operation["state"] != "running" {
            break operation;
        }
        actix_web::rt::time::sleep(Duration::from_millis(5)).await;
    };
    assert_eq!(operation["result"]["refused"], 2, "{operation}");
    let auditor = posted("a", body).insert_header(("Authorization", "Bearer dev:a:eic:auditor"));
    assert_eq!(send(&app, auditor).await.status, 403);
}

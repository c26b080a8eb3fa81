//! What is wrong with a definition is said with its place, before anything is read.

use fugong_report::check;

use super::{Shop, definition, wrong};

const COUNT: &str = "[[measure]]\nname = \"n\"\ncount = true\n";

#[track_caller]
fn finds(rest: &str, code: &str) {
    let found = wrong(rest);
    let codes: Vec<_> = found.iter().map(|finding| finding.code).collect();
    assert!(codes.contains(&code), "{code} is not among {found:?}");
}

#[test]
fn a_name_that_is_not_there_is_told_with_its_place_and_the_nearest() {
    let text = definition("limit = 9\n[[column]]\ncolumn = \"lofa\"\n");
    let found = check(&text, &Shop, true).unwrap_err();
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.code, finding.line, finding.column), ("UNKNOWN_COLUMN", 6, 10));
    assert_eq!(finding.nearest.as_deref(), Some("loaf"));
    assert_eq!(
        finding.to_string(),
        "第 6 行第 10 列：台账 loaves 没有列「lofa」，是否指「loaf」？（UNKNOWN_COLUMN）"
    );
}

#[test]
fn each_thing_that_can_be_wrong_is_found() {
    let column = |name: &str| format!("limit = 9\n[[column]]\ncolumn = \"{name}\"\n");
    let filter = |rest: &str| format!("[[filter]]\n{rest}\n{COUNT}");
    finds("nonsense = 1\n", "SYNTAX");
    finds("limit = \"many\"\n", "SYNTAX");
    finds("", "NOTHING_SHOWN");
    finds("[[column]]\ncolumn = \"loaf\"\n", "UNBOUNDED_ROWS");
    finds(&column("loaf").replace('9', "0"), "TOO_LARGE");
    finds(&column("other.loaf"), "UNKNOWN_JOIN");
    finds(&format!("[[join]]\nas = \"k\"\non = \"kind\"\n{COUNT}"), "JOIN_WITHOUT_REFERENCE");
    finds(&filter("column = \"grams\"\nis = \"much\""), "WRONG_TYPE");
    finds(&filter("column = \"kind\"\nat_least = \"a\""), "WRONG_TYPE");
    finds(&filter("column = \"baked_on\"\nis = \"2020-2-9\""), "WRONG_TYPE");
    finds(&filter("column = \"grams\"\nis = 1\nempty = true"), "CONDITION");
    finds(&filter("column = \"kind\"\nis = { parameter = \"kinds\" }"), "UNKNOWN_PARAMETER");
    finds(&filter("column = \"baker\"\nempty = true"), "PERSONAL_COLUMN");
    finds("[[measure]]\nname = \"n\"\nratio = { numerator = \"m\" }\n", "RATIO_WITHOUT_BASE");
    finds(
        "[[measure]]\nname = \"n\"\nratio = { numerator = \"m\", base = \"m\" }\n",
        "UNKNOWN_MEASURE",
    );
    finds("[[measure]]\nname = \"n\"\nsum = \"kind\"\n", "WRONG_TYPE");
    finds("[[measure]]\nname = \"n\"\nsum = \"grams\"\ncount = true\n", "MEASURE");
    finds("[[measure]]\nname = \"N; DROP\"\ncount = true\n", "NAME");
    finds(&format!("{COUNT}{COUNT}"), "NAME_TWICE");
    finds(
        &format!("[[group]]\ncolumn = \"kind\"\n{}", COUNT.replace("\"n\"", "\"kind\"")),
        "NAME_TWICE",
    );
    finds(&format!("{}{}", column("loaf"), "[[column]]\ncolumn = \"loaf\"\n"), "NAME_TWICE");
    finds(&format!("numbered = true\n{}", COUNT.replace("\"n\"", "\"number\"")), "NAME_TWICE");
    finds(&format!("{COUNT}[[group]]\ncolumn = \"seeds\"\n"), "WRONG_TYPE");
    finds(&format!("{COUNT}[[sort]]\nby = \"m\"\n"), "UNKNOWN_MEASURE");
    let past =
        |of: &str| format!("[[measure]]\nname = \"p\"\nearlier = {{ of = \"{of}\", days = 1 }}\n");
    finds(
        &format!("{COUNT}{}{}", past("n"), past("p").replacen("\"p\"", "\"q\"", 1)),
        "WRONG_TYPE",
    );
    let names = "[[measure]]\nname = \"k\"\nnames = \"kind\"\n";
    finds(&format!("{names}[[sort]]\nby = \"k\"\n"), "WRONG_TYPE");
    finds(&format!("{names}{}[[sort]]\nby = \"p\"\n", past("k")), "WRONG_TYPE");
    finds(&format!("{}[[sort]]\nby = \"seeds\"\n", column("loaf")), "WRONG_TYPE");
    finds(&format!("{COUNT}[sheet]\nsubtitle = \"{{when}}\"\n"), "UNKNOWN_PLACE");
    finds(&format!("{COUNT}[sheet]\nchart = {{ measure = \"m\" }}\n"), "UNKNOWN_MEASURE");
    finds(&format!("{}{}", column("loaf"), "[[group]]\ncolumn = \"kind\"\n"), "GROUPS_AND_COLUMNS");
}

#[test]
fn words_about_persons_need_the_right_to_read_them() {
    let text = definition("limit = 9\n[[column]]\ncolumn = \"baker\"\n");
    assert!(check(&text, &Shop, true).is_ok());
    let found = check(&text, &Shop, false).unwrap_err();
    assert_eq!(found[0].code, "PERSONAL_WITHOUT_RIGHT");
}

/// Whatever is sent in, the answer is a finding.
#[test]
fn a_hostile_definition_is_only_a_wrong_one() {
    let many = "[[column]]\ncolumn = \"loaf\"\n".repeat(10_000);
    let deep = format!("x = {}{}", "[".repeat(20_000), "]".repeat(20_000));
    let dotted = format!("x{} = 1", ".a".repeat(30_000));
    let tables = format!("[x{}]", ".a".repeat(30_000));
    let inline = format!("x = {}1{}", "{ a = ".repeat(9_000), " }".repeat(9_000));
    let long = format!("[sheet]\nsubtitle = \"{}\"\n{COUNT}", "长".repeat(300));
    let quoted = "[[group]]\ncolumn = \"kind\\\"; drop table events; --\"\n";
    let odd =
        ["\u{0}", "title = 1", "limit = -1", "limit = 99999999999999999999"].map(str::to_owned);
    let hostile = [many, deep, dotted, tables, inline, long, quoted.to_owned()];
    for text in hostile.into_iter().chain(odd) {
        assert!(!wrong(&text).is_empty());
    }
    let name = "it's \\\"; --";
    for named in [
        format!("[[join]]\nas = \"{name}\"\non = \"shelf\"\n{COUNT}"),
        format!("[[parameter]]\nname = \"{name}\"\nkind = \"text\"\nlabel = \"x\"\n{COUNT}"),
        format!("[[measure]]\nname = \"{name}\"\ncount = true\n"),
    ] {
        finds(&named, "NAME");
    }
    finds(&format!("[[group]]\ncolumn = \"{name}\"\n{COUNT}"), "UNKNOWN_COLUMN");
    finds(&format!("[[sort]]\nby = \"{name}\"\n{COUNT}"), "UNKNOWN_MEASURE");
    let some = "[[column]]\ncolumn = \"loaf\"\n".repeat(61);
    finds(&format!("limit = 9\n{some}"), "TOO_LARGE");
    let groups = "[[group]]\ncolumn = \"kind\"\n".repeat(6);
    finds(&format!("{groups}{COUNT}"), "TOO_LARGE");
    finds(&format!("[[group]]\ncolumn = \"kind\"\nwidth = 256\n{COUNT}"), "TOO_LARGE");
    let group = |rest: &str| format!("[[group]]\ncolumn = \"kind\"\n{rest}\n{COUNT}");
    let words = "长".repeat(300);
    finds(&format!("total = \"a\\nb\"\n{COUNT}"), "WORDS");
    finds(&group(&format!("empty = \"{words}\"")), "WORDS");
    finds(&group(&format!("subtotal = \"{words}\"")), "WORDS");
    finds(&group(&format!("labels = {{ rye = \"{words}\" }}")), "WORDS");
    finds(
        &format!("{COUNT}[sheet]\nchart = {{ measure = \"n\", title = \"{words}\" }}\n"),
        "WORDS",
    );
}

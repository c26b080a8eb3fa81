//! What is wrong with a definition is said with its place, before anything is read.

use fugong_report::{Finding, check};

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

/// Somebody writes what he reads: the heading of a column, the Chinese name of a register.
#[test]
fn what_is_called_by_its_chinese_name_is_known() {
    let found = wrong("limit = 9\n[[column]]\ncolumn = \"列\"\n");
    assert_eq!(found[0].nearest.as_deref(), Some("loaf"));
    let text = definition(COUNT).replace("\"loaves\"", "\"面包\"");
    assert_eq!(check(&text, &Shop, true).unwrap_err()[0].nearest.as_deref(), Some("loaves"));
}

/// A name of a table that is written a little otherwise hides nothing of what stands below it.
#[test]
fn below_a_broken_name_of_a_table_everything_is_looked_at() {
    for broken in ["[[column", "[[column]", "[column]]", "[[column]] x", "[[columns"] {
        let rest =
            format!("limit = 9\n[[column]]\ncolumn = \"loaf\"\n{broken}\ncolumn = \"lofa\"\n");
        let found = wrong(&format!("{rest}[[sort]]\nby = \"gram\"\n"));
        let told: Vec<_> = found.iter().map(|it| (it.line, it.column, it.code)).collect();
        assert!(told.iter().any(|it| (it.0, it.2) == (7, "SYNTAX")), "{broken}: {found:#?}");
        let others = [(8, 10, "UNKNOWN_COLUMN"), (10, 6, "UNKNOWN_COLUMN")];
        assert!(others.iter().all(|it| told.contains(it)), "{broken}: {found:#?}");
    }
}

#[test]
fn each_thing_that_can_be_wrong_is_found() {
    let column = |name: &str| format!("limit = 9\n[[column]]\ncolumn = \"{name}\"\n");
    let filter = |rest: &str| format!("[[filter]]\n{rest}\n{COUNT}");
    finds("nonsense = 1\n", "UNKNOWN_KEY");
    finds("limit = \"many\"\n", "WRONG_TYPE");
    finds("limit 9\n", "SYNTAX");
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
    let join = "[[join]]\nas = \"k\"\non = \"kind\"\n";
    finds(&format!("{join}{join}{COUNT}"), "NAME_TWICE");
    let half = "[[measure]]\nname = \"h\"\n";
    finds(&format!("{half}{half}"), "NAME_TWICE");
    let sort = "[[sort]]\nby = \"n\"\n";
    finds(&format!("{COUNT}{sort}{sort}"), "NAME_TWICE");
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

/// What is filled in below the title is printed as it is written anywhere else.
#[test]
fn a_place_to_be_filled_in_stands_where_something_is_filled_in() {
    let told = |text: &str| {
        let found = check(text, &Shop, true).unwrap_err();
        let [finding] = &found[..] else { panic!("{text}: {found:?}") };
        (finding.code, finding.line, finding.column)
    };
    let text = definition(COUNT);
    let title = text.replace("面包表", "面包表（{true_on}）");
    assert_eq!(told(&title), ("UNKNOWN_PLACE", 1, 9));
    let total = format!("total = \"合计{{rows}}\"\n{COUNT}");
    assert_eq!(told(&definition(&total)), ("UNKNOWN_PLACE", 1, 9));
    let heading = COUNT.replace("\"n\"", "\"n\"\nheading = \"{unit}\"");
    assert_eq!(told(&definition(&heading)), ("UNKNOWN_PLACE", 5, 8));
    let braces = COUNT.replace("\"n\"", "\"n\"\nheading = \"{黑麦}\"");
    assert!(check(&definition(&braces), &Shop, true).is_ok(), "no name, so nothing is meant");
}

#[test]
fn a_list_of_nothing_that_fits_is_told() {
    let filter = "[[filter]]\ncolumn = \"kind\"\none_of = []\n";
    let found = wrong(&format!("{COUNT}{filter}"));
    let [finding] = &found[..] else { panic!("{found:?}") };
    assert_eq!((finding.code, finding.line, finding.column), ("TOO_FEW", 9, 10));
    assert!(finding.message.contains("one_of 是空的"), "{finding}");
}

/// The name of a table is told with the nearest, whether there are some under that one or none.
#[test]
fn a_table_of_another_name_is_looked_at_as_the_one_that_was_meant() {
    let columns = "limit = 9\n[[column]]\ncolumn = \"loaf\"\n[[columns]]\ncolumn = \"kid\"\n";
    for (rest, line) in [(columns, 7), (&columns.replacen("[[column]]", "[[columns]]", 1), 5)] {
        let found = wrong(rest);
        let told: Vec<_> = found.iter().map(|it| (it.code, it.line)).collect();
        assert_eq!(told, [("UNKNOWN_KEY", line), ("UNKNOWN_COLUMN", 8)], "{found:?}");
        assert_eq!(found[0].nearest.as_deref(), Some("column"));
        assert_eq!(found[1].nearest.as_deref(), Some("kind"));
    }
    let title = format!("titles = \"x\"\n{COUNT}");
    assert_eq!(wrong(&title)[0].nearest.as_deref(), Some("title"));
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

/// One thing that is wrong hides no other, and whoever mends them is told in Chinese.
#[test]
fn everything_that_is_wrong_is_found_at_once() {
    let text = "title = \"面包\"\ntitle_en = 1\nregister = \"loaves\"\nlimit = \"many\"\nnumberd = true\n\
        [[column]]\nkolumn = \"lofa\"\nwidth = 0\n[[column]]\ncolumn = \"kind\"\ndate = \"isoo\"\nwhat = 1\n\
        [[filter]]\ncolumn = \"grams\"\nis = 1.5\n[[filter]]\ncolumn = \"baked_on\"\nat_least = 2020-02-29\n\
        [[filter]]\nis = true\n[[sort]]\n[sheet]\nheads = [1]\n[group]\ncolumn = \"kind\"\n";
    let found = check(text, &Shop, true).unwrap_err();
    let told: Vec<_> = found
        .iter()
        .map(|it| (it.line, it.column, it.code, it.nearest.as_deref().unwrap_or_default()))
        .collect();
    let wanted = [
        (2, 12, "WRONG_TYPE", ""),
        (4, 9, "WRONG_TYPE", ""),
        (5, 1, "UNKNOWN_KEY", "numbered"),
        (7, 1, "UNKNOWN_KEY", "column"),
        (7, 10, "UNKNOWN_COLUMN", "loaf"),
        (8, 9, "TOO_LARGE", ""),
        (11, 8, "WRONG_TYPE", "iso"),
        (12, 1, "UNKNOWN_KEY", ""),
        (15, 6, "WRONG_TYPE", ""),
        (18, 12, "WRONG_TYPE", ""),
        (19, 1, "MISSING", ""),
        (21, 1, "MISSING", ""),
        (23, 1, "UNKNOWN_KEY", "head"),
        (23, 10, "WRONG_TYPE", ""),
        (24, 1, "WRONG_TYPE", ""),
    ];
    assert_eq!(told, wanted, "{found:#?}");
    let said: Vec<_> = found.iter().map(|it| it.message.as_str()).collect();
    for message in [
        "limit 应为整数，不是文字",
        "「column」中没有「kolumn」这一项",
        "报表定义中没有「numberd」这一项",
        "width 须为 1 至 255",
        "date 不能是「isoo」，只能是 iso、chinese、short、month、year",
        "is 应为文字、整数、是否（true、false）、表，不是小数",
        "at_least 应为文字、整数、是否（true、false）、表，不是日期；日期须加引号，写作 \"2020-02-29\"",
        "「filter」缺少「column」",
        "group 可以有多个，表名须写作 [[group]]",
    ] {
        assert!(said.contains(&message), "{message} is not among {said:#?}");
    }
}

/// What is no TOML is said of its line, and the rest is looked at all the same.
#[test]
fn lines_that_cannot_be_read_hide_nothing_in_the_others() {
    let text = "title = 面包\ntitle_en = \"Loaves\"\nregister = \"loaves\"\nlimit 9\n\
                [[column]]\ncolumn = \"lofa\"\ncolumn = \"x\"\n[[column]]\ncolumn = \"kind\nwidth = 1\n\
                [sheet\nportrait = true\n[[filter]]\nnotes = [\"a\" \"b\"]\n";
    let found = check(text, &Shop, true).unwrap_err();
    let told: Vec<_> = found.iter().map(|it| (it.line, it.code)).collect();
    for wanted in [
        (1, "SYNTAX"),
        (4, "SYNTAX"),
        (6, "UNKNOWN_COLUMN"),
        (7, "SYNTAX"),
        (9, "SYNTAX"),
        (11, "SYNTAX"),
        (14, "SYNTAX"),
    ] {
        assert!(told.contains(&wanted), "{wanted:?} is not among {found:#?}");
    }
    found.iter().for_each(in_chinese);
}

#[track_caller]
fn in_chinese(finding: &Finding) {
    let english = ["expected", "invalid", "missing", "unknown", "unexpected", "TOML parse"];
    assert!(!english.iter().any(|word| finding.message.contains(word)), "{finding}");
}

/// Whatever a text is cut to, what is wrong is said, and in Chinese.
#[test]
fn a_text_that_is_cut_anywhere_ends_in_findings() {
    let text = definition(&format!(
        "total = \"合计\"\n[[parameter]]\nname = \"k\"\nkind = \"text\"\nlabel = \"种类\"\n\
         [[filter]]\ncolumn = \"kind\"\nis = {{ parameter = \"k\" }}\n[[group]]\ncolumn = \"kind\"\n\
         labels = {{ rye = \"黑麦\" }}\n{COUNT}[sheet]\nnotes = ['''甲''', \"\\u4e59\"]\n"
    ));
    assert!(check(&text, &Shop, true).is_ok());
    for (at, _) in text.char_indices() {
        let (before, after) = text.split_at(at);
        for cut in [before.to_owned(), format!("{before}{}", after.replacen('"', "", 1))] {
            check(&cut, &Shop, true).err().iter().flatten().for_each(in_chinese);
        }
    }
}

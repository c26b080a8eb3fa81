//! What a definition comes to.

use std::collections::BTreeMap;

use fugong_report::{Level, WrongParameter};

use super::{Shop, day, lines, plan, printed, run};

const COUNTS: &str = r#"
[[measure]]
name = "loaves"
heading = "个数"
count = true

[[measure]]
name = "sold"
heading = "已售"
count = true
when = [{ column = "sold", is = true }]

[[measure]]
name = "share"
heading = "售出率"
ratio = { numerator = "sold", base = "loaves" }

[[measure]]
name = "change"
heading = "较昨日"
difference = { of = "share", days = 1 }

[[measure]]
name = "more"
heading = "比昨日多"
difference = { of = "loaves", days = 1 }

[[measure]]
name = "grams"
heading = "克"
sum = "grams"

[[measure]]
name = "mean"
heading = "平均"
average = "grams"
"#;

#[test]
fn groups_have_sums_and_every_ratio_its_own_counts() {
    let groups = "total = \"合计\"\n[[join]]\nas = \"on\"\non = \"shelf\"\n\
                  [[group]]\ncolumn = \"on.room\"\nempty = \"无处\"\nsubtotal = \"小计\"\n\
                  order = [\"front\", \"back\"]\n[[group]]\ncolumn = \"kind\"\n";
    let table = run(&format!("{groups}{COUNTS}"));
    let expected = [
        ["front", "黑麦", "2", "1", "50.00%", "+50.00", "+1", "1200", "600.00"],
        ["front", "小计", "2", "1", "50.00%", "+50.00", "+1", "1200", "600.00"],
        ["back", "黑麦", "1", "1", "100%", "—", "+1", "0", "—"],
        ["back", "spelt", "1", "1", "100%", "0.00", "0", "900", "900.00"],
        ["back", "小计", "2", "2", "100%", "0.00", "+1", "900", "900.00"],
        ["无处", "spelt", "1", "0", "0.00%", "—", "+1", "100", "100.00"],
        ["无处", "小计", "1", "0", "0.00%", "—", "+1", "100", "100.00"],
        ["合计", "", "5", "3", "60.00%", "+10.00", "+3", "2200", "550.00"],
    ];
    assert_eq!(printed(&table), expected.map(|row| row.map(str::to_owned).to_vec()));
    assert_eq!(table.rows.last().unwrap().level, Level::Total);
}

#[test]
fn a_list_has_its_rows_in_order_and_says_how_many_it_leaves_out() {
    let list = "limit = 3\nnumbered = true\ntotal = \"合计\"\n\
                [[column]]\ncolumn = \"loaf\"\n[[column]]\ncolumn = \"grams\"\n\
                [[column]]\ncolumn = \"baked_on\"\ndate = \"chinese\"\n\
                [[measure]]\nname = \"grams\"\nsum = \"grams\"\n\
                [[sort]]\nby = \"grams\"\ndescending = true\n";
    let table = run(list);
    let expected = [
        ["1", "d", "900", "2020年2月29日"],
        ["2", "b", "700", "2020年2月29日"],
        ["3", "a", "500", "2020年2月29日"],
        ["", "合计（5）", "2200", ""],
    ];
    assert_eq!(printed(&table), expected.map(|row| row.map(str::to_owned).to_vec()));
    assert_eq!(table.cut, 2);
}

#[test]
fn what_is_not_chosen_asks_nothing() {
    let list = "limit = 9\n[[parameter]]\nname = \"kind\"\nkind = \"text\"\nlabel = \"种类\"\n\
                [[filter]]\ncolumn = \"kind\"\nis = { parameter = \"kind\" }\n\
                [[filter]]\ncolumn = \"baked_on\"\nat_most = \"today\"\n\
                [[filter]]\ncolumn = \"seeds\"\ncontains = \"poppy\"\n\
                [[column]]\ncolumn = \"loaf\"\n";
    let plan = plan(list);
    let rows = |chosen: &[(&str, &str)]| {
        let given = chosen.iter().map(|(name, value)| (name.to_string(), value.to_string()));
        let chosen = plan.chosen(&given.collect::<BTreeMap<_, _>>())?;
        let table = plan.run(day(), &chosen, &lines(), &Shop).unwrap();
        Ok::<_, WrongParameter>(table.rows.len())
    };
    assert_eq!(rows(&[]), Ok(5));
    assert_eq!(rows(&[("kind", "spelt")]), Ok(2));
    assert_eq!(rows(&[("sort", "x")]), Err(WrongParameter::Unknown("sort".to_owned())));
}

#[test]
fn what_must_be_chosen_is_asked_for() {
    let plan = plan(
        "[[parameter]]\nname = \"least\"\nkind = \"integer\"\nlabel = \"克数\"\nrequired = true\n\
         [[filter]]\ncolumn = \"grams\"\nat_least = { parameter = \"least\" }\n\
         [[measure]]\nname = \"n\"\ncount = true\n",
    );
    let given = |value: &str| BTreeMap::from([("least".to_owned(), value.to_owned())]);
    assert!(matches!(plan.chosen(&BTreeMap::new()), Err(WrongParameter::Missing { .. })));
    assert!(matches!(plan.chosen(&given("much")), Err(WrongParameter::Unfit { .. })));
    let table = plan.run(day(), &plan.chosen(&given("500")).unwrap(), &lines(), &Shop).unwrap();
    assert_eq!(printed(&table), [["面包表", "3"]]);
}

#[test]
fn a_register_that_was_not_handed_in_is_no_empty_one() {
    let plan = plan("[[measure]]\nname = \"n\"\ncount = true\n");
    assert_eq!(plan.needs(day()), [("loaves", day())]);
    let none = fugong_report::Lines::new();
    assert!(plan.run(day(), &BTreeMap::new(), &none, &Shop).is_err());
}

//! Two dates in one table.

use std::collections::BTreeMap;

use fugong_report::Table;

use super::{Shop, day, lines, plan, printed};

const SHELVES: &str = "numbered = true\ntotal = \"合计\"\n[[group]]\ncolumn = \"kind\"\n\
                       subtotal = \"小计\"\n[[group]]\ncolumn = \"shelf\"\n\
                       [[measure]]\nname = \"all\"\nheading = \"个\"\ncount = true\n\
                       [[measure]]\nname = \"sold\"\nheading = \"售出\"\ncount = true\nhidden = true\n\
                       when = [{ column = \"sold\", is = true }]\n\
                       [[measure]]\nname = \"rate\"\nheading = \"售出率\"\n\
                       ratio = { numerator = \"sold\", base = \"all\" }\n";

fn on(days_before: u64) -> Table {
    let day = day().checked_sub_days(chrono::Days::new(days_before)).unwrap();
    plan(SHELVES).run(day, &BTreeMap::new(), &lines(), &Shop).unwrap()
}

fn names(table: &Table) -> Vec<&str> {
    table.heads.iter().map(|head| head.name.as_str()).collect()
}

#[test]
fn each_measure_has_the_other_date_beside_it_and_says_so() {
    let table = on(0).beside(&on(1), ("2020-02-29", "2020-02-28"));
    assert_eq!(
        names(&table),
        ["number", "kind", "shelf", "all", "all_beside", "rate", "rate_beside"]
    );
    assert_eq!(table.heads[3].heading, "个（2020-02-29）");
    assert_eq!(table.heads[6].heading, "售出率（2020-02-28）");
    assert_eq!(
        printed(&table),
        [
            ["1", "黑麦", "left", "2", "1", "50.00%", "0.00%"],
            ["2", "黑麦", "right", "1", "—", "100%", "—"],
            ["", "黑麦", "小计", "3", "1", "66.66%", "0.00%"],
            ["3", "spelt", "nowhere", "1", "—", "0.00%", "—"],
            ["4", "spelt", "right", "1", "1", "100%", "100%"],
            ["", "spelt", "小计", "2", "1", "50.00%", "100%"],
            ["", "合计", "", "5", "2", "60.00%", "50.00%"],
        ]
    );
}

/// What is no more stands where it stood, and lines are numbered as they stand now.
#[test]
fn what_only_the_other_date_has_is_there_too() {
    let table = on(1).beside(&on(0), ("2020-02-28", "2020-02-29"));
    let lines = printed(&table);
    assert_eq!(lines[1], ["2", "黑麦", "right", "—", "1", "—", "100%"]);
    assert_eq!(lines[3], ["3", "spelt", "nowhere", "—", "1", "—", "0.00%"]);
    assert_eq!(lines[6], ["", "合计", "", "2", "5", "50.00%", "60.00%"]);
}

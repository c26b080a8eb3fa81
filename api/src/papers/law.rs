//! The way to object, by the law of the day on which a paper is dated.

use chrono::NaiveDate as Date;

/// From this day on the review law of 2023 holds.
const REVIEW_OF_2023: Option<Date> = Date::from_ymd_opt(2024, 1, 1);

/// How an act of that day is objected to, with the articles.
///
/// Sources: 行政复议法 (2017) arts. 9, 12, 15, 21; 行政复议法 (2023) arts. 20, 24, 42; 行政诉讼法 (2017)
/// arts. 46, 56.
pub(super) fn remedies(day: Date) -> String {
    let new = REVIEW_OF_2023.is_some_and(|from| from <= day);
    let review = if new {
        "向对我单位有管辖权的县级以上人民政府申请行政复议（《中华人民共和国行政复议法》（2023年修订）第二十条、第二十四条）"
    } else {
        "向对我单位有管辖权的人民政府或者上一级主管部门申请行政复议（《中华人民共和国行政复议法》（2017年修正）第九条、第十二条、第十五条）"
    };
    let article = if new { "第四十二条" } else { "第二十一条" };
    format!(
        "如不服本通知，可以自收到之日起六十日内，{review}；也可以自收到之日起六个月内，依法向人民法院提起\
         行政诉讼（《中华人民共和国行政诉讼法》（2017年修正）第四十六条）。行政复议、行政诉讼期间，除法律规定的\
         情形外，本通知不停止执行（同上复议法{article}、诉讼法第五十六条）。"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_law_is_that_of_the_day() {
        let on = |y, m, d| remedies(Date::from_ymd_opt(y, m, d).unwrap());
        assert!(on(2020, 2, 28).contains("（2017年修正）第九条"));
        assert!(on(2023, 12, 31).contains("（2017年修正）第九条"));
        assert!(on(2024, 1, 1).contains("（2023年修订）第二十条"));
    }
}

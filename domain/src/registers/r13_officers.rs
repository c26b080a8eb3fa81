//! R13 驻厂员履职台账: where each officer sits, how often he was there, what was found of his duty.

use std::collections::BTreeMap;

use chrono::{Days, NaiveDate as Date};
use fugong_core::{Failure, Line, Personal, Relation, Rows};
use serde::Serialize;

use super::{
    dossier::Dossier,
    people::OfficerRow,
    table::{Table, count, date, flag, key, list, personal, text},
    view::View,
    visits::{self, VisitRow},
};
use crate::{EnterpriseId, codes::Seat};

pub(super) const TABLE: Table = Table {
    source: "district",
    relation: Relation {
        name: "r13",
        label_zh: "驻厂员履职台账",
        label_en: "officer ledger",
        columns: &[
            key("officer", "人员编号", "officer"),
            personal("name", "姓名", "name"),
            text("unit", "派出单位", "unit"),
            text("title", "职务", "title"),
            personal("phone", "联系电话", "telephone"),
            list("posts", "驻厂企业", "posts"),
            list("substituting", "顶岗企业", "standing in at"),
            flag("concurrent", "兼驻", "concurrent"),
            count("visits_24h", "当日到厂次数", "visits that day"),
            count("visits_7d", "近七日到厂次数", "visits in seven days"),
            date("last_visit_on", "最近到厂日期", "last visit"),
            list("not_visited", "七日未到厂企业", "not visited in seven days"),
            count("referred", "移送履职问题", "duty findings referred"),
            count("decided", "已处理", "decided"),
            count("undecided", "待处理", "undecided"),
        ],
    },
    lines: |rows, on| lines(rows, &View::of(rows, on)?),
};

/// One line of R13.
#[derive(Debug, Serialize)]
struct Row<'a> {
    officer: &'a str,
    name: &'a Personal,
    unit: String,
    title: Option<&'a str>,
    phone: Option<&'a Personal>,
    posts: Vec<&'a str>,
    substituting: Vec<&'a str>,
    concurrent: bool,
    visits_24h: usize,
    visits_7d: usize,
    last_visit_on: Option<Date>,
    not_visited: Vec<&'a str>,
    referred: u32,
    decided: u32,
    undecided: u32,
}

/// Who was where on which day: a visit is its holder's, and that of whoever stood in for him.
type Been = BTreeMap<String, Vec<(Date, EnterpriseId)>>;

fn lines(rows: &Rows, view: &View) -> Result<Vec<Line>, Failure> {
    let been = been(view, visits::upto(rows, view.on)?);
    view.officers.values().map(|officer| TABLE.line(&row(view, officer, &been))).collect()
}

fn been(view: &View, visits: Vec<VisitRow>) -> Been {
    let mut been = Been::new();
    for VisitRow { enterprise, date, visits } in visits {
        let Some(dossier) = view.dossier(&enterprise.to_string()) else { continue };
        for visit in visits {
            let substitute = dossier.substitute_on(visit.seat, date).map(|it| &it.officer);
            let holder = dossier.holder_on(visit.seat, date).map(|tenure| &tenure.officer);
            for officer in [substitute, holder].into_iter().flatten() {
                let his = been.entry(officer.to_string()).or_default();
                his.push((date, enterprise.clone()));
            }
        }
    }
    been
}

fn row<'a>(view: &'a View, officer: &'a OfficerRow, been: &Been) -> Row<'a> {
    let on = view.on;
    let week = on.checked_sub_days(Days::new(6)).unwrap_or(on);
    let sites = || view.dossiers.values().map(|dossier| &**dossier);
    let holds = |dossier: &&Dossier| {
        let held = Seat::ALL.iter().filter_map(|seat| dossier.holder_on(*seat, on));
        held.into_iter().any(|tenure| tenure.officer.as_str() == officer.officer)
    };
    let stands_in = |dossier: &&Dossier| {
        let held = Seat::ALL.iter().filter_map(|seat| dossier.substitute_on(*seat, on));
        held.into_iter().any(|tenure| tenure.officer.as_str() == officer.officer)
    };
    let his = been.get(&officer.officer).map(Vec::as_slice).unwrap_or_default();
    let lately = || his.iter().filter(|(day, _)| week <= *day);
    let posts: Vec<&Dossier> = sites().filter(holds).collect();
    let not_visited = posts.iter().filter(|dossier| {
        dossier.production_on(on).in_production()
            && !lately().any(|(_, enterprise)| *enterprise == dossier.enterprise)
    });
    Row {
        officer: &officer.officer,
        name: &officer.name,
        unit: view.unit_name(&officer.unit),
        title: officer.title.as_deref(),
        phone: officer.phone.as_ref(),
        posts: posts.iter().map(|dossier| dossier.name.as_str()).collect(),
        substituting: sites().filter(stands_in).map(|dossier| dossier.name.as_str()).collect(),
        concurrent: 1 < posts.len(),
        visits_24h: his.iter().filter(|(day, _)| *day == on).count(),
        visits_7d: lately().count(),
        last_visit_on: his.iter().map(|(day, _)| *day).max(),
        not_visited: not_visited.map(|dossier| dossier.name.as_str()).collect(),
        referred: officer.referred,
        decided: officer.decided,
        undecided: officer.referred.saturating_sub(officer.decided),
    }
}

//! 「推动“上下游”企业同时全面复工复产」 (§四), 「推动重大工程和重点项目尽早开工」 (§二(三)).

use super::{Context, Row, View, Wanted};

/// One whom it supplies works, and it does not: its unit sees what it lacks. A difficulty that
/// was raised says that.
pub(super) const HELP_SUPPLIER: Row = Row {
    kind: "help-supplier",
    wanted: |view, context| {
        let entry = view.enterprise.entry().filter(|_| view.is_listed());
        let waited_for = entry.is_some_and(|entry| view.chain.holds_back(entry, context.today));
        let open = waited_for && !view.chain.has_difficulty;
        let unit = context.territorial_unit(view);
        Vec::from_iter(open.then(|| Wanted::of("help-supplier", unit, context)))
    },
    fulfilled_by: &[
        "resumption-resumed",
        "resumption-corrected",
        "resumption-continuous-production-declared",
        "resumption-joined",
        "support-raised",
        "support-reopened",
    ],
};

/// A key project has not started: the commission gets it going.
pub(super) const START_PROJECT: Row = Row {
    kind: "start-project",
    wanted: start_project,
    fulfilled_by: &["enterprise-key-project-started"],
};

fn start_project(view: &View, context: &Context<'_>) -> Vec<Wanted> {
    let entry = view.enterprise.entry().filter(|_| view.is_listed());
    let projects = entry.into_iter().flat_map(|entry| &entry.projects);
    let waiting = projects.filter(|(_, project)| project.started_on.is_none());
    waiting
        .map(|(number, project)| {
            let unit = context.numbers.commission.clone();
            let wanted = Wanted::of("start-project", unit, context).about(number);
            Wanted { due: project.starts_by, ..wanted }
        })
        .collect()
}

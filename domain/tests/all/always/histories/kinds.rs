//! Everything that may be asked, and courses of things that follow from each other.

mod api_keys;
mod cases;
mod control;
mod day;
mod economy;
mod persons;
mod reports;
mod service;
mod standing;
mod webhooks;

use std::sync::LazyLock;

use super::{About, Kind, Who};

/// A kind of step.
const fn kind(name: &'static str, who: Who, ask: fn(&About<'_>) -> fugong_domain::Ask) -> Kind {
    Kind { name, who, ask }
}

/// Everything that may be asked.
pub(super) static KINDS: LazyLock<Vec<&'static Kind>> = LazyLock::new(|| {
    let standing = [standing::LIST, standing::WORK, standing::SEATS, standing::RULES];
    let cases = [cases::CASE, cases::CREDIT, service::HELP, service::BARRIERS, control::CONTROL];
    let cases = cases.into_iter().chain([day::DAY, economy::ECONOMY, persons::PERSONS]);
    let cases = cases.chain([reports::REPORTS, api_keys::API_KEYS, webhooks::WEBHOOKS]);
    standing.into_iter().chain(cases).flatten().collect()
});

/// A course: names of kinds, each with the distance of its day from the clock's.
type Script = &'static [(&'static str, i64)];

/// From an inspection to an order that failed; `next` goes on with the next numbers.
const FAILS: [(&str, i64); 5] =
    [("open", 0), ("find", 0), ("order", 0), ("serve", 0), ("failed", 0)];
const NEXT: (&str, i64) = (super::NEXT, 0);
const WEEK: (&str, i64) = (super::WEEK, 0);
const BARE: (&str, i64) = (super::BARE, 0);
/// From an inspection to an order that is served.
const RUNS: [(&str, i64); 4] = [FAILS[0], FAILS[1], FAILS[2], FAILS[3]];
const REVOKE: (&str, i64) = ("revoke", 0);
const FURTHER: (&str, i64) = ("order-further", 0);
const RESOLVE: (&str, i64) = ("resolve-support", 0);
const CONFIRM: (&str, i64) = ("confirm-support", 0);

pub(super) const SCRIPTS: &[Script] = &[
    // What was reported without a code joins the list, or does not enter it.
    &[("report-unlisted", 0), ("join", 0)],
    &[("report-unlisted", 0), ("join-to", 0)],
    &[("report-unlisted", 0), ("set-aside", 0), ("join", 0)],
    &[("report-unlisted", 0), ("set-aside", 0)],
    // A firm has a new code.
    &[("change-code", 0), ("report", 0), ("relocate-in", 0), ("change-code", 0)],
    // What is asked once in a while.
    &[("correct-details", 0), ("tier", 0), ("earlier-paper", 0), ("claim", 0), ("risk", 0)],
    &[
        ("rules", 0),
        ("calendar", 0),
        ("units", 0),
        ("industry", 0),
        ("codes", 0),
        ("checklists", 0),
    ],
    // What comes along with something else, asked alone.
    &[
        ("open", 0),
        ("find", 0),
        ("order", 0),
        ("note-order", 0),
        ("supersede", 0),
        ("take-post", 0),
        ("leave-post", 0),
        ("end-alone", 0),
        ("join-alone", 0),
    ],
    // Work, a stop, and work again; a day put right.
    &[("report", 0), ("suspend", 0), ("report", 0), ("correct-report", -1)],
    &[("report", 0), ("daily", 0), ("daily", 0), ("daily", -1)],
    &[
        ("intend", 2),
        ("continuous", 0),
        ("correct-to-continuous", -1),
        ("correct-report", 0),
        ("guide", 0),
        ("other-law", 0),
        ("urge", 0),
    ],
    // A day at work, and a hazard from its finding to its end.
    &[("report", 0), ("daily", 0), ("daily-again", 0), ("link-zones", 0), ("hand-over", 0), WEEK],
    &[("prepare-safety", 0), ("monitor", 0), ("find-hazard", 0), ("clear-hazard", 0), ("train", 0)],
    // One works and waits for its supplier; a project starts.
    &[("supply", 0), ("anchor-works", 0), ("raise-support", 0), RESOLVE, ("report", 0)],
    &[("anchor-works", 0), ("supply", 0), ("supply-ends", 1), ("suspend", 0), WEEK, ("report", 0)],
    &[("mark-project", 2), ("start-project", 0), ("mark-project", 1), ("start-project", -1)],
    // A seat from its first officer to the last.
    &[("assign", 0), ("visit", 0), ("visit-again", 0), ("substitute", 0), ("transfer", 1)],
    &[("assign", 0), ("assign-corrected", -1), ("visit", 0)],
    &[("enrol", 0), ("assign", 0), ("substitute", 0), ("withdraw", 0)],
    &[("assign", 0), ("substitute", 0), WEEK, WEEK, ("visit", 0)],
    &[("assign", 0), ("substitute", 0), ("substitute-corrected", 0), WEEK, ("transfer", 0)],
    &[("assign", 0), ("open-duty", 0), ("find-duty", 0), ("duty-outcome", 0), ("close", 0)],
    // The firm moves, grows, shrinks, ends.
    &[("assign", 0), ("grow", 0), ("relocate-in", 0), ("relocate-out", 0), ("shrink", 0)],
    &[("report", 0), ("begin-closure", 0), ("confirm-closed", 0), ("register", 0), ("report", 0)],
    &[FAILS[0], FAILS[1], FAILS[2], NEXT, NEXT, NEXT, ("report", 0), ("confirm-closed", 0)],
    &[("exclude", -1), ("readmit", 0)],
    &[("draft", 0), ("put-in-place", 0), ("revise", 0), ("put-in-place", 0)],
    // From the finding to the order, and to its end.
    &[("open", 0), ("find", 0), ("close", 0), ("order", 0), ("serve", 0), ("failed", 0)],
    &[("open", 0), ("find", 0), ("order", 0), ("serve", 0), ("done", 0), ("complied", 0)],
    &[("open", 0), ("find", 0), ("order", 0), ("serve", 0), ("extend", 0), ("pass-order", 0)],
    &[("open", 0), ("find", 0), ("order", 0), ("serve", 0), ("failed", 0), ("decline", 0)],
    &[FAILS[0], FAILS[1], FAILS[2], FAILS[3], FAILS[4], NEXT, ("order-further", 0)],
    &[("open", 0), ("find", 0), ("close", 0), ("decline", 0), ("void", 0)],
    // From two failures to a proposal, and to its end.
    &[
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        NEXT,
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        ("revoke", 0),
    ],
    &[
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        NEXT,
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        ("notice", 0),
        ("statement", 0),
        ("dismiss", 0),
    ],
    &[
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        NEXT,
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        ("notice", 0),
        WEEK,
        ("enter", 0),
        ("disclose", 0),
        ("object", 0),
        ("uphold", 0),
        ("notify-withdrawal", 0),
    ],
    &[("propose", 0), ("notice", 0), WEEK, ("enter", 0), ("object", 0), ("reject", 0)],
    &[("propose-one", 0), ("dismiss", 0)],
    // From a difficulty to its end, in time and late.
    &[("raise-support", 0), ("assign-support", 2), ("progress-support", 0), RESOLVE, CONFIRM],
    &[("raise-support", 0), ("assign-support", 2), RESOLVE, ("reopen-support", 0)],
    &[("raise-support", 0), ("escalate-support", 0)],
    &[("raise-support", 0), ("assign-support", 0), WEEK, ("transfer-support", 2)],
    // From a barrier to its end, in time and late.
    &[("report-barrier", 0), ("assign-barrier", 2), ("remove-barrier", 0)],
    &[("report-barrier", 0), ("assign-barrier", 0), WEEK, ("unfounded-barrier", 0)],
    // From an incident to its end.
    &[("incident", 0), ("isolate", 0), ("cdc", 0), ("trace", 0), ("disinfect", 0), ("end", 0)],
    &[("incident", 0), ("rule-out", 0)],
    // A measure, looked at again and lifted; work under a stop order.
    &[("impose", 0), WEEK, ("keep", 0), ("relax", 0), ("lift", 0)],
    &[("report", 0), ("stop-order", 0), ("stop-work", 0), ("report-under", 0), ("lift", 0)],
    // Words about persons, from and to wherever they can stand; work goes on meanwhile.
    &[("restrict", 0), ("erase", 0), ("hold", 0), ("erase", 0), ("lift-hold", 0), ("report", 0)],
    &[
        ("erase", 0),
        ("restrict", 0),
        ("hold", 0),
        ("report", 0),
        ("lift-hold", 0),
        ("lift-restriction", 0),
        ("hold", 0),
        ("lift-hold", 0),
        ("erase", 0),
        ("erase", 0),
    ],
    // A report of the district's own, put right, run no more, and taken up again.
    &[("define-report", 0), ("redefine-report", 0), ("withdraw-report", 0), ("define-report", 0)],
    // A key, exchanged, withdrawn.
    &[("issue-key", 0), ("rotate-key", 0), ("withdraw-key", 0)],
    // A webhook, from its creation to its end.
    &[("create-webhook", 0), ("rotate-webhook", 0), ("disable-webhook", 0)],
    // From the flag to its end.
    &[
        ("disclose", 0),
        ("object", 0),
        ("verify", 0),
        ("reject", 0),
        ("repair", 0),
        ("refuse-repair", 0),
        ("correct-details", 0),
        ("change-code", 0),
    ],
    &[("object", 0), ("uphold", 0)],
    &[("repair", 0), ("grant-repair", 0)],
    // From a flag that was handed out to the word that it stands no more.
    &[("disclose", 0), ("expunge", 0), ("notify-withdrawal", 0)],
    &[("disclose", 0), ("repair", 0), ("grant-repair", 0), ("notify-withdrawal", 0)],
    // An order ends, or is replaced, wherever it stands; and even then it may be taken back.
    &[FAILS[0], FAILS[1], FAILS[2], REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("done", 0), REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, ("complied", 0), REVOKE],
    &[FAILS[0], FAILS[1], FAILS[2], FAILS[3], FAILS[4], REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, REVOKE],
    &[FAILS[0], FAILS[1], FAILS[2], ("terminate", 0), REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("terminate", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("done", 0), ("terminate", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, ("terminate", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("done", 0), ("failed", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, ("failed", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("complied", 0)],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, ("done", 0), ("complied", 0)],
    &[FAILS[0], FAILS[1], FAILS[2], NEXT, FURTHER, NEXT, NEXT, NEXT, NEXT, NEXT, REVOKE],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], NEXT, FURTHER],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], ("done", 0), NEXT, FURTHER],
    &[RUNS[0], RUNS[1], RUNS[2], RUNS[3], WEEK, NEXT, FURTHER],
    &[
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        NEXT,
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        ("notice", 0),
        REVOKE,
    ],
    &[
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        NEXT,
        FAILS[0],
        FAILS[1],
        FAILS[2],
        FAILS[3],
        FAILS[4],
        ("dismiss", 0),
    ],
    // A barrier that nobody was given; a difficulty that was not solved after all.
    &[("report-barrier", 0), ("remove-barrier", 0)],
    &[("report-barrier", 0), ("unfounded-barrier", 0)],
    &[("raise-support", 0), RESOLVE, CONFIRM, ("reopen-support", 0)],
    &[("raise-support-for-it", 0), ("assign-support", 2), ("transfer-support", 3), RESOLVE],
    &[("raise-support-for-it", 0), RESOLVE, CONFIRM, ("reopen-support", 0)],
    &[("raise-support-for-it", 0), ("correct-details", 0), ("change-code", 0)],
    &[("anchor-works", 0), ("supply", 0), ("correct-details", 0), ("change-code", 0)],
    &[("incident", 0), ("stop-order", 0), ("correct-details", 0), ("change-code", 0)],
    // Production from and to wherever it can stand.
    &[("continuous", 0), ("suspend", 0), ("continuous", 0)],
    &[("continuous", 0), ("confirm-closed", 0)],
    &[("report", 0), ("suspend", 0), ("confirm-closed", 0)],
    &[("intend", 2), ("confirm-closed", 0)],
    &[("continuous", -3), ("report-unlisted", 0), ("join", 0)],
    &[("report", -2), ("suspend", -1), ("report-unlisted", 0), ("join", 0)],
    &[("report", -2), ("suspend", -1), ("correct-report", 0)],
    &[("report", -4), ("suspend", -2), ("report", 0), ("correct-report", -5)],
    &[("report", 0), ("confirm-closed", 0), ("register", 0), ("report", 0), ("correct-report", -9)],
    &[("intend", 2), ("report-unlisted", 0), ("join", 0)],
    // What was no enterprise of ours is one after all; an inspection was none.
    &[BARE, ("report", 0), ("set-aside", 0), ("register", 0)],
    &[FAILS[0], FAILS[1], FAILS[2], ("void", 0)],
    // A task in somebody's hands goes on, up, or away.
    &[("report", 0), ("claim", 0), ("relocate-in", 0)],
    &[("assign", 0), ("report", 0), ("claim", 0), ("transfer", 0)],
    &[("raise-support", 0), ("claim", 0), RESOLVE],
    &[("raise-support", 0), ("assign-support", 0), ("claim", 0), ("transfer-support", 2)],
    &[("raise-support", 0), ("assign-support", 0), ("claim", 0), WEEK, ("claim", 0)],
    &[("object", 0), ("claim-last", 0), WEEK, ("claim", 0)],
    &[("assign", 0), ("report", 0), ("claim", 0), ("suspend", 0)],
];

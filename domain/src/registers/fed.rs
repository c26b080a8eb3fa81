//! Which events feed which register, as the workflow is drawn. The folds and tables themselves say it
//! by what they show; a test compares what they do with this list, in both directions.

use super::Table;

impl Table {
    /// The stored types of the events that can change a line of it.
    pub fn fed_by(&self) -> impl Iterator<Item = &'static str> {
        let its = FED.iter().filter(|(table, _)| *table == self.relation.name);
        its.flat_map(|(_, groups)| groups.iter()).flat_map(|events| events.iter().copied())
    }
}

type Events = &'static [&'static str];

/// Its name or its code is another.
const NAMED: Events = &["enterprise-code-changed", "enterprise-details-corrected"];
/// What is in the list, where, and how large.
const LISTED: Events = &[
    "enterprise-registered",
    "enterprise-relocated",
    "enterprise-scale-reclassified",
    "enterprise-closed",
];
/// What is left out of a base, or is in it again.
const COUNTED: Events = &["enterprise-excluded", "enterprise-readmitted"];
/// Whether it works.
const WORKS: Events = &[
    "resumption-resumed",
    "resumption-continuous-production-declared",
    "resumption-joined",
    "resumption-corrected",
    "resumption-suspended",
];
/// Who holds a seat.
const SEATED: Events = &["posting-officer-assigned", "posting-transferred", "posting-withdrawn"];
/// What its plan says, and whether it is in place.
const PLANNED: Events = &["plan-drafted", "plan-revised", "plan-put-in-place"];
/// Hazards, from the finding to the end.
const HAZARDS: Events = &["plan-hazard-found", "plan-hazard-cleared"];
/// A difficulty, from the word to the end.
const SOLVED: Events = &[
    "support-raised",
    "support-assigned",
    "support-transferred",
    "support-resolved",
    "support-confirmed",
    "support-reopened",
];
/// How an order ends.
const ENDED: Events = &[
    "rectification-ordered",
    "rectification-complied",
    "rectification-failed",
    "rectification-superseded",
    "rectification-revoked",
    "rectification-terminated",
];
/// A flag, from the proposal to the end.
const FLAGGED: Events = &[
    "credit-flag-proposed",
    "credit-notice-served",
    "credit-flagged",
    "credit-proposal-dismissed",
    "credit-proposal-withdrawn",
    "credit-repair-granted",
    "credit-expunged",
];

/// By the name of the table.
const FED: &[(&str, &[Events])] = &[
    (
        "r1",
        &[
            LISTED,
            COUNTED,
            WORKS,
            &[
                "enterprise-joined-to",
                "enterprise-set-aside",
                "enterprise-tier-assigned",
                "resumption-ended",
            ],
        ],
    ),
    (
        "r1-enterprises",
        &[NAMED, LISTED, COUNTED, WORKS, &["enterprise-tier-assigned", "resumption-planned"]],
    ),
    ("r1-fixed", &[&["regime-figures-fixed"]]),
    (
        "r2",
        &[
            NAMED,
            LISTED,
            COUNTED,
            WORKS,
            SEATED,
            &["resumption-planned", "support-raised", "support-reopened", "support-resolved"],
        ],
    ),
    ("r3", &[&["resumption-daily-reported"]]),
    ("r3-summary", &[&["resumption-daily-reported"]]),
    (
        "r4",
        &[
            NAMED,
            LISTED,
            WORKS,
            SEATED,
            &["officer-enrolled", "posting-substituted", "posting-visit-logged"],
        ],
    ),
    (
        "r4-seats",
        &[
            NAMED,
            LISTED,
            WORKS,
            SEATED,
            &["officer-enrolled", "posting-substituted", "posting-visit-logged"],
        ],
    ),
    (
        "r4-summary",
        &[
            LISTED,
            WORKS,
            &["posting-officer-assigned", "posting-visit-logged", "posting-withdrawn"],
        ],
    ),
    ("r5", &[NAMED, LISTED, PLANNED]),
    (
        "r5-summary",
        &[
            PLANNED,
            &["enterprise-closed", "enterprise-registered", "enterprise-scale-reclassified"],
        ],
    ),
    (
        "r6",
        &[&[
            "inspection-closed",
            "inspection-finding-ordered",
            "inspection-finding-recorded",
            "inspection-opened",
            "inspection-order-declined",
            "inspection-voided",
            "regime-codes-published",
        ]],
    ),
    (
        "r7",
        &[
            NAMED,
            ENDED,
            &["rectification-extended", "rectification-reported", "rectification-served"],
        ],
    ),
    ("r7-summary", &[ENDED, &["rectification-reported", "rectification-served"]]),
    (
        "r8",
        &[
            NAMED,
            FLAGGED,
            &[
                "credit-flag-disclosed",
                "credit-objection-lodged",
                "credit-objection-rejected",
                "credit-objection-upheld",
                "credit-repair-applied",
                "credit-repair-refused",
                "credit-statement-recorded",
                "credit-verification-begun",
                "credit-withdrawal-notified",
            ],
        ],
    ),
    (
        "r8-disclosures",
        &[
            NAMED,
            &[
                "credit-expunged",
                "credit-flag-disclosed",
                "credit-objection-lodged",
                "credit-objection-rejected",
                "credit-objection-upheld",
                "credit-repair-granted",
            ],
        ],
    ),
    ("r9", &[NAMED, SOLVED, &["support-escalated"]]),
    ("r9-summary", &[SOLVED]),
    (
        "r10",
        &[&["barrier-assigned", "barrier-found-unfounded", "barrier-removed", "barrier-reported"]],
    ),
    (
        "r11",
        &[
            NAMED,
            &[
                "enterprise-relocated",
                "enterprise-supply-link-declared",
                "enterprise-tier-assigned",
                "resumption-continuous-production-declared",
                "resumption-corrected",
                "resumption-resumed",
                "resumption-suspended",
                "support-raised",
                "support-reopened",
                "support-resolved",
            ],
        ],
    ),
    (
        "r12",
        &[
            NAMED,
            LISTED,
            COUNTED,
            WORKS,
            SEATED,
            PLANNED,
            ENDED,
            FLAGGED,
            &[
                "enterprise-closure-begun",
                "enterprise-earlier-paper-recorded",
                "enterprise-guided",
                "enterprise-joined-to",
                "enterprise-other-law-reference-recorded",
                "enterprise-set-aside",
                "enterprise-tier-assigned",
                "resumption-ended",
                "resumption-planned",
            ],
        ],
    ),
    (
        "r12-items",
        &[
            NAMED,
            LISTED,
            COUNTED,
            WORKS,
            SEATED,
            PLANNED,
            SOLVED,
            ENDED,
            FLAGGED,
            &[
                "credit-objection-lodged",
                "credit-objection-rejected",
                "credit-objection-upheld",
                "enterprise-earlier-paper-recorded",
                "enterprise-closure-begun",
                "enterprise-guided",
                "enterprise-joined-to",
                "enterprise-other-law-reference-recorded",
                "enterprise-set-aside",
                "enterprise-tier-assigned",
                "inspection-closed",
                "inspection-finding-recorded",
                "inspection-opened",
                "inspection-voided",
                "officer-enrolled",
                "posting-substituted",
                "rectification-extended",
                "rectification-reported",
                "rectification-served",
                "resumption-daily-reported",
                "resumption-ended",
                "resumption-planned",
                "support-escalated",
            ],
        ],
    ),
    (
        "r13",
        &[
            SEATED,
            &[
                "enterprise-details-corrected",
                "officer-duty-outcome-recorded",
                "officer-duty-referred",
                "officer-enrolled",
                "posting-substituted",
                "posting-visit-logged",
                "resumption-resumed",
                "resumption-suspended",
            ],
        ],
    ),
    ("r14", &[LISTED, COUNTED, WORKS, &["enterprise-details-corrected", "regime-rules-published"]]),
    (
        "r14-days",
        &[
            COUNTED,
            WORKS,
            &[
                "enterprise-closed",
                "enterprise-registered",
                "enterprise-scale-reclassified",
                "regime-codes-published",
                "regime-rules-published",
            ],
        ],
    ),
    (
        "r15",
        &[
            NAMED,
            &[
                "officer-enrolled",
                "task-cancelled",
                "task-claimed",
                "task-done",
                "task-escalated",
                "task-raised",
                "task-reassigned",
            ],
        ],
    ),
    (
        "r16",
        &[
            NAMED,
            WORKS,
            SEATED,
            &[
                "enterprise-closed",
                "enterprise-relocated",
                "enterprise-scale-reclassified",
                "officer-enrolled",
                "resumption-daily-reported",
            ],
        ],
    ),
    (
        "r17",
        &[
            NAMED,
            WORKS,
            &[
                "enterprise-closed",
                "enterprise-relocated",
                "posting-handover-logged",
                "posting-zones-linked",
            ],
        ],
    ),
    ("r18-fulfilment", &[NAMED, SOLVED]),
    (
        "r18-projects",
        &[NAMED, &["enterprise-key-project-marked", "enterprise-key-project-started"]],
    ),
    ("r19", &[NAMED, HAZARDS]),
    (
        "r19-summary",
        &[NAMED, HAZARDS, &["plan-hazard-monitored", "plan-safety-prepared", "plan-training-held"]],
    ),
    (
        "r20-incidents",
        &[
            NAMED,
            &[
                "epidemic-cdc-reported",
                "epidemic-closed",
                "epidemic-disinfected",
                "epidemic-isolated",
                "epidemic-reported",
                "epidemic-ruled-out",
                "epidemic-traced",
            ],
        ],
    ),
    (
        "r20-measures",
        &[NAMED, &["measure-imposed", "measure-kept", "measure-lifted", "measure-relaxed"]],
    ),
];

//! What flags, and whoever was given one, ask of the inbox.

use chrono::NaiveDate as Date;
use fugong_domain::{
    EnterpriseId, FlagId,
    credit::{Credit, Objection, Standing},
};
use fugong_fixtures::Desk;

/// Decisions that wait, and recipients who were not told.
pub(super) fn waits(desk: &Desk, id: &EnterpriseId, today: Date, add: &mut impl FnMut(&str, &str)) {
    let credit: Credit = desk.read(id);
    for (number, flag) in credit.flags() {
        let subject = FlagId::nth(id, *number).to_string();
        let untold = flag.disclosures.iter().filter(|given| given.withdrawn_on.is_none());
        for given in untold.filter(|_| flag.must_be_withdrawn()) {
            add("notify-withdrawal", &format!("{subject}.{}", given.disclosure));
        }
        match &flag.standing {
            Standing::Proposed => add("serve-notice", &subject),
            Standing::Notified { statement } if statement.due < today => {
                add("decide-proposal", &subject);
            }
            Standing::Flagged(flagged) => {
                if let Some(Objection::Lodged { .. }) = flagged.objection {
                    add("decide-objection", &subject);
                }
            }
            Standing::Notified { .. }
            | Standing::Withdrawn
            | Standing::Dismissed
            | Standing::Repaired
            | Standing::Expired
            | Standing::Expunged => {}
        }
    }
}

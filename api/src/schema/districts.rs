//! What is answered about several districts.

use fugong_domain::registers::{ROLL_UP, ROLLED_UP};
use serde_json::{Map, Value};

use super::{about, answers, day, list, moment, named, object, one_of, position, text};

/// The schemas, by name.
pub(super) fn schemas() -> Map<String, Value> {
    let district = object([
        ("district", text()),
        ("name", text()),
        ("path", about(text(), "Where its API is: what /v1 is for the first")),
    ]);
    let rolled_up = object([
        ("name", text()),
        ("by", one_of(ROLLED_UP.iter().copied())),
        ("items", about(list(named("RollUpRow")), "For each group the sum, then the districts")),
        ("checkpoint", about(text(), "On which position of each log it stands: opaque")),
        ("true_on", day()),
    ]);
    let named_ones = [
        ("DistrictList", object([("items", list(district))])),
        ("RollUp", rolled_up),
        ("RollUpRow", answers::row(&ROLL_UP)),
    ];
    named_ones.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

/// What is said of each district where the health of all is told.
pub(super) fn ready() -> Value {
    object([("district", text()), ("now", moment()), ("head", position())])
}

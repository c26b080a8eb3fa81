//! Counts of persons in incidents (疫情): a small one points at somebody, as small figures of a
//! 日报 do.

use fugong_domain::registers::SMALL;
use serde_json::Value;

/// The members that count persons, in what events of incidents say and in how incidents stand.
pub(crate) const OF_PERSONS: [&str; 3] = ["persons", "contacts", "count"];

/// What counts places, and no persons.
const OF_PLACES: &str = "disinfected";

/// Takes small counts of persons out of what is told of an incident, however deep they lie.
pub(crate) fn withhold(told: &mut Value) {
    match told {
        Value::Object(members) => {
            members.retain(|name, value| !OF_PERSONS.contains(&name.as_str()) || !is_small(value));
            let others = members.iter_mut().filter(|(name, _)| *name != OF_PLACES);
            others.for_each(|(_, value)| withhold(value));
        }
        Value::Array(values) => values.iter_mut().for_each(withhold),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

fn is_small(value: &Value) -> bool {
    let figure = value.as_u64().and_then(|figure| usize::try_from(figure).ok());
    figure.is_some_and(|figure| figure < SMALL)
}

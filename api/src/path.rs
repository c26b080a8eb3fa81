//! Addresses: patterns such as `/v1/enterprises/{uscc}/plans`, and what they catch.

use std::fmt::Write as _;

use cqrs_es::Aggregate;
use fugong_domain::{FlagId, Principal, act::REGIME, regime::Regime};

use crate::{
    deed::{Entry, Row},
    deeds,
    door::Params,
    problem::Problem,
};

/// Ends a last parameter that takes all the segments that are left.
const REST: &str = ":.*}";

/// The deed at `path`, with what its pattern catches.
///
/// # Errors
///
/// `NOT_FOUND` where nothing can be done.
pub(crate) fn deed(path: &str) -> Result<(&'static Entry, Params), Problem> {
    let found = deeds::TABLE
        .iter()
        .filter_map(|entry| capture(entry.row.path, path).map(|params| (entry, params)));
    // A literal segment is meant before a parameter that it would fit too.
    let found = found.min_by_key(|(_, params)| params.len());
    found.ok_or_else(|| Problem::absent(format!("act at {path}")))
}

/// What `pattern` catches of `path`, if it fits.
pub(crate) fn capture(pattern: &'static str, path: &str) -> Option<Params> {
    let wanted: Vec<_> = pattern.split('/').collect();
    let segments = if pattern.ends_with(REST) { wanted.len() } else { usize::MAX };
    let given: Vec<_> = path.splitn(segments, '/').collect();
    if wanted.len() != given.len() {
        return None;
    }
    let mut params = Params::new();
    for (wanted, given) in wanted.into_iter().zip(given) {
        match parameter(wanted) {
            Some(name) if !given.is_empty() => {
                params.insert(name, decoded(given)?);
            }
            None if wanted == given => {}
            _ => return None,
        }
    }
    Some(params)
}

/// The address that a pattern and what it catches are of.
pub(crate) fn filled(pattern: &str, params: &Params) -> String {
    let segments = pattern.split('/').map(|segment| match parameter(segment) {
        Some(name) => encoded(params.get(name).map_or("", String::as_str)),
        None => segment.to_owned(),
    });
    segments.collect::<Vec<_>>().join("/")
}

/// The names of the parameters in `pattern`, in order.
pub(crate) fn parameters(pattern: &str) -> impl Iterator<Item = &str> {
    pattern.split('/').filter_map(parameter)
}

fn parameter(segment: &str) -> Option<&str> {
    let segment = segment.strip_prefix('{')?;
    segment.strip_suffix(REST).or_else(|| segment.strip_suffix('}'))
}

/// A text as a segment of an address.
pub(crate) fn encoded(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b'~') {
            segment.push(char::from(byte));
        } else {
            // A string takes whatever is written.
            let _written = write!(segment, "%{byte:02X}");
        }
    }
    segment
}

/// The text of a segment or a query value, with `%` escapes undone.
pub(crate) fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digits = [rest.next()?, rest.next()?];
        let digits = std::str::from_utf8(&digits).ok()?;
        bytes.push(u8::from_str_radix(digits, 16).ok()?);
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

/// The id of the thing that an act at this address is about, if the address names one.
pub(crate) fn subject(row: &Row, params: &Params) -> Option<String> {
    if let Some(id) = params.get("id") {
        return match row.aggregate {
            "credit" => id.parse().ok().map(|flag: FlagId| flag.enterprise().to_owned()),
            _ => Some(id.clone()),
        };
    }
    if row.aggregate == Regime::TYPE {
        return Some(REGIME.to_owned());
    }
    let code = params.get("uscc").map(|text| crate::door::enterprise(text));
    code.and_then(Result::ok).map(|id| id.to_string())
}

/// What a remark on an act is about, for the key that seals it.
pub(crate) fn about(params: &Params, by: &Principal) -> String {
    let named = ["uscc", "id"].iter().find_map(|name| params.get(name));
    named.cloned().unwrap_or_else(|| by.actor.clone())
}

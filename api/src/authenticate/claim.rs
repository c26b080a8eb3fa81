//! What a token says about somebody, as this server calls it.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

/// Where a claim is found, and what its values mean here.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, bound(deserialize = "T: Deserialize<'de>"))]
pub(super) struct Claim<T> {
    /// Its name, or a JSON pointer such as `/realm_access/roles`.
    claim: String,
    /// What the provider's values are here; none where it says our own.
    values: Option<BTreeMap<String, T>>,
}

impl<T: Clone + PartialEq> Claim<T> {
    /// The claim of this name, which says our own values.
    pub(super) fn named(name: &str) -> Self {
        Self { claim: name.to_owned(), values: None }
    }

    /// The one thing that it says; of several values only those count that mean something here.
    ///
    /// # Errors
    ///
    /// Why it says none, or more than one, without repeating it.
    pub(super) fn read(
        &self,
        claims: &Value,
        read: impl Fn(&str) -> Option<T>,
    ) -> Result<T, String> {
        let Self { claim, values } = self;
        let said = if claim.starts_with('/') { claims.pointer(claim) } else { claims.get(claim) };
        let said = said.ok_or_else(|| format!("it has no claim {claim}"))?;
        let several = said.as_array().map_or(std::slice::from_ref(said), Vec::as_slice);
        let mut meant: Vec<T> = Vec::new();
        for value in several.iter().filter_map(Value::as_str) {
            let here = match values {
                Some(values) => values.get(value).cloned(),
                None => read(value),
            };
            meant.extend(here.filter(|here| !meant.contains(here)));
        }
        match meant.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(format!("its claim {claim} says nothing that is known here")),
            [_, _, ..] => Err(format!("its claim {claim} says more than one thing")),
        }
    }
}

/// An actor's name as the log can hold it: 1 to 64 letters, digits, `-`, `_` and `.`.
pub(super) fn actor(text: &str) -> Option<String> {
    let fits = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.');
    let named = !text.is_empty() && text.len() <= 64 && text.chars().all(fits);
    named.then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::Claim;

    fn numbers(text: &str) -> Option<u8> {
        text.parse().ok()
    }

    #[test]
    fn one_meaning_is_read_by_name_and_by_pointer() {
        let claims = json!({"n": "7", "https://a/b": "8", "deep": {"n": ["x", "9", "9"]}});
        for (name, means) in [("n", 7), ("https://a/b", 8), ("/deep/n", 9)] {
            assert_eq!(Claim::named(name).read(&claims, numbers), Ok(means), "{name}");
        }
    }

    #[test]
    fn none_and_several_are_told_apart() {
        let claims = json!({"none": "x", "number": 7, "both": ["1", "2"]});
        for (name, why) in [
            ("absent", "it has no claim absent"),
            ("none", "its claim none says nothing that is known here"),
            ("number", "its claim number says nothing that is known here"),
            ("both", "its claim both says more than one thing"),
        ] {
            assert_eq!(Claim::named(name).read(&claims, numbers), Err(why.to_owned()));
        }
    }

    #[test]
    fn only_values_that_are_mapped_count_where_any_are() {
        let map: Claim<u8> = toml::from_str("claim = 'n'\nvalues = { one = 1, '2' = 3 }").unwrap();
        assert_eq!(map.read(&json!({"n": ["one", "9"]}), numbers), Ok(1));
        assert_eq!(map.read(&json!({"n": "2"}), numbers), Ok(3));
        assert!(map.read(&json!({"n": "9"}), numbers).is_err());
    }
}

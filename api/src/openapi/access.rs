//! Who may what: the table that tests hold against a server, as the document tells it.

use serde_json::{Map, Value, json};

const TABLE: &str = include_str!("access.txt");
/// What the words of the table mean.
const WORDS: [(&str, &str); 5] = [
    ("yes", "may; it is no matter of one enterprise or unit"),
    ("all", "throughout the district"),
    ("own", "of the own enterprise, or of enterprises in the unit's area"),
    ("hand", "of what the unit has in hand, or somebody began or is about himself"),
    ("hid", "is told that there is no such thing"),
];

/// The words, explained.
pub(super) fn words() -> Value {
    WORDS
        .iter()
        .map(|(word, means)| ((*word).to_owned(), json!(means)))
        .collect::<Map<_, _>>()
        .into()
}

/// Adds to an operation what each role may: under `x-access`, and where one address serves two
/// ends, what the other is for under `x-access-` and its name. Who is not named may not.
pub(super) fn tell(operation: &mut Value) {
    let Value::Object(operation) = operation else { return };
    let id = operation.get("operationId").and_then(Value::as_str).unwrap_or_default().to_owned();
    let mut lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let roles: Vec<&str> = lines.next().unwrap_or_default().split_whitespace().skip(1).collect();
    for line in lines {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default();
        let (of, end) = name.split_once('#').unwrap_or((name, ""));
        if of != id {
            continue;
        }
        let may = roles.iter().zip(words).filter(|(_, word)| *word != "-");
        let may: Map<_, _> = may.map(|(role, word)| ((*role).to_owned(), json!(word))).collect();
        let member = if end.is_empty() { "x-access".to_owned() } else { format!("x-access-{end}") };
        operation.insert(member, may.into());
    }
}

//! Schemas of reports.

use serde_json::{Value, json};

use super::{
    about, count, day, formatted, list, maybe, moment, object, one_of, position, text, yes,
};

fn hash() -> Value {
    json!({"type": "string", "pattern": "^[0-9a-f]{64}$"})
}

/// The reports that there are.
pub(super) fn all() -> Value {
    let parameter = object([("name", text()), ("label", text()), ("required", yes())]);
    let item = object([
        ("id", text()),
        ("title", text()),
        ("title_en", text()),
        ("about", about(text(), "What it is for")),
        ("instant", about(yes(), "Whether it is a register as it stands, under all its columns")),
        ("parameters", about(list(parameter), "What can be chosen")),
        ("definition_sha256", hash()),
        ("laid_down", laid_down()),
    ]);
    object([("items", list(item)), ("position", position())])
}

/// A report as it stands.
pub(super) fn one() -> Value {
    let column = object([("name", text()), ("heading", text())]);
    let cells = about(
        json!({"type": "object"}),
        "What is in it by the names of the columns: a figure, words, or a ratio with its parts and how it is printed",
    );
    let row = object([("level", one_of(["detail", "subtotal", "total"])), ("cells", cells)]);
    let by = object([
        ("version", count()),
        ("at", about(moment(), "When")),
        ("by", about(text(), "A unit")),
    ]);
    let beside = object([
        ("log_size", about(formatted("int64"), "How many events its figures stand on")),
        ("root", maybe(hash())),
        ("as_of", about(moment(), "The last instant of which its figures know")),
        ("true_on", day()),
    ]);
    let reader = object([("role", text()), ("unit", about(text(), "A unit, by its code"))]);
    let provenance = object([
        ("definition", text()),
        ("definition_sha256", hash()),
        ("laid_down", maybe(by)),
        ("log", json!({"type": "integer"})),
        ("log_size", about(formatted("int64"), "How many events it stands on")),
        ("root", maybe(hash())),
        ("parameters", about(json!({"type": "object"}), "What was chosen")),
        ("as_of", about(moment(), "The last instant of which it knows")),
        ("true_on", day()),
        ("unit", about(text(), "What the unit that hands it up is called")),
        ("reach", about(text(), "Of how much of the district its figures are")),
        ("reader?", about(reader, "As whom it was run, if not by who holds the database")),
        ("withheld", about(yes(), "Whether small figures that may point at persons were left out")),
        ("beside", about(maybe(beside), "The other moment, if it shows two")),
    ]);
    object([
        ("id", text()),
        ("title", text()),
        ("subtitle", maybe(text())),
        ("head", about(list(text()), "What stands above the table")),
        ("columns", list(column)),
        ("rows", about(list(row), "Its lines, sums among them")),
        ("rows_left_out", about(count(), "How many lines it has more than its limit")),
        ("notes", list(text())),
        ("signature", list(text())),
        ("provenance", provenance),
    ])
}

/// The definition of a report.
pub(super) fn definition() -> Value {
    object([
        ("id", text()),
        ("definition", text()),
        ("definition_sha256", hash()),
        ("laid_down", laid_down()),
    ])
}

/// How a definition of the district's own came to be.
fn laid_down() -> Value {
    maybe(object([
        ("version", count()),
        ("at", about(moment(), "When")),
        ("actor", text()),
        ("unit", about(text(), "For which unit")),
        ("position", position()),
    ]))
}

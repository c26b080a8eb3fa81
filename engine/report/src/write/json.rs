//! JSON, whole or a line a row.

use std::io::{self, Write};

use serde_json::{Map, Value, json};

use crate::{Level, Row, Sheet};

/// The sheet for a program: exact figures, and what they stand on.
pub fn json(sheet: &Sheet) -> Value {
    let columns: Vec<_> = sheet
        .table
        .heads
        .iter()
        .map(|head| json!({"name": head.name, "heading": head.heading}))
        .collect();
    let rows: Vec<_> = sheet.table.rows.iter().map(|row| told(sheet, row)).collect();
    json!({
        "id": sheet.id,
        "title": sheet.title,
        "subtitle": sheet.subtitle,
        "head": sheet.head,
        "columns": columns,
        "rows": rows,
        "rows_left_out": sheet.table.cut,
        "notes": sheet.notes,
        "signature": sheet.signature,
        "provenance": provenance(sheet),
    })
}

/// What the sheet stands on.
pub(super) fn provenance(sheet: &Sheet) -> Value {
    let stand = &sheet.stand;
    let mut told = json!({
        "definition": sheet.definition,
        "definition_sha256": sheet.definition_sha256,
        "laid_down": stand.laid_down.as_ref().map(|it| {
            json!({"version": it.version, "at": it.at, "by": it.by})
        }),
        "log": stand.log,
        "log_size": stand.position.to_string(),
        "root": stand.root,
        "parameters": chosen(sheet),
        "as_of": stand.as_of,
        "true_on": stand.true_on,
        "unit": stand.unit,
        "reach": stand.reach,
        "withheld": stand.withheld,
        "beside": stand.beside.as_ref().map(|it| {
            json!({
                "log_size": it.position.to_string(),
                "root": it.root,
                "as_of": it.as_of,
                "true_on": it.true_on,
            })
        }),
    });
    if let (Some(members), Some(reader)) = (told.as_object_mut(), &stand.reader) {
        let reader = json!({"role": reader.role, "unit": reader.unit});
        members.insert("reader".to_owned(), reader);
    }
    told
}

/// The same but for the definition's text, with the report's name: what is enough to make the report
/// again for whoever has the definition of that hash.
pub(super) fn origin(sheet: &Sheet) -> String {
    let mut provenance = provenance(sheet);
    if let Some(members) = provenance.as_object_mut() {
        members.remove("definition");
    }
    json!({"id": sheet.id, "title": sheet.title, "provenance": provenance}).to_string()
}

/// A line for each row of the table.
pub fn ndjson(sheet: &Sheet) -> String {
    let mut bytes = Vec::new();
    // Into memory nothing fails.
    let _written = ndjson_to(sheet, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// The same, line by line.
///
/// # Errors
///
/// When `out` takes no more.
pub fn ndjson_to(sheet: &Sheet, out: &mut dyn Write) -> io::Result<()> {
    sheet.table.rows.iter().try_for_each(|row| writeln!(out, "{}", told(sheet, row)))
}

/// What a line is, in a word.
pub(super) fn level(row: &Row) -> &'static str {
    match row.level {
        Level::Detail => "detail",
        Level::Subtotal(_) => "subtotal",
        Level::Total => "total",
    }
}

fn told(sheet: &Sheet, row: &Row) -> Value {
    let cells = sheet.table.heads.iter().zip(&row.cells);
    let cells = cells.map(|(head, cell)| (head.name.clone(), cell.json(head.form)));
    let cells: Map<String, Value> = cells.collect();
    json!({"level": level(row), "cells": cells})
}

fn chosen(sheet: &Sheet) -> Value {
    use crate::Literal;
    let told = sheet.chosen.iter().map(|(name, literal)| {
        let value = match literal {
            Literal::Flag(yes) => json!(yes),
            Literal::Number(number) => json!(number),
            Literal::Text(text) => json!(text),
        };
        (name.clone(), value)
    });
    Value::Object(told.collect())
}

//! Parquet: the table alone, its figures exact and in columns of their types.

use std::sync::Arc;

use chrono::NaiveDate as Date;
use parquet::{
    basic::{LogicalType, Repetition, Type as Physical},
    data_type::{ByteArray, ByteArrayType, DataType, Int32Type, Int64Type},
    errors::ParquetError,
    file::{
        metadata::KeyValue,
        properties::WriterProperties,
        writer::{SerializedFileWriter, SerializedRowGroupWriter},
    },
    schema::types::Type,
};
use serde_json::Value;

use crate::{Cell, Head, Holds, Row, Sheet, write::json::level};

/// The sheet cannot be written as Parquet.
#[derive(Debug, thiserror::Error)]
#[error("the report cannot be written as Parquet: {0}")]
pub struct NoParquet(#[from] ParquetError);

/// A column of the file, with its values.
enum Column {
    Words(String, Vec<Option<ByteArray>>),
    Number(String, Vec<Option<i64>>),
    /// Days since 1970.
    Day(String, Vec<Option<i32>>),
}

/// The table as a Parquet file: `level` (detail, subtotal or total), then a column for each of the
/// table's. Days are dates, counts whole numbers of 64 bits; a ratio is two columns or three,
/// `_numerator`, `_base` and `_excluded`, so that nothing is rounded; a difference of ratios is four.
/// What the report stands on are the file's own entries, `fugong.definition_sha256` and others.
///
/// # Errors
///
/// [`NoParquet`] when the library cannot write it.
pub fn parquet(sheet: &Sheet) -> Result<Vec<u8>, NoParquet> {
    let rows = &sheet.table.rows;
    let levels = rows.iter().map(|row| Some(level(row).into())).collect();
    let mut columns = vec![Column::Words("level".to_owned(), levels)];
    for (at, head) in sheet.table.heads.iter().enumerate() {
        columns.extend(columns_of(head, at, rows));
    }
    let fields = columns.iter().map(Column::field).collect::<Result<_, _>>()?;
    let schema = Type::group_type_builder("report").with_fields(fields).build()?;
    let properties = WriterProperties::builder()
        .set_created_by("fugong".to_owned())
        .set_key_value_metadata(Some(stands_on(sheet)))
        .build();
    let mut file = SerializedFileWriter::new(Vec::new(), Arc::new(schema), Arc::new(properties))?;
    let mut group = file.next_row_group()?;
    for column in &columns {
        match column {
            Column::Words(_, values) => put::<ByteArrayType>(&mut group, values)?,
            Column::Number(_, values) => put::<Int64Type>(&mut group, values)?,
            Column::Day(_, values) => put::<Int32Type>(&mut group, values)?,
        }
    }
    group.close()?;
    Ok(file.into_inner()?)
}

fn columns_of(head: &Head, at: usize, rows: &[Row]) -> Vec<Column> {
    let cells = || rows.iter().map(move |row| row.cells.get(at).unwrap_or(&Cell::Empty));
    let number = |part: &str, of: &dyn Fn(&Cell) -> Option<i64>| {
        Column::Number(format!("{}{part}", head.name), cells().map(of).collect())
    };
    match head.holds {
        Holds::Words => {
            let printed = |cell: &Cell| {
                (!matches!(cell, Cell::Empty)).then(|| cell.printed().as_str().into())
            };
            vec![Column::Words(head.name.clone(), cells().map(printed).collect())]
        }
        Holds::Day => vec![Column::Day(head.name.clone(), cells().map(day).collect())],
        Holds::Number => vec![number("", &whole)],
        Holds::Average => vec![
            number("_sum", &|cell| average(cell).map(|(sum, _)| sum)),
            number("_count", &|cell| average(cell).map(|(_, count)| count)),
        ],
        Holds::Share { excluded } => {
            let mut parts = vec![
                number("_numerator", &|cell| part(share(cell)?.ratio.numerator)),
                number("_base", &|cell| part(share(cell)?.ratio.base)),
            ];
            if excluded {
                parts.push(number("_excluded", &|cell| share(cell)?.excluded));
            }
            parts
        }
        Holds::Points => vec![
            number("_numerator", &|cell| part(points(cell)?.0.numerator)),
            number("_base", &|cell| part(points(cell)?.0.base)),
            number("_earlier_numerator", &|cell| part(points(cell)?.1.numerator)),
            number("_earlier_base", &|cell| part(points(cell)?.1.base)),
        ],
    }
}

impl Column {
    fn field(&self) -> Result<Arc<Type>, ParquetError> {
        let (name, physical, logical) = match self {
            Self::Words(name, _) => (name, Physical::BYTE_ARRAY, Some(LogicalType::String)),
            Self::Number(name, _) => (name, Physical::INT64, None),
            Self::Day(name, _) => (name, Physical::INT32, Some(LogicalType::Date)),
        };
        let field = Type::primitive_type_builder(name, physical)
            .with_repetition(Repetition::OPTIONAL)
            .with_logical_type(logical);
        field.build().map(Arc::new)
    }
}

/// A column that may lack values: those there are, and for each row whether there is one.
fn put<T: DataType>(
    group: &mut SerializedRowGroupWriter<'_, Vec<u8>>,
    values: &[Option<T::T>],
) -> Result<(), ParquetError> {
    let there: Vec<i16> = values.iter().map(|value| i16::from(value.is_some())).collect();
    let values: Vec<T::T> = values.iter().flatten().cloned().collect();
    let missing = || ParquetError::General("a column is missing".to_owned());
    let mut column = group.next_column()?.ok_or_else(missing)?;
    column.typed::<T>().write_batch(&values, Some(&there), None)?;
    column.close()
}

/// What the report stands on, for programs.
fn stands_on(sheet: &Sheet) -> Vec<KeyValue> {
    let told = super::json::provenance(sheet);
    let told = told.as_object().into_iter().flatten();
    told.map(|(name, value)| {
        let value = match value {
            Value::String(text) => text.clone(),
            Value::Null
            | Value::Bool(_)
            | Value::Number(_)
            | Value::Array(_)
            | Value::Object(_) => value.to_string(),
        };
        KeyValue::new(format!("fugong.{name}"), value)
    })
    .collect()
}

fn part(number: usize) -> Option<i64> {
    i64::try_from(number).ok()
}

fn day(cell: &Cell) -> Option<i32> {
    let Cell::Date(day, _) = cell else { return None };
    i32::try_from(day.signed_duration_since(Date::default()).num_days()).ok()
}

fn whole(cell: &Cell) -> Option<i64> {
    if let Cell::Number(number) | Cell::Change(number) = cell { Some(*number) } else { None }
}

fn average(cell: &Cell) -> Option<(i64, i64)> {
    if let Cell::Average { sum, count } = cell { Some((*sum, *count)) } else { None }
}

fn share(cell: &Cell) -> Option<crate::Share> {
    if let Cell::Share(share) = cell { Some(*share) } else { None }
}

fn points(cell: &Cell) -> Option<(fugong_core::Ratio, fugong_core::Ratio)> {
    if let Cell::Points { now, then } = cell { Some((*now, *then)) } else { None }
}

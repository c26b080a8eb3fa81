//! Views for analysts' own tools: what registers keep, without persons, by district, to be read only.
//!
//! They stand in the schema `reporting`, one for each relation, with its columns by name and type and
//! their Chinese labels as comments. They belong to the role that owns the tables and read as it
//! does; a reading role has rights on them alone, and sees the rows of the logs it was given.

use std::{fmt::Write as _, sync::Arc};

use fugong_core::{At, Column, Kind, LogId, Register, Relation};

use super::rights::on_a_thread;
use crate::{
    OpenError,
    store::reporting::{literal, quoted, shown},
};

/// How long a query of theirs may take, unless they say otherwise themselves.
const LONGEST: &str = "60s";

/// The schema, who may read what, and what takes sealed values out of others.
const FRAME: &str = "
CREATE SCHEMA IF NOT EXISTS reporting;
CREATE TABLE IF NOT EXISTS reporting.readers (
  role_name text NOT NULL,
  log_id bigint NOT NULL,
  PRIMARY KEY (role_name, log_id)
);
CREATE OR REPLACE FUNCTION reporting.without_persons(said jsonb) RETURNS jsonb
  LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE jsonb_typeof(said)
    WHEN 'object' THEN
      CASE WHEN said ?& ARRAY['subject', 'sealed', 'commitment'] THEN NULL
      ELSE (SELECT coalesce(jsonb_object_agg(key, reporting.without_persons(value)), '{}')
            FROM jsonb_each(said)) END
    WHEN 'array' THEN
      (SELECT coalesce(jsonb_agg(reporting.without_persons(item) ORDER BY n), '[]')
       FROM jsonb_array_elements(said) WITH ORDINALITY AS items (item, n))
    ELSE said END
$$";

/// Makes the views anew, and lets a role read those rows of theirs that are of `log`.
pub(in crate::store) fn report(
    url: &str,
    log: LogId,
    role: &str,
    registers: &[Arc<dyn Register>],
) -> Result<(), OpenError> {
    on_a_thread(url, |db| {
        let named = "SELECT quote_ident($1), quote_ident(current_schema()), \
                     quote_ident(current_database())";
        let row = db.query_one(named, &[&role])?;
        let (named, schema, database): (String, String, String) =
            (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
        let mut all = db.transaction()?;
        all.batch_execute(FRAME)?;
        for register in registers {
            for relation in register.relations() {
                all.batch_execute(&view(&schema, register.name(), relation))?;
            }
        }
        let sql = "INSERT INTO reporting.readers VALUES ($1, $2) ON CONFLICT DO NOTHING";
        all.execute(sql, &[&role, &i64::from(log.0)])?;
        // Views that were made anew have lost their readers.
        for row in
            all.query("SELECT DISTINCT quote_ident(role_name) FROM reporting.readers", &[])?
        {
            let reader: String = row.try_get(0)?;
            all.batch_execute(&format!(
                "GRANT USAGE ON SCHEMA reporting TO {reader};
                 GRANT SELECT ON ALL TABLES IN SCHEMA reporting TO {reader};
                 REVOKE ALL ON reporting.readers FROM {reader}"
            ))?;
        }
        all.batch_execute(&format!(
            "ALTER ROLE {named} IN DATABASE {database} SET statement_timeout = '{LONGEST}';
             ALTER ROLE {named} IN DATABASE {database} SET default_transaction_read_only = on"
        ))?;
        Ok(all.commit()?)
    })
}

/// The statements that make the view of a relation.
fn view(schema: &str, register: &str, relation: &Relation) -> String {
    let name = format!("reporting.{}", quoted(relation.name));
    let mut sql = format!(
        "DROP VIEW IF EXISTS {name};
         CREATE VIEW {name} WITH (security_barrier) AS SELECT r.log_id, r.row_key"
    );
    for column in shown(relation) {
        // Writing to a text cannot fail.
        let _infallible = write!(sql, ", {} AS {}", value(column), quoted(column.name));
    }
    let (register, rows) = (literal(register), literal(relation.name));
    let _infallible = write!(
        sql,
        " FROM {schema}.register_rows r
          JOIN {schema}.register_checkpoints c
            ON c.log_id = r.log_id AND c.register = r.register AND c.version = r.version
          CROSS JOIN LATERAL (SELECT r.row::jsonb AS said) s
          WHERE c.live = 1 AND r.register = {register} AND r.relation = {rows}
            AND EXISTS (SELECT FROM reporting.readers a
              WHERE a.log_id = r.log_id AND a.role_name = current_user);
         COMMENT ON VIEW {name} IS {}",
        literal(relation.label_zh)
    );
    for column in shown(relation) {
        let (column, label) = (quoted(column.name), literal(column.label_zh));
        let _infallible = write!(sql, "; COMMENT ON COLUMN {name}.{column} IS {label}");
    }
    sql
}

/// What stands in a column of a row.
fn value(column: &Column) -> String {
    let place = match column.at {
        At::Member => format!("ARRAY[{}]", literal(column.name)),
        At::Path(path) => {
            let steps: Vec<_> = path.iter().map(|step| literal(step)).collect();
            format!("ARRAY[{}]", steps.join(", "))
        }
        At::RowKey => return "r.row_key".to_owned(),
    };
    let text = format!("s.said #>> {place}");
    match column.kind {
        Kind::Text => text,
        Kind::Integer => format!("({text})::bigint"),
        Kind::Date => format!("({text})::date"),
        Kind::Instant => format!("({text})::timestamptz"),
        Kind::Boolean => format!("({text})::boolean"),
        Kind::Json => {
            format!("nullif(reporting.without_persons(s.said #> {place}), 'null'::jsonb)")
        }
    }
}

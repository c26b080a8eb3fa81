//! Schemas of answers, under the names by which operations refer to them.

use fugong_core::{Column, Kind as ColumnKind, Relation, Role as ColumnRole};
use fugong_domain::{
    Kind,
    codes::{ExclusionKind, Listing, ProductionState, Scale, Tier},
    registers::{OfficerRow, Table, TaskRow, tables},
};
use serde_json::{Map, Value, json};

use super::{
    about, access_log, count, day, districts, events, history, list, maybe, moment, named, object,
    of, one_of, operations, parts, position, reports, states, text, trace::trace, webhooks,
    workflow, yes,
};

/// Every schema of an answer, by name.
pub(crate) fn schemas() -> Map<String, Value> {
    let mut schemas = events::schemas();
    for kind in Kind::ALL {
        schemas.insert(state_name(*kind), states::state(*kind));
        // These are read back in forms of their own.
        if !matches!(kind, Kind::ApiKey | Kind::Report | Kind::Webhook) {
            let record = parts::record(record_state(*kind));
            schemas.insert(format!("{}Record", capital(*kind)), record);
        }
    }
    for table in tables() {
        schemas.insert(row_name(table), row(&table.relation));
    }
    let named_ones = [
        ("Problem", parts::problem()),
        ("Receipt", parts::receipt()),
        ("Words", parts::words()),
        // Named, since a generated client of Java cannot name a list among several forms.
        ("WordsList", about(list(named("Words")), "Words about persons")),
        ("Codes", about(list(json!({"type": "object"})), "Codes with labels")),
        ("Deadline", parts::deadline()),
        ("Column", parts::column()),
        ("FlagRecord", parts::record(states::flag())),
        ("EnterpriseLine", enterprise_line()),
        ("EnterpriseList", parts::page(named("EnterpriseLine"), vec![("true_on", day())])),
        ("EnterpriseRecord", enterprise()),
        ("Timeline", parts::page(named("TimelineLine"), Vec::new())),
        ("TaskLine", parts::task_line(traced::<TaskRow>())),
        ("TaskList", parts::page(named("TaskLine"), Vec::new())),
        ("OfficerLine", traced::<OfficerRow>()),
        ("OfficerList", parts::page(named("OfficerLine"), Vec::new())),
        ("DataSubjectCopy", copy()),
        ("ApiKeyLine", api_key()),
        ("ApiKeyList", object([("items", list(named("ApiKeyLine"))), ("position", position())])),
        ("EventList", event_list()),
        ("CloudEvent", parts::cloud_event()),
        ("Rows", rows()),
        ("RegisterList", register_list()),
        ("RegisterSchema", register_schema()),
        ("AllowedActs", allowed_acts()),
    ];
    schemas.extend(named_ones.map(|(name, schema)| (name.to_owned(), schema)));
    schemas.extend(program());
    schemas.extend(districts::schemas());
    schemas.extend(history::schemas());
    schemas.extend(webhooks::schemas());
    schemas.extend(access_log::schemas());
    schemas
}

/// `rectification` is `Rectification` here.
fn capital(kind: Kind) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().into_iter().flat_map(char::to_uppercase);
        first.chain(letters).collect::<String>()
    };
    kind.code().split(['_', '-']).map(capital).collect()
}

/// The name of the schema of how a thing of this kind stands.
pub(super) fn state_name(kind: Kind) -> String {
    format!("{}State", capital(kind))
}

/// An enterprise has a plan, seats and a credit record before anything happened to them.
fn record_state(kind: Kind) -> Value {
    let state = named(&state_name(kind));
    match kind {
        Kind::Resumption | Kind::Plan | Kind::Posting | Kind::Credit => maybe(state),
        Kind::Enterprise
        | Kind::Officer
        | Kind::Inspection
        | Kind::Rectification
        | Kind::Support
        | Kind::Barrier
        | Kind::Epidemic
        | Kind::Measure
        | Kind::Task
        | Kind::Regime
        | Kind::DataSubject
        | Kind::Report
        | Kind::ApiKey
        | Kind::Webhook => state,
    }
}

/// The same for a body, of which `example` is one: what it can do without need not be there.
pub(crate) fn traced_body<T: serde::de::DeserializeOwned + serde::Serialize>(
    example: &str,
) -> Value {
    let mut schema = traced::<T>();
    let whole: Map<String, Value> = serde_json::from_str(example).unwrap_or_default();
    let is_needed = |name: &Value| {
        let mut rest = whole.clone();
        rest.remove(name.as_str().unwrap_or_default());
        serde_json::from_value::<T>(Value::Object(rest)).is_err()
    };
    if let Some(Value::Array(required)) = schema.get_mut("required") {
        required.retain(is_needed);
    }
    schema
}

/// The schema of what a `T` is read from.
fn traced<T: serde::de::DeserializeOwned + serde::Serialize>() -> Value {
    trace::<T>().as_ref().map_or_else(|| json!({"type": "object"}), of)
}

fn api_key() -> Value {
    object([
        ("id", super::uuid()),
        ("version", about(count(), "Of the key: what If-Match wants")),
        ("state", named(&state_name(Kind::ApiKey))),
        (
            "last_used_on",
            about(maybe(day()), "The day on which it was used last; null if not since the start"),
        ),
    ])
}

fn copy() -> Value {
    object([
        ("id", text()),
        ("state", named(&state_name(Kind::DataSubject))),
        (
            "items",
            about(
                list(named("TimelineLine")),
                "The events about him; the words of others are hidden",
            ),
        ),
        ("position", position()),
    ])
}

/// The name of the schema of a register's row.
pub(crate) fn row_name(table: &Table) -> String {
    format!("Row.{}", table.relation.name)
}

/// A row of a register, from its columns.
pub(crate) fn row(relation: &Relation) -> Value {
    let columns = relation.columns.iter().map(|column| (column.name, cell(column)));
    about(object(columns), relation.label_zh)
}

fn cell(column: &Column) -> Value {
    let plain = match column.kind {
        ColumnKind::Text => text(),
        ColumnKind::Integer => json!({"type": "integer"}),
        ColumnKind::Date => day(),
        ColumnKind::Instant => moment(),
        ColumnKind::Boolean => yes(),
        ColumnKind::Json => json!({}),
    };
    let mut schema = match (column.personal, column.role, column.kind) {
        (true, _, _) => json!({"anyOf": [named("Words"), named("WordsList"), {"type": "null"}]}),
        (false, ColumnRole::Key, _) | (false, _, ColumnKind::Json) => plain,
        (false, ColumnRole::Dimension | ColumnRole::Measure | ColumnRole::Date, _) => maybe(plain),
    };
    if let Value::Object(members) = &mut schema {
        members.insert("title".to_owned(), json!(column.label_zh));
        members.insert("description".to_owned(), json!(column.label_en));
        members.insert("x-role".to_owned(), json!(column.role));
        members.insert("x-personal".to_owned(), json!(column.personal));
    }
    schema
}

fn rows() -> Value {
    // Generated clients try them in order: a row that is some object is read whole, while the first
    // whose columns are all among its own would be another register's.
    let any = [json!({"type": "object"})].into_iter();
    let any: Vec<_> = any.chain(tables().iter().map(|table| named(&row_name(table)))).collect();
    let row = about(json!({"anyOf": any}), "Row.{name}, by the name of the register");
    parts::page(row, vec![("total", count()), ("true_on", day())])
}

fn codes(codes: impl IntoIterator<Item = &'static str>) -> Value {
    one_of(codes)
}

fn enterprise_line() -> Value {
    object([
        ("id", named("Enterprise")),
        ("uscc", maybe(text())),
        ("name", text()),
        ("state", codes(Listing::ALL.iter().map(|state| state.code()))),
        ("industry_code", maybe(named("Industry"))),
        ("sector", maybe(text())),
        ("township_code", maybe(named("Unit"))),
        ("park_id", maybe(named("Unit"))),
        ("scale", maybe(codes(Scale::ALL.iter().map(|scale| scale.code())))),
        ("tier", maybe(codes(Tier::ALL.iter().map(|tier| tier.code())))),
        ("production_state", codes(ProductionState::ALL.iter().map(|state| state.code()))),
        ("production_since", maybe(day())),
        ("excluded", maybe(codes(ExclusionKind::ALL.iter().map(|kind| kind.code())))),
        ("open_orders", count()),
    ])
}

fn enterprise() -> Value {
    let supply = object([("supplier_of", named("Enterprise")), ("until", maybe(day()))]);
    let project = object([
        ("number", count()),
        ("name", text()),
        ("investment_cny", maybe(count())),
        ("starts_by", maybe(day())),
        ("started_on", maybe(day())),
    ]);
    object([
        ("id", named("Enterprise")),
        ("version", count()),
        ("position", position()),
        ("uscc", maybe(text())),
        ("state", codes(Listing::ALL.iter().map(|state| state.code()))),
        ("joined_to", maybe(named("Enterprise"))),
        ("name", maybe(text())),
        ("industry_code", maybe(named("Industry"))),
        ("township_code", maybe(named("Unit"))),
        ("park_id", maybe(named("Unit"))),
        ("scale", maybe(codes(Scale::ALL.iter().map(|scale| scale.code())))),
        ("tier", maybe(codes(Tier::ALL.iter().map(|tier| tier.code())))),
        ("prior_year_revenue_cny", maybe(count())),
        ("headcount", maybe(count())),
        ("parent_uscc", maybe(text())),
        ("excluded", maybe(codes(ExclusionKind::ALL.iter().map(|kind| kind.code())))),
        ("supplies", list(supply)),
        ("key_projects", list(project)),
        ("closed_on", maybe(day())),
        ("production_state", codes(ProductionState::ALL.iter().map(|state| state.code()))),
        ("production_since", maybe(day())),
        ("first_resumed_on", maybe(day())),
        ("expected_on", maybe(day())),
        ("true_on", day()),
    ])
}

fn event_list() -> Value {
    object([
        ("items", list(named("Event"))),
        ("next_after", about(position(), "Where to go on: the `after` of the next request")),
        ("more", about(yes(), "Whether there is more up to the head")),
        ("position", position()),
    ])
}

fn fold(besides: Vec<(&'static str, Value)>) -> Value {
    let stuck = maybe(object([("position", position()), ("detail", text())]));
    let members = [
        ("name", text()),
        ("version", count()),
        ("position", position()),
        ("head", position()),
        ("stuck", about(stuck, "The event it could not take, and why")),
    ];
    object(members.into_iter().chain(besides))
}

/// How a fold gets on.
fn progress() -> Vec<(&'static str, Value)> {
    let apart = object([
        ("relation", text()),
        ("key", text()),
        ("position", position()),
        ("reason", text()),
    ]);
    let state = "`behind` passes where somebody folds; what is `stuck` needs another program";
    vec![
        ("state", about(one_of(["current", "behind", "stuck"]), state)),
        ("lag_events", about(count(), "How many events are not in its rows yet")),
        ("lag_seconds", about(count(), "For how long the first of them has waited")),
        ("events_per_second", about(count(), "How fast it goes on; 0 where nobody folds it")),
        ("rows_apart", about(count(), "How many rows lack an event that could not be taken")),
        ("apart?", about(list(apart), "Which these are, for who sees the whole district")),
    ]
}

fn register_list() -> Value {
    let stuck = maybe(object([("position", position()), ("detail", text())]));
    let item = object([
        ("name", text()),
        ("label_zh", text()),
        ("label_en", text()),
        ("source", text()),
        ("version", maybe(count())),
        ("position", maybe(position())),
        ("stuck", about(stuck, "The event its fold could not take, and why")),
    ]);
    let folds = about(list(fold(progress())), "What keeps the rows, and where each stands");
    object([("items", list(item)), ("folds", folds), ("position", position())])
}

fn register_schema() -> Value {
    object([
        ("name", text()),
        ("label_zh", text()),
        ("label_en", text()),
        ("source", text()),
        ("columns", list(named("Column"))),
        ("schema", about(json!({"type": "object"}), "The JSON Schema of a row")),
    ])
}

fn allowed_acts() -> Value {
    let act = object([
        ("act", text()),
        ("summary", text()),
        ("method", one_of(["POST"])),
        ("path", text()),
        ("roles", list(text())),
        ("allowed", about(yes(), "Whether the caller may do it now")),
        ("would?", about(list(text()), "The types of the events that it would bring about")),
        ("depends_on?", about(text(), "The refusal that hangs on what the body says")),
        ("code?", about(text(), "The refusal that stands in the way")),
        ("title?", text()),
        ("detail?", text()),
    ]);
    object([("enterprise", named("Enterprise")), ("items", list(act)), ("position", position())])
}

/// What the program says of itself.
fn program() -> Map<String, Value> {
    let problem = object([
        ("code", text()),
        ("type", text()),
        ("status", count()),
        ("title", object([("zh-CN", text()), ("en", text())])),
        ("remedy", about(text(), "What to do")),
    ]);
    let policy = object([
        ("name", text()),
        ("installed_at", about(position(), "It acts only on events after this one")),
        ("position", position()),
        ("head", position()),
        ("stuck", maybe(object([("position", position()), ("detail", text())]))),
    ]);
    let ready = object([
        ("status", one_of(["ready"])),
        ("now", moment()),
        ("head", position()),
        ("registers", list(fold(Vec::new()))),
        ("policies", list(policy)),
        ("timers", about(count(), "How many are set")),
        ("next_due", about(maybe(moment()), "When the next one wakes")),
        ("districts", list(districts::ready())),
    ]);
    let codes = json!({"anyOf": [named("Codes"), {"type": "object"}]});
    let named_ones = [
        ("ProblemKind", problem),
        ("ProblemList", object([("items", list(named("ProblemKind")))])),
        ("CodeLists", object([("items", about(list(text()), "Their names"))])),
        ("CodeList", object([("name", text()), ("items", about(codes, "Its codes with labels"))])),
        ("Workflow", workflow::workflow()),
        ("Alive", object([("status", one_of(["alive"]))])),
        ("Ready", ready),
        ("EventSchema", about(json!({"type": "object"}), "A JSON Schema (2020-12)")),
        ("OpenApi", about(json!({"type": "object"}), "An OpenAPI document")),
        ("Operation", operations::operation()),
        ("Made", operations::made()),
        ("ReportList", reports::all()),
        ("Report", reports::one()),
        ("ReportDefinition", reports::definition()),
        ("Imported", operations::imported()),
        ("Rebuilt", operations::rebuilt()),
    ];
    named_ones.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect()
}

//! The members of bodies: parsed at the door, described in the OpenAPI document.

use std::borrow::Cow;

use chrono::NaiveDate as Date;
use fugong_core::Occurred;
use fugong_domain::{
    Digest, DocumentNumber, FindingId, IndustryCode, OfficerId, OrderId, SupportCategory, UnitCode,
    codes,
};
use serde::Deserialize;
use utoipa::{
    PartialSchema, ToSchema,
    openapi::{
        ObjectBuilder, RefOr,
        schema::{Schema, Type},
    },
};

use crate::json::TEXT_BYTES;

/// How a text is told to be what it has to be.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// By a format. Those that are ours, such as `moment`, say no more than the description does.
    Format(&'static str),
    /// By nothing: what it names is looked for.
    Free,
    /// By a pattern (ECMA 262).
    Pattern(&'static str),
}

/// Describes a member that is written as text.
fn worded(description: &str, form: Form, example: &str) -> RefOr<Schema> {
    let object = ObjectBuilder::new()
        .schema_type(Type::String)
        .description(Some(description))
        .examples([example]);
    let object = match form {
        Form::Format(format) => {
            object.format(Some(utoipa::openapi::SchemaFormat::Custom(format.to_owned())))
        }
        Form::Free => object,
        Form::Pattern(pattern) => object.pattern(Some(pattern)),
    };
    RefOr::T(Schema::Object(object.build()))
}

/// Defines members that are one domain value each, read from text.
macro_rules! worded {
    ($($(#[$doc:meta])* $name:ident($inner:ty): $about:literal, $form:expr, $example:literal;)+) => { $(
        $(#[$doc])*
        #[derive(Debug, Clone, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) $inner);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                worded($about, $form, $example)
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+ };
}

worded! {
    /// A moment or a day of the world.
    When(Occurred): "An RFC 3339 instant with offset, or a day of Asia/Shanghai",
        Form::Format("moment"), "2020-02-27T08:30:00+08:00";
    /// A unit.
    Unit(UnitCode): "A code of /v1/code-lists/units, or an enterprise's code",
        Form::Format("unit"), "500114106";
    /// An officer.
    Officer(OfficerId): "1 to 64 letters, digits, '-', '_' or '.': a pseudonym",
        Form::Pattern("^[A-Za-z0-9._-]{1,64}$"), "OFF-01";
    /// An order to rectify.
    OrderRef(OrderId): "The id of a rectification order",
        Form::Format("uuid"), "01704fae-a400-7000-8000-000000000001";
    /// A finding.
    FindingRef(FindingId): "{inspection}.{n}, as its receipt gave it",
        Form::Pattern("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}\\.[1-9][0-9]{0,8}$"), "01704fae-a400-7000-8000-000000000001.1";
    /// A paper or a photograph, by its digest.
    Sha256(Digest): "64 hexadecimal digits",
        Form::Pattern("^[0-9A-Fa-f]{64}$"), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// An industry.
    Industry(IndustryCode): "2 to 4 digits of GB/T 4754-2017",
        Form::Pattern("^[0-9]{2,4}$"), "2710";
    /// A category of difficulties; the categories are data.
    Category(SupportCategory): "A code of /v1/code-lists/support_categories",
        Form::Pattern("^[a-z][a-z0-9_]{0,63}$"), "labour";
    /// A document number (文号).
    Document(DocumentNumber): "A document number (文号)",
        Form::Pattern("^[^\\s〔][^〔]*〔[0-9]{4}〕[0-9]{1,9}号$"), "黔江经信〔2020〕12号";
    /// An enterprise; whether it is one is judged where it is used.
    Enterprise(String): "A unified social credit code, with ~02 for a second site, or p-… for one that is not listed",
        Form::Free, "91500114MAYY010106";
}

/// A day of Asia/Shanghai, written `YYYY-MM-DD` and no other way.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Day(pub(crate) Date);

impl TryFrom<String> for Day {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match text.parse() {
            Ok(Occurred::On(day)) => Ok(Self(day)),
            Ok(Occurred::At(_)) | Err(_) => Err(format!("{text:?} is no day YYYY-MM-DD")),
        }
    }
}

impl PartialSchema for Day {
    fn schema() -> RefOr<Schema> {
        worded("A day of Asia/Shanghai", Form::Format("date"), "2020-02-27")
    }
}

impl ToSchema for Day {}

/// Words: not blank, at most 4 KB.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub(crate) struct Text(pub(crate) String);

impl TryFrom<String> for Text {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        if TEXT_BYTES < text.len() {
            return Err(format!("it is longer than {TEXT_BYTES} bytes"));
        }
        let blank = |c: char| c.is_whitespace() || c.is_control();
        if text.chars().all(blank) { Err("it is blank".to_owned()) } else { Ok(Self(text)) }
    }
}

impl PartialSchema for Text {
    fn schema() -> RefOr<Schema> {
        // Begun with `^`: generated clients look for it at the beginning only.
        let object = ObjectBuilder::new()
            .schema_type(Type::String)
            .pattern(Some(r"^[\s\S]*[^\s\x00-\x1f\x7f-\x9f]"));
        RefOr::T(Schema::Object(object.max_length(Some(TEXT_BYTES)).build()))
    }
}

impl ToSchema for Text {}

/// Defines members that hold one code of a list.
macro_rules! coded {
    ($($name:ident($list:ty);)+) => { $(
        /// One code of a list.
        #[derive(Debug, Clone, Copy, Deserialize)]
        #[serde(transparent)]
        pub(crate) struct $name(pub(crate) $list);

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let codes = <$list>::ALL.iter().map(|code| code.code());
                let object = ObjectBuilder::new().schema_type(Type::String);
                RefOr::T(Schema::Object(object.enum_values(Some(codes)).build()))
            }
        }

        impl ToSchema for $name {
            fn name() -> Cow<'static, str> {
                stringify!($name).into()
            }
        }
    )+ };
}

coded! {
    SeatCode(codes::Seat);
    TierCode(codes::Tier);
    ScaleCode(codes::Scale);
    SuspensionCode(codes::SuspensionReason);
    ExclusionCode(codes::ExclusionKind);
    ClosureCode(codes::ClosureKind);
    StageCode(codes::ClosureStage);
    SetAsideCode(codes::SetAsideReason);
    InspectionCode(codes::InspectionKind);
    SubjectCode(codes::Subject);
    CategoryCode(codes::Category);
    SeverityCode(codes::Severity);
    ResultCode(codes::ResultCode);
    ReinspectionCode(codes::ReinspectionResult);
    ObjectionCode(codes::ObjectionResult);
    RepairCode(codes::RepairResult);
    SupersedeCode(codes::SupersedeKind);
    RiskCode(codes::RiskLevel);
    WorkplaceCode(codes::Workplace);
    HazardCode(codes::HazardSeverity);
    BarrierCode(codes::BarrierKind);
    MeasureCode(codes::MeasureKind);
    ErasureCode(codes::ErasureGround);
    HoldCode(codes::HoldGround);
    RestrictionCode(codes::RestrictionGround);
    RoleCode(codes::Role);
}

/// What every act may say besides its own members.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Common {
    /// When the act was done in the world: an instant or a day. If absent, the act's own date
    /// (`resumed_on`, `since`, `at`) is taken, else now.
    pub(crate) occurred_at: Option<When>,
    /// The document number (文号) on which it rests.
    pub(crate) authority: Option<Document>,
    /// For whom it is done, if not for the actor's own unit: a pseudonym or a unit's code.
    pub(crate) on_behalf_of: Option<Text>,
    /// A remark; it is sealed and kept with every event of the act.
    pub(crate) note: Option<Text>,
    /// Papers and photographs that go with it, by their digests.
    #[serde(default)]
    pub(crate) attachments: Vec<Sha256>,
}

impl Common {
    /// The names of its members.
    pub(crate) const MEMBERS: [&'static str; 5] =
        ["occurred_at", "authority", "on_behalf_of", "note", "attachments"];
}

//! Values on the wire.

use std::error::Error;

use ::postgres::types::{IsNull, ToSql, Type, private::BytesMut, to_sql_checked};

use crate::store::db::Value;

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        to: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(to, out),
            Self::Text(text) => text.to_sql(to, out),
            Self::Bytes(bytes) => bytes.to_sql(to, out),
            Self::Texts(texts) => texts.to_sql(to, out),
            Self::Strs(texts) => texts.to_sql(to, out),
            Self::MaybeStrs(texts) => texts.to_sql(to, out),
            Self::Ints(numbers) => numbers.to_sql(to, out),
            Self::MaybeInts(numbers) => numbers.to_sql(to, out),
        }
    }

    fn accepts(to: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::BYTEA, Type::TEXT_ARRAY, Type::INT8_ARRAY].contains(to)
    }

    to_sql_checked!();
}

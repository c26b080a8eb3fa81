//! The reader that makes up what it is asked for.

use std::cell::RefCell;

use serde::{
    Deserializer,
    de::{
        self, DeserializeSeed, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
        Visitor, value::StrDeserializer,
    },
    forward_to_deserialize_any,
};

use super::{FORMS, Noted, Options, Run};
use crate::json;

/// Why a reading ended.
#[derive(Debug)]
pub(super) struct Refused;

impl std::fmt::Display for Refused {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("it is not read so")
    }
}

impl std::error::Error for Refused {}

impl de::Error for Refused {
    fn custom<T: std::fmt::Display>(_: T) -> Self {
        Self
    }
}

/// Gives whatever is asked for, and notes what was asked.
pub(super) struct Reader<'r> {
    pub(super) at: Place<'r>,
    pub(super) noted: &'r mut Noted,
}

/// Where something is read: in which run, and how deep in choices.
#[derive(Clone, Copy)]
pub(super) struct Place<'r> {
    pub(super) run: &'r RefCell<Run>,
    pub(super) depth: usize,
}

impl Place<'_> {
    fn choose(self, options: usize, text: bool) -> usize {
        self.run.borrow_mut().choose(options, text, self.depth)
    }

    fn deeper(self) -> Self {
        Self { depth: self.depth.saturating_add(1), ..self }
    }
}

impl Reader<'_> {
    fn text<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        *self.noted = Noted::Text(self.at.run.borrow().met.len());
        let form = self.at.choose(FORMS.len(), true);
        visitor.visit_str(FORMS.get(form).copied().unwrap_or_default())
    }

    fn integer<'de, V: Visitor<'de>>(
        self,
        bounds: Option<(i64, i64)>,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        *self.noted = Noted::Integer(bounds);
        visitor.visit_u64(1)
    }

    /// Notes `count` things read by `visitor`, one after another.
    fn things<'de, V: Visitor<'de>>(
        at: Place<'_>,
        count: usize,
        visitor: V,
    ) -> Result<(V::Value, Vec<Noted>), Refused> {
        let mut list = Things { at, left: count, noted: Vec::new() };
        let value = visitor.visit_seq(&mut list)?;
        Ok((value, list.noted))
    }
}

macro_rules! integers {
    ($($name:ident: $bounds:expr;)+) => { $(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
            self.integer($bounds, visitor)
        }
    )+ };
}

impl<'de> Deserializer<'de> for Reader<'_> {
    type Error = Refused;

    /// What reads anything says nothing of itself.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Refused> {
        Err(Refused)
    }

    integers! {
        deserialize_i8: Some((i8::MIN.into(), i8::MAX.into()));
        deserialize_i16: Some((i16::MIN.into(), i16::MAX.into()));
        deserialize_i32: Some((i32::MIN.into(), i32::MAX.into()));
        deserialize_i64: None;
        deserialize_u8: Some((0, u8::MAX.into()));
        deserialize_u16: Some((0, u16::MAX.into()));
        deserialize_u32: Some((0, u32::MAX.into()));
        deserialize_u64: Some((0, json::LARGEST));
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        *self.noted = Noted::Boolean;
        // What is false may be left out, as what is empty may.
        visitor.visit_bool(self.at.run.borrow().options != Options::Bare)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.text(visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        self.text(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        if self.at.run.borrow().options != Options::Full {
            *self.noted = Noted::Maybe(Box::new(Noted::Unknown));
            return visitor.visit_none();
        }
        let mut noted = Noted::Unknown;
        let value = visitor.visit_some(Reader { at: self.at, noted: &mut noted });
        *self.noted = Noted::Maybe(Box::new(noted));
        value
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let count = usize::from(self.at.run.borrow().options != Options::Bare);
        let (value, noted) = Self::things(self.at, count, visitor)?;
        let first = noted.into_iter().next().unwrap_or(Noted::Unknown);
        *self.noted = Noted::List(Box::new(first));
        Ok(value)
    }

    fn deserialize_tuple<V: Visitor<'de>>(
        self,
        count: usize,
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let (value, noted) = Self::things(self.at, count, visitor)?;
        *self.noted = Noted::Tuple(noted);
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Refused> {
        let left = self.at.run.borrow().options != Options::Bare;
        let mut entry = Entry { at: self.at, left, key: Noted::Unknown, noted: Noted::Unknown };
        let value = visitor.visit_map(&mut entry)?;
        *self.noted = Noted::Map(Box::new(entry.key), Box::new(entry.noted));
        Ok(value)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let mut members = Members { at: self.at, fields, next: 0, noted: Vec::new() };
        let value = visitor.visit_map(&mut members)?;
        *self.noted = Noted::Object(members.noted);
        Ok(value)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        let chosen = self.at.choose(variants.len(), false);
        let name = variants.get(chosen).copied().ok_or(Refused)?;
        let mut noted = None;
        let value =
            visitor.visit_enum(Variant { at: self.at.deeper(), name, noted: &mut noted })?;
        *self.noted = Noted::Choice(name, noted.map(Box::new));
        Ok(value)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char bytes byte_buf unit unit_struct tuple_struct identifier ignored_any
    }
}

struct Things<'r> {
    at: Place<'r>,
    left: usize,
    noted: Vec<Noted>,
}

impl<'de> SeqAccess<'de> for &mut Things<'_> {
    type Error = Refused;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Refused> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        let mut noted = Noted::Unknown;
        let value = seed.deserialize(Reader { at: self.at, noted: &mut noted })?;
        self.noted.push(noted);
        Ok(Some(value))
    }
}

/// One entry of a map, whose key may be of any type that is written as text.
struct Entry<'r> {
    at: Place<'r>,
    left: bool,
    key: Noted,
    noted: Noted,
}

impl<'de> MapAccess<'de> for &mut Entry<'_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        if !std::mem::take(&mut self.left) {
            return Ok(None);
        }
        seed.deserialize(Reader { at: self.at, noted: &mut self.key }).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        seed.deserialize(Reader { at: self.at, noted: &mut self.noted })
    }
}

struct Members<'r> {
    at: Place<'r>,
    fields: &'static [&'static str],
    next: usize,
    noted: Vec<(&'static str, Noted)>,
}

impl<'de> MapAccess<'de> for &mut Members<'_> {
    type Error = Refused;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Refused> {
        let Some(name) = self.fields.get(self.next).copied() else { return Ok(None) };
        let name: StrDeserializer<'_, Refused> = name.into_deserializer();
        seed.deserialize(name).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Refused> {
        let name = self.fields.get(self.next).copied().ok_or(Refused)?;
        self.next = self.next.saturating_add(1);
        let mut noted = Noted::Unknown;
        let value = seed.deserialize(Reader { at: self.at, noted: &mut noted })?;
        self.noted.push((name, noted));
        Ok(value)
    }
}

struct Variant<'r> {
    at: Place<'r>,
    name: &'static str,
    noted: &'r mut Option<Noted>,
}

impl<'de> EnumAccess<'de> for Variant<'_> {
    type Error = Refused;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Refused> {
        let name: StrDeserializer<'_, Refused> = self.name.into_deserializer();
        Ok((seed.deserialize(name)?, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = Refused;

    fn unit_variant(self) -> Result<(), Refused> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Refused> {
        seed.deserialize(Reader { at: self.at, noted: self.noted.insert(Noted::Unknown) })
    }

    fn tuple_variant<V: Visitor<'de>>(self, count: usize, visitor: V) -> Result<V::Value, Refused> {
        Reader { at: self.at, noted: self.noted.insert(Noted::Unknown) }
            .deserialize_tuple(count, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Refused> {
        Reader { at: self.at, noted: self.noted.insert(Noted::Unknown) }
            .deserialize_struct("", fields, visitor)
    }
}

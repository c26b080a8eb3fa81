//! Lines of a table: what a row of a register says, column by column.

use std::ops::Index;

use serde::{
    Serialize, Serializer,
    ser::{Error as _, Impossible, SerializeStruct},
};
use serde_json::{Error, Map, Value};

use crate::{Column, Failure};

/// A line of a table: a value for each of its columns, which it shares with all other lines.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Line {
    columns: &'static [Column],
    values: Vec<Value>,
}

impl Line {
    /// The members of a struct, which are the columns in their order.
    ///
    /// # Errors
    ///
    /// When the members are not the columns.
    pub fn of<R: Serialize>(columns: &'static [Column], row: &R) -> Result<Self, Failure> {
        Ok(Self { columns, values: row.serialize(Members(columns))? })
    }

    /// The members of an object; a column without one has nothing in it.
    pub fn told(columns: &'static [Column], mut object: Map<String, Value>) -> Self {
        let value = |column: &Column| object.remove(column.name).unwrap_or_default();
        Self { columns, values: columns.iter().map(value).collect() }
    }

    /// What it says in a column, if there is one of this name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(self.place(name)?)
    }

    /// The same, where it is known how many columns are before it.
    pub fn at(&self, place: usize, name: &str) -> Option<&Value> {
        match self.columns.get(place) {
            Some(column) if column.name == name => self.values.get(place),
            Some(_) | None => self.get(name),
        }
    }

    /// Says something else in a column, if there is one of this name.
    pub fn set(&mut self, name: &str, value: Value) {
        if let Some(known) = self.place(name).and_then(|place| self.values.get_mut(place)) {
            *known = value;
        }
    }

    /// The names of the columns with what it says, in their order.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Value)> {
        self.columns.iter().map(|column| column.name).zip(&self.values)
    }

    /// The same line with other values.
    #[must_use]
    pub fn map(&self, value: impl Fn(&Value) -> Value) -> Self {
        Self { columns: self.columns, values: self.values.iter().map(value).collect() }
    }

    /// The line as a JSON object.
    pub fn object(&self) -> Value {
        self.iter().map(|(name, value)| (name.to_owned(), value.clone())).collect()
    }

    fn place(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }
}

impl Index<&str> for Line {
    type Output = Value;

    /// What it says in a column; nothing if there is none of this name.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl Serialize for Line {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

/// Takes the members of a struct for these columns.
struct Members(&'static [Column]);

/// The values of the first of them.
struct Taken {
    columns: &'static [Column],
    values: Vec<Value>,
}

impl SerializeStruct for Taken {
    type Ok = Vec<Value>;
    type Error = Error;

    fn serialize_field<T: ?Sized + Serialize>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        let column = self.columns.get(self.values.len()).map(|column| column.name);
        if column != Some(name) {
            return Err(Error::custom(format!("{name} stands where column {column:?} is due")));
        }
        self.values.push(serde_json::to_value(value)?);
        Ok(())
    }

    fn end(self) -> Result<Vec<Value>, Error> {
        match self.columns.get(self.values.len()) {
            None => Ok(self.values),
            Some(column) => Err(Error::custom(format!("nothing stands in column {}", column.name))),
        }
    }
}

type Other = Impossible<Vec<Value>, Error>;

fn no_row() -> Error {
    Error::custom("a line is made of a struct with named members")
}

/// What is no struct is no line.
macro_rules! refuse {
    ($($method:ident $(<$kind:ident>)? ($($given:ty),*) $(-> $answer:ty)?;)*) => {$(
        refuse!(@ $method $(<$kind>)? ($($given),*) $(-> $answer)?);
    )*};
    (@ $method:ident $(<$kind:ident>)? ($($given:ty),*)) => {
        refuse!(@ $method $(<$kind>)? ($($given),*) -> Vec<Value>);
    };
    (@ $method:ident $(<$kind:ident>)? ($($given:ty),*) -> $answer:ty) => {
        fn $method $(<$kind: ?Sized + Serialize>)? (self, $(_: $given),*) -> Result<$answer, Error> {
            Err(no_row())
        }
    };
}

impl Serializer for Members {
    type Ok = Vec<Value>;
    type Error = Error;
    type SerializeSeq = Other;
    type SerializeTuple = Other;
    type SerializeTupleStruct = Other;
    type SerializeTupleVariant = Other;
    type SerializeMap = Other;
    type SerializeStruct = Taken;
    type SerializeStructVariant = Other;

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Taken, Error> {
        Ok(Taken { columns: self.0, values: Vec::with_capacity(self.0.len()) })
    }

    refuse! {
        serialize_bool(bool);
        serialize_i8(i8);
        serialize_i16(i16);
        serialize_i32(i32);
        serialize_i64(i64);
        serialize_u8(u8);
        serialize_u16(u16);
        serialize_u32(u32);
        serialize_u64(u64);
        serialize_f32(f32);
        serialize_f64(f64);
        serialize_char(char);
        serialize_str(&str);
        serialize_bytes(&[u8]);
        serialize_none();
        serialize_some<T>(&T);
        serialize_unit();
        serialize_unit_struct(&'static str);
        serialize_unit_variant(&'static str, u32, &'static str);
        serialize_newtype_struct<T>(&'static str, &T);
        serialize_newtype_variant<T>(&'static str, u32, &'static str, &T);
        serialize_seq(Option<usize>) -> Other;
        serialize_tuple(usize) -> Other;
        serialize_tuple_struct(&'static str, usize) -> Other;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Other;
        serialize_map(Option<usize>) -> Other;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Other;
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::{At, Kind, Role};

    const fn column(name: &'static str) -> Column {
        Column {
            name,
            kind: Kind::Text,
            role: Role::Dimension,
            personal: false,
            references: None,
            at: At::Member,
            label_zh: "豆",
            label_en: "beans",
        }
    }

    static COLUMNS: [Column; 2] = [column("jar"), column("beans")];

    #[derive(Serialize)]
    struct Jar {
        jar: &'static str,
        beans: u64,
    }

    #[derive(Serialize)]
    struct Turned {
        beans: u64,
        jar: &'static str,
    }

    #[derive(Serialize)]
    struct Short {
        jar: &'static str,
    }

    #[test]
    fn a_line_is_the_members_of_a_struct() {
        let line = Line::of(&COLUMNS, &Jar { jar: "a", beans: 3 }).unwrap();
        assert_eq!((&line["jar"], line.at(1, "beans")), (&json!("a"), Some(&json!(3))));
        assert_eq!((line.at(0, "beans"), line.get("lid")), (Some(&json!(3)), None));
        assert_eq!(line.object(), json!({"jar": "a", "beans": 3}));
        assert_eq!(serde_json::to_string(&line).unwrap(), r#"{"jar":"a","beans":3}"#);
        let told = json!({"beans": 3, "jar": "a", "lid": true});
        assert_eq!(Line::told(&COLUMNS, told.as_object().unwrap().clone()), line);
    }

    #[test]
    fn what_is_no_line_of_the_table_is_told() {
        let turned = Line::of(&COLUMNS, &Turned { beans: 3, jar: "a" }).unwrap_err().0;
        assert_eq!(turned, "beans stands where column Some(\"jar\") is due");
        let short = Line::of(&COLUMNS, &Short { jar: "a" }).unwrap_err().0;
        assert_eq!(short, "nothing stands in column beans");
        assert!(Line::of(&COLUMNS, &json!(["a", 3])).unwrap_err().0.contains("named members"));
    }
}

//! What a type is read from, found out by reading it.
//!
//! Answers show what the domain stores. Its types are not described anywhere but in themselves, so
//! they are asked: a type is read from values that are made up on the way, and what it asks for is
//! noted. A text is offered in several forms; which of them the type takes says what it is. So the
//! document cannot say something else than the types do, and no event can be forgotten in it.

mod reader;

use std::cell::RefCell;

use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use reader::{Place, Reader};

/// Texts that are offered where a text is read.
pub(crate) const FORMS: [&str; 16] = [
    "任意 文字",
    "2020-02-26",
    "2020-02-26T00:00:00Z",
    "01704fae-a400-7000-8000-000000000001",
    "91500114MAYY010106",
    "p-01704fae-a400-7000-8000-000000000001",
    "01704fae-a400-7000-8000-000000000001.1",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "eic",
    "2710",
    "黔江经信〔2020〕12号",
    "policy.1.1",
    "91500114MAYY010106.1",
    "PLAN_MISSING",
    "C",
    "17:00",
];

/// What is read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Shape {
    /// Nothing, or nobody knows.
    Unknown,
    Boolean,
    /// A whole number, with the least and the greatest where there are such.
    Integer(Option<(i64, i64)>),
    /// A text, with the [`FORMS`] that are taken.
    Text(Vec<&'static str>),
    /// Something, or null.
    Maybe(Box<Self>),
    /// Something, or no such member.
    Absent(Box<Self>),
    List(Box<Self>),
    /// So many things, each of its own.
    Tuple(Vec<Self>),
    /// Members whose names are all like the first, and their values like the second.
    Map(Box<Self>, Box<Self>),
    Object(Vec<(&'static str, Self)>),
    /// One of several, each with what comes with it.
    Choice(Vec<(&'static str, Option<Self>)>),
}

/// What a `T` is read from, and written as; nothing if it cannot be found out.
pub(crate) fn trace<T: DeserializeOwned + Serialize>() -> Option<Shape> {
    let mut shape = explore::<T>(&[])?;
    let choices = if let Shape::Choice(choices) = &shape { choices.len() } else { 1 };
    for choice in 0..choices {
        // Written with nothing in it that could be left out, it shows what is left out then:
        // without options first, so that lists still show what is in them, then without lists.
        for options in [Options::Empty, Options::Bare] {
            let bare = first::<T>(&[choice], options)?.value;
            shape.without(&serde_json::to_value(bare).ok()?);
        }
    }
    Some(shape)
}

/// What is chosen on the way: which form of a text, which of several.
#[derive(Debug, Default)]
struct Run {
    script: Vec<usize>,
    options: Options,
    met: Vec<Point>,
}

/// What is given where something may be there or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Options {
    /// It is there, and each list has one entry.
    #[default]
    Full,
    /// It is not there, and each list has one entry.
    Empty,
    /// It is not there, and lists are empty.
    Bare,
}

/// A reading that came to an end.
struct Read<T> {
    value: T,
    noted: Noted,
    met: Vec<Point>,
}

#[derive(Debug, Clone, Copy)]
struct Point {
    chosen: usize,
    options: usize,
    text: bool,
    /// In how many choices it lies.
    depth: usize,
}

impl Run {
    fn choose(&mut self, options: usize, text: bool, depth: usize) -> usize {
        let chosen = self.script.get(self.met.len()).copied().unwrap_or_default();
        self.met.push(Point { chosen, options, text, depth });
        chosen
    }
}

/// Reads a `T` along `script`; the points that were met, if it does not come to an end.
fn run<T: DeserializeOwned>(script: Vec<usize>, options: Options) -> Result<Read<T>, Vec<Point>> {
    let run = RefCell::new(Run { script, options, met: Vec::new() });
    let mut noted = Noted::Unknown;
    let at = Place { run: &run, depth: 0 };
    let read = T::deserialize(Reader { at, noted: &mut noted });
    let met = run.into_inner().met;
    match read {
        Ok(value) => Ok(Read { value, noted, met }),
        Err(_) => Err(met),
    }
}

/// The shape of a `T` with what `prefix` chooses, and with everything that may be chosen in it.
fn explore<T: DeserializeOwned>(prefix: &[usize]) -> Option<Shape> {
    let Read { noted, met, .. } = first::<T>(prefix, Options::Full)?;
    let chosen: Vec<usize> = met.iter().map(|point| point.chosen).collect();
    // What lies beside the last choice of the prefix is looked at without it.
    let depth = prefix.len().checked_sub(1).and_then(|last| met.get(last)).map(|last| last.depth);
    let inner = met.iter().skip(prefix.len());
    let inner = inner.take_while(|point| depth.is_none_or(|depth| depth < point.depth)).count();
    let within = prefix.len()..prefix.len().saturating_add(inner);
    let with = |at: usize, choice: usize| {
        chosen.iter().take(at).copied().chain([choice]).collect::<Vec<_>>()
    };
    let forms = |at: usize| {
        let takes = |form: &usize| {
            let rest = chosen.iter().skip(at).skip(1).copied();
            run::<T>(with(at, *form).into_iter().chain(rest).collect(), Options::Full).is_ok()
        };
        let fitting = (0..FORMS.len()).filter(|_| within.contains(&at)).filter(takes);
        fitting.filter_map(|form| FORMS.get(form).copied()).collect::<Vec<_>>()
    };
    let mut shape = noted.into_shape(&forms);
    for at in within.clone() {
        let Some(point) = met.get(at).filter(|point| !point.text) else { continue };
        for other in (0..point.options).filter(|other| *other != point.chosen) {
            shape = shape.joined(explore::<T>(&with(at, other))?);
        }
    }
    Some(shape)
}

/// The first reading with `prefix` that comes to an end: each text takes the first form that fits.
fn first<T: DeserializeOwned>(prefix: &[usize], options: Options) -> Option<Read<T>> {
    let mut script = prefix.to_vec();
    loop {
        let met = match run::<T>(script, options) {
            Ok(read) => return Some(read),
            Err(met) => met,
        };
        // What does not fit is refused at once: the last text was the wrong one.
        let last = met.len().checked_sub(1)?;
        let point = met.get(last).filter(|point| point.text)?;
        let next = point.chosen.checked_add(1).filter(|next| *next < point.options)?;
        script = met.iter().take(last).map(|point| point.chosen).chain([next]).collect();
    }
}

impl Shape {
    /// Notes which members are not there in `bare`.
    fn without(&mut self, bare: &Value) {
        match self {
            Self::Object(members) => {
                for (name, shape) in members {
                    match (bare.get(*name), &mut *shape) {
                        (Some(bare), shape) => shape.without(bare),
                        (None, Self::Absent(_)) => {}
                        (None, Self::Maybe(inner)) => *shape = Self::Absent(inner.clone()),
                        (None, shape) => {
                            let there = std::mem::replace(shape, Self::Unknown);
                            *shape = Self::Absent(Box::new(there));
                        }
                    }
                }
            }
            Self::List(shape) => {
                bare.as_array().into_iter().flatten().for_each(|bare| shape.without(bare));
            }
            Self::Map(_, shape) => {
                let members = bare.as_object().into_iter().flatten();
                members.for_each(|(_, bare)| shape.without(bare));
            }
            Self::Tuple(shapes) => {
                let bare = bare.as_array().into_iter().flatten();
                shapes.iter_mut().zip(bare).for_each(|(shape, bare)| shape.without(bare));
            }
            Self::Choice(choices) => {
                for (name, shape) in choices {
                    if let (Some(shape), Some(bare)) = (shape, bare.get(*name)) {
                        shape.without(bare);
                    }
                }
            }
            Self::Maybe(shape) | Self::Absent(shape) => shape.without(bare),
            Self::Unknown | Self::Boolean | Self::Integer(_) | Self::Text(_) => {}
        }
    }

    /// Both, which are the same but for what was chosen.
    fn joined(self, other: Self) -> Self {
        match (self, other) {
            (Self::Maybe(one), Self::Maybe(two)) => Self::Maybe(Box::new(one.joined(*two))),
            (Self::List(one), Self::List(two)) => Self::List(Box::new(one.joined(*two))),
            (Self::Map(key, one), Self::Map(_, two)) => Self::Map(key, Box::new(one.joined(*two))),
            (Self::Tuple(one), Self::Tuple(two)) => {
                Self::Tuple(one.into_iter().zip(two).map(|(one, two)| one.joined(two)).collect())
            }
            (Self::Object(one), Self::Object(two)) => Self::Object(
                one.into_iter().zip(two).map(|((n, one), (_, two))| (n, one.joined(two))).collect(),
            ),
            (Self::Choice(mut one), Self::Choice(two)) => {
                for (name, two) in two {
                    match one.iter_mut().find(|(known, _)| *known == name) {
                        Some((_, Some(known))) => {
                            let before = std::mem::replace(known, Self::Unknown);
                            *known = two.map_or(before.clone(), |two| before.joined(two));
                        }
                        Some((_, known)) => *known = two,
                        None => one.push((name, two)),
                    }
                }
                Self::Choice(one)
            }
            (one, _) => one,
        }
    }
}

/// A shape whose texts are the numbers of the points at which they were read.
#[derive(Debug)]
enum Noted {
    Unknown,
    Boolean,
    Integer(Option<(i64, i64)>),
    Text(usize),
    Maybe(Box<Self>),
    List(Box<Self>),
    Tuple(Vec<Self>),
    Map(Box<Self>, Box<Self>),
    Object(Vec<(&'static str, Self)>),
    Choice(&'static str, Option<Box<Self>>),
}

impl Noted {
    fn into_shape(self, forms: &dyn Fn(usize) -> Vec<&'static str>) -> Shape {
        let boxed = |noted: Box<Self>| Box::new(noted.into_shape(forms));
        match self {
            Self::Unknown => Shape::Unknown,
            Self::Boolean => Shape::Boolean,
            Self::Integer(bounds) => Shape::Integer(bounds),
            Self::Text(at) => Shape::Text(forms(at)),
            Self::Maybe(noted) => Shape::Maybe(boxed(noted)),
            Self::List(noted) => Shape::List(boxed(noted)),
            Self::Map(key, noted) => Shape::Map(boxed(key), boxed(noted)),
            Self::Tuple(all) => {
                Shape::Tuple(all.into_iter().map(|noted| noted.into_shape(forms)).collect())
            }
            Self::Object(members) => Shape::Object(
                members.into_iter().map(|(name, noted)| (name, noted.into_shape(forms))).collect(),
            ),
            Self::Choice(name, noted) => {
                Shape::Choice(vec![(name, noted.map(|noted| noted.into_shape(forms)))])
            }
        }
    }
}

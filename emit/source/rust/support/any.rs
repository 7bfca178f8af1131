//! Anything that JSON could say: what errors hold, and values whose types only
//! the running program knows. The layout is that of ffi/data/any_column.ts.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Display, Formatter};
use std::hash::{Hash, Hasher};

use crate::frame::{Outcome, wrong};
use crate::packet::{Give, Reader, Take, Writer};

#[derive(Clone, Default)]
pub enum Any {
    #[default]
    Null,
    Bool(bool),
    Int(i64),
    Uint(u64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Any>),
    Object(Vec<(String, Any)>),
    /// An object of a class, by the class's number among the sorted names of all.
    Instance(u32, u64),
}

impl Any {
    /// The number of its kind.
    fn kind(&self) -> u8 {
        match self {
            Any::Null => 0,
            Any::Bool(_) => 1,
            Any::Int(_) => 2,
            Any::Uint(_) => 3,
            Any::Float(_) => 4,
            Any::Text(_) => 5,
            Any::Bytes(_) => 6,
            Any::List(_) => 7,
            Any::Object(_) => 8,
            Any::Instance(..) => 13,
        }
    }

    /// Its place among the kinds.
    fn rank(&self) -> u8 {
        if self.number().is_some() { 2 } else { self.kind() }
    }

    /// A number as a float has it, and what tells those apart that one float stands for.
    fn number(&self) -> Option<(f64, i128)> {
        match self {
            Any::Int(value) => Some((*value as f64, (*value).into())),
            Any::Uint(value) => Some((*value as f64, (*value).into())),
            Any::Float(value) => Some((*value, *value as i128)),
            _ => None,
        }
    }

    /// A variant of an enum, with what lies in it.
    pub fn variant(name: &str, members: Vec<(&str, Any)>) -> Any {
        let tag = ("type", Any::Text(name.into()));
        Any::object([tag].into_iter().chain(members))
    }

    pub fn object<'a>(members: impl IntoIterator<Item = (&'a str, Any)>) -> Any {
        Any::Object(members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

/// Values are in the order of their kinds, and those of a kind in their own; a
/// number is one kind, however it is held.
impl Ord for Any {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Any::Bool(one), Any::Bool(other)) => one.cmp(other),
            (Any::Text(one), Any::Text(other)) => one.cmp(other),
            (Any::Bytes(one), Any::Bytes(other)) => one.cmp(other),
            (Any::List(one), Any::List(other)) => one.cmp(other),
            (Any::Object(one), Any::Object(other)) => one.cmp(other),
            (Any::Instance(_, one), Any::Instance(_, other)) => one.cmp(other),
            _ => match (self.number(), other.number()) {
                (Some((one, whole)), Some((other, of_other))) => {
                    let order = one.partial_cmp(&other).unwrap_or_else(|| one.total_cmp(&other));
                    order.then(whole.cmp(&of_other))
                }
                _ => self.rank().cmp(&other.rank()),
            },
        }
    }
}
impl PartialOrd for Any {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
impl PartialEq for Any {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}
impl Eq for Any {}

impl Hash for Any {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.rank().hash(state);
        match self {
            Any::Bool(value) => value.hash(state),
            Any::Text(value) => value.hash(state),
            Any::Bytes(value) => value.hash(state),
            Any::List(value) => value.hash(state),
            Any::Object(value) => value.hash(state),
            Any::Instance(_, value) => value.hash(state),
            // Of two zeros and of whole numbers there is one each.
            _ => self.number().map(|(value, _)| (value + 0.0).to_bits()).hash(state),
        }
    }
}

/// As JSON has it.
impl Debug for Any {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Any::Bool(value) => write!(f, "{value}"),
            Any::Int(value) => write!(f, "{value}"),
            Any::Uint(value) => write!(f, "{value}"),
            Any::Float(value) => write!(f, "{value}"),
            Any::Text(value) => write!(f, "{value:?}"),
            Any::Bytes(value) => f.debug_list().entries(value).finish(),
            Any::List(value) => f.debug_list().entries(value).finish(),
            Any::Object(value) => f.debug_map().entries(value.iter().map(|(key, value)| (key, value))).finish(),
            Any::Null | Any::Instance(..) => f.write_str("null"),
        }
    }
}
impl Display for Any {
    fn fmt(&self, f: &mut Formatter) -> fmt::Result {
        match self {
            Any::Text(value) => f.write_str(value),
            other => Debug::fmt(other, f),
        }
    }
}

/// Writes a column of one kind, where it occurs.
fn write<T: Give>(values: Vec<T>, w: &mut Writer) {
    if !values.is_empty() {
        T::write(values, w);
    }
}

impl Give for Any {
    fn write(values: Vec<Self>, w: &mut Writer) {
        u8::write(values.iter().map(Any::kind).collect(), w);
        let (mut bools, mut ints, mut uints, mut floats) = (vec![], vec![], vec![], vec![]);
        let (mut texts, mut blobs, mut lists, mut objects) = (vec![], vec![], vec![], vec![]);
        let mut instances: Vec<(u32, u64)> = vec![];
        for value in values {
            match value {
                Any::Null => {}
                Any::Bool(value) => bools.push(value),
                Any::Int(value) => ints.push(value),
                Any::Uint(value) => uints.push(value),
                Any::Float(value) => floats.push(value),
                Any::Text(value) => texts.push(value),
                Any::Bytes(value) => blobs.push(value),
                Any::List(value) => lists.push(value),
                Any::Object(value) => objects.push(value),
                Any::Instance(class, handle) => instances.push((class, handle)),
            }
        }
        write(bools, w);
        write(ints, w);
        write(uints, w);
        write(floats, w);
        write(texts, w);
        write(blobs, w);
        write(lists, w);
        if !objects.is_empty() {
            w.counts(objects.iter().map(Vec::len));
            let (keys, values): (Vec<String>, Vec<Any>) = objects.into_iter().flatten().unzip();
            write(keys, w);
            w.inside(|w| write(values, w));
        }
        write(instances, w);
    }
}

/// Reads a column of one kind, where it occurs.
fn read<T: Take>(r: &mut Reader, n: usize) -> Outcome<std::vec::IntoIter<T>> {
    Ok(if n == 0 { vec![] } else { T::read(r, n)? }.into_iter())
}

/// The kind of a bigint that 64 bits have: here an integer like others.
const BIGINT: u8 = 16;

impl Take for Any {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        let kinds = u8::read(r, n)?;
        let count = |kind: u8| kinds.iter().filter(|one| **one == kind).count();
        if kinds.iter().any(|kind| *kind > 8 && *kind != BIGINT) {
            return wrong("wanted what JSON can say: no Map, no Date, no bigint of more than 64 bits, no object of a plugin");
        }
        let mut bools = read::<bool>(r, count(1))?;
        let mut ints = read::<i64>(r, count(2))?;
        let mut uints = read::<u64>(r, count(3))?;
        let mut floats = read::<f64>(r, count(4))?;
        let mut texts = read::<String>(r, count(5))?;
        let mut blobs = read::<Vec<u8>>(r, count(6))?;
        let mut lists = read::<Vec<Any>>(r, count(7))?;
        let (counts, sum) = if count(8) == 0 { (vec![], 0) } else { r.counts(count(8)) };
        let mut counts = counts.into_iter();
        let mut members = read::<String>(r, sum)?.zip(r.inside(|r| read::<Any>(r, sum))?);
        let mut bigints = read::<i64>(r, count(BIGINT))?;
        Ok(kinds
            .iter()
            .map(|kind| match kind {
                1 => Any::Bool(bools.next().unwrap()),
                2 => Any::Int(ints.next().unwrap()),
                3 => Any::Uint(uints.next().unwrap()),
                4 => Any::Float(floats.next().unwrap()),
                5 => Any::Text(texts.next().unwrap()),
                6 => Any::Bytes(blobs.next().unwrap()),
                7 => Any::List(lists.next().unwrap()),
                8 => Any::Object(members.by_ref().take(counts.next().unwrap()).collect()),
                &BIGINT => Any::Int(bigints.next().unwrap()),
                _ => Any::Null,
            })
            .collect())
    }
}

/// What an error holds.
pub trait Held {
    /// Whether another thread may have it.
    const IS_SEND: bool;

    fn held(&self) -> Any;

    /// What of it is told where it may not be had itself: values alone.
    fn plain(&self) -> Any {
        self.held()
    }
}

/// What is one of these kinds by its type.
pub trait IsAny {
    fn any(&self) -> Any;
}

macro_rules! kinds {
    ($($type:ty, $value:ident => $any:expr;)*) => { $(
        impl IsAny for $type {
            fn any(&self) -> Any {
                let $value = self;
                $any
            }
        }
    )* };
}
kinds! {
    bool, value => Any::Bool(*value);
    i8, value => Any::Int((*value).into());
    u8, value => Any::Int((*value).into());
    i16, value => Any::Int((*value).into());
    u16, value => Any::Int((*value).into());
    i32, value => Any::Int((*value).into());
    u32, value => Any::Int((*value).into());
    i64, value => Any::Int(*value);
    u64, value => Any::Uint(*value);
    isize, value => Any::Int(*value as i64);
    usize, value => Any::Uint(*value as u64);
    f32, value => Any::Float((*value).into());
    f64, value => Any::Float(*value);
    str, value => Any::Text(value.to_owned());
    String, value => Any::Text(value.clone());
}
impl IsAny for Any {
    fn any(&self) -> Any {
        self.clone()
    }
}
impl<T: IsAny + ?Sized> IsAny for &T {
    fn any(&self) -> Any {
        (**self).any()
    }
}
impl<T: IsAny + ?Sized> IsAny for Box<T> {
    fn any(&self) -> Any {
        (**self).any()
    }
}
impl<T: IsAny> IsAny for Option<T> {
    fn any(&self) -> Any {
        self.as_ref().map_or(Any::Null, IsAny::any)
    }
}
impl<T: IsAny> IsAny for Vec<T> {
    fn any(&self) -> Any {
        Any::List(self.iter().map(IsAny::any).collect())
    }
}

/// A value of any type, as far as it can be told: the first of these traits
/// that it has decides, by the number of references that finding it takes.
pub struct Shown<'a, T>(pub &'a T);

pub trait ShownByKind {
    fn shown(&self) -> Any;
}
impl<T: IsAny> ShownByKind for &&&Shown<'_, T> {
    fn shown(&self) -> Any {
        self.0.any()
    }
}
pub trait ShownByDisplay {
    fn shown(&self) -> Any;
}
impl<T: Display> ShownByDisplay for &&Shown<'_, T> {
    fn shown(&self) -> Any {
        Any::Text(self.0.to_string())
    }
}
pub trait ShownByDebug {
    fn shown(&self) -> Any;
}
impl<T: Debug> ShownByDebug for &Shown<'_, T> {
    fn shown(&self) -> Any {
        Any::Text(format!("{:?}", self.0))
    }
}
pub trait NotShown {
    fn shown(&self) -> Any;
}
impl<T> NotShown for Shown<'_, T> {
    fn shown(&self) -> Any {
        Any::Null
    }
}

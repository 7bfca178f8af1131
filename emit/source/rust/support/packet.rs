//! Whole data: a value is a packet, a block of memory that holds columns, and
//! behind them all of its text. The layout is that of ffi/data/packet.ts.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};
use std::hash::{BuildHasher, Hash};
use std::num::NonZero;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use crate::frame::{self, Call, Outcome, Span, give_slice, leave_bytes, out_of_range, refuse, wrong};

/// The count of a list that is not there: an empty one here.
const NIL: u32 = u32::MAX;

/// A packet that is being written.
pub struct Writer {
    bytes: Vec<u8>,
    text: String,
    depth: u32,
}

/// How deep values may lie in each other: each takes stack, also in JavaScript.
const MAX_DEPTH: u32 = 1000;

/// A number of elements or bytes, as a packet says it.
fn short(count: usize) -> u32 {
    // What stands for no list is no count.
    u32::try_from(count).ok().filter(|count| *count != NIL).expect("a value of more than 4 GB has no JavaScript value")
}

impl Writer {
    pub fn new() -> Self {
        Writer { bytes: vec![0; 16], text: String::new(), depth: 0 }
    }

    /// Writes what lies in values.
    pub fn inside<R>(&mut self, write: impl FnOnce(&mut Self) -> R) -> R {
        self.depth += 1;
        assert!(self.depth <= MAX_DEPTH, "a value in which others lie more than {MAX_DEPTH} deep has no JavaScript value");
        let written = write(self);
        self.depth -= 1;
        written
    }

    /// Makes room for a column and gives its place.
    fn column(&mut self, size: usize) -> usize {
        let start = (self.bytes.len() + 7) & !7;
        self.bytes.resize(start + size, 0);
        start
    }

    /// Writes elements as they lie in memory.
    fn raw<T: Copy>(&mut self, values: &[T]) {
        let size = std::mem::size_of_val(values);
        let at = self.column(size);
        let from = unsafe { std::slice::from_raw_parts(values.as_ptr().cast::<u8>(), size) };
        self.bytes[at..].copy_from_slice(from);
    }

    pub fn counts(&mut self, counts: impl ExactSizeIterator<Item = usize>) {
        let mut at = self.column(4 * counts.len());
        for count in counts {
            self.bytes[at..at + 4].copy_from_slice(&short(count).to_le_bytes());
            at += 4;
        }
    }

    /// Gives the packet in memory of C, which the caller frees.
    pub fn end(self) -> Span {
        let bytes = self.whole();
        leave_bytes(bytes.as_ptr(), bytes.len())
    }

    /// The packet.
    fn whole(mut self) -> Vec<u8> {
        let header = [
            short(self.bytes.len() - 16),
            short(self.text.len()),
            u32::from(self.text.is_ascii()),
            0,
        ];
        for (word, at) in header.into_iter().zip([0, 4, 8, 12]) {
            self.bytes[at..at + 4].copy_from_slice(&word.to_le_bytes());
        }
        self.bytes.extend_from_slice(self.text.as_bytes());
        self.bytes
    }
}

/// A packet that is read; the caller keeps it for as long.
pub struct Reader {
    bytes: &'static [u8],
    text: &'static str,
    is_ascii: bool,
    at: usize,
    depth: u32,
}

impl Reader {
    pub fn of(span: Span) -> Self {
        // Until the call ends.
        let all: &'static [u8] = unsafe { &*(&raw const *span.slice(&Call::default())) };
        let word = |at| u32::from_le_bytes(all[at..at + 4].try_into().unwrap()) as usize;
        let end = 16 + word(0);
        Reader {
            bytes: &all[..end],
            text: std::str::from_utf8(&all[end..end + word(4)]).expect("a packet's text is UTF-8"),
            is_ascii: word(8) & 1 != 0,
            at: 16,
            depth: 0,
        }
    }

    /// A packet in which all is zero: numbers, and how many there are of all else.
    pub fn zeros() -> Self {
        static ZEROS: [u8; 4096] = [0; 4096];
        Reader { bytes: &ZEROS, text: "", is_ascii: true, at: 0, depth: 0 }
    }

    /// Reads what lies in values.
    pub fn inside<R>(&mut self, read: impl FnOnce(&mut Self) -> Outcome<R>) -> Outcome<R> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return out_of_range(format!("wanted a value in which others lie at most {MAX_DEPTH} deep"));
        }
        let taken = read(self);
        self.depth -= 1;
        taken
    }

    fn column(&mut self, size: usize) -> &'static [u8] {
        let start = (self.at + 7) & !7;
        self.at = start + size;
        &self.bytes[start..self.at]
    }

    fn raw<T: Copy>(&mut self, n: usize) -> Vec<T> {
        let from = self.column(n * size_of::<T>());
        let mut values = Vec::with_capacity(n);
        unsafe {
            std::ptr::copy_nonoverlapping(from.as_ptr(), values.as_mut_ptr() as *mut u8, from.len());
            values.set_len(n);
        }
        values
    }

    /// Reads counts and gives them with their sum.
    pub fn counts(&mut self, n: usize) -> (Vec<usize>, usize) {
        let counts: Vec<usize> =
            self.raw::<u32>(n).into_iter().map(|count| if count == NIL { 0 } else { count as usize }).collect();
        let sum = counts.iter().sum();
        (counts, sum)
    }

    /// The next text of so many units of UTF-16.
    fn take(&mut self, units: usize) -> &'static str {
        let mut end = units;
        if !self.is_ascii {
            let mut left = units;
            end = 0;
            for character in self.text.chars() {
                if left == 0 {
                    break;
                }
                left -= character.len_utf16();
                end += character.len_utf8();
            }
        }
        let (text, rest) = self.text.split_at(end);
        self.text = rest;
        text
    }
}

/// What goes out.
pub trait Give: Sized {
    fn write(values: Vec<Self>, w: &mut Writer);
    /// Values that may be missing: whether each is there, and those that are. An object says it itself.
    fn write_options(values: Vec<Option<Self>>, w: &mut Writer) {
        let there: Vec<u8> = values.iter().map(|value| u8::from(value.is_some())).collect();
        w.raw(&there);
        let some: Vec<Self> = values.into_iter().flatten().collect();
        if !some.is_empty() {
            Self::write(some, w);
        }
    }
}

/// What comes in.
pub trait Take: Sized {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>>;
    /// Values that may be missing, as [`Give::write_options`] writes them.
    fn read_options(r: &mut Reader, n: usize) -> Outcome<Vec<Option<Self>>> {
        let there: Vec<u8> = r.raw(n);
        let count = there.iter().filter(|one| **one != 0).count();
        let mut some = if count == 0 { vec![] } else { Self::read(r, count)? }.into_iter();
        let mut values = Vec::with_capacity(n);
        for one in there {
            values.push(if one != 0 { some.next() } else { None });
        }
        Ok(values)
    }
}

/// Gives one value as a packet.
pub fn give<T: Give>(value: T) -> Span {
    let mut writer = Writer::new();
    T::write(vec![value], &mut writer);
    give_slice(&writer.whole())
}

/// Takes one value from a packet.
pub fn take<T: Take>(from: Span) -> Outcome<T> {
    Ok(T::read(&mut Reader::of(from), 1)?.pop().unwrap())
}

/// Takes what is made of a text, which lies in a frame by itself.
pub fn of_text<T: Take>(text: &str) -> Outcome<T> {
    let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
    let mut bytes = [0; 20];
    bytes[16..].copy_from_slice(&(units as u32).to_le_bytes());
    take_of(&bytes, text)
}

/// Takes what is made of numbers, which lie in a frame by themselves.
pub fn of_list<T: Take, E: Copy>(elements: &[E]) -> Outcome<T> {
    let mut writer = Writer::new();
    writer.counts([elements.len()].into_iter());
    writer.raw(elements);
    take_of(&writer.bytes, "")
}

fn take_of<T: Take>(bytes: &[u8], text: &str) -> Outcome<T> {
    // What is read is copied, and both outlive the reader.
    let (bytes, text): (&'static [u8], &'static str) = unsafe { (&*(&raw const *bytes), &*(&raw const *text)) };
    let mut reader = Reader { bytes, text, is_ascii: text.is_ascii(), at: 16, depth: 0 };
    Ok(T::read(&mut reader, 1)?.pop().unwrap())
}

/// Gives what is a text as one.
pub fn give_text<T: Give>(value: T) -> Span {
    let mut writer = Writer::new();
    T::write(vec![value], &mut writer);
    frame::give_text(&writer.text)
}

/// Gives what is a list of numbers as one.
pub fn give_list<T: Give, E: Copy>(value: T) -> Span {
    let mut writer = Writer::new();
    T::write(vec![value], &mut writer);
    let count = u32::from_le_bytes(writer.bytes[16..20].try_into().unwrap()) as usize;
    let bytes = writer.bytes.get(24..).unwrap_or_default();
    Span { length: count, ..give_slice(&bytes[..count * size_of::<E>()]) }
}

macro_rules! scalars {
    ($($type:ty)*) => { $(
        impl Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                w.raw(&values);
            }
        }
        impl Take for $type {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                Ok(r.raw(n))
            }
        }
    )* };
}
scalars!(i8 u8 i16 u16 i32 u32 i64 u64 isize usize f32 f64);

impl Give for bool {
    fn write(values: Vec<Self>, w: &mut Writer) {
        w.raw(&values);
    }
}
impl Take for bool {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        Ok(r.raw::<u8>(n).into_iter().map(|byte| byte != 0).collect())
    }
}

impl Give for () {
    fn write(_: Vec<Self>, _: &mut Writer) {}
}
impl Take for () {
    fn read(_: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        Ok(vec![(); n])
    }
}

fn write_texts<'a>(texts: impl ExactSizeIterator<Item = &'a str>, w: &mut Writer) {
    let mut at = w.column(4 * texts.len());
    for text in texts {
        let units = if text.is_ascii() { text.len() } else { text.encode_utf16().count() };
        w.bytes[at..at + 4].copy_from_slice(&(units as u32).to_le_bytes());
        at += 4;
        w.text.push_str(text);
    }
}

fn read_texts<T>(r: &mut Reader, n: usize, mut make: impl FnMut(&'static str) -> Outcome<T>) -> Outcome<Vec<T>> {
    r.raw::<u32>(n).into_iter().map(|units| make(r.take(units as usize))).collect()
}

macro_rules! texts {
    ($($type:ty)*) => { $(
        impl Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                write_texts(values.iter().map(<Self as AsRef<str>>::as_ref), w);
            }
        }
    )* };
}
texts!(String &str Box<str> Cow<'_, str> Rc<str> Arc<str> &String &Box<str> &Cow<'_, str> &Rc<str> &Arc<str>);

/// What is made of a text, and becomes one.
macro_rules! from_text {
    ($($type:ty, $make:expr, $show:expr;)*) => { $(
        impl Take for $type {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                read_texts(r, n, $make)
            }
        }
        impl Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                let texts: Vec<String> = values.iter().map($show).collect();
                write_texts(texts.iter().map(|text| &**text), w);
            }
        }
    )* };
}
from_text! {
    char, character, |c| c.to_string();
    std::path::PathBuf, |text| Ok(text.into()), |path| path.to_string_lossy().into_owned();
    std::ffi::OsString, |text| Ok(text.into()), |text| text.to_string_lossy().into_owned();
    std::ffi::CString, c_text, |text| text.to_string_lossy().into_owned();
    std::net::IpAddr, parsed, |ip| ip.to_string();
    std::net::Ipv4Addr, parsed, |ip| ip.to_string();
    std::net::Ipv6Addr, parsed, |ip| ip.to_string();
    std::net::SocketAddr, parsed, |at| at.to_string();
}

/// A text of C, in which a NUL would be its end.
fn c_text(text: &str) -> Outcome<std::ffi::CString> {
    std::ffi::CString::new(text).or_else(|_| wrong("wanted a text without NUL"))
}

impl Take for String {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        read_texts(r, n, |text| Ok(text.to_owned()))
    }
}

/// The one character of a text.
pub fn character(text: &str) -> Outcome<char> {
    let mut all = text.chars();
    match (all.next(), all.next()) {
        (Some(one), None) => Ok(one),
        _ => wrong(format!("wanted a text of one character, got {text:?}")),
    }
}

/// What a text says.
pub fn parsed<T: std::str::FromStr<Err: std::fmt::Display>>(text: &str) -> Outcome<T> {
    text.parse().or_else(|error| wrong(format!("{error}, got {text:?}")))
}

impl<T: Give> Give for Option<T> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        T::write_options(values, w);
    }
}
impl<T: Take> Take for Option<T> {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        T::read_options(r, n)
    }
}

/// Writes lists: counts, then a column of all elements.
fn write_lists<T: Give>(lists: Vec<Vec<T>>, w: &mut Writer) {
    w.counts(lists.iter().map(Vec::len));
    let mut all = Vec::new();
    for mut list in lists {
        all.append(&mut list);
    }
    if !all.is_empty() {
        w.inside(|w| T::write(all, w));
    }
}

fn read_lists<T: Take, L: FromIterator<T>>(r: &mut Reader, n: usize) -> Outcome<Vec<L>> {
    let (counts, sum) = r.counts(n);
    let mut all = if sum == 0 { vec![] } else { r.inside(|r| T::read(r, sum))? }.into_iter();
    Ok(counts.into_iter().map(|count| all.by_ref().take(count).collect()).collect())
}

macro_rules! lists {
    ($($type:ty, [$($bounds:tt)*] [$($hasher:tt)*];)*) => { $(
        impl<T: Give, $($hasher)*> Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                write_lists(values.into_iter().map(|list| list.into_iter().collect()).collect(), w);
            }
        }
        impl<T: Take + $($bounds)*, $($hasher)*> Take for $type where $type: FromIterator<T> {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                read_lists(r, n)
            }
        }
    )* };
}
lists! {
    Vec<T>, [] [];
    VecDeque<T>, [] [];
    BTreeSet<T>, [Ord] [];
    HashSet<T, S>, [Eq + Hash] [S: BuildHasher];
}

impl<T: Give> Give for Box<[T]> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        write_lists(values.into_iter().map(Vec::from).collect(), w);
    }
}
impl<T: Give + Clone> Give for &[T] {
    fn write(values: Vec<Self>, w: &mut Writer) {
        write_lists(values.into_iter().map(<[T]>::to_vec).collect(), w);
    }
}
impl<T: Give + Clone> Give for Cow<'_, [T]> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        write_lists(values.into_iter().map(Cow::into_owned).collect(), w);
    }
}

impl<T: Give, const N: usize> Give for [T; N] {
    fn write(values: Vec<Self>, w: &mut Writer) {
        T::write(values.into_iter().flatten().collect(), w);
    }
}
impl<T: Take, const N: usize> Take for [T; N] {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        let mut all = T::read(r, n * N)?.into_iter();
        Ok((0..n).map(|_| std::array::from_fn(|_| all.next().unwrap())).collect())
    }
}

macro_rules! maps {
    ($($type:ty, [$($bounds:tt)*] [$($hasher:tt)*];)*) => { $(
        impl<K: Give, V: Give, $($hasher)*> Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                w.counts(values.iter().map(|map| map.len()));
                let (keys, values): (Vec<K>, Vec<V>) = values.into_iter().flatten().unzip();
                if !keys.is_empty() {
                    K::write(keys, w);
                    w.inside(|w| V::write(values, w));
                }
            }
        }
        impl<K: Take + $($bounds)*, V: Take, $($hasher)*> Take for $type where $type: FromIterator<(K, V)> {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                let (counts, sum) = r.counts(n);
                let (keys, values) = if sum == 0 { (vec![], vec![]) } else { (K::read(r, sum)?, r.inside(|r| V::read(r, sum))?) };
                let mut all = keys.into_iter().zip(values);
                Ok(counts.into_iter().map(|count| all.by_ref().take(count).collect()).collect())
            }
        }
    )* };
}
maps! {
    HashMap<K, V, S>, [Eq + Hash] [S: BuildHasher];
    BTreeMap<K, V>, [Ord] [];
}

macro_rules! tuples {
    ($($type:ident $column:ident $index:tt),*) => {
        impl<$($type: Give),*> Give for ($($type,)*) {
            fn write(values: Vec<Self>, w: &mut Writer) {
                $(let mut $column = Vec::with_capacity(values.len());)*
                for value in values {
                    $($column.push(value.$index);)*
                }
                $($type::write($column, w);)*
            }
        }
        impl<$($type: Take),*> Take for ($($type,)*) {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                $(let mut $column = $type::read(r, n)?.into_iter();)*
                Ok((0..n).map(|_| ($($column.next().unwrap(),)*)).collect())
            }
        }
    };
}
tuples!(A a 0);
tuples!(A a 0, B b 1);
tuples!(A a 0, B b 1, C c 2);
tuples!(A a 0, B b 1, C c 2, D d 3);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4);
tuples!(A a 0, B b 1, C c 2, D d 3, E e 4, F f 5);

/// What is the same as what is in it.
macro_rules! boxes {
    ($($type:ty, $make:expr;)*) => { $(
        impl<T: Take> Take for $type {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                Ok(r.inside(|r| T::read(r, n))?.into_iter().map($make).collect())
            }
            fn read_options(r: &mut Reader, n: usize) -> Outcome<Vec<Option<Self>>> {
                Ok(r.inside(|r| T::read_options(r, n))?.into_iter().map(|one| one.map($make)).collect())
            }
        }
    )* };
}
boxes! {
    Box<T>, Box::new;
    Rc<T>, Rc::new;
    Arc<T>, Arc::new;
}
impl<T: Give> Give for Box<T> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        w.inside(|w| T::write(values.into_iter().map(|value| *value).collect(), w));
    }
    fn write_options(values: Vec<Option<Self>>, w: &mut Writer) {
        w.inside(|w| T::write_options(values.into_iter().map(|one| one.map(|value| *value)).collect(), w));
    }
}
impl<T: Give + Clone> Give for Rc<T> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        w.inside(|w| T::write(values.into_iter().map(Rc::unwrap_or_clone).collect(), w));
    }
    fn write_options(values: Vec<Option<Self>>, w: &mut Writer) {
        w.inside(|w| T::write_options(values.into_iter().map(|one| one.map(Rc::unwrap_or_clone)).collect(), w));
    }
}
impl<T: Give + Clone> Give for Arc<T> {
    fn write(values: Vec<Self>, w: &mut Writer) {
        w.inside(|w| T::write(values.into_iter().map(Arc::unwrap_or_clone).collect(), w));
    }
    fn write_options(values: Vec<Option<Self>>, w: &mut Writer) {
        w.inside(|w| T::write_options(values.into_iter().map(|one| one.map(Arc::unwrap_or_clone)).collect(), w));
    }
}

/// A number that is not 0.
pub trait Counted: Copy {
    type Number: Copy;
    fn of(number: Self::Number) -> Option<Self>;
}

/// The same, of a number that JavaScript has given.
pub fn non_zero<T: Counted>(number: T::Number) -> Outcome<T> {
    match T::of(number) {
        Some(one) => Ok(one),
        None => out_of_range("wanted a number that is not 0, got 0"),
    }
}

macro_rules! non_zeros {
    ($($number:ty)*) => { $(
        impl Counted for NonZero<$number> {
            type Number = $number;
            fn of(number: $number) -> Option<Self> {
                NonZero::new(number)
            }
        }
        impl Give for NonZero<$number> {
            fn write(values: Vec<Self>, w: &mut Writer) {
                Give::write(values.into_iter().map(NonZero::get).collect(), w);
            }
        }
        impl Take for NonZero<$number> {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                <$number>::read(r, n)?.into_iter().map(non_zero).collect()
            }
        }
    )* };
}
non_zeros!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize);

impl Give for Duration {
    fn write(values: Vec<Self>, w: &mut Writer) {
        let all: Vec<i64> = values
            .iter()
            .map(|one| one.as_nanos().try_into().expect("a Duration of more than 292 years has no JavaScript value"))
            .collect();
        w.raw(&all);
    }
}
impl Take for Duration {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        r.raw::<i64>(n)
            .into_iter()
            .map(|nanos| match u64::try_from(nanos) {
                Ok(nanos) => Ok(Duration::from_nanos(nanos)),
                Err(_) => out_of_range("wanted a duration that is not negative"),
            })
            .collect()
    }
}

impl Give for SystemTime {
    fn write(values: Vec<Self>, w: &mut Writer) {
        let parts: Vec<(i64, i32)> = values.iter().map(|time| since_1970(*time)).collect();
        let seconds: Vec<i64> = parts.iter().map(|part| part.0).collect();
        let nanos: Vec<i32> = parts.iter().map(|part| part.1).collect();
        w.raw(&seconds);
        w.raw(&nanos);
    }
}
impl Take for SystemTime {
    fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
        let seconds = r.raw::<i64>(n);
        let nanos = r.raw::<i32>(n);
        Ok(seconds.into_iter().zip(nanos).map(|(seconds, nanos)| at_time(seconds, nanos)).collect())
    }
}

fn since_1970(time: SystemTime) -> (i64, i32) {
    match time.duration_since(UNIX_EPOCH) {
        Ok(after) => (after.as_secs() as i64, after.subsec_nanos() as i32),
        Err(before) => {
            let before = before.duration();
            match before.subsec_nanos() {
                0 => (-(before.as_secs() as i64), 0),
                nanos => (-(before.as_secs() as i64) - 1, (1_000_000_000 - nanos) as i32),
            }
        }
    }
}

fn at_time(seconds: i64, nanos: i32) -> SystemTime {
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let base = if seconds < 0 { UNIX_EPOCH - whole } else { UNIX_EPOCH + whole };
    base + Duration::from_nanos(nanos as u64)
}

/// Integers of 128 bits: twice the length, plus 1 if negative; then the magnitudes.
macro_rules! wide {
    ($($type:ty, $is_negative:expr, $magnitude:expr, $make:expr;)*) => { $(
        impl Give for $type {
            fn write(values: Vec<Self>, w: &mut Writer) {
                let mut words = vec![];
                let mut bytes = vec![];
                for value in values {
                    let magnitude: u128 = $magnitude(value);
                    let length = 16 - (magnitude.leading_zeros() / 8) as usize;
                    words.push(2 * length as u32 + u32::from($is_negative(value)));
                    bytes.extend_from_slice(&magnitude.to_le_bytes()[..length]);
                }
                w.raw(&words);
                w.raw(&bytes);
            }
        }
        impl Take for $type {
            fn read(r: &mut Reader, n: usize) -> Outcome<Vec<Self>> {
                let words = r.raw::<u32>(n);
                let mut rest = r.column(words.iter().map(|word| *word as usize / 2).sum());
                words.into_iter().map(|word| {
                    let (bytes, after) = rest.split_at(word as usize / 2);
                    rest = after;
                    let mut all = [0; 16];
                    if bytes.len() > 16 {
                        return out_of_range("wanted an integer of 128 bits, got a larger one");
                    }
                    all[..bytes.len()].copy_from_slice(bytes);
                    match $make(u128::from_le_bytes(all), word % 2 == 1) {
                        Some(value) => Ok(value),
                        None => out_of_range(concat!("wanted an integer in the range of ", stringify!($type))),
                    }
                }).collect()
            }
        }
    )* };
}
wide! {
    u128, |_| false, |value| value, |magnitude: u128, is_negative: bool| (!is_negative || magnitude == 0).then_some(magnitude);
    i128, |value| value < 0, |value: i128| value.unsigned_abs(), |magnitude: u128, is_negative: bool|
        if is_negative { 0i128.checked_sub_unsigned(magnitude) } else { i128::try_from(magnitude).ok() };
}

/// Objects among other values: handles.
pub fn write_handles(handles: Vec<u64>, w: &mut Writer) {
    w.raw(&handles);
}
pub fn read_handles(r: &mut Reader, n: usize) -> Vec<u64> {
    r.raw(n)
}

/// The same of objects that may be missing: 0 stands for none.
pub fn write_some_handles<T>(values: Vec<Option<T>>, w: &mut Writer, hold: impl Fn(T) -> u64) {
    write_handles(values.into_iter().map(|one| one.map_or(0, &hold)).collect(), w);
}
pub fn read_some_handles<T>(
    r: &mut Reader,
    n: usize,
    take: impl Fn(u64) -> Outcome<T>,
) -> Outcome<Vec<Option<T>>> {
    read_handles(r, n).into_iter().map(|one| if one == 0 { Ok(None) } else { take(one).map(Some) }).collect()
}

/// The cases of tagged unions: their numbers.
pub fn write_cases(cases: &[u32], w: &mut Writer) {
    w.raw(cases);
}
pub fn read_cases(r: &mut Reader, n: usize) -> Vec<u32> {
    r.raw(n)
}

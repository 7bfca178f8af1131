//! The functions of bench/*.c as an addon of napi-rs.
//!
//! cargo build --release --manifest-path bench/napi/Cargo.toml

mod values;

use napi::bindgen_prelude::{i64n, BigInt, FnArgs, Function};
use napi::Result;
use napi_derive::napi;

#[napi]
pub fn nothing() {}

#[napi]
pub fn not(x: bool) -> bool {
    !x
}

#[napi(js_name = "add_i32")]
pub fn add_i32(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

#[napi(js_name = "add_f64")]
pub fn add_f64(a: f64, b: f64) -> f64 {
    a + b
}

#[napi(js_name = "add_i64")]
pub fn add_i64(a: BigInt, b: BigInt) -> i64n {
    i64n(a.get_i64().0.wrapping_add(b.get_i64().0))
}

#[napi]
pub fn mixed(a: i32, b: f64, c: u8, d: f64, e: bool, f: i32) -> f64 {
    a as f64 + b + c as f64 + d + e as u8 as f64 + f as f64
}

#[napi]
pub fn length(text: String) -> u32 {
    text.len() as u32
}

#[napi(js_name = "short_text")]
pub fn short_text() -> &'static str {
    "eight ch"
}

static LONG: [u8; 1000] = [b'x'; 1000];

#[napi]
pub fn thousand() -> &'static str {
    std::str::from_utf8(&LONG).unwrap()
}

#[napi(object)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

#[napi(object)]
pub struct Line {
    pub from: Point,
    pub to: Point,
}

#[napi]
pub fn mid(a: Point, b: Point) -> Point {
    Point {
        x: (a.x + b.x) / 2.0,
        y: (a.y + b.y) / 2.0,
    }
}

#[napi]
pub fn turned(line: Line) -> Line {
    Line {
        from: line.to,
        to: line.from,
    }
}

#[napi]
pub fn sum(next: Function<FnArgs<(i32, i32)>, i32>, count: i32) -> Result<i32> {
    let mut sum = 0;
    for i in 0..count {
        sum = next.call((sum, i).into())?;
    }
    Ok(sum)
}

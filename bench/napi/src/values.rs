//! bench/rust/src/lib.rs, with what napi-rs asks for.

use napi::bindgen_prelude::{Float64Array, Function};
use napi::Result;
use napi_derive::napi;

#[napi]
pub fn same(text: String) -> String {
    text
}

#[napi]
pub fn doubled(mut values: Vec<f64>) -> Vec<f64> {
    for value in &mut values {
        *value *= 2.0;
    }
    values
}

#[napi(js_name = "doubled_typed")]
pub fn doubled_typed(values: &[f64]) -> Float64Array {
    values.iter().map(|value| value * 2.0).collect::<Vec<_>>().into()
}

#[napi(object)]
pub struct Item {
    pub id: u32,
    pub name: String,
    pub price: f64,
}

#[napi]
pub fn items(count: u32) -> Vec<Item> {
    (0..count)
        .map(|id| Item { id, name: format!("item {id}"), price: id as f64 / 2.0 })
        .collect()
}

#[napi]
pub fn total(items: Vec<Item>) -> f64 {
    items.iter().map(|item| item.price + item.name.len() as f64).sum()
}

#[napi]
pub struct Counter {
    count: i32,
}

#[napi]
impl Counter {
    #[napi(constructor)]
    pub fn new(count: i32) -> Counter {
        Counter { count }
    }

    #[napi]
    pub fn add(&mut self, n: i32) -> i32 {
        self.count = self.count.wrapping_add(n);
        self.count
    }
}

#[napi]
pub fn each(count: i32, f: Function<i32, i32>) -> Result<i32> {
    let mut sum = 0i32;
    for i in 0..count {
        sum = sum.wrapping_add(f.call(i)?);
    }
    Ok(sum)
}

#[napi]
pub async fn later(n: i32) -> i32 {
    n.wrapping_add(1)
}

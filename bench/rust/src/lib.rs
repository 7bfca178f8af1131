//! What bench/rust.ts asks of an ordinary crate; bench/napi says the same to
//! napi-rs, with its attributes.

pub fn add(a: i32, b: i32) -> i32 {
    a.wrapping_add(b)
}

pub fn same(text: &str) -> String {
    text.to_owned()
}

pub fn doubled(mut values: Vec<f64>) -> Vec<f64> {
    for value in &mut values {
        *value *= 2.0;
    }
    values
}

pub struct Item {
    pub id: u32,
    pub name: String,
    pub price: f64,
}

pub fn items(count: u32) -> Vec<Item> {
    (0..count)
        .map(|id| Item { id, name: format!("item {id}"), price: id as f64 / 2.0 })
        .collect()
}

pub fn total(items: Vec<Item>) -> f64 {
    items.iter().map(|item| item.price + item.name.len() as f64).sum()
}

pub struct Counter {
    count: i32,
}

impl Counter {
    pub fn new(count: i32) -> Counter {
        Counter { count }
    }

    pub fn add(&mut self, n: i32) -> i32 {
        self.count = self.count.wrapping_add(n);
        self.count
    }
}

pub fn each(count: i32, f: impl Fn(i32) -> i32) -> i32 {
    (0..count).map(f).fold(0, i32::wrapping_add)
}

pub async fn later(n: i32) -> i32 {
    n.wrapping_add(1)
}

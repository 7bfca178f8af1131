use rand::distr::{Distribution, Uniform};
use rand::rngs::SmallRng;
use rand::{Rng, RngExt, SeedableRng};

fn main() {
    let mut rng = SmallRng::seed_from_u64(42);
    println!("{} {}", rng.next_u64(), rng.next_u32());
    println!("{}", rng.random::<f64>());
    println!("{}", rng.random_range(1.0..7.0));
    println!("{}", Uniform::new(10.0, 20.0).unwrap().sample(&mut rng));
    println!("{} {}", rng.random_bool(0.5), rng.random_ratio(1, 3));
    let mut bytes = [0; 4];
    rng.fill_bytes(&mut bytes);
    println!("{}", bytes.map(|byte| byte.to_string()).join(","));
    let some = rand::seq::index::sample(&mut rng, 100, 5).into_vec();
    println!("{}", some.iter().map(|one| one.to_string()).collect::<Vec<_>>().join(","));
    let halves = Uniform::new(0.0, 1.0).unwrap().map(|value: f64| value / 2.0);
    println!("{}", halves.sample(&mut rng));
}

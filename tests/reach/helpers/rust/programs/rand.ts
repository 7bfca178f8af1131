import console from "node:console";
import { rust } from "../program.ts";

const { "rngs::SmallRng": SmallRng, "distr::Uniform": Uniform } = rust;
using rng = SmallRng.seed_from_u64(42);
console.log(String(rng.next_u64()), rng.next_u32());
console.log(rng.random());
console.log(rng.random_range([1, 7]));
console.log(new Uniform(10, 20).sample(rng));
console.log(rng.random_bool(0.5), rng.random_ratio(1, 3));
const bytes = new Uint8Array(4);
rng.fill_bytes(bytes);
console.log(bytes.join());
const some = rust["seq::index::sample"](rng, 100, 5);
console.log([...some.into_vec()].join());
const halves = new Uniform(0, 1).map((value: number) => value / 2);
console.log(halves.sample(rng));

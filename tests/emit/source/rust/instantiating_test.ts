import { test } from "../../../helpers/test.ts";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "@std/path";
import { assertEquals } from "@std/assert";
import { instantiating } from "../../../../emit/source/rust/instantiating.ts";
import { open } from "../../../../mod.ts";
import { emptyDirectory } from "../../../helpers/fixture.ts";
import { needBreadth } from "../../../helpers/need.ts";
import { buildNative } from "../../helpers/native.ts";

const names = Array.from({ length: 40 }, (_, index) => `f${index}`);
const pieces = names.map((name) =>
  ({ kind: "function", name, code: `::own::${name}(p0)` }) as const
);

/** Finds the functions among {@linkcode pieces} that are bad, and counts the tries. */
async function found(bad: readonly string[], instantiated: string) {
  let tries = 0;
  const error = { line: 0, message: "", rendered: "", instantiated };
  const all = await instantiating(pieces, [error], (some) => {
    tries++;
    const said = some.filter(({ name }) => bad.includes(name));
    return Promise.resolve(said.map(({ name }) => `${name} is bad`));
  });
  const said = [...all].map(([{ name }, why]) => [name, why]);
  return { said, tries };
}

test("what rustc names is tried first, and then all by halves", async () => {
  assertEquals(await found(["f7"], "f7"), {
    said: [["f7", "f7 is bad"]],
    tries: 1,
  });
  const { said, tries } = await found(["f3", "f30"], "inner");
  assertEquals(said, [["f3", "f3 is bad"], ["f30", "f30 is bad"]]);
  assertEquals(tries < 30, true);
});

test("what is wrong with the types is put down to no function", async () => {
  const error = { line: 0, message: "", rendered: "", instantiated: "drop" };
  const all = await instantiating(
    pieces,
    [error],
    () => Promise.resolve(["no"]),
  );
  // They fail without any function.
  assertEquals(all.size, 0);
});

const ONCE = { ...needBreadth("rust>=1.88", "cc"), timeout: 900_000 };

test(
  "Rust: a constant assertion that shows at instantiation alone leaves out what meets it",
  ONCE,
  async () => {
    const directory = join(emptyDirectory(), "ring");
    mkdirSync(join(directory, "src"), { recursive: true });
    writeFileSync(
      join(directory, "Cargo.toml"),
      `[package]\nname = "ring"\nversion = "0.1.0"\nedition = "2021"\n`,
    );
    writeFileSync(
      join(directory, "src/lib.rs"),
      `pub struct Ring<const N: usize> { items: [u8; N] }
impl<const N: usize> Ring<N> {
    const OK: () = assert!(N.is_power_of_two(), "the length is no power of two");
    pub fn new() -> Ring<N> { let () = Self::OK; Ring { items: [0; N] } }
    pub fn size(&self) -> usize { self.items.len() }
}
pub fn three(ring: &Ring<3>) -> usize { ring.size() }
fn small<T>() { const { assert!(size_of::<T>() < 8, "it is too large") } }
pub fn half<T: Default + Into<f64>>(value: T) -> f64 { small::<T>(); value.into() / 2.0 }
pub fn twice(number: u32) -> u32 { 2 * number }
`,
    );
    const { path, manifest } = await buildNative(directory);
    assertEquals(manifest.skipped, {
      "Ring.new":
        "rustc says: evaluation panicked: the length is no power of two",
      half: "rustc says: evaluation panicked: it is too large",
    });
    assertEquals(open(path).lookup("twice", "(u32) => u32")(4), 8);
    // Nothing here gives an error, so there is no class of them.
    assertEquals(manifest.types.error, undefined);
    assertEquals(Object.keys(manifest.symbols).sort(), [
      "Ring.size",
      "three",
      "twice",
    ]);
  },
);

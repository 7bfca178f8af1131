/**
 * Traits that serde_json's values have, of crates that ask for them: those come
 * from JavaScript as what they are.
 *
 * @module
 */

import { assertEquals, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { open } from "../../../../mod.ts";
import { needReach } from "../../../helpers/need.ts";
import { succeed } from "../../../helpers/succeed.ts";
import { test } from "../../../helpers/test.ts";
import { plugin } from "../../helpers/cli.ts";
import { project } from "../../helpers/importing.ts";

const NEEDS = { ...needReach("rust>=1.88", "cc"), timeout: 900_000 };

/** As `jsonpath-rust` has it. */
const SOURCE = `use serde_json::Value;

pub trait Queryable: Clone {
    fn member(&self, key: &str) -> Option<&Self>;
}

impl Queryable for Value {
    fn member(&self, key: &str) -> Option<&Self> {
        self.get(key)
    }
}

pub trait Path: Queryable {
    fn at(&self, path: &str) -> Result<Self, String> {
        path.split('.').try_fold(self, |one, key| one.member(key))
            .cloned().ok_or_else(|| format!("there is no {path}"))
    }
}

impl Path for Value {}

pub fn both<T: Queryable>(one: &T, key: &str) -> Vec<Option<T>> {
    vec![one.member(key).cloned(), Some(one.clone())]
}
`;

test("a trait of JSON's values is one of JavaScript's", NEEDS, async () => {
  const directory = project({
    "src/lib.rs": SOURCE,
    "Cargo.toml": `[package]
name = "paths"
version = "0.1.0"
edition = "2021"

[dependencies]
serde_json = "1"

[profile.release]
opt-level = 0
`,
  });
  const path = join(directory, "paths.so");
  await succeed(plugin("build", directory, "-o", path));
  // deno-lint-ignore no-explicit-any
  const rust = open(path).symbols as any;
  const value = { a: { b: [1, "x", null] } };
  assertEquals(rust["Path::at"](value, "a.b"), [1, "x", null]);
  assertThrows(() => rust["Path::at"](value, "a.c"), Error, "there is no a.c");
  assertEquals(rust.both({ a: 1 }, "a"), [1, { a: 1 }]);
  assertEquals(rust.both([], "a"), [null, []]);
});

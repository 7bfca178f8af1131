/**
 * async fn of crates that are built with tokio: their timers, sockets and tasks.
 *
 * @module
 */

import { assert, assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { open, PluginError } from "../../../../mod.ts";
import { needReach } from "../../../helpers/need.ts";
import { succeed } from "../../../helpers/succeed.ts";
import { test } from "../../../helpers/test.ts";
import { plugin } from "../../helpers/cli.ts";
import { project } from "../../helpers/importing.ts";

const NEEDS = { ...needReach("rust>=1.88", "cc"), timeout: 900_000 };

const SOURCE = `use std::time::Duration;
use tokio::time::sleep;

pub async fn nap(milliseconds: u64) -> u64 {
    sleep(Duration::from_millis(milliseconds)).await;
    milliseconds
}
pub async fn spawned() -> i32 {
    tokio::spawn(async { sleep(Duration::from_millis(5)).await; 42 }).await.unwrap()
}
pub async fn port() -> Result<u16, std::io::Error> {
    Ok(tokio::net::TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port())
}
pub async fn panics() {
    sleep(Duration::from_millis(1)).await;
    panic!("on purpose")
}
`;

for (const runtime of ["rt", "rt-multi-thread"]) {
  test(`async fn runs in tokio's own runtime: ${runtime}`, NEEDS, async () => {
    const directory = project({
      "src/lib.rs": SOURCE,
      "Cargo.toml": `[package]
name = "naps"
version = "0.1.0"
edition = "2021"

[dependencies]
tokio = { version = "1", features = ["${runtime}", "time", "net"] }

[profile.release]
opt-level = 0
`,
    });
    const path = join(directory, "naps.so");
    await succeed(plugin("build", directory, "-o", path));
    // deno-lint-ignore no-explicit-any
    const rust = open(path).symbols as any;
    const naps = Array.from({ length: 40 }, (_, i) => BigInt(i));
    assertEquals(await Promise.all(naps.map((one) => rust.nap(one))), naps);
    assertEquals(await rust.spawned(), 42);
    assert(await rust.port() > 0);
    await assertRejects(() => rust.panics(), PluginError, "on purpose");
    assertEquals(await rust.nap(1), 1n);
  });
}

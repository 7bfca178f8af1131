/**
 * `plugin pack --jsr`: what a package without libraries fetches, once.
 *
 * @module
 */

import { createServer, type Server, type ServerResponse } from "node:http";
import { cpSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import process from "node:process";
import { dirname, join } from "@std/path";
import { assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { PluginError } from "@native/plugin";
import { fetchPlugin } from "../../../emit/fetch.ts";
import { sha256 } from "../../../ffi/system/node_system.ts";
import { ownTarget } from "../../../ffi/identity/executable.ts";
import { type Ran, run } from "../../../emit/toolchain/run.ts";
import { emptyDirectory } from "../../helpers/fixture.ts";
import { need, RUNTIME } from "../../helpers/need.ts";
import { withVariable } from "../../helpers/variable.ts";
import { unpackPackage } from "../../helpers/package.ts";
import { test } from "../../helpers/test.ts";
import { plugin, spawnPlugin } from "../helpers/cli.ts";
import { succeedSilently } from "../../helpers/succeed.ts";

const SOURCE = `/* The sum of two numbers. */
int add(int a, int b) { return a + b; }
int count = 3;
`;

/** A server of files, and what was asked of it. */
async function serve(
  directory: string,
): Promise<{ server: Server; asked: string[]; port: number }> {
  const asked: string[] = [];
  const server = createServer(({ url = "" }, response) => {
    asked.push(url);
    try {
      response.end(readFileSync(join(directory, url)));
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  return { server, asked, port: (server.address() as AddressInfo).port };
}

/** A program that uses a package of JSR, its files on a server, and a cache. */
async function project() {
  const directory = emptyDirectory();
  writeFileSync(join(directory, "hello.c"), SOURCE);
  writeFileSync(
    join(directory, "jsr.json"),
    `{ "name": "@me/hello", "version": "1.2.3" }`,
  );
  await plugin("build", join(directory, "hello.c"));
  const { server, asked, port } = await serve(join(directory, "jsr/files"));
  const url = `http://127.0.0.1:${port}`;
  const packed = await succeedSilently(
    spawnPlugin(["pack", "hello.so", "--jsr", url], {
      cwd: directory,
    }),
  );
  const user = emptyDirectory();
  await unpackPackage(user);
  cpSync(join(directory, "jsr/hello"), join(user, "hello"), {
    recursive: true,
  });
  writeFileSync(join(user, "package.json"), `{ "type": "module" }`);
  writeFileSync(
    join(user, "main.js"),
    `import hello, { add } from "./hello/mod.js";\nconsole.log(add(2, 3), hello.path);\n`,
  );
  const cache = emptyDirectory();
  const main = (...permissions: string[]): Promise<Ran> => {
    const args = RUNTIME === "Deno"
      ? ["run", "--quiet", "--no-check", "--no-prompt", ...permissions]
      : [];
    return run(process.execPath, [...args, "main.js"], {
      cwd: user,
      env: {
        DENO_DIR: cache,
        NODE_OPTIONS: "",
        NODE_NO_WARNINGS: "1",
        NO_COLOR: "1",
      },
    });
  };
  return { directory, server, asked, port, cache, main, packed };
}

const NEEDS = { ...need("npm", "cc"), timeout: 300_000 };

test("plugin pack --jsr says where a licence is missing", NEEDS, async () => {
  const cwd = emptyDirectory();
  const project = { name: "@me/hello", version: "1.2.3" };
  const missing = "\nJSR refuses it without a licence: ";
  const pack = async (license?: string) => {
    writeFileSync(
      join(cwd, "jsr.json"),
      JSON.stringify({ ...project, license }),
    );
    const address = "https://example.com/hello";
    const { stdout } = await succeedSilently(
      spawnPlugin(["pack", "hello.so", "--jsr", address], { cwd }),
    );
    return stdout.includes(missing);
  };
  writeFileSync(join(cwd, "hello.c"), SOURCE);
  await plugin("build", join(cwd, "hello.c"));
  assertEquals([await pack(), await pack("MIT")], [true, false]);
  writeFileSync(join(cwd, "LICENSE"), "All rights reserved\n");
  assertEquals(await pack(), false);
});

test(
  "plugin pack --jsr: what is fetched once is kept and compared",
  NEEDS,
  async () => {
    const made = await project();
    const { directory, server, asked, port, cache, main, packed } = made;
    try {
      assertStringIncludes(packed.stdout, "  cd jsr/hello && deno publish\n");
      const files = readdirSync(join(directory, "jsr/files"));
      const once = [
        "--allow-env=DENO_DIR,XDG_CACHE_HOME,HOME",
        `--allow-read=${cache}`,
        "--allow-ffi",
      ];
      const first = [
        ...once,
        `--allow-write=${cache}`,
        `--allow-net=127.0.0.1:${port}`,
      ];
      if (RUNTIME === "Deno") {
        const refused = await main(...once);
        assertStringIncludes(
          refused.stderr,
          'Cannot keep the plugin "@me/hello"',
        );
        assertStringIncludes(refused.stderr, `--allow-net=127.0.0.1:${port}`);
        assertEquals(asked, []);
      }
      const ran = await main(...first);
      assertEquals(ran.stderr, "");
      const [sum, path = ""] = ran.stdout.trim().split(" ");
      assertEquals(sum, "5");
      assertStringIncludes(
        path,
        join(cache, `plug/http/127.0.0.1_PORT${port}/`),
      );
      assertEquals(asked.map((url) => url.slice(1)).sort(), files.sort());
      // From then on, neither a server nor its permission.
      assertEquals((await main(...once)).stdout, ran.stdout);
      assertEquals(asked.length, files.length);
      // A function needs no more than its library; the variable is not used.
      if (RUNTIME === "Deno") {
        const few = [...once.slice(0, -1), `--allow-ffi=${cache}`];
        assertEquals((await main(...few)).stdout, ran.stdout);
      }
      // What was changed is fetched again.
      const bytes = readFileSync(path);
      bytes[bytes.length - 1]! ^= 1;
      writeFileSync(path, bytes);
      assertEquals((await main(...first)).stdout, ran.stdout);
      assertEquals(asked.length, files.length + 1);
      // What the server has changed is not taken.
      writeFileSync(path, bytes);
      const [library = ""] = files.filter((name) => name.endsWith(".so"));
      writeFileSync(join(directory, "jsr/files", library), bytes);
      const changed = await main(...first);
      assertStringIncludes(
        changed.stderr,
        "is not what was packed: its SHA-256",
      );
      assertEquals(readFileSync(path), bytes);
      assertEquals(readdirSync(dirname(path)).length, files.length);
    } finally {
      server.close();
    }
    const gone = await main("--allow-all");
    assertStringIncludes(gone.stderr, "cannot be reached: ");
  },
);

test(
  "plugin pack --jsr wants a name of JSR's, and an address",
  need("cc"),
  async () => {
    const directory = emptyDirectory();
    writeFileSync(join(directory, "hello.c"), SOURCE);
    await plugin("build", join(directory, "hello.c"));
    const pack = (...args: string[]) =>
      spawnPlugin(["pack", "hello.so", ...args], { cwd: directory });
    const unnamed = await pack("--jsr", "https://example.com/files");
    assertEquals(unnamed.status, 2);
    assertStringIncludes(
      unnamed.stderr,
      `Cannot pack for JSR: wanted a "name" and a "version" in`,
    );
    const nowhere = await pack("--jsr", "files");
    assertStringIncludes(nowhere.stderr, "wants the address where the files");
    // Without TLS there is this machine alone.
    for (const host of ["example.com", "localhost.example.com", "10.0.0.1"]) {
      const plain = await pack("--jsr", `http://${host}/files`);
      assertEquals(plain.status, 2);
      assertStringIncludes(plain.stderr, "--jsr wants an address with TLS");
    }
    const both = await pack("--npm", "--jsr", "https://example.com");
    assertStringIncludes(both.stderr, "call it once for each");
  },
);

test("fetchPlugin() takes no more than was packed", async () => {
  let taken = 0;
  const server = createServer((_, response) => {
    const part = new Uint8Array(65536);
    const more = () => {
      do taken += part.length; while (response.write(part));
    };
    response.on("drain", more);
    more();
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  const { port } = server.address() as AddressInfo;
  const cache = emptyDirectory();
  try {
    const error = await withVariable("DENO_DIR", cache, () =>
      assertRejects(
        () =>
          fetchPlugin("@me/hello", {
            [ownTarget()]: {
              manifest: "hello.so.json",
              files: {
                "hello.so.json": {
                  url: `http://127.0.0.1:${port}/hello.so.json`,
                  sha256: "00",
                  size: 100_000,
                },
              },
            },
          }),
        PluginError,
      ));
    assertEquals(error.code, "wrong_library");
    assertStringIncludes(
      error.message,
      "gives more than the 100000 bytes that were packed",
    );
    assertEquals(readdirSync(cache), []);
    // What the sockets hold was sent, and then no more.
    let before = -1;
    for (let tries = 0; tries < 20 && before !== taken; tries++) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    assertEquals([before < 100_000_000, taken], [true, before]);
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

/** What servers do that never come to an end: each waits in another place. */
const SILENT: Record<string, (response: ServerResponse) => void> = {
  "no answer": () => {},
  "an answer that has no end": (response) => response.write("abc"),
};

for (const [name, answer] of Object.entries(SILENT)) {
  test(`fetchPlugin() does not wait for ever: ${name}`, async () => {
    const server = createServer((_, response) => answer(response));
    await new Promise<void>((resolve) =>
      server.listen(0, "127.0.0.1", () => resolve())
    );
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/hello.so.json`;
    const files = { "hello.so.json": { url, sha256: "00", size: 100 } };
    try {
      const error = await withVariable(
        "DENO_DIR",
        emptyDirectory(),
        () =>
          assertRejects(
            () =>
              fetchPlugin("@me/hello", {
                [ownTarget()]: { manifest: "hello.so.json", files },
              }, { timeout: 300 }),
            PluginError,
          ),
      );
      assertEquals(error.code, "fetch_failed");
      assertEquals(
        error.message,
        `Cannot fetch the plugin "@me/hello": ${url} cannot be reached: nothing has come for 0.3 s`,
      );
    } finally {
      server.closeAllConnections();
      server.close();
    }
  });
}

test("fetchPlugin() waits as long as parts come", async () => {
  const server = createServer(async (_, response) => {
    for (const part of "{}  \n") {
      response.write(part);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    response.end();
  });
  await new Promise<void>((resolve) =>
    server.listen(0, "127.0.0.1", () => resolve())
  );
  const { port } = server.address() as AddressInfo;
  const cache = emptyDirectory();
  try {
    const path = await withVariable(
      "DENO_DIR",
      cache,
      () =>
        fetchPlugin("@me/hello", {
          [ownTarget()]: {
            manifest: "hello.so.json",
            files: {
              "hello.so.json": {
                url: `http://127.0.0.1:${port}/hello.so.json`,
                sha256: sha256(new TextEncoder().encode("{}  \n")),
              },
            },
          },
        }, { timeout: 800 }),
    );
    assertEquals(readFileSync(path, "utf8"), "{}  \n");
  } finally {
    server.closeAllConnections();
    server.close();
  }
});

test("fetchPlugin() wants a time that can pass", async () => {
  for (const timeout of [0, -1, NaN, Infinity, 2 ** 31, "5"]) {
    const error = await assertRejects(
      () => fetchPlugin("@me/hello", {}, { timeout } as { timeout: number }),
      TypeError,
    );
    assertStringIncludes(
      error.message,
      "fetchPlugin(): timeout: wanted milliseconds, above 0 and below 2^31, got ",
    );
  }
});

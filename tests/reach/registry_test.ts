/**
 * A plugin that is published to a registry, and installed from there by npm, Bun
 * and Deno.
 *
 * @module
 */

import { test } from "../helpers/test.ts";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import process from "node:process";
import { dirname, join } from "@std/path";
import { assert, assertEquals } from "@std/assert";
import { type Ran, run } from "../../emit/toolchain/run.ts";
import { builtOnce } from "../helpers/built_once.ts";
import { emptyDirectory } from "../helpers/fixture.ts";
import { need, RUNTIME } from "../helpers/need.ts";
import { npmPackage } from "../helpers/package.ts";
import { ROOT } from "../helpers/program.ts";
import { until } from "../helpers/wait.ts";
import { plugin, spawnPlugin } from "../emit/helpers/cli.ts";
import { succeed, succeedSilently } from "../helpers/succeed.ts";

/** The registry: the newest that an old Node runs, as it comes with npm. */
const VERDACCIO = {
  private: true,
  dependencies: { verdaccio: "6.0.5" },
  // Not every mirror has the tag that it asks for.
  overrides: { "node-fetch": "2.7.0" },
};

const CONFIG = `storage: ./storage
auth: { htpasswd: { file: ./htpasswd } }
packages: { "**": { access: $all, publish: $anonymous } }
log: { type: stdout, format: pretty, level: error }
`;

/** Brings the registry, once a run. */
function verdaccio(): Promise<string> {
  return builtOnce(["npm"], ["verdaccio"], async (directory) => {
    writeFileSync(join(directory, "package.json"), JSON.stringify(VERDACCIO));
    await succeed(run("npm", ["install", "--no-audit", "--no-fund"], {
      cwd: directory,
      env: { NODE_OPTIONS: "" },
    }));
  });
}

/** The packages of the support library for all machines, once a run. */
function support(): Promise<string> {
  return builtOnce(["npm", "zig"], ["npm-support"], async (directory) => {
    const own = RUNTIME === "Deno" ? ["run", "--quiet", "-A"] : [];
    await succeed(run(
      process.execPath,
      [...own, "tools/npm_support.ts", directory],
      { cwd: ROOT },
    ));
  });
}

/** A port that nobody uses. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

/** A registry that runs, and how a program reaches it. */
interface Registry {
  readonly env: Readonly<Record<string, string>>;
  readonly process: ChildProcess;
}

async function start(): Promise<Registry> {
  const directory = await verdaccio();
  writeFileSync(join(directory, "config.yaml"), CONFIG);
  const place = `127.0.0.1:${await freePort()}`;
  const url = `http://${place}/`;
  let said = "";
  const child = spawn("node", [
    ...["node_modules/verdaccio/bin/verdaccio", "--config", "config.yaml"],
    ...["--listen", place],
  ], { cwd: directory, env: { ...process.env, NODE_OPTIONS: "" } });
  child.stdout.on("data", (bytes) => said += bytes);
  child.stderr.on("data", (bytes) => said += bytes);
  let isThere = false;
  const ask = setInterval(() => {
    fetch(`${url}-/ping`).then(({ ok }) => isThere ||= ok, () => {});
  }, 200);
  await until(() => isThere);
  clearInterval(ask);
  assert(isThere, said);
  const npmrc = join(emptyDirectory(), "npmrc");
  writeFileSync(npmrc, `registry=${url}\n//${place}/:_authToken=none\n`);
  return {
    process: child,
    env: {
      // npx, and the machine, may have said either.
      NPM_CONFIG_USERCONFIG: npmrc,
      npm_config_userconfig: npmrc,
      NPM_CONFIG_REGISTRY: url,
      npm_config_registry: url,
      NODE_OPTIONS: "",
      NODE_NO_WARNINGS: "1",
      NO_COLOR: "1",
      DENO_DIR: emptyDirectory(),
      BUN_INSTALL_CACHE_DIR: emptyDirectory(),
      npm_config_cache: emptyDirectory(),
      PATH: `${dirname(process.execPath)}:${process.env.PATH}`,
    },
  };
}

/** Packs a plugin for two C libraries; gives its packages, in their order. */
async function packages(): Promise<string[]> {
  const directory = emptyDirectory();
  const source = join(directory, "hello.c");
  writeFileSync(
    source,
    `#include <stdlib.h>
int add(int a, int b) { return getenv("PLUGIN_NONE") ? 0 : a + b; }
`,
  );
  writeFileSync(
    join(directory, "package.json"),
    `{ "name": "@me/hello", "version": "1.2.3", "license": "MIT" }`,
  );
  const arch = process.arch;
  for (const target of [`linux-${arch}`, `linux-${arch}-musl`]) {
    await succeedSilently(plugin("build", source, "--target", target));
  }
  const libraries = globSync("*/hello.so", { cwd: directory });
  const packed = await spawnPlugin(
    ["pack", ...libraries, "--npm", "--json"],
    { cwd: directory },
  );
  assertEquals(packed.stderr, "");
  return JSON.parse(packed.stdout).packages;
}

/** How each package manager takes a package. */
const ADD = {
  Deno: ["deno", "add", "--quiet", "npm:@me/hello", "npm:@native/plugin"],
  Bun: ["bun", "add", "@me/hello", "@native/plugin"],
  Node: ["npm", "install", "--no-audit", "@me/hello", "@native/plugin"],
}[RUNTIME];

const SCRIPT = { Deno: ["run", "-A"], Bun: [], Node: [] }[RUNTIME];

const REGISTER = {
  Deno: ["run", "-A", "--preload", "npm:@native/plugin/register"],
  Bun: ["--preload", "@native/plugin/register"],
  Node: ["--import", "@native/plugin/register"],
}[RUNTIME];

test(
  "what plugin pack --npm makes is published, installed and used",
  { ...need("npm", "cc", "zig"), timeout: 900_000 },
  async () => {
    const place = await support();
    const tarballs = globSync("*.tgz", { cwd: place });
    assertEquals(tarballs.length, 6);
    const all = [
      await npmPackage(),
      ...tarballs.map((name) => join(place, name)),
      ...await packages(),
    ];
    const { env, process: registry } = await start();
    try {
      const directory = emptyDirectory();
      const inThere = (program: string, ...args: string[]): Promise<Ran> =>
        run(program, args, { cwd: directory, env });
      for (const one of all) {
        await succeed(inThere("npm", "publish", "--access", "public", one));
      }
      writeFileSync(join(directory, "package.json"), `{ "type": "module" }`);
      // Deno takes nothing that is younger than a day, unless it is told to.
      writeFileSync(
        join(directory, "deno.json"),
        `{ "minimumDependencyAge": "0", "nodeModulesDir": "auto" }`,
      );
      writeFileSync(
        join(directory, "main.ts"),
        `import hello, { add } from "@me/hello";
const sum: number = add(1, 2);
console.log(sum, hello.path);
`,
      );
      const [tool, ...args] = ADD;
      await succeed(inThere(tool!, ...args));
      const ran = await inThere(process.execPath, ...SCRIPT, "main.ts");
      assertEquals([
        ran.stderr.replace(/^(?:Check|Download).*\n/gm, ""),
        ran.stdout.split(" ")[0],
      ], ["", "3"]);
      const sbom = join(
        dirname(ran.stdout.trim().split(" ")[1]!),
        "sbom.cdx.json",
      );
      assert(existsSync(sbom));
      assertEquals(
        JSON.parse(readFileSync(sbom, "utf8")).bomFormat,
        "CycloneDX",
      );
      // And the package imports plugins by their sources.
      writeFileSync(join(directory, "own.c"), "int one(void) { return 1; }\n");
      writeFileSync(
        join(directory, "own.mjs"),
        `import { one } from "./own.c";\nconsole.log(one());\n`,
      );
      const own = await inThere(process.execPath, ...REGISTER, "own.mjs");
      assertEquals(own.stdout, "1\n", own.stderr);
    } finally {
      registry.kill();
      await once(registry, "close");
    }
  },
);

/**
 * The site, made and served.
 *
 * @module
 */

import { createServer } from "node:http";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { dirname, extname, join } from "@std/path";
import { run } from "../../../emit/toolchain/run.ts";
import { builtOnce } from "../../helpers/built_once.ts";
import { succeed } from "../../helpers/succeed.ts";

const ROOT = fileURLToPath(new URL("../../..", import.meta.url));

let made: Promise<string> | undefined;

/** Makes the site, once in a run of the tests. */
export function site(): Promise<string> {
  return made ??= builtOnce(["git"], ["the site"], async (directory) => {
    const task = ["run", "--quiet", "-A", join(ROOT, "tools/site.ts")];
    await succeed(run("deno", [...task, directory], { cwd: ROOT }));
  });
}

/** The pages of a site, by their paths in it. */
export function pagesOf(directory: string): string[] {
  return readdirSync(directory, { recursive: true }).map(String)
    .filter((path) => path.endsWith(".html"));
}

/** The file that a server gives for a path. */
export function fileOf(directory: string, page: string, path: string): string {
  const whole = path.startsWith("/")
    ? join(directory, path)
    : path === ""
    ? join(directory, page)
    : join(directory, dirname(page), path);
  if (existsSync(whole) && statSync(whole).isDirectory()) {
    return join(whole, "index.html");
  }
  return extname(whole) === "" ? `${whole}.html` : whole;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".png": "image/png",
};

/** Serves a directory, to this machine. */
export async function withServer(
  directory: string,
  use: (address: string) => Promise<void>,
): Promise<void> {
  const server = createServer(({ url = "/" }, response) => {
    const path = fileOf(directory, "", decodeURI(url.split("?")[0]!));
    if (!existsSync(path)) {
      response.writeHead(404).end();
      return;
    }
    const type = TYPES[extname(path)] ?? "application/octet-stream";
    response.writeHead(200, { "content-type": type }).end(readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const { port } = server.address() as AddressInfo;
    await use(`http://127.0.0.1:${port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

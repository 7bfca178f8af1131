/**
 * Machines that have next to nothing: a minimal Debian with Node and npm, to
 * which some packages are added, in a directory that a process takes for `/`.
 *
 * @module
 */

import { capture, ROOT } from "../runtimes.ts";

/** The machines by their names, and what Debian's packages add to Node and npm. */
export const MACHINES: ReadonlyMap<string, readonly string[]> = new Map([
  ["alone", []],
  ["gcc", ["gcc", "libc6-dev"]],
  ["clang", ["clang", "libc6-dev"]],
  ["debian", ["gcc", "g++", "libc6-dev", "golang-go", "cargo"]],
]);

/** Where the machines are made. */
const PLACE = `${ROOT}build/bare`;

/** The machine that the others are copies of. */
const BASE = `${PLACE}/base`;

/** A directory with a space in its name, of somebody who is not root. */
const CHECKOUT = "/home/me/my plugins";

/**
 * Runs the README's commands on machines.
 *
 * @param names Which; all where it is empty.
 * @param files Files of tests; all where it is empty.
 * @returns What failed.
 */
export async function onMachines(
  names: readonly string[],
  files: readonly string[],
): Promise<string[]> {
  const lack = await lacking();
  if (lack !== undefined) {
    console.log(`\nNo machines are made: ${lack}`);
    return [];
  }
  await makeBase();
  const failed: string[] = [];
  for (const [name, packages] of MACHINES) {
    if (names.length > 0 && !names.includes(name)) continue;
    console.log(`\n=== ${name}: ${["Node, npm", ...packages].join(", ")}`);
    const root = `${PLACE}/${name}`;
    try {
      await make(root, packages);
      for (const task of [["hello"], ["test", ...files]]) {
        if (!await asUser(root, task)) failed.push(`${task[0]} on ${name}`);
      }
    } finally {
      await must("umount", [`${root}/proc`]);
      await must("rm", ["-rf", "--one-file-system", root]);
    }
  }
  return failed;
}

/** Why no machine can be made; undefined where one can. */
async function lacking(): Promise<string | undefined> {
  if (Deno.build.os !== "linux") return "they are Linux";
  if (Deno.uid() !== 0) return "that takes root";
  const there = await capture("debootstrap", ["--version"]).catch(() => null);
  if (!there?.success) {
    return "debootstrap makes them (apt install debootstrap)";
  }
  return undefined;
}

/** Makes the machine that the others are copies of; it is kept. */
async function makeBase(): Promise<void> {
  if (await exists(`${BASE}/usr/bin/npm`)) return;
  console.log("\nMaking a Debian with Node and npm: this takes minutes");
  await must("rm", ["-rf", "--one-file-system", BASE]);
  await Deno.mkdir(PLACE, { recursive: true });
  await must("debootstrap", [
    "--variant=minbase",
    "--include=ca-certificates",
    "bookworm",
    BASE,
  ]);
  await install(BASE, ["nodejs", "npm"]);
  await must("chroot", [BASE, "useradd", "--create-home", "me"]);
}

async function install(
  root: string,
  packages: readonly string[],
): Promise<void> {
  if (packages.length === 0) return;
  const get = [root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
  await must("chroot", [...get, "update"]);
  await must("chroot", [
    ...get,
    "install",
    "--yes",
    "--no-install-recommends",
    ...packages,
  ]);
}

/** Makes a machine, with this checkout on it. */
async function make(root: string, packages: readonly string[]): Promise<void> {
  await must("rm", ["-rf", "--one-file-system", root]);
  await must("cp", ["-a", "--reflink=auto", BASE, root]);
  await must("mount", ["-t", "proc", "proc", `${root}/proc`]);
  await install(root, packages);
  // The certificates that this machine trusts, and how it finds others.
  for (
    const path of [
      "/etc/ssl/certs/ca-certificates.crt",
      "/etc/resolv.conf",
      "/etc/hosts",
    ]
  ) {
    if (await exists(path)) await Deno.copyFile(path, root + path);
  }
  const checkout = root + CHECKOUT;
  await Deno.mkdir(checkout);
  const { output } = await capture("git", ["ls-files", "-z"]);
  for (const file of output.split("\0").filter(Boolean)) {
    if (!await exists(ROOT + file)) continue; // removed, and not committed
    const target = `${checkout}/${file}`;
    await Deno.mkdir(target.slice(0, target.lastIndexOf("/")), {
      recursive: true,
    });
    await Deno.copyFile(ROOT + file, target);
  }
  await Deno.mkdir(`${root}/home/me/empty`);
  await Deno.mkdir(`${root}/srv/elsewhere`);
  await must("chroot", [root, "chown", "-R", "me", "/home/me", "/srv"]);
}

/** What a user's commands are told of this machine: its network, and no more. */
const PASSED = /^(?:(?:https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/** Runs a task as the README says it, and shows what it prints. */
async function asUser(root: string, task: readonly string[]): Promise<boolean> {
  const passed = Object.entries(Deno.env.toObject())
    .filter(([name]) => PASSED.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const { success } = await new Deno.Command("chroot", {
    args: [
      "--userspec=me",
      root,
      "env",
      "-i",
      ...passed,
      "PATH=/usr/local/bin:/usr/bin:/bin",
      "HOME=/home/me/empty",
      "TMPDIR=/srv/elsewhere",
      "sh",
      "-c",
      'cd "$0" && npx -y deno task "$@"',
      CHECKOUT,
      ...task,
    ],
    stdin: "null",
  }).spawn().status;
  return success;
}

/** Runs a program that has to succeed. */
async function must(program: string, args: readonly string[]): Promise<void> {
  const { success, output } = await capture(program, args);
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${output.trim()}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

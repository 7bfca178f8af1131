/**
 * Machines that have next to nothing: a minimal Debian with Node and npm, or
 * with Deno, to which some packages are added, in a directory that a process
 * takes for `/`.
 *
 * @module
 */

import { capture, ROOT } from "../runtimes.ts";

/** What a machine has. */
interface Machine {
  /** How Deno comes to it. */
  readonly deno: "npx" | "program";
  /** Debian's packages. */
  readonly packages: readonly string[];
}

/** The machines by their names. */
export const MACHINES: ReadonlyMap<string, Machine> = new Map([
  ["alone", { deno: "npx", packages: [] }],
  ["gcc", { deno: "npx", packages: ["gcc", "libc6-dev"] }],
  ["clang", { deno: "npx", packages: ["clang", "libc6-dev"] }],
  ["debian", {
    deno: "npx",
    packages: ["gcc", "g++", "libc6-dev", "golang-go", "cargo"],
  }],
  ["deno", { deno: "program", packages: ["gcc", "libc6-dev"] }],
]);

/** What the README's commands begin with, and what brings that. */
const DENO = {
  npx: { words: ["npx", "-y", "deno"], packages: ["nodejs", "npm"] },
  program: { words: ["deno"], packages: [] },
} as const;

/** Where the machines are made. */
const PLACE = `${ROOT}build/bare`;

/** The machine that the others are copies of, by how Deno comes to it. */
const base = (deno: Machine["deno"]) => `${PLACE}/base-${deno}`;

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
  const failed: string[] = [];
  for (const [name, machine] of MACHINES) {
    if (names.length > 0 && !names.includes(name)) continue;
    const { deno, packages } = machine;
    const runtime = deno === "npx" ? "Node, npm" : "Deno";
    console.log(`\n=== ${name}: ${[runtime, ...packages].join(", ")}`);
    const root = `${PLACE}/${name}`;
    try {
      await makeBase(deno);
      await make(root, machine);
      for (const task of [["hello"], ["test", ...files]]) {
        const words = [...DENO[deno].words, "task", ...task];
        if (!await asUser(root, words)) failed.push(`${task[0]} on ${name}`);
      }
    } finally {
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

/** Makes a machine that others are copies of; it is kept. */
async function makeBase(deno: Machine["deno"]): Promise<void> {
  const root = base(deno);
  if (await exists(`${root}/home/me`)) return;
  console.log("Making a Debian first, which is kept: this takes minutes");
  await must("rm", ["-rf", "--one-file-system", root]);
  await Deno.mkdir(PLACE, { recursive: true });
  await must("debootstrap", [
    "--variant=minbase",
    "--include=ca-certificates",
    "bookworm",
    root,
  ]);
  await install(root, DENO[deno].packages);
  await must(...inside(root, "useradd", "--create-home", "me"));
}

async function install(
  root: string,
  packages: readonly string[],
): Promise<void> {
  if (packages.length === 0) return;
  const get = ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq"];
  await must(...inside(root, ...get, "update"));
  const options = ["--yes", "--no-install-recommends"];
  await must(...inside(root, ...get, "install", ...options, ...packages));
}

/** Makes a machine, with this checkout on it. */
async function make(
  root: string,
  { deno, packages }: Machine,
): Promise<void> {
  await must("rm", ["-rf", "--one-file-system", root]);
  await must("cp", ["-a", "--reflink=auto", base(deno), root]);
  await install(root, packages);
  if (deno === "program") {
    await Deno.copyFile(Deno.execPath(), `${root}/usr/local/bin/deno`);
  }
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
  await must(...inside(root, "chown", "-R", "me", "/home/me", "/srv"));
}

/** What a user's commands are told of this machine: its network, and no more. */
const PASSED = /^(?:(?:https?|no)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/i;

/** Runs a command as the README says it, and shows what it prints. */
async function asUser(
  root: string,
  words: readonly string[],
): Promise<boolean> {
  const passed = Object.entries(Deno.env.toObject())
    .filter(([name]) => PASSED.test(name))
    .map(([name, value]) => `${name}=${value}`);
  const variables = [
    ...passed,
    "PATH=/usr/local/bin:/usr/bin:/bin",
    "HOME=/home/me/empty",
    "TMPDIR=/srv/elsewhere",
  ];
  const there = ["sh", "-c", 'cd "$0" && "$@"', CHECKOUT, ...words];
  const [program, args] = inside(
    root,
    ...["setpriv", "--reuid=me", "--regid=me", "--clear-groups"],
    ...["env", "-i", ...variables, ...there],
  );
  const { status } = new Deno.Command(program, { args, stdin: "null" }).spawn();
  return (await status).success;
}

/**
 * A command on a machine, as root. Its `/proc` is mounted for that command
 * alone, so that nothing stays mounted, however this ends.
 */
function inside(
  root: string,
  ...words: string[]
): [program: string, args: string[]] {
  const script = 'mount -t proc proc "$0/proc" && exec chroot "$0" "$@"';
  return ["unshare", ["--mount", "sh", "-c", script, root, ...words]];
}

/** Runs a program that has to succeed. */
async function must(
  program: string,
  args: readonly string[],
): Promise<void> {
  const { success, output } = await capture(program, args);
  if (!success) {
    throw new Error(`${program} ${args.join(" ")}: ${output.trim()}`);
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

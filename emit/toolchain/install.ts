/**
 * The commands that bring tools to a machine.
 *
 * @module
 */

import { exists, system } from "../../ffi/system/system.ts";

/** What installs packages, and who has it. */
const MANAGERS = {
  apt: {
    command: "apt install",
    program: "/usr/bin/apt",
    on: "Debian, Ubuntu",
  },
  apk: { command: "apk add", program: "/sbin/apk", on: "Alpine" },
  dnf: { command: "dnf install", program: "/usr/bin/dnf", on: "Fedora" },
  pacman: { command: "pacman -S", program: "/usr/bin/pacman", on: "Arch" },
  zypper: {
    command: "zypper install",
    program: "/usr/bin/zypper",
    on: "openSUSE",
  },
} as const;

type Manager = keyof typeof MANAGERS;

/** A tool: its packages, and what brings it where no package does. */
interface Brought {
  readonly packages?: Readonly<Record<Manager, string>>;
  /** On macOS, and where no package is known. */
  readonly macos?: string;
  readonly otherwise?: string;
}

const XCODE = "xcode-select --install";

const TOOLS = {
  cc: {
    packages: {
      apt: "gcc libc6-dev",
      apk: "gcc musl-dev",
      dnf: "gcc",
      pacman: "gcc",
      zypper: "gcc",
    },
    macos: XCODE,
  },
  "c++": {
    packages: {
      apt: "g++",
      apk: "g++",
      dnf: "gcc-c++",
      pacman: "gcc",
      zypper: "gcc-c++",
    },
    macos: XCODE,
  },
  go: {
    packages: {
      apt: "golang",
      apk: "go",
      dnf: "golang",
      pacman: "go",
      zypper: "go",
    },
    macos: "brew install go",
    otherwise: "https://go.dev/dl",
  },
  rust: {
    macos: "brew install rustup",
    otherwise:
      "curl --proto =https -sSf https://sh.rustup.rs | sh, as https://rustup.rs says",
  },
  zig: { otherwise: "pip install ziglang, or https://ziglang.org" },
  valgrind: {
    packages: {
      apt: "valgrind",
      apk: "valgrind",
      dnf: "valgrind",
      pacman: "valgrind",
      zypper: "valgrind",
    },
  },
  deno: { otherwise: "npm install -g deno" },
  bun: { otherwise: "npm install -g bun" },
  node: { otherwise: "https://nodejs.org/en/download/current" },
} satisfies Readonly<Record<string, Brought>>;

/** A tool that is known here. */
export type BroughtTool = keyof typeof TOOLS;

/**
 * The command that brings a tool to this machine.
 *
 * @param tool The tool.
 * @returns A command, or where it is to be had.
 */
export function installCommand(tool: BroughtTool): string {
  const { packages, macos, otherwise }: Brought = TOOLS[tool];
  if (system.os === "darwin" && macos !== undefined) return macos;
  for (const [name, { command, program }] of Object.entries(MANAGERS)) {
    const wanted = packages?.[name as Manager];
    if (wanted !== undefined && exists(program)) return `${command} ${wanted}`;
  }
  return otherwise ?? installCommands(tool);
}

/**
 * The commands that bring a tool, with the systems that have each.
 *
 * @param tool A tool that has packages.
 */
export function installCommands(tool: BroughtTool): string {
  const { packages, macos }: Brought = TOOLS[tool];
  if (system.os === "darwin" && macos !== undefined) return `"${macos}"`;
  const all = Object.entries(MANAGERS).map(([name, { command, on }]) =>
    `"${command} ${packages?.[name as Manager]}" (${on})`
  );
  return `${all.slice(0, -1).join(", ")} or ${all.at(-1)}`;
}

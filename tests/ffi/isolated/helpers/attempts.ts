/**
 * The attempts to leave: what each is given, the one permission that it takes, and
 * how it fails without.
 *
 * @module
 */

import { closeSync, existsSync, openSync } from "node:fs";
import type { Permissions } from "@native/plugin";

/** Where an attempt is made: files of its own, and who listens. */
export interface Place {
  /** A directory with `file`, and the empty directories `in` and `out`. */
  readonly directory: string;
  readonly file: string;
  /** In `out`; `in/link` leads to it. */
  readonly secret: string;
  /** A library that nothing needs. */
  readonly library: string;
  /** Ports of TCP at which somebody listens. */
  readonly ports: readonly [number, number];
  /** A socket with a name. */
  readonly socket: string;
  /** The program that has opened the plugin. */
  readonly host: number;
}

/** One attempt. */
export interface Attempt {
  readonly path?: string;
  readonly beside?: string;
  readonly number?: number;
  /** The permissions with which it succeeds; it takes a plugin that is not confined when left out. */
  readonly with?: Permissions;
  /** All permissions but the one; none when left out. */
  readonly without?: Permissions;
  /** Bytes of memory, without the permission. */
  readonly memory?: number;
  /** The system call that is refused, where it is one. */
  readonly told?: string;
  /** How it fails; `EPERM` where a system call is refused, and else `EACCES`. */
  readonly error?: number;
  /** How it may fail where it is permitted, on a system or for a user that cannot do it. */
  readonly lacks?: readonly number[];
  /** Whether to succeed ends the process. */
  readonly ends?: boolean;
}

/** What one could type for: anything will do where there are no terminals. */
const TERMINAL = canOpen("/dev/ptmx") ? "/dev/ptmx" : "/dev/null";

function canOpen(path: string): boolean {
  try {
    closeSync(openSync(path, "r+"));
    return true;
  } catch {
    return false;
  }
}

const EPERM = 1;
const ENOMEM = 12;
const EACCES = 13;
const EXDEV = 18;
const EINVAL = 22;
const EMFILE = 24;
const ENOTTY = 25;
const ENOSPC = 28;
const ENOSYS = 38;
const NOT_SUPPORTED = [92, 93, 94, 95, 97];
const ALL: Permissions = {
  read: true,
  write: true,
  net: true,
  env: true,
  sys: true,
};
/** Whose certificates are believed, and OpenSSL's settings: each system has some of these, most of them links. */
const CERTIFICATES = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/usr/lib/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/pki/tls/openssl.cnf",
  "/etc/ssl/ca-bundle.pem",
  "/etc/ssl/cert.pem",
];
const AS_ROOT = [EPERM, EACCES];
/** What administrators switch off. */
const SWITCHED_OFF = [EPERM, EACCES, 2, ENOSYS, ENOSPC, EINVAL, 24, 122];

/** All attempts, each by the name that `fixtures/leave.c` has it under, and what it is about. */
export function attemptsAt(
  { directory, file, secret, library, ports, socket, host }: Place,
): [name: string, attempt: Attempt][] {
  const [port, other] = ports;
  const made = `${directory}/made`;
  const inside = `${directory}/in`;
  const outside = `${directory}/out`;
  const read = { read: [file] };
  const write = { write: [directory] };
  const never = (told: string, more: Attempt = {}): Attempt => ({
    without: ALL,
    told,
    ...more,
  });
  return [
    // Reading.
    ["read_file", { path: file, with: read }],
    ["read_file", { path: file, with: { read: [directory] } }],
    ["read_file", { path: file, with: read, without: { ...ALL, read: false } }],
    ["read_file", { path: file, with: read, without: { read: [inside] } }],
    ...CERTIFICATES.filter(existsSync).map((path): [string, Attempt] => [
      "read_file",
      {
        path,
        with: { net: true },
        without: { ...ALL, net: false, read: false },
      },
    ]),
    ["read_by_root", { path: file, with: read }],
    ["read_by_dots", { path: file, with: read }],
    ["read_by_link", {
      beside: `${inside}/link`,
      with: { read: [inside, outside] },
      without: { read: [inside] },
    }],
    ["read_by_openat2", { path: file, with: read }],
    ["read_again", { path: file, with: read }],
    ["read_mapped", { path: file, with: read }],
    ["read_directory", { path: directory, with: { read: [directory] } }],
    ["read_directory", {
      path: directory,
      with: { read: true },
      without: read,
    }],
    ["read_by_name", {
      path: secret,
      beside: `${inside}/name`,
      with: { read: [inside, outside], write: [inside, outside] },
      without: { read: [inside], write: [inside, outside] },
      error: EXDEV,
    }],
    ["read_moved", {
      path: secret,
      beside: `${inside}/moved`,
      with: { read: [inside, outside], write: [inside, outside] },
      without: { read: [inside], write: [inside, outside] },
      error: EXDEV,
    }],
    ["load_library", { path: library, with: { read: [library] } }],
    ["watch", never("inotify_init1()", { path: directory })],
    ["watch_by_signal", never("fcntl(…, 0x402)", { path: directory })],
    [
      "hold_file",
      never("fcntl(…, 0x400)", { path: file, lacks: [EACCES, EINVAL] }),
    ],
    [
      "open_by_handle",
      never("name_to_handle_at()", {
        path: file,
        lacks: [...AS_ROOT, ...NOT_SUPPORTED],
      }),
    ],
    ["read_attribute", never("getxattr()", { path: file, lacks: [95] })],

    // The host.
    ["read_of_host", {
      path: "cmdline",
      number: host,
      with: { read: ["/proc"] },
    }],
    ["read_of_host", {
      path: "environ",
      number: host,
      without: ALL,
      lacks: AS_ROOT,
    }],
    ["read_of_host", {
      path: "maps",
      number: host,
      without: ALL,
      lacks: AS_ROOT,
    }],
    ["link_of_host", { number: host, without: ALL, lacks: AS_ROOT }],
    [
      "read_memory_of_host",
      never("process_vm_readv()", { number: host, lacks: AS_ROOT }),
    ],
    [
      "trace_host",
      never("ptrace(0x4206)", { number: host, lacks: AS_ROOT, ends: true }),
    ],
    ["open_host", never("pidfd_open()", { number: host })],
    [
      "compare_with_host",
      never("kcmp()", { number: host, lacks: [...AS_ROOT, ENOSYS] }),
    ],
    ["signal_host", never("kill()", { number: host, lacks: [EPERM] })],
    ["signal_host", {
      number: host,
      without: { ...ALL, run: true },
      error: EPERM,
      lacks: [EPERM],
    }],
    [
      "signal_thread_of_host",
      never("tgkill()", { number: host, lacks: [EPERM] }),
    ],
    [
      "queue_for_host",
      never("rt_sigqueueinfo()", { number: host, lacks: [EPERM] }),
    ],
    ["signal_group", never("kill()")],
    ["own_descriptor", never("fcntl(…, 0x8)", { number: host })],
    ["own_by_ioctl", never("ioctl(…, 0x8901)", { number: host })],
    ["limit_host", never("prlimit64()", { number: host, lacks: [EPERM] })],
    ["slow_host", never("setpriority()", { number: host, lacks: AS_ROOT })],
    [
      "move_host",
      never("sched_setaffinity()", { number: host, lacks: [EPERM] }),
    ],
    ["outlive_host", never("prctl(0x1)")],
    ["leave_group", { without: { ...ALL, run: true }, told: "setsid()" }],

    // Writing.
    ["make_file", { path: made, with: write }],
    ["make_file", {
      path: made,
      with: write,
      without: { ...ALL, write: false },
    }],
    ["make_file", { path: made, with: write, without: { write: [inside] } }],
    ["make_by_creat", { path: made, with: write }],
    ["write_file", { path: file, with: { write: [file] } }],
    ["append_file", {
      path: file,
      with: { read: [file], write: [file] },
      without: read,
    }],
    ["truncate_file", { path: file, with: { write: [file] }, without: read }],
    ["truncate_by_open", {
      path: file,
      with: { read: [file], write: [file] },
      without: read,
    }],
    ["truncate_by_neither", {
      path: file,
      with: { read: [file], write: [file] },
      without: read,
    }],
    ["make_nameless", {
      path: directory,
      with: { read: [directory], write: [directory] },
      without: { read: [directory] },
      lacks: [95],
    }],
    ["remove_file", { path: file, with: write }],
    ["make_directory", { path: made, with: write }],
    ["remove_directory", { path: `${directory}/empty`, with: write }],
    ["move_file", { path: file, beside: made, with: write }],
    ["make_link", { path: made, with: write }],
    ["make_by_mknod", { path: made, with: write }],
    ["make_pipe", { path: made, without: { ...ALL, write: true } }],
    ["make_socket", { path: made, without: { ...ALL, write: true } }],
    ["make_device", {
      path: made,
      without: { ...ALL, write: true },
      lacks: [EPERM],
    }],
    [
      "leave_device",
      never("renameat2()", {
        path: file,
        beside: made,
        lacks: [EPERM, EINVAL],
      }),
    ],
    ["change_mode", never("chmod()", { path: file })],
    ["change_mode_of_open", never("fchmod()", { path: file })],
    ["change_owner", never("chown()", { path: file })],
    ["change_time", never("utimensat()", { path: file })],
    ["change_attribute", never("setxattr()", { path: file, lacks: [95] })],
    [
      "change_flags",
      never("ioctl(…, 0x40086602)", { path: file, lacks: [EPERM, ENOTTY, 95] }),
    ],

    // The network.
    ["connect_tcp", {
      number: port,
      with: { net: [port] },
      told: "socket(AF_INET, SOCK_STREAM)",
    }],
    ["connect_tcp", {
      number: port,
      with: { net: true },
      without: { ...ALL, net: false },
      told: "socket(AF_INET, SOCK_STREAM)",
    }],
    ["connect_tcp", {
      number: other,
      with: { net: [port, other] },
      without: { net: [port] },
    }],
    ["connect_udp", {
      number: port,
      with: { net: true },
      without: { net: [port] },
      told: "socket(AF_INET, SOCK_DGRAM)",
    }],
    ["connect_mptcp", {
      number: port,
      with: { net: true },
      without: { net: [port] },
      told: "socket(AF_INET, SOCK_STREAM)",
      lacks: [...NOT_SUPPORTED, EINVAL],
    }],
    ["connect_sctp", {
      with: { net: true },
      without: { net: [port] },
      told: "socket(AF_INET, SOCK_STREAM)",
      lacks: NOT_SUPPORTED,
    }],
    ["connect_by_sending", {
      number: other,
      with: { net: true },
      without: { net: [port, other] },
      told: "sendto()",
      lacks: NOT_SUPPORTED,
    }],
    ["connect_by_message", {
      number: other,
      with: { net: true },
      without: { net: [port, other] },
      told: "sendmsg()",
      lacks: NOT_SUPPORTED,
    }],
    ["connect_later", {
      with: { net: true },
      without: { net: [port] },
      told: "setsockopt()",
      lacks: NOT_SUPPORTED,
    }],
    ["connect_above", {
      with: { net: true },
      without: { net: [port] },
      told: "setsockopt()",
      lacks: [...NOT_SUPPORTED, 2],
    }],
    ["listen_at", {
      with: { net: true },
      without: { net: [port] },
      told: "bind()",
    }],
    ["listen_anywhere", {
      with: { net: true },
      without: { net: [port] },
      told: "listen()",
    }],
    ["connect_unix", never("socket(AF_UNIX, SOCK_STREAM)", { path: socket })],
    ["bind_abstract", never("socket(AF_UNIX, SOCK_STREAM)")],
    ["pair_of_datagrams", never("socketpair()")],
    [
      "any_socket",
      never("socket(AF_INET, SOCK_RAW)", { number: 0, lacks: AS_ROOT }),
    ],
    [
      "any_socket",
      never("socket(AF_PACKET, SOCK_RAW)", {
        number: 1,
        lacks: [...AS_ROOT, ...NOT_SUPPORTED],
      }),
    ],
    [
      "any_socket",
      never("socket(AF_ALG, SOCK_SEQPACKET)", {
        number: 2,
        lacks: NOT_SUPPORTED,
      }),
    ],
    [
      "any_socket",
      never("socket(AF_VSOCK, SOCK_STREAM)", {
        number: 3,
        lacks: NOT_SUPPORTED,
      }),
    ],
    ["any_socket", {
      number: 4,
      with: { sys: true },
      without: { ...ALL, sys: false },
      told: "socket(AF_NETLINK, SOCK_RAW)",
    }],
    [
      "any_socket",
      never("socket(AF_NETLINK, SOCK_RAW)", {
        number: 5,
        lacks: NOT_SUPPORTED,
      }),
    ],
    [
      "any_socket",
      never("socket(AF_BLUETOOTH, SOCK_RAW)", {
        number: 8,
        lacks: [...AS_ROOT, ...NOT_SUPPORTED],
      }),
    ],
    [
      "any_socket",
      never("socket(99, 7)", { number: 9, lacks: [...NOT_SUPPORTED, EINVAL] }),
    ],
    ["any_socket", {
      number: 6,
      with: { net: true },
      without: { net: [port] },
      told: "socket(AF_INET6, SOCK_DGRAM)",
      lacks: NOT_SUPPORTED,
    }],

    // Processes.
    ["execute", {
      path: "/usr/bin/true",
      with: { read: true, run: true },
      without: ALL,
      told: "execve()",
      ends: true,
    }],
    ["execute_at", {
      path: "/usr/bin/true",
      with: { read: true, run: true },
      without: ALL,
      told: "execveat()",
      ends: true,
    }],
    ["execute", {
      path: "/usr/bin/true",
      with: { read: true, run: true },
      without: { run: true },
      ends: true,
    }],
    ["fork_it", { with: { run: true }, without: ALL, told: "clone()" }],
    ["fork_by_clone", { with: { run: true }, told: "clone()" }],
    ["fork_by_high_bits", { with: { run: true }, told: "clone()" }],
    ["fork_beside", { without: { ...ALL, run: true }, told: "clone()" }],
    ["fork_by_clone3", { without: { ...ALL, run: true }, error: ENOSYS }],
    ["spawn", {
      path: "/usr/bin/true",
      with: { read: true, run: true },
      without: ALL,
      told: "clone()",
    }],
    ["shell", {
      path: "exit 0",
      with: { read: true, run: true },
      without: ALL,
      told: "clone()",
      error: 10, // ECHILD: the C library says it so
    }],
    [
      "fork_to",
      {
        number: 0x10000000,
        without: { ...ALL, run: true },
        told: "clone()",
        lacks: SWITCHED_OFF,
      },
    ],
    [
      "leave_namespace",
      never("unshare()", { number: 0x10000000, lacks: SWITCHED_OFF }),
    ],
    [
      "enter_namespace",
      never("setns()", { path: "/proc/self/ns/uts", lacks: SWITCHED_OFF }),
    ],
    [
      "call_of_32_bits",
      never("system call 20 of another ABI", {
        number: 20,
        error: ENOSYS,
        lacks: [ENOSYS],
      }),
    ],
    [
      "call_of_x32",
      never("system call 39 of another ABI", {
        number: 39,
        error: ENOSYS,
        lacks: [ENOSYS],
      }),
    ],

    // The kernel.
    ["io_uring", never("io_uring_setup()", { lacks: SWITCHED_OFF })],
    ["bpf", never("bpf(0)", { lacks: SWITCHED_OFF })],
    ["perf", never("perf_event_open()", { lacks: SWITCHED_OFF })],
    ["userfault", never("userfaultfd()", { lacks: SWITCHED_OFF })],
    ["add_key", never("add_key()", { lacks: SWITCHED_OFF })],
    ["search_keys", never("keyctl(0)", { lacks: SWITCHED_OFF })],
    ["mount_it", never("mount()", { path: inside, lacks: AS_ROOT })],
    ["open_tree_", never("open_tree()", { path: inside, lacks: AS_ROOT })],
    ["open_fs", never("fsopen()", { lacks: AS_ROOT })],
    ["chroot_it", never("chroot()", { path: "/", lacks: AS_ROOT })],
    ["memfd", never("memfd_create()")],
    ["secret", never("memfd_secret()", { lacks: SWITCHED_OFF })],
    ["shm", never("shmget()", { lacks: SWITCHED_OFF })],
    ["messages", never("msgget()", { lacks: SWITCHED_OFF })],
    ["semaphores", never("semget()", { lacks: SWITCHED_OFF })],
    ["queue", never("mq_open()", { lacks: SWITCHED_OFF })],
    [
      "type_for_terminal",
      never("ioctl(…, 0x5412)", {
        path: TERMINAL,
        lacks: [...SWITCHED_OFF, 5, ENOTTY],
      }),
    ],
    [
      "type_with_high_bits",
      never("ioctl(…, 0x5412)", { lacks: [EPERM, 5, ENOTTY] }),
    ],
    ["randomize_not", never("personality()", { number: 0x40000 })],
    ["log_of_kernel", never("syslog()", { lacks: AS_ROOT })],
    ["segments", never("modify_ldt()", { lacks: [ENOSYS] })],
    ["own_filter", never("seccomp()")],
    ["own_landlock", never("landlock_create_ruleset()")],

    // Memory.
    ["take", { number: 512, with: {}, memory: 2 ** 26, error: ENOMEM }],
    ["take_by_protecting", {
      number: 512,
      with: {},
      memory: 2 ** 26,
      error: ENOMEM,
    }],
    ["take_shared", {
      number: 512,
      with: {},
      memory: 2 ** 26,
      told: "mmap()",
    }],
    ["take_growing", {
      number: 512,
      with: {},
      memory: 2 ** 26,
      told: "mmap()",
    }],
    ["take_of_file", {
      path: file,
      with: { read: [file], write: [file] },
      without: { read: [file], write: [file] },
      memory: 2 ** 26,
      told: "mmap()",
    }],
    ["take_pipe", {
      number: 2 ** 17,
      with: {},
      memory: 2 ** 26,
      told: "fcntl(…, 0x407)",
      lacks: [EPERM],
    }],
    ["take_descriptors", { number: 1100, error: EMFILE, lacks: [EMFILE] }],
    ["own_descriptors", never("close_range()")],
    ["more_than_limit", {
      number: 512,
      with: {},
      memory: 2 ** 26,
      error: EPERM,
    }],

    // What is told here.
    ["variable", { path: "PATH", with: { env: ["PATH"] } }],
    ["variable", {
      path: "PATH",
      with: { env: ["PAT*"] },
      without: { ...ALL, env: ["ATH*", "PATHS*"] },
    }],
    ["variable", { path: "PATH", with: { env: ["PATH*"] } }],
    ["variable", {
      path: "PATH",
      with: { env: true },
      without: { ...ALL, env: ["PAT", "PATHS"] },
    }],
    ["machine", {
      with: { sys: true },
      without: { ...ALL, sys: false },
      told: "uname()",
    }],
    ["interfaces", {
      with: { sys: true },
      without: { ...ALL, sys: false },
      told: "socket(AF_NETLINK, SOCK_RAW)",
    }],
    ["interface_by_name", {
      with: { net: true, sys: true },
      without: { ...ALL, sys: false },
      told: "ioctl(…, 0x8933)",
    }],
    ["listen_at", {
      with: { net: true },
      without: { net: [port], sys: true },
      error: EACCES,
    }],
    ["load", {
      with: { sys: true },
      without: { ...ALL, sys: false },
      told: "sysinfo()",
    }],
    ["read_file", { path: "/proc/meminfo", with: { sys: true } }],
  ];
}

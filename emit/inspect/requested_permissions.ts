/**
 * What a library would ask of the system, as far as what it imports tells.
 *
 * @module
 */

import { SYSTEM_LIBRARIES } from "../../ffi/system/libraries.ts";
import { DynamicSymbols } from "../../ffi/identity/dynamic_symbols.ts";
import { withNeeds } from "../../ffi/identity/needed_libraries.ts";

/**
 * What functions ask for: a permission, several where their arguments say which or
 * all are needed, what none gives, what nobody can tell, or what every library of
 * its language imports, whether it calls it or not.
 */
export type RequestedPermission =
  | "read"
  | "write"
  | "read, write"
  | "net"
  | "net: true"
  | "net: true, sys"
  | "run"
  | "read, run"
  | "env"
  | "sys"
  | "never given"
  | "anything"
  | "comes with the language";

/** What is asked for, and by which functions. */
export interface AskedPermission {
  readonly permission: RequestedPermission;
  /** Absolute path of the library that imports them. */
  readonly library: string;
  readonly symbols: readonly string[];
}

/** The functions of the C library that ask for something, without what stands behind their names where files are large. */
const FUNCTIONS: Readonly<Record<RequestedPermission, string>> = {
  "read":
    "opendir fdopendir scandir ftw nftw glob dlopen dlmopen getpwnam getpwnam_r getpwuid getpwuid_r getpwent getgrnam getgrnam_r getgrgid getgrgid_r getgrent",
  "write":
    "creat mkdir mkdirat rmdir unlink unlinkat remove rename renameat renameat2 link linkat symlink symlinkat mknod truncate mkstemp mkostemp mkstemps mkostemps mkdtemp tmpfile",
  "read, write": "open openat fopen freopen shm_open sem_open",
  "net": "socket connect",
  "net: true":
    "bind listen accept accept4 getaddrinfo gethostbyname gethostbyname_r gethostbyname2 gethostbyname2_r gethostbyaddr gethostbyaddr_r getnameinfo getaddrinfo_a res_query res_nquery res_search res_nsearch res_send res_nsend",
  "net: true, sys": "if_nametoindex if_indextoname",
  "run":
    "fork vfork _Fork daemon forkpty kill killpg sigqueue tgkill pidfd_send_signal",
  "read, run":
    "execl execle execlp execv execve execvp execvpe fexecve execveat posix_spawn posix_spawnp pidfd_spawn pidfd_spawnp system popen wordexp",
  "env": "getenv secure_getenv environ __environ",
  "sys":
    "uname gethostname sysinfo getloadavg getifaddrs if_nameindex get_phys_pages get_avphys_pages",
  "never given":
    "ptrace process_vm_readv process_vm_writev process_madvise process_mrelease pidfd_getfd setpgid setsid chmod fchmod fchmodat chown fchown lchown fchownat utime utimes futimes futimens utimensat setxattr lsetxattr fsetxattr getxattr lgetxattr mount umount umount2 fsopen fsmount fsconfig fspick move_mount open_tree mount_setattr chroot pivot_root unshare setns setuid setgid seteuid setegid setreuid setregid setresuid setresgid setgroups socketpair mkfifo mkfifoat memfd_create shmget msgget semget mq_open inotify_init inotify_init1 fanotify_init",
  "anything": "syscall",
  "comes with the language": "",
};

/** What Go's and Rust's own libraries import, in every library of theirs. */
const OWN: Readonly<Record<string, string>> = {
  Go:
    "setegid seteuid setgid setgroups setregid setresgid setresuid setreuid setuid",
  Rust: "getenv open syscall",
};

const permissionOf = new Map(
  Object.entries(FUNCTIONS).flatMap(([permission, names]) =>
    names.split(" ").map((name) =>
      [name, permission as RequestedPermission] as const
    )
  ),
);

/**
 * Reads what a library and those that it needs, but for the C library and its
 * like, would ask of the system.
 *
 * @param library Absolute path.
 * @param language Its language, where that is known.
 * @returns By library and permission. Who calls the kernel without a function of
 * the C library, as Go does, is not seen.
 */
export function askedBy(library: string, language = ""): AskedPermission[] {
  const own = new Set(OWN[language]?.split(" "));
  const libraries = withNeeds(
    library,
    (name) => SYSTEM_LIBRARIES.test(name),
    (elf) => elf.dynamic === undefined ? [] : namesIn(new DynamicSymbols(elf)),
  );
  return [...libraries].flatMap(({ path, there }) => {
    const asked = Map.groupBy(
      there,
      (name): RequestedPermission | undefined =>
        path === library && own.has(plain(name))
          ? "comes with the language"
          : permissionOf.get(plain(name)),
    );
    return [...asked].flatMap(([permission, symbols]) =>
      permission === undefined
        ? []
        : [{ permission, library: path, symbols: symbols.sort() }]
    );
  });
}

function namesIn(symbols: DynamicSymbols): string[] {
  return [...new Set(symbols.relocations().map(({ symbol }) => symbol))];
}

/** `open64` and `__open64_2` are `open`. */
function plain(name: string): string {
  return name.replace(/^__(\w+?)(?:_2|_chk)$/, "$1").replace(/64$/, "");
}

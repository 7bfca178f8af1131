/*
 * Files and ports, by Landlock: what is permitted are rules, and all else is
 * refused, in this process and in all that it starts.
 * Ports are those of TCP: other sockets are refused by system_call_filter.c.
 *
 * A rule is about the file that is there when it is made, not about its name.
 */
#include "../support.h"

#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define CREATE_RULESET 444
#define ADD_RULE 445
#define RESTRICT_SELF 446
#define CREATE_RULESET_VERSION 1u
#define RULE_PATH_BENEATH 1
#define RULE_NET_PORT 2

#define EXECUTE (1u << 0)
#define WRITE_FILE (1u << 1)
#define READ_FILE (1u << 2)
#define READ_DIR (1u << 3)
#define REMOVE_DIR (1u << 4)
#define REMOVE_FILE (1u << 5)
#define MAKE_DIR (1u << 7)
#define MAKE_REG (1u << 8)
#define MAKE_SYM (1u << 12)
#define REFER (1u << 13)
#define TRUNCATE (1u << 14)
#define CONNECT_TCP (1u << 1)

/* No pipes, sockets and devices are made: who opens one for a file may wait for ever. */
#define WRITING                                                                \
  (WRITE_FILE | REMOVE_DIR | REMOVE_FILE | MAKE_DIR | MAKE_REG | MAKE_SYM | REFER | \
   TRUNCATE)
#define OF_A_FILE (EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE)

/* The rights that each version has, and that are given up with it. */
static uint64_t rights_of(int version) {
  unsigned count = version >= 5 ? 16 : version >= 3 ? 15 : version == 2 ? 14 : 13;
  return (1u << count) - 1;
}

struct ruleset {
  uint64_t files, ports, scopes;
};

struct path_rule {
  uint64_t rights;
  int32_t descriptor;
} __attribute__((packed));

struct port_rule {
  uint64_t rights, port;
};

/* Adds a rule; 0 with errno where it cannot be. What is kept open stays the same
 * file for as long: the entries of /proc are made anew when they are forgotten. */
static int permit(int ruleset, const char *path, uint64_t rights, int stays_open) {
  struct stat status;
  int descriptor = open(path, O_PATH | O_CLOEXEC);
  if (descriptor < 0) return 0;
  int failed = fstat(descriptor, &status);
  if (!failed) {
    if (!S_ISDIR(status.st_mode)) rights &= OF_A_FILE;
    struct path_rule rule = {rights, descriptor};
    failed = (int)syscall(ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
  }
  int error = errno;
  if (failed || !stays_open) close(descriptor);
  errno = error;
  return !failed;
}

static int permit_all(int ruleset, const struct policy *policy, uint64_t handled,
                      struct failure *failure) {
  uint64_t reading = READ_FILE | READ_DIR | (policy->run ? EXECUTE : 0);
  const struct {
    char letter;
    const char *name;
    uint64_t rights;
  } kinds[] = {{'r', "read", reading}, {'w', "write", WRITING & handled}};
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const char *path = NULL;
    while ((path = policy_next(policy, kinds[i].letter, path))) {
      if (permit(ruleset, path, kinds[i].rights, 0)) continue;
      return cannot(failure, errno, "permissions.%s: %s: %s", kinds[i].name, path,
                    strerror(errno));
    }
  }
  /* What libraries look for, where it is there. */
  const char *path = NULL;
  while ((path = policy_next(policy, 'b', path))) {
    permit(ruleset, path, reading, strncmp(path, "/proc/", 6) == 0);
  }
  permit(ruleset, "/dev/null", READ_FILE | (WRITING & handled), 0);
  const char *port = NULL;
  while ((port = policy_next(policy, 'p', port))) {
    struct port_rule rule = {CONNECT_TCP, strtoull(port, NULL, 10)};
    if (syscall(ADD_RULE, ruleset, RULE_NET_PORT, &rule, 0) == 0) continue;
    return cannot(failure, errno, "permissions.net: port %s: %s", port, strerror(errno));
  }
  return 1;
}

int restrict_files(const struct policy *policy, struct failure *failure) {
  int version = (int)syscall(CREATE_RULESET, NULL, 0, CREATE_RULESET_VERSION);
#if defined(PLUGIN_LANDLOCK) /* an older kernel than this one, to try what is done there */
  if (version > PLUGIN_LANDLOCK) version = PLUGIN_LANDLOCK;
#endif
  if (version < 1) {
    return cannot(failure, ENOSYS,
                  "permissions.read and permissions.write: this kernel has no Landlock, or it "
                  "is not switched on (Linux 5.13 has it)");
  }
  if (policy->ports && version < 4) {
    return cannot(failure, ENOSYS,
                  "permissions.net: this kernel cannot tell ports from each other (Linux 6.7 "
                  "can); true and false can be enforced");
  }
  if (policy->run && version < 6) {
    return cannot(failure, ENOSYS,
                  "permissions.run: this kernel cannot keep what is started from sending "
                  "signals to others (Linux 6.12 can)");
  }
  struct ruleset given = {
      .files = rights_of(version),
      .ports = policy->net || version < 4 ? 0 : 3,
      .scopes = version < 6 ? 0 : 3,
  };
  size_t size = version < 4 ? 8 : version < 6 ? 16 : sizeof given;
  int ruleset = (int)syscall(CREATE_RULESET, &given, size, 0);
  if (ruleset < 0) return cannot(failure, errno, "permissions: Landlock: %s", strerror(errno));
  if (!permit_all(ruleset, policy, given.files, failure)) return 0;
  if (syscall(RESTRICT_SELF, ruleset, 0) != 0) {
    return cannot(failure, errno, "permissions: Landlock: %s", strerror(errno));
  }
  close(ruleset);
  return version;
}

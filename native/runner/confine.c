/*
 * Limits of memory, and the order in which rights are given up: what a later step
 * needs is given up after it.
 */
#include "../support.h"

#include "../isolate.h"
#include "confine.h"

#include <linux/capability.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>

#if !defined(SYS_close_range)
#define SYS_close_range 436
#endif

int cannot(struct failure *failure, int error, const char *format, ...) {
  va_list values;
  va_start(values, format);
  vsnprintf(failure->text, sizeof failure->text, format, values);
  va_end(values);
  failure->error = error;
  return 0;
}

/* ------------------------------------------------------------------ policy */

const char *policy_next(const struct policy *policy, char letter, const char *before) {
  const char *end = policy->text + policy->length;
  const char *at = before ? before + strlen(before) + 1 : policy->text;
  while (at < end && *at != letter) at += strlen(at) + 1;
  return at < end ? at + 1 : NULL;
}

static int is_there(const struct policy *policy, char letter) {
  return policy_next(policy, letter, NULL) != NULL;
}

static int receive(int control, void *to, size_t size) {
  char *at = to;
  while (size > 0) {
    ssize_t got = read(control, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return 0;
    at += got;
    size -= (size_t)got;
  }
  return 1;
}

/* The last byte is a null one, whatever was said. */
static int read_policy(int control, struct policy *policy) {
  uint64_t length;
  if (!receive(control, &length, sizeof length)) return 0;
  policy->length = length;
  policy->text = calloc(1, length + 1);
  if (!policy->text || !receive(control, policy->text, length)) return 0;
  const char *memory = policy_next(policy, 'm', NULL);
  policy->memory = memory ? strtoull(memory, NULL, 10) : 0;
  policy->net = is_there(policy, 'N');
  policy->ports = is_there(policy, 'p');
  policy->run = is_there(policy, 'R');
  policy->sys = is_there(policy, 'S');
  return 1;
}

/* ------------------------------------------------------------------ limits */

static int limit(int resource, uint64_t most) {
  struct rlimit now;
  if (getrlimit((__typeof__(RLIMIT_CORE))resource, &now) != 0) return 0;
  if (now.rlim_max != RLIM_INFINITY && now.rlim_max < most) most = now.rlim_max;
  struct rlimit then = {most, most};
  return setrlimit((__typeof__(RLIMIT_CORE))resource, &then) == 0;
}

/* What is set apart and not used: Go and the C library want much of it, and the
 * kernel's tables for it are as long as it is. */
#define ADDRESSES (UINT64_C(4) << 30)

/* More would be taken from all others: the machine has a number of open files as well.
 * What is open already, at whatever number, stays so. */
#define DESCRIPTORS 1024

static int set_limits(const struct policy *policy, size_t arena, struct failure *failure) {
  if (!limit(RLIMIT_CORE, 0)) {
    return cannot(failure, errno, "permissions: core dumps: %s", strerror(errno));
  }
  if (!limit(RLIMIT_NOFILE, DESCRIPTORS)) {
    return cannot(failure, errno, "permissions: descriptors: %s", strerror(errno));
  }
  if (policy->memory == 0) return 1;
  struct rlimit stack;
  /* The stack of the first thread does not count as data. */
  int is_limited = limit(RLIMIT_DATA, policy->memory) &&
                   limit(RLIMIT_AS, policy->memory + arena + ADDRESSES) &&
                   getrlimit(RLIMIT_STACK, &stack) == 0 &&
                   limit(RLIMIT_STACK, stack.rlim_cur < policy->memory ? stack.rlim_cur
                                                                       : policy->memory);
  return is_limited || cannot(failure, errno, "memory: %s", strerror(errno));
}

/* --------------------------------------------------------------- the guard */

#define PIDFD_OPEN 434

/* What the plugin starts is of its group, and the host ends that group with it. Where
 * the host itself was ended, nobody would: so one more of the group waits for the end of
 * the runner. The plugin can do nothing to it, as it was there before; and it gives no
 * signal when it ends, so wait() does not wait for it. */
static int start_guard(void *arena, size_t size, struct failure *failure) {
  int runner = (int)syscall(PIDFD_OPEN, getpid(), 0);
  long guard = runner < 0 ? -1 : syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
  if (guard < 0) return cannot(failure, errno, "permissions.run: %s", strerror(errno));
  if (guard == 0) {
    struct pollfd end = {dup2(runner, 0), POLLIN, 0};
    syscall(SYS_close_range, 1, ~0u, 0);
    munmap(arena, size);
    while (poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    kill(0, SIGKILL);
    _exit(EXIT_FAILURE);
  }
  close(runner);
  return 1;
}

/* ------------------------------------------------------------ capabilities */

/* All, but that the administrator's files are the administrator's: which of them
 * may be opened, Landlock says. */
static int drop_capabilities(struct failure *failure) {
  struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
  struct __user_cap_data_struct data[2];
  for (unsigned long number = 0; number < 64; number++) prctl(PR_CAPBSET_DROP, number);
  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
  if (syscall(SYS_capget, &header, data) != 0) {
    return cannot(failure, errno, "permissions: capabilities: %s", strerror(errno));
  }
  for (int i = 0; i < 2; i++) {
    uint32_t kept = i == 0 ? 1u << CAP_DAC_OVERRIDE : 0;
    data[i].permitted &= kept;
    data[i].effective &= kept;
    data[i].inheritable = 0;
  }
  if (syscall(SYS_capset, &header, data) == 0) return 1;
  return cannot(failure, errno, "permissions: capabilities: %s", strerror(errno));
}

/* ----------------------------------------------------------------- confine */

/* Says how it went, and with it where the host is asked about refused calls. */
static void tell(int control, int listener, const struct failure *failure) {
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof listener)];
  } beside = {.header = {.cmsg_len = CMSG_LEN(sizeof listener),
                         .cmsg_level = SOL_SOCKET,
                         .cmsg_type = SCM_RIGHTS}};
  memcpy(CMSG_DATA(&beside.header), &listener, sizeof listener);
  struct plugin_confined confined = {.error = failure->error};
  memcpy(confined.text, failure->text, sizeof failure->text);
  struct iovec part = {&confined, sizeof confined};
  struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1};
  if (listener >= 0) {
    message.msg_control = &beside;
    message.msg_controllen = sizeof beside;
  }
  if (sendmsg(control, &message, MSG_NOSIGNAL) != sizeof confined) _exit(EXIT_FAILURE);
}

void confine(int control, void *arena, size_t size) {
  struct policy policy;
  struct failure failure = {0, ""};
  int listener = -1;
  if (!read_policy(control, &policy)) _exit(EXIT_FAILURE);
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    cannot(&failure, errno, "permissions: no_new_privs: %s", strerror(errno));
  } else if ((!policy.run || start_guard(arena, size, &failure)) &&
             set_limits(&policy, size, &failure)) {
    int landlock = restrict_files(&policy, &failure);
    if (landlock > 0 && drop_capabilities(&failure)) {
      listener = filter_calls(&policy, landlock, &failure);
    }
  }
  tell(control, listener, &failure);
  if (failure.error != 0) _exit(EXIT_FAILURE);
  free(policy.text);
  if (listener >= 0) close(listener);
  close(control);
}

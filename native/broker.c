/*
 * The host's side of a confined plugin: which variables it has, and what is answered
 * for a call of the system that is refused.
 *
 * The thread that waits for the end of the runner also answers when a system call
 * is refused: so the call is known by its name, to nobody whom the plugin could
 * have deceived. The answer is always the same, and follows no address.
 */
#include "broker.h"

#if defined(__linux__)
#include "isolate.h"
#include "system_call_rules.h"
#include "variables.h"

#include <fcntl.h>
#include <linux/audit.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif

/* As much as is remembered of what was refused. */
#define MOST_REFUSALS 32
#define LINE 64

struct plugin_confinement {
  char *policy;
  size_t length;
  /* The host's end and the runner's of where the policy is said. -1 where closed. */
  int control[2];
  int nothing;
  /* Where refused calls come in; -1 where they do not. */
  int listener;
  struct plugin_confined confined;
  /* Of what follows: another thread reads it. */
  pthread_mutex_t mutex;
  char refused[MOST_REFUSALS][LINE];
  size_t refusals;
};

static void close_one(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static void close_all(struct plugin_confinement *confinement) {
  for (int i = 0; i < 2; i++) close_one(&confinement->control[i]);
  close_one(&confinement->nothing);
  close_one(&confinement->listener);
}

struct plugin_confinement *plugin_confinement_new(const char *policy, size_t length) {
  struct plugin_confinement *confinement = calloc(1, sizeof *confinement);
  if (!confinement) return NULL;
  confinement->policy = malloc(length);
  if (!confinement->policy) {
    free(confinement);
    return NULL;
  }
  memcpy(confinement->policy, policy, length);
  confinement->length = length;
  confinement->nothing = confinement->listener = -1;
  confinement->control[0] = confinement->control[1] = -1;
  pthread_mutex_init(&confinement->mutex, NULL);
  return confinement;
}

void plugin_confinement_free(struct plugin_confinement *confinement) {
  close_all(confinement);
  pthread_mutex_destroy(&confinement->mutex);
  free(confinement->policy);
  free(confinement);
}

int plugin_confinement_has(const struct plugin_confinement *confinement, const char *variable) {
  const char *end = confinement->policy + confinement->length;
  for (const char *at = confinement->policy; at < end; at += strlen(at) + 1) {
    if (*at == 'E') return 1;
    if (*at == 'e' && plugin_is_called(at + 1, variable)) return 1;
  }
  return 0;
}

/* ------------------------------------------------------------------- start */

int plugin_confinement_open(struct plugin_confinement *confinement) {
  close_all(confinement);
  memset(&confinement->confined, 0, sizeof confinement->confined);
  pthread_mutex_lock(&confinement->mutex);
  confinement->refusals = 0;
  pthread_mutex_unlock(&confinement->mutex);
  confinement->nothing = open("/dev/null", O_RDONLY | O_CLOEXEC);
  if (confinement->nothing >= 0 &&
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, confinement->control) == 0) {
    return 0;
  }
  int error = errno;
  close_all(confinement);
  return error;
}

void plugin_confinement_enter(const struct plugin_confinement *confinement) {
  dup2(confinement->nothing, 0);
  fcntl(confinement->control[1], F_SETFD, 0);
}

int plugin_confinement_runners(const struct plugin_confinement *confinement) {
  return confinement->control[1];
}

void plugin_confinement_leave(struct plugin_confinement *confinement) {
  close_one(&confinement->control[1]);
  close_one(&confinement->nothing);
}

static int send_all(int control, const void *from, size_t size) {
  const char *at = from;
  while (size > 0) {
    ssize_t sent = send(control, at, size, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent <= 0) return 0;
    at += sent;
    size -= (size_t)sent;
  }
  return 1;
}

/* Nothing of the plugin runs yet: who speaks is the runner. */
static void exchange(struct plugin_confinement *confinement) {
  uint64_t length = confinement->length;
  struct plugin_confined confined = {.error = 0};
  union {
    struct cmsghdr header;
    char space[CMSG_SPACE(sizeof(int))];
  } beside;
  struct iovec part = {&confined, sizeof confined};
  struct msghdr message = {.msg_iov = &part,
                           .msg_iovlen = 1,
                           .msg_control = &beside,
                           .msg_controllen = sizeof beside};
  ssize_t got = -1;
  if (send_all(confinement->control[0], &length, sizeof length) &&
      send_all(confinement->control[0], confinement->policy, length)) {
    do got = recvmsg(confinement->control[0], &message, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    while (got < 0 && errno == EINTR);
  }
  if (got == sizeof confined) {
    confinement->confined = confined;
    struct cmsghdr *header = CMSG_FIRSTHDR(&message);
    if (header && header->cmsg_type == SCM_RIGHTS) {
      memcpy(&confinement->listener, CMSG_DATA(header), sizeof(int));
    }
  }
  close_one(&confinement->control[0]);
}

/* ---------------------------------------------------------------- refusals */

/* By their numbers, which are the same on each machine. */
static const char *const families[] = {
    "UNSPEC", "UNIX",    "INET",     "AX25",   "IPX",    "APPLETALK", "NETROM",  "BRIDGE",
    "ATMPVC", "X25",     "INET6",    "ROSE",   "DECnet", "NETBEUI",   "SECURITY", "KEY",
    "NETLINK", "PACKET", "ASH",      "ECONET", "ATMSVC", "RDS",       "SNA",     "IRDA",
    "PPPOX",  "WANPIPE", "LLC",      "IB",     "MPLS",   "CAN",       "TIPC",    "BLUETOOTH",
    "IUCV",   "RXRPC",   "ISDN",     "PHONET", "IEEE802154", "CAIF",  "ALG",     "NFC",
    "VSOCK",  "KCM",     "QIPCRTR",  "SMC",    "XDP",    "MCTP"};
static const char *const types[] = {NULL,  "STREAM",    "DGRAM", "RAW", "RDM", "SEQPACKET",
                                    "DCCP", NULL,       NULL,    NULL,  "PACKET"};

/* What a program would write for a number: `AF_INET`; the number itself where it has no name. */
static void spell(char *text, size_t size, const char *prefix, const char *const *names,
                  size_t count, uint32_t number) {
  if (number < count && names[number]) snprintf(text, size, "%s_%s", prefix, names[number]);
  else snprintf(text, size, "%u", number);
}
#define COUNT(LIST) (sizeof(LIST) / sizeof *(LIST))

/* What the list calls it; null for what is not in it. */
static const char *name_of(const struct seccomp_data *data) {
  /* What there is not on this machine has a number below 0 there. */
  if (data->arch != ARCHITECTURE || data->nr < 0) return NULL;
  for (size_t i = 0; i < PLUGIN_SYSTEM_CALLS; i++) {
    if (plugin_system_calls[i].number == data->nr) return plugin_system_calls[i].name;
  }
  return NULL;
}

/* Calls that are many: which of their arguments says what is asked for. */
static const struct {
  const char *name;
  int argument;
} many[] = {{"bpf", 0}, {"fcntl", 1}, {"ioctl", 1}, {"keyctl", 0}, {"prctl", 0}, {"ptrace", 0}};

/* That argument; -1 of a call that is but one. */
static int choice_of(const char *name) {
  for (size_t i = 0; i < sizeof many / sizeof many[0]; i++) {
    if (strcmp(name, many[i].name) == 0) return many[i].argument;
  }
  return -1;
}

/* The call for a person. */
static void describe(const struct seccomp_data *data, const char *name, char *line) {
  if (data->arch != ARCHITECTURE || data->nr >= 0x40000000) {
    snprintf(line, LINE, "system call %d of another ABI", data->nr & 0x3fffffff);
  } else if (!name) {
    snprintf(line, LINE, "system call %d", data->nr);
  } else if (strcmp(name, "socket") == 0) {
    char family[24], type[24];
    spell(family, sizeof family, "AF", families, COUNT(families), (uint32_t)data->args[0]);
    spell(type, sizeof type, "SOCK", types, COUNT(types), data->args[1] & 15);
    snprintf(line, LINE, "socket(%s, %s)", family, type);
  } else if (choice_of(name) >= 0) {
    uint32_t choice = (uint32_t)data->args[choice_of(name)];
    snprintf(line, LINE, "%s(%s%#x)", name, choice_of(name) == 1 ? "…, " : "", choice);
  } else {
    snprintf(line, LINE, "%s()", name);
  }
}

static void remember(struct plugin_confinement *confinement, const struct seccomp_data *data,
                     const char *name) {
  char line[LINE];
  describe(data, name, line);
  pthread_mutex_lock(&confinement->mutex);
  size_t i = 0;
  while (i < confinement->refusals && strcmp(confinement->refused[i], line) != 0) i++;
  if (i == confinement->refusals && i < MOST_REFUSALS) {
    memcpy(confinement->refused[confinement->refusals++], line, LINE);
  }
  pthread_mutex_unlock(&confinement->mutex);
}

static void answer(struct plugin_confinement *confinement) {
  /* The kernel may have more to say than these headers know of. */
  union {
    struct seccomp_notif asked;
    char space[512];
  } in;
  union {
    struct seccomp_notif_resp given;
    char space[512];
  } out;
  memset(&in, 0, sizeof in);
  if (ioctl(confinement->listener, SECCOMP_IOCTL_NOTIF_RECV, &in) != 0) return;
  const char *name = name_of(&in.asked.data);
  remember(confinement, &in.asked.data, name);
  memset(&out, 0, sizeof out);
  out.given.id = in.asked.id;
  /* What does not exist for the plugin may be newer than this list: who uses such
   * calls knows what to do on a kernel that has not got them. */
  out.given.error = name ? -EPERM : -ENOSYS;
  ioctl(confinement->listener, SECCOMP_IOCTL_NOTIF_SEND, &out);
}

size_t plugin_confinement_refused(struct plugin_confinement *confinement, char *text, size_t size) {
  size_t length = 0;
  pthread_mutex_lock(&confinement->mutex);
  for (size_t i = 0; i < confinement->refusals; i++) {
    size_t more = strlen(confinement->refused[i]);
    if (length + more + 1 > size) break;
    memcpy(text + length, confinement->refused[i], more);
    text[length + more] = '\n';
    length += more + 1;
  }
  pthread_mutex_unlock(&confinement->mutex);
  return length;
}

int32_t plugin_confinement_reason(struct plugin_confinement *confinement, char *text) {
  memcpy(text, confinement->confined.text, PLUGIN_REASON);
  text[PLUGIN_REASON - 1] = 0;
  return confinement->confined.error;
}

/* ------------------------------------------------------------------- serve */

static void asked(void *given, short events) {
  struct plugin_confinement *confinement = given;
  if (events & POLLIN) {
    answer(confinement);
  } else {
    close_one(&confinement->listener);
  }
}

struct plugin_watcher plugin_confinement_serve(struct plugin_confinement *confinement) {
  exchange(confinement);
  return (struct plugin_watcher){&confinement->listener, asked, confinement};
}

void plugin_confinement_end(struct plugin_confinement *confinement) { close_all(confinement); }
#endif

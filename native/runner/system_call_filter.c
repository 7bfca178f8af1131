/*
 * System calls, by a filter: those of system_call_rules.h pass by their rules, and all
 * others are refused.
 *
 * Which sockets may be made is here: of TCP alone where ports are permitted. Which
 * ports, is in landlock.c.
 *
 * A filter sees registers, no memory. Where the kernel takes 32 bits of a
 * register, 32 bits are compared: what stands above them is nobody's.
 */
#include "../support.h"

#include "../system_call_rules.h"
#include "confine.h"

#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(SECCOMP_RET_USER_NOTIF)
#define SECCOMP_RET_USER_NOTIF 0x7fc00000U
#endif
#if !defined(SECCOMP_FILTER_FLAG_NEW_LISTENER)
#define SECCOMP_FILTER_FLAG_NEW_LISTENER (1UL << 3)
#endif

#if defined(__x86_64__)
#define ARCHITECTURE AUDIT_ARCH_X86_64
#else
#define ARCHITECTURE AUDIT_ARCH_AARCH64
#endif
/* Calls of another ABI of x86 with the same architecture. */
#define X32 0x40000000u

#define MOST 4096

struct filter {
  struct sock_filter code[MOST];
  size_t length;
  /* What is done with what is refused. */
  uint32_t refusal;
};

static void emit(struct filter *filter, uint16_t code, uint32_t value, uint8_t yes, uint8_t no) {
  if (filter->length < MOST) {
    filter->code[filter->length] = (struct sock_filter){code, yes, no, value};
  }
  filter->length++;
}

static void give(struct filter *filter, uint32_t value) {
  emit(filter, BPF_RET | BPF_K, value, 0, 0);
}
static void pass(struct filter *filter) { give(filter, SECCOMP_RET_ALLOW); }
static void refuse(struct filter *filter) { give(filter, filter->refusal); }

static void load(struct filter *filter, size_t offset) {
  emit(filter, BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset, 0, 0);
}
/* The low half of an argument: both machines put it first. */
static void argument(struct filter *filter, unsigned index) {
  load(filter, offsetof(struct seccomp_data, args) + 8 * index);
}
static void mask(struct filter *filter, uint32_t bits) {
  emit(filter, BPF_ALU | BPF_AND | BPF_K, bits, 0, 0);
}

/* Each looks at what was loaded last, and goes on where it is not so. */
static void pass_if(struct filter *filter, uint32_t value) {
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  pass(filter);
}
static void refuse_if(struct filter *filter, uint32_t value) {
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 0, 1);
  refuse(filter);
}
static void refuse_unless(struct filter *filter, uint32_t value) {
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, value, 1, 0);
  refuse(filter);
}
static void refuse_if_any(struct filter *filter, uint32_t bits) {
  emit(filter, BPF_JMP | BPF_JSET | BPF_K, bits, 0, 1);
  refuse(filter);
}

/* ------------------------------------------------------------------- rules */

#define TRUNCATES 01000u
#define ACCESS 3u

/* Before its third version Landlock does not know that opening can truncate:
 * what does not write may not. */
static void open_rule(struct filter *filter, unsigned flags, int landlock) {
  if (landlock >= 3) {
    pass(filter);
    return;
  }
  argument(filter, flags);
  mask(filter, TRUNCATES | ACCESS);
  refuse_if(filter, TRUNCATES);
  refuse_if(filter, TRUNCATES | ACCESS);
  pass(filter);
}

#define SHARED 1u
#define SHARED_VALIDATE 3u
#define KIND_OF_MAPPING 0xfu
#define ANONYMOUS 0x20u
#define GROWS_DOWN 0x100u
#define WRITABLE 2u

/* What does not count as data: memory that is shared, and what grows like a stack. */
static void mmap_rule(struct filter *filter, const struct policy *policy) {
  if (policy->memory == 0) {
    pass(filter);
    return;
  }
  argument(filter, 3);
  refuse_if_any(filter, GROWS_DOWN);
  mask(filter, KIND_OF_MAPPING | ANONYMOUS);
  refuse_if(filter, SHARED | ANONYMOUS);
  refuse_if(filter, SHARED_VALIDATE | ANONYMOUS);
  mask(filter, KIND_OF_MAPPING);
  /* Of a file, so that it may be read, but not written. */
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SHARED, 2, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, SHARED_VALIDATE, 1, 0);
  pass(filter);
  argument(filter, 2);
  refuse_if_any(filter, WRITABLE);
  pass(filter);
}

#define SET_PIPE_SIZE 1031u

/* Neither whom a descriptor sends signals to, nor who is told of what others do with a
 * file, or has to be waited for. */
static const uint32_t fcntls[] = {
    0,    /* F_DUPFD */
    1,    /* F_GETFD */
    2,    /* F_SETFD */
    3,    /* F_GETFL */
    4,    /* F_SETFL */
    5,    /* F_GETLK */
    6,    /* F_SETLK */
    7,    /* F_SETLKW */
    9,    /* F_GETOWN */
    11,   /* F_GETSIG */
    16,   /* F_GETOWN_EX */
    36,   /* F_OFD_GETLK */
    37,   /* F_OFD_SETLK */
    38,   /* F_OFD_SETLKW */
    1025, /* F_GETLEASE */
    1027, /* F_DUPFD_QUERY */
    1028, /* F_CREATED_QUERY */
    1030, /* F_DUPFD_CLOEXEC */
    1032, /* F_GETPIPE_SZ */
    1034, /* F_GET_SEALS */
    1035, /* F_GET_RW_HINT */
};

static void fcntl_rule(struct filter *filter, const struct policy *policy) {
  argument(filter, 1);
  for (size_t i = 0; i < sizeof fcntls / sizeof *fcntls; i++) pass_if(filter, fcntls[i]);
  if (policy->memory == 0) pass_if(filter, SET_PIPE_SIZE);
  refuse(filter);
}

/* What is asked of any descriptor; and a file can be made a copy of another. */
static const uint32_t ioctls[] = {
    0x5401,     /* TCGETS */
    0x5413,     /* TIOCGWINSZ */
    0x541b,     /* FIONREAD */
    0x5421,     /* FIONBIO */
    0x5450,     /* FIONCLEX */
    0x5451,     /* FIOCLEX */
    0x40049409, /* FICLONE */
    0x4020940d, /* FICLONERANGE */
};

/* What is asked of any socket, and is about the machine's interfaces. */
static const uint32_t interface_ioctls[] = {
    0x8910, /* SIOCGIFNAME */
    0x8912, /* SIOCGIFCONF */
    0x8913, /* SIOCGIFFLAGS */
    0x8915, /* SIOCGIFADDR */
    0x8917, /* SIOCGIFDSTADDR */
    0x8919, /* SIOCGIFBRDADDR */
    0x891b, /* SIOCGIFNETMASK */
    0x8921, /* SIOCGIFMTU */
    0x8927, /* SIOCGIFHWADDR */
    0x8933, /* SIOCGIFINDEX */
};

static void ioctl_rule(struct filter *filter, const struct policy *policy) {
  argument(filter, 1);
  for (size_t i = 0; i < sizeof ioctls / sizeof *ioctls; i++) pass_if(filter, ioctls[i]);
  size_t interfaces = policy->sys ? sizeof interface_ioctls / sizeof *interface_ioctls : 0;
  for (size_t i = 0; i < interfaces; i++) pass_if(filter, interface_ioctls[i]);
  refuse(filter);
}

/* Names of threads and of memory, and what is only asked. */
static const uint32_t prctls[] = {
    3,          /* PR_GET_DUMPABLE */
    15,         /* PR_SET_NAME */
    16,         /* PR_GET_NAME */
    21,         /* PR_GET_SECCOMP */
    23,         /* PR_CAPBSET_READ */
    29,         /* PR_SET_TIMERSLACK */
    30,         /* PR_GET_TIMERSLACK */
    39,         /* PR_GET_NO_NEW_PRIVS */
    41,         /* PR_SET_THP_DISABLE */
    42,         /* PR_GET_THP_DISABLE */
    0x53564d41, /* PR_SET_VMA */
};

static void prctl_rule(struct filter *filter) {
  argument(filter, 0);
  for (size_t i = 0; i < sizeof prctls / sizeof *prctls; i++) pass_if(filter, prctls[i]);
  refuse(filter);
}

/* Threads share memory, files and signals with who starts them. */
#define OF_THREADS 0x10f00u
/* A child of the parent's, one that is traced, and namespaces. */
#define NEVER_CLONED 0x7e02a000u

static void clone_rule(struct filter *filter, const struct policy *policy) {
  argument(filter, 0);
  refuse_if_any(filter, NEVER_CLONED);
  if (!policy->run) {
    mask(filter, OF_THREADS);
    refuse_unless(filter, OF_THREADS);
  }
  pass(filter);
}

#define INET 2u
#define INET6 10u
#define NETLINK 16u
#define STREAM 1u
#define DATAGRAM 2u
#define TCP 6u
#define KIND_OF_SOCKET 0xfu

static void socket_rule(struct filter *filter, const struct policy *policy) {
  if (policy->sys) {
    /* NETLINK_ROUTE, which is 0, tells of interfaces; to change them takes rights that nobody has. */
    argument(filter, 0);
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, NETLINK, 0, 3);
    argument(filter, 2);
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 1);
    pass(filter);
  }
  if (!policy->net && !policy->ports) {
    refuse(filter);
    return;
  }
  argument(filter, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, INET, 2, 0);
  emit(filter, BPF_JMP | BPF_JEQ | BPF_K, INET6, 1, 0);
  refuse(filter);
  argument(filter, 1);
  mask(filter, KIND_OF_SOCKET);
  if (policy->net) {
    pass_if(filter, STREAM);
    pass_if(filter, DATAGRAM);
    refuse(filter);
    return;
  }
  /* Landlock knows ports of TCP alone: neither MPTCP's nor SCTP's. */
  refuse_unless(filter, STREAM);
  argument(filter, 2);
  pass_if(filter, 0);
  pass_if(filter, TCP);
  refuse(filter);
}

#define FAST_OPEN 0x20000000u

/* To send may be to connect, and Landlock does not see it. */
static void send_rule(struct filter *filter, const struct policy *policy, unsigned flags) {
  if (!policy->net) {
    argument(filter, flags);
    refuse_if_any(filter, FAST_OPEN);
  }
  pass(filter);
}

#define FAST_OPEN_CONNECT 30u
/* Another protocol above that of the socket, as SMC: Landlock knows its ports no more. */
#define UPPER_PROTOCOL 31u

static void setsockopt_rule(struct filter *filter, const struct policy *policy) {
  if (!policy->net) {
    argument(filter, 1);
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, TCP, 0, 5);
    argument(filter, 2);
    refuse_if(filter, FAST_OPEN_CONNECT);
    refuse_if(filter, UPPER_PROTOCOL);
  }
  pass(filter);
}

/* Signals for itself. What it has started has numbers that nobody knows yet:
 * Landlock keeps these from others then, and from the host. */
static void kill_rule(struct filter *filter, const struct policy *policy) {
  if (!policy->run) {
    argument(filter, 0);
    refuse_unless(filter, (uint32_t)getpid());
  }
  pass(filter);
}

static void self_rule(struct filter *filter, unsigned index) {
  argument(filter, index);
  pass_if(filter, 0);
  pass_if(filter, (uint32_t)getpid());
  refuse(filter);
}

#define UNSHARE_FILES 2u
#define LEAVE_A_DEVICE 4u

static void refuse_flags(struct filter *filter, unsigned index, uint32_t flags) {
  argument(filter, index);
  refuse_if_any(filter, flags);
  pass(filter);
}

static void rule(struct filter *filter, enum plugin_rule rule, const struct policy *policy,
                 int landlock) {
  switch (rule) {
  case RULE_PASS: pass(filter); return;
  case RULE_NEVER: refuse(filter); return;
  case RULE_ABSENT: give(filter, SECCOMP_RET_ERRNO | ENOSYS); return;
  case RULE_RUN: policy->run ? pass(filter) : refuse(filter); return;
  case RULE_SYS: policy->sys ? pass(filter) : refuse(filter); return;
  /* Of the sockets that `sys` gives. Those of TCP Landlock keeps from it, where there are any. */
  case RULE_BIND: policy->net || policy->sys ? pass(filter) : refuse(filter); return;
  case RULE_LISTEN: policy->net ? pass(filter) : refuse(filter); return;
  case RULE_OPEN: open_rule(filter, 1, landlock); return;
  case RULE_OPENAT: open_rule(filter, 2, landlock); return;
  /* Its flags stand in memory. */
  case RULE_OPENAT2:
    landlock >= 3 ? pass(filter) : give(filter, SECCOMP_RET_ERRNO | ENOSYS);
    return;
  case RULE_TRUNCATE: landlock >= 3 ? pass(filter) : refuse(filter); return;
  case RULE_MMAP: mmap_rule(filter, policy); return;
  case RULE_FCNTL: fcntl_rule(filter, policy); return;
  case RULE_IOCTL: ioctl_rule(filter, policy); return;
  case RULE_PRCTL: prctl_rule(filter); return;
  case RULE_CLONE: clone_rule(filter, policy); return;
  case RULE_SOCKET: socket_rule(filter, policy); return;
  case RULE_SENDTO: send_rule(filter, policy, 3); return;
  case RULE_SENDMSG: send_rule(filter, policy, 2); return;
  case RULE_SETSOCKOPT: setsockopt_rule(filter, policy); return;
  case RULE_KILL: kill_rule(filter, policy); return;
  /* musl sends signals to its own threads so: a number without a process. */
  case RULE_TKILL: landlock >= 6 ? pass(filter) : refuse(filter); return;
  case RULE_SELF: self_rule(filter, 0); return;
  /* PRIO_PROCESS is 0. */
  case RULE_PRIORITY:
    argument(filter, 0);
    refuse_unless(filter, 0);
    self_rule(filter, 1);
    return;
  /* To ask changes nothing. */
  case RULE_PERSONALITY:
    argument(filter, 0);
    pass_if(filter, 0xffffffffu);
    refuse(filter);
    return;
  /* Each thread with descriptors of its own would have as many as the limit says. */
  case RULE_CLOSE_RANGE: refuse_flags(filter, 2, UNSHARE_FILES); return;
  /* A whiteout, which Landlock does not take for a device that is made. */
  case RULE_RENAME: refuse_flags(filter, 4, LEAVE_A_DEVICE); return;
  }
}

/* ------------------------------------------------------------------ filter */

static void write_filter(struct filter *filter, const struct policy *policy, int landlock) {
  filter->length = 0;
  load(filter, offsetof(struct seccomp_data, arch));
  refuse_unless(filter, ARCHITECTURE);
  load(filter, offsetof(struct seccomp_data, nr));
#if defined(__x86_64__)
  emit(filter, BPF_JMP | BPF_JGE | BPF_K, X32, 0, 1);
  refuse(filter);
#endif
  for (size_t i = 0; i < PLUGIN_SYSTEM_CALLS; i++) {
    const struct plugin_system_call *call = &plugin_system_calls[i];
    if (call->number == NONE) continue;
    size_t start = filter->length;
    emit(filter, BPF_JMP | BPF_JEQ | BPF_K, (uint32_t)call->number, 0, 0);
    rule(filter, call->rule, policy, landlock);
    /* A rule always gives something: what is loaded in it is nobody else's. */
    if (filter->length <= MOST) filter->code[start].jf = (uint8_t)(filter->length - start - 1);
  }
  refuse(filter);
}

static int install(struct filter *filter, uint32_t flags) {
  struct sock_fprog program = {(unsigned short)filter->length, filter->code};
  return (int)syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, flags, &program);
}

int filter_calls(const struct policy *policy, int landlock, struct failure *failure) {
  static struct filter filter;
  filter.refusal = SECCOMP_RET_USER_NOTIF;
  write_filter(&filter, policy, landlock);
  if (filter.length > MOST) {
    cannot(failure, E2BIG, "permissions: the filter of system calls is too long");
    return -2;
  }
  int listener = install(&filter, SECCOMP_FILTER_FLAG_NEW_LISTENER);
  if (listener >= 0) return listener;
  /* Who has started the host may want to be asked already, and only one can be. */
  filter.refusal = SECCOMP_RET_ERRNO | EPERM;
  write_filter(&filter, policy, landlock);
  if (install(&filter, 0) == 0) return -1;
  cannot(failure, errno, "permissions: this kernel filters no system calls: %s", strerror(errno));
  return -2;
}

/*
 * What is kept of a thread at the moment of a crash: its registers, the upper end
 * of its stack, and what is mapped where. Nothing is looked up and no memory is
 * asked for: whoever reads it has the time for that, and a process that is whole
 * (ffi/backtrace reads it).
 *
 * All of this may run in a signal handler, whatever the thread was about.
 */
#ifndef PLUGIN_CRASH_H
#define PLUGIN_CRASH_H

#include <stdatomic.h>
#include <stdint.h>

#define PLUGIN_CRASH_REGISTERS 34
#define PLUGIN_CRASH_MAPS (128u << 10)
#define PLUGIN_CRASH_STACK (256u << 10)

enum plugin_crash_state { CRASH_NONE, CRASH_BEING_WRITTEN, CRASH_WRITTEN };

struct plugin_crash {
  _Atomic uint32_t state;
  uint32_t signal;
  int32_t code;
  uint32_t maps_size;
  /* What could not be reached, where the signal tells. */
  uint64_t address;
  uint64_t stack_start;
  uint32_t stack_size;
  uint32_t register_count;
  /* As DWARF numbers them; behind them the program counter. */
  uint64_t registers[PLUGIN_CRASH_REGISTERS];
  /* The text of /proc/self/maps. */
  char maps[PLUGIN_CRASH_MAPS];
  char stack[PLUGIN_CRASH_STACK];
};

#if defined(__linux__)
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

static inline uint64_t plugin_crash_registers(struct plugin_crash *crash, void *context) {
  ucontext_t *user = context;
#if defined(__x86_64__)
  static const int order[] = {REG_RAX, REG_RDX, REG_RCX, REG_RBX, REG_RSI, REG_RDI,
                              REG_RBP, REG_RSP, REG_R8,  REG_R9,  REG_R10, REG_R11,
                              REG_R12, REG_R13, REG_R14, REG_R15, REG_RIP};
  crash->register_count = sizeof order / sizeof *order;
  for (uint32_t i = 0; i < crash->register_count; i++) {
    crash->registers[i] = (uint64_t)user->uc_mcontext.gregs[order[i]];
  }
  return (uint64_t)user->uc_mcontext.gregs[REG_RSP];
#elif defined(__aarch64__)
  crash->register_count = 33;
  for (uint32_t i = 0; i < 31; i++) crash->registers[i] = user->uc_mcontext.regs[i];
  crash->registers[31] = user->uc_mcontext.sp;
  crash->registers[32] = user->uc_mcontext.pc;
  return user->uc_mcontext.sp;
#else
  (void)user;
  crash->register_count = 0;
  return 0;
#endif
}

/* Reads a number of sixteen digits; what stands behind it is where `at` then is. */
static inline uint64_t plugin_crash_hex(const char **at, const char *end) {
  uint64_t number = 0;
  for (; *at < end; ++*at) {
    char c = **at;
    if (c >= '0' && c <= '9') number = number << 4 | (uint64_t)(c - '0');
    else if (c >= 'a' && c <= 'f') number = number << 4 | (uint64_t)(c - 'a' + 10);
    else break;
  }
  return number;
}

/* How far below the memory of a stack it may have been when it was full. */
#define PLUGIN_CRASH_PAST (1u << 20)

/* Where the part of a stack begins and ends, by the text of /proc/self/maps, that
 * may be read; 0 where there is none. */
static inline uint64_t plugin_crash_stack(const char *maps, uint32_t size, uint64_t *top) {
  const char *end = maps + size;
  for (const char *at = maps; at < end; at++) {
    uint64_t start = plugin_crash_hex(&at, end);
    at++;
    uint64_t stop = plugin_crash_hex(&at, end);
    int is_read = at + 1 < end && at[1] == 'r';
    if (*top < stop && is_read) {
      if (start > *top && start - *top > PLUGIN_CRASH_PAST) return 0;
      if (start > *top) *top = start;
      return stop;
    }
    while (at < end && *at != '\n') at++;
  }
  return 0;
}

/* Writes all of it, once: 0 where somebody has, or is about to. `maps` is a
 * descriptor of /proc/self/maps, opened when that could still be done. */
static inline int plugin_crash_write(struct plugin_crash *crash, int maps, siginfo_t *info,
                                     void *context) {
  uint32_t none = CRASH_NONE;
  if (!atomic_compare_exchange_strong(&crash->state, &none, CRASH_BEING_WRITTEN)) return 0;
  int before = errno;
  crash->signal = (uint32_t)info->si_signo;
  crash->code = info->si_code;
  crash->address = info->si_code > 0 ? (uint64_t)info->si_addr : 0;
  uint64_t top = plugin_crash_registers(crash, context);
  uint32_t size = 0;
  while (size < PLUGIN_CRASH_MAPS) {
    ssize_t more = pread(maps, crash->maps + size, PLUGIN_CRASH_MAPS - size, (off_t)size);
    if (more <= 0) break;
    size += (uint32_t)more;
  }
  crash->maps_size = size;
  uint64_t end = plugin_crash_stack(crash->maps, size, &top);
  uint64_t there = end == 0 ? 0 : end - top;
  crash->stack_start = top;
  crash->stack_size = there < PLUGIN_CRASH_STACK ? (uint32_t)there : PLUGIN_CRASH_STACK;
  memcpy(crash->stack, (const void *)top, crash->stack_size);
  atomic_store(&crash->state, CRASH_WRITTEN);
  errno = before;
  return 1;
}
#endif
#endif

/*
 * What is kept of a thread at the moment of a crash: its registers, the upper end
 * of its stack, and what code is mapped where. Nothing is looked up and no memory is
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
  /* Bytes of memory that the process had to itself; 0 where nobody has looked. */
  uint64_t data;
  /* As DWARF numbers them; behind them the program counter. */
  uint64_t registers[PLUGIN_CRASH_REGISTERS];
  /* Of the text of /proc/self/maps the lines of code, and of the stack. */
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

/* A line of /proc/self/maps. */
struct plugin_mapping {
  uint64_t start, stop;
  /* Where it begins in its file. */
  uint64_t offset;
  int is_read, is_code;
  /* Nothing for memory of no file. */
  const char *path;
  size_t length;
};

/* Reads a whole line, and gives what stands behind it; null where there is none. */
static inline const char *plugin_crash_mapping(const char *at, const char *end,
                                               struct plugin_mapping *mapping) {
  const char *line = memchr(at, '\n', (size_t)(end - at));
  if (!line) return NULL;
  mapping->start = plugin_crash_hex(&at, line);
  if (at < line) at++;
  mapping->stop = plugin_crash_hex(&at, line);
  mapping->is_read = line - at > 3 && at[1] == 'r';
  mapping->is_code = line - at > 3 && at[3] == 'x';
  /* Rights, offset, device, number: the path stands behind them. */
  for (int i = 0; i < 5; i++) {
    while (at < line && *at == ' ') at++;
    if (i == 4) break;
    const char *offset = at;
    if (i == 1) mapping->offset = plugin_crash_hex(&offset, line);
    while (at < line && *at != ' ') at++;
  }
  mapping->path = at;
  mapping->length = (size_t)(line - at);
  return line + 1;
}

/* How far below the memory of a stack it may have been when it was full. */
#define PLUGIN_CRASH_PAST (1u << 20)

/* Where the part of a stack begins and ends, by the text of /proc/self/maps, that
 * may be read; 0 where there is none. */
static inline uint64_t plugin_crash_stack(const char *maps, uint32_t size, uint64_t *top) {
  struct plugin_mapping mapping;
  const char *at = maps;
  while ((at = plugin_crash_mapping(at, maps + size, &mapping))) {
    if (*top >= mapping.stop || !mapping.is_read) continue;
    if (mapping.start > *top && mapping.start - *top > PLUGIN_CRASH_PAST) return 0;
    if (mapping.start > *top) *top = mapping.start;
    return mapping.stop;
  }
  return 0;
}

/* Reads what is mapped: where code lies, and the stack. All of it would be too much
 * for the place in a large process. */
static inline uint32_t plugin_crash_maps(struct plugin_crash *crash, int maps, uint64_t top) {
  uint32_t kept = 0, end = 0;
  int has_stack = 0;
  for (off_t from = 0; end < PLUGIN_CRASH_MAPS;) {
    ssize_t more = pread(maps, crash->maps + end, PLUGIN_CRASH_MAPS - end, from);
    if (more <= 0) break;
    from += more;
    end += (uint32_t)more;
    struct plugin_mapping mapping;
    const char *line = crash->maps + kept, *next;
    while ((next = plugin_crash_mapping(line, crash->maps + end, &mapping))) {
      int is_stack = !has_stack && mapping.is_read && mapping.stop > top;
      if (is_stack) has_stack = 1;
      if (is_stack || mapping.is_code) {
        memmove(crash->maps + kept, line, (size_t)(next - line));
        kept += (uint32_t)(next - line);
      }
      line = next;
    }
    size_t rest = (size_t)(crash->maps + end - line);
    memmove(crash->maps + kept, line, rest);
    end = kept + (uint32_t)rest;
  }
  return kept;
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
  uint32_t size = plugin_crash_maps(crash, maps, top);
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

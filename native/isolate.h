/*
 * What a plugin's own process and its host share: one block of memory, the
 * arena, at the same address in both.
 *
 * Nothing in it is to be trusted by the host. It reads each word once, into
 * memory of its own, and only then looks at it; it follows no address that
 * stands there, and learns no length from it that it has not bounded.
 *
 * A lane carries the calls of one thread at a time. Request and reply alternate,
 * and both sides count: who wants to say something writes it, and then the
 * number of its turn. So there is no lock, and nobody to leave one locked.
 * Numbers leave the lowest bits free, for marks that the host puts on the last reply.
 */
#ifndef PLUGIN_ISOLATE_H
#define PLUGIN_ISOLATE_H

#include "support.h"

#include "crash.h"

/* What may stand beside the kind of a call in a request. */
#define REQUEST_TEXT 0x100    /* the result is a text: it is copied out */
#define REQUEST_ANSWER 0x200  /* no call, but what the callback gave that was asked for */

/* What a reply is: the call has ended, or it calls back. */
enum plugin_reply { REPLY_DONE = 1, REPLY_CALLBACK = 2 };

/* From the number of one turn to that of the next. */
#define PLUGIN_TURN 4

/* How many functions of the host the plugin may have at a time. */
#define PLUGIN_SLOTS 8192

#define PLUGIN_TEXT 4096
#define PLUGIN_CACHE_LINE 64

struct plugin_lane {
  /* From the host. What a common call needs stands in one line with its number. */
  _Alignas(PLUGIN_CACHE_LINE) _Atomic uint32_t request;
  uint32_t kind;
  uint64_t target;
  uint64_t integers[PLUGIN_INTEGERS];
  double floats[PLUGIN_FLOATS];
  uint64_t stack[PLUGIN_STACK];

  /* From the runner. */
  _Alignas(PLUGIN_CACHE_LINE) _Atomic uint32_t reply;
  uint32_t what;
  uint64_t result;
  /* Of the text: how long it is, not how much of it is here. */
  uint64_t length;
  uint32_t slot;
  /* The thread that serves the lane. */
  _Atomic int32_t thread;
  uint64_t back_integers[PLUGIN_INTEGERS];
  double back_floats[PLUGIN_FLOATS];

  /* Who sleeps, and has to be woken. */
  _Alignas(PLUGIN_CACHE_LINE) _Atomic uint32_t host_sleeps;
  /* On which core the host has gone to sleep, counted from 1. */
  _Atomic int32_t host_core;
  _Alignas(PLUGIN_CACHE_LINE) _Atomic uint32_t runner_sleeps;
  _Alignas(PLUGIN_CACHE_LINE) char text[PLUGIN_TEXT];
};

/* Lane 0 is that of the thread that opened the plugin. The last one is that of the
 * threads of the plugin's own: the host has asked for nothing on it, and is asked. */
#define PLUGIN_LANES 16
#define PLUGIN_FOREIGN_LANE (PLUGIN_LANES - 1)
#define PLUGIN_LANE_SIZE 8192
_Static_assert(sizeof(struct plugin_lane) <= PLUGIN_LANE_SIZE, "a lane has its place");

/* The functions of the runner that the host calls, as it calls any other. */
enum plugin_service {
  SERVICE_LOAD,
  SERVICE_SYMBOL,
  SERVICE_COPY,
  SERVICE_LENGTH,
  SERVICE_CALLBACK,
  SERVICE_SERVE,
  PLUGIN_SERVICES
};

/* The beginning of the arena. */
struct plugin_hello {
  _Alignas(PLUGIN_CACHE_LINE) _Atomic uint32_t is_ready;
  uint64_t services[PLUGIN_SERVICES];
};
#define PLUGIN_LANES_AT 4096
/* What the runner has kept of its crash. */
#define PLUGIN_CRASH_AT (256u << 10)
/* From here on the arena is the host's to give away. */
#define PLUGIN_ROOM_AT (1u << 20)
_Static_assert(PLUGIN_LANES_AT + PLUGIN_LANES * PLUGIN_LANE_SIZE <= PLUGIN_CRASH_AT,
               "all lanes have their place");
_Static_assert(PLUGIN_CRASH_AT + sizeof(struct plugin_crash) <= PLUGIN_ROOM_AT,
               "a crash has its place");

static inline struct plugin_lane *plugin_lane_at(char *arena, uint32_t index) {
  return (struct plugin_lane *)(arena + PLUGIN_LANES_AT + (size_t)index * PLUGIN_LANE_SIZE);
}

static inline struct plugin_crash *plugin_crash_in(char *arena) {
  return (struct plugin_crash *)(arena + PLUGIN_CRASH_AT);
}

/* What asks a thread of the runner for its stack: neither Go nor a libc uses it. */
#define STACK_SIGNAL (SIGRTMAX - 2)

/* How the runner ends when the arena's place is taken already. */
#define EXIT_CLASH 97

/*
 * What a confined runner hears first, on a descriptor of its own: how long the
 * policy is, in 64 bits, and the policy, texts that end with a null byte and begin
 * with a letter:
 *
 *   r PATH   may be read         p PORT   of TCP, may be connected to
 *   w PATH   may be written      N        all of the network
 *   b PATH   may be read, if it is there
 *   e NAME   a variable; LC_*    E        all variables
 *   m BYTES  of memory           R, S     `run`, `sys`
 *
 * It answers with this, and nothing is said there any more.
 */
#define PLUGIN_REASON 256
struct plugin_confined {
  /* 0, or why it could not be done. */
  int32_t error;
  char text[PLUGIN_REASON];
};

#if defined(__linux__)
#include <errno.h>
#include <linux/futex.h>
#include <poll.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* Its tests make the moment longer in which somebody has looked and does not sleep yet. */
static inline void plugin_linger(void) {
#if defined(PLUGIN_LINGER_NS)
  nanosleep(&(struct timespec){.tv_nsec = PLUGIN_LINGER_NS}, NULL);
#endif
}

/*
 * How the two wait for each other: by futexes, or with PLUGIN_PIPES, as for systems
 * whose futexes are private, by a bell for each lane, a pair of sockets of which each
 * side has an end.
 */
#if defined(PLUGIN_PIPES)
/* Who is to be woken has the other end; what it has not heard yet wakes it as well. */
static inline void plugin_wake(_Atomic uint32_t *word, int bell) {
  (void)word;
  if (write(bell, "", 1) < 0) return;
}

/* Sleeps while the word is as it was, and no longer than so many milliseconds; 0 for ever. */
static inline void plugin_sleep(_Atomic uint32_t *word, uint32_t was, uint32_t ms, int bell) {
  char heard[64];
  struct pollfd poll_it = {bell, POLLIN, 0};
  plugin_linger();
  if (atomic_load(word) != was) return;
  poll(&poll_it, 1, ms == 0 ? -1 : (int)ms);
  if (read(bell, heard, sizeof heard) < 0) return;
}
#else
/* Both processes know these words: they are no private ones. */
static inline void plugin_wake(_Atomic uint32_t *word, int bell) {
  (void)bell;
  syscall(SYS_futex, word, FUTEX_WAKE, 0x7fffffff, NULL, NULL, 0);
}

/* Sleeps while the word is as it was, and no longer than so many milliseconds; 0 for ever. */
static inline void plugin_sleep(_Atomic uint32_t *word, uint32_t was, uint32_t ms, int bell) {
  (void)bell;
  struct timespec time = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};
  plugin_linger();
  syscall(SYS_futex, word, FUTEX_WAIT, was, ms == 0 ? NULL : &time, NULL, 0);
}
#endif

static inline void plugin_pause(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static inline uint64_t plugin_now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
}

/*
 * Whether one side of a lane looks before it sleeps. To sleep and be woken takes
 * tens of microseconds where a look takes none; but to look while nobody is about
 * to answer takes them from whoever could run. So it is looked for as long as
 * that pays, and when it did not, tried again after some turns, each time after
 * twice as many.
 */
struct plugin_spin {
  /* Turns that are still to be slept, and how many it will be after the next failure. */
  uint32_t skip, after;
};
#define SPIN_LEAST 64
/* Longer than it takes to wake somebody: else two that have slept once would always
 * find each other asleep. */
#define SPIN_NS 100000
/* So often the clock is looked at. */
#define SPIN_ROUND 256
#define SPIN_RAREST 512

/*
 * Says that it is the other side's turn, without a fence: that would take a tenth of a
 * call. So it may not be seen that the other falls asleep just now. Who says it waits
 * next, and says it again, for all to see, before it sleeps itself.
 */
static inline void plugin_tell(_Atomic uint32_t *word, uint32_t turn,
                               const _Atomic uint32_t *sleeps, int bell) {
  atomic_store_explicit(word, turn, memory_order_release);
  if (atomic_load_explicit(sleeps, memory_order_relaxed)) plugin_wake(word, bell);
}

static inline void plugin_tell_again(_Atomic uint32_t *word, const _Atomic uint32_t *sleeps,
                                     int bell) {
  atomic_fetch_or(word, 0); /* no store, which would wipe out a mark */
  if (atomic_load(sleeps)) plugin_wake(word, bell);
}

static inline int plugin_is_turn(_Atomic uint32_t *word, uint32_t turn) {
  return atomic_load_explicit(word, memory_order_acquire) == turn;
}

/* Looks for a while; 1 when it is its turn. */
static inline int plugin_look(struct plugin_spin *spin, _Atomic uint32_t *word, uint32_t turn) {
  uint32_t round = spin->skip > 0 ? SPIN_LEAST : SPIN_ROUND;
  uint64_t since = 0;
  do {
    for (uint32_t i = 0; i < round; i++) {
      if (plugin_is_turn(word, turn)) {
        spin->skip = spin->after = 0;
        return 1;
      }
      plugin_pause();
    }
    if (spin->skip > 0) break;
    uint64_t now = plugin_now();
    if (since == 0) since = now;
    if (now - since > SPIN_NS) break;
  } while (1);
  if (spin->skip > 0) {
    spin->skip--;
  } else {
    spin->after = spin->after == 0 ? 1 : spin->after >= SPIN_RAREST ? SPIN_RAREST : spin->after * 2;
    spin->skip = spin->after;
  }
  return plugin_is_turn(word, turn);
}

/* Whether the last look, which was in vain, was a long one. */
static inline int plugin_has_looked_long(const struct plugin_spin *spin) {
  return spin->skip > 0 && spin->skip == spin->after;
}
#endif
#endif

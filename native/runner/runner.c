/*
 * The runner: a process of its own for one plugin. The support library has this
 * program in it, and starts it; see isolate.c.
 *
 *   runner DESCRIPTOR ADDRESS SIZE [DESCRIPTOR]
 *
 * The last one says what it may do; see confine.h.
 */
#include "../isolate.h"
#include "../registers.h"
#include "confine.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if !defined(MAP_FIXED_NOREPLACE)
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static char *arena;

/* ---------------------------------------------------------------- services */

/* Loads a library: null, and the loader's words, where that fails. */
static void *load(const char *path, char *message, size_t size) {
  void *handle = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *words = dlerror();
    snprintf(message, size, "%s", words ? words : "it does not load");
  }
  return handle;
}

/* ------------------------------------------------------------------- lanes */

struct turn {
  struct plugin_lane *lane;
  struct plugin_spin spin;
  /* Of the last request. */
  uint32_t number;
};

static void await_request(struct turn *turn) {
  struct plugin_lane *lane = turn->lane;
  uint32_t next = turn->number + 1;
  if (!plugin_look(&turn->spin, &lane->request, next)) {
    for (;;) {
      atomic_store(&lane->runner_sleeps, 1);
      uint32_t seen = atomic_load(&lane->request);
      if (seen == next) break;
      plugin_sleep(&lane->request, seen, 0);
    }
    atomic_store(&lane->runner_sleeps, 0);
  }
  turn->number = next;
}

static void reply(struct turn *turn, uint32_t what) {
  struct plugin_lane *lane = turn->lane;
  lane->what = what;
  atomic_store(&lane->reply, turn->number);
  if (atomic_load(&lane->host_sleeps)) plugin_wake(&lane->reply);
}

static void put_text(struct plugin_lane *lane, const char *text) {
  if (!text) return;
  size_t length = strlen(text);
  lane->length = length;
  memcpy(lane->text, text, length < PLUGIN_TEXT ? length : PLUGIN_TEXT);
}

/* Runs the call that stands in the lane. A callback may write another one there
 * meanwhile, so it is read before. */
static void run(struct turn *turn) {
  struct plugin_lane *lane = turn->lane;
  uint32_t kind = lane->kind;
  uint32_t load = (kind & 0xff) / 3;
  struct plugin_call call;
  call.target = (void *)lane->target;
  memcpy(call.integers, lane->integers, sizeof call.integers);
  if (load >= LOAD_REGISTERS) memcpy(call.floats, lane->floats, sizeof call.floats);
  if (load == LOAD_STACK_8) memcpy(call.stack, lane->stack, 8 * sizeof *call.stack);
  if (load == LOAD_STACK_56) memcpy(call.stack, lane->stack, sizeof call.stack);
  plugin_call_run(&call, kind & 0xff);
  lane->result = call.result;
  if (kind & REQUEST_TEXT) put_text(lane, (const char *)call.result);
  reply(turn, REPLY_DONE);
}

/* --------------------------------------------------------------- callbacks */

/* The lane that this thread serves. */
static _Thread_local struct turn *own;

static void say_that_nobody_answers(void) {
  static _Atomic uint32_t is_said;
  if (atomic_exchange(&is_said, 1)) return;
  fputs("plugin: a thread of an isolated plugin called a JavaScript function, which only the "
        "thread can do that was called; it got zero\n",
        stderr);
}

/* Calls a function of the host, which may call this side again meanwhile. */
static uint64_t call_back(const uint64_t *integers, const double *floats, uint32_t slot) {
  struct turn *turn = own;
  if (!turn) {
    say_that_nobody_answers();
    return 0;
  }
  struct plugin_lane *lane = turn->lane;
  lane->slot = slot;
  memcpy(lane->back_integers, integers, sizeof(uint64_t[PLUGIN_INTEGERS]));
  memcpy(lane->back_floats, floats, sizeof lane->back_floats);
  reply(turn, REPLY_CALLBACK);
  for (;;) {
    await_request(turn);
    if (lane->kind & REQUEST_ANSWER) return lane->integers[0];
    run(turn);
  }
}

#define PARAMETERS INTEGER_PARAMETERS, FLOAT_PARAMETERS
#define FUNCTION(PREFIX, N, TYPE, FIRST)                                       \
  ANY_TYPE static TYPE PREFIX##N(PARAMETERS) {                                 \
    uint64_t integers[PLUGIN_INTEGERS] = {INTEGER_NAMES};                      \
    double floats[] = {FLOAT_NAMES};                                           \
    uint64_t given = call_back(integers, floats, FIRST + 0x##N);               \
    TYPE result;                                                               \
    memcpy(&result, &given, sizeof result);                                    \
    return result;                                                             \
  }
#define INTEGER_FUNCTION(N) FUNCTION(integer_, N, uint64_t, 0)
#define FLOAT_FUNCTION(N) FUNCTION(float_, N, double, INTEGER_SLOTS)
EACH_512(INTEGER_FUNCTION)
EACH_128(FLOAT_FUNCTION, 00, 01, 02, 03, 04, 05, 06, 07)

#define INTEGER_NAME(N) (void *)integer_##N,
#define FLOAT_NAME(N) (void *)float_##N,
static void *const functions[] = {
    EACH_512(INTEGER_NAME) EACH_128(FLOAT_NAME, 00, 01, 02, 03, 04, 05, 06, 07)};

/* What the plugin calls when it calls back. */
static void *callback(uint64_t slot) { return functions[slot]; }

/* ----------------------------------------------------------------- crashes */

/* /proc/self/maps, open for as long as it may be read. */
static int maps = -1;

static void keep_crash(int number, siginfo_t *info, void *context) {
  plugin_crash_write(plugin_crash_in(arena), maps, info, context);
  if (number == STACK_SIGNAL) return;
  /* It ends of the same signal, now that nobody handles it. */
  signal(number, SIG_DFL);
  raise(number);
}

/* exit() is called by somebody, whose stack this thread still has. */
static void keep_exit(void) { raise(STACK_SIGNAL); }

/* A stack that is full has no room for a handler. */
static void put_aside_stack(void) {
  static _Thread_local char room[64 << 10];
  stack_t aside = {.ss_sp = room, .ss_size = sizeof room};
  sigaltstack(&aside, NULL);
}

static void watch_crashes(void) {
  static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  struct sigaction action = {.sa_sigaction = keep_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaction(numbers[i], &action, NULL);
  }
  sigaction(STACK_SIGNAL, &action, NULL);
  atexit(keep_exit);
}

/* -------------------------------------------------------------------- main */

/* What the host ignores or handles is its affair. */
static void reset_signals(void) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int count, char **arguments) {
  if (count < 4) return EXIT_FAILURE;
  int descriptor = atoi(arguments[1]);
  void *address = (void *)strtoull(arguments[2], NULL, 16);
  size_t size = strtoull(arguments[3], NULL, 16);
  arena = mmap(address, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_FIXED_NOREPLACE,
               descriptor, 0);
  if (arena != address) _exit(EXIT_CLASH);
  close(descriptor);
  reset_signals();
  /* A key that interrupts the host is not meant for this one; and what it starts
   * can be ended with it. */
  setsid();
  put_aside_stack();
  watch_crashes();
  if (count > 4) confine(atoi(arguments[4]), size);
  setvbuf(stdout, NULL, _IOLBF, 0);

  struct plugin_hello *hello = (struct plugin_hello *)arena;
  hello->services[SERVICE_LOAD] = (uint64_t)load;
  hello->services[SERVICE_SYMBOL] = (uint64_t)dlsym;
  hello->services[SERVICE_COPY] = (uint64_t)memmove;
  hello->services[SERVICE_LENGTH] = (uint64_t)strlen;
  hello->services[SERVICE_CALLBACK] = (uint64_t)callback;
  struct turn turn = {.lane = plugin_lane_at(arena, 0)};
  own = &turn;
  atomic_store(&turn.lane->thread, (int32_t)syscall(SYS_gettid));
  atomic_store(&hello->is_ready, 1);
  plugin_wake(&hello->is_ready);
  for (;;) {
    await_request(&turn);
    run(&turn);
  }
}

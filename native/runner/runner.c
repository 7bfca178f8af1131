/*
 * The runner: a process of its own for one plugin. The support library has this
 * program in it, and starts it; see runner_process.c.
 *
 *   runner DESCRIPTOR ADDRESS SIZE BELLS [DESCRIPTOR]
 *
 * The bells are the runner's ends, where lanes have any. The last one says what it may
 * do; see confine.h. Called by another name, it waits for a crash; see reporter.h.
 */
#include "../isolate.h"
#include "confine.h"
#include "reporter.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <link.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#if !defined(MAP_FIXED_NOREPLACE)
#define MAP_FIXED_NOREPLACE 0x100000
#endif

static char *arena;
/* The runner's end of what wakes each side of a lane, where that is no futex. */
static int bells[PLUGIN_LANES];

/*
 * Whether this is a process that the plugin has forked off: it sees the arena as well, and
 * has nothing to say there, neither of calls nor of its end. The mark is zero there: in a
 * page that the system wipes, however it was forked off; where the system cannot do that,
 * the C library does it, of what it forks itself.
 */
static volatile int own_mark = 1, *mark = &own_mark;
static void wipe_mark(void) { *mark = 0; }
static void mark_runner(void) {
  size_t size = (size_t)sysconf(_SC_PAGESIZE);
  int *page = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (page != MAP_FAILED && madvise(page, size, MADV_WIPEONFORK) == 0) {
    *page = 1;
    mark = page;
  } else {
    pthread_atfork(NULL, NULL, wipe_mark);
  }
}
static int is_forked(void) { return !*mark; }

/* Before it writes to a lane: it came back from the call that it was forked in, or calls back. */
static void end_forked(void) {
  if (is_forked()) _exit(EXIT_FAILURE);
}

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

/*
 * Where a function is. Of one that the library has not itself, as C's free, that is what
 * its own code calls by the name: the loader looks first in what all of the process sees,
 * where an allocator that was preloaded stands before the C library.
 */
static void *find_symbol(void *handle, const char *name) {
  void *found = dlsym(handle, name), *first = dlsym(RTLD_DEFAULT, name);
  Dl_info there;
  if (!found || !first || first == found || !dladdr(found, &there)) return found;
  /* A handle is the loader's own record of the library, which has its name. */
  return strcmp(((struct link_map *)handle)->l_name, there.dli_fname) == 0 ? found : first;
}

/* ------------------------------------------------------------------- lanes */

struct turn {
  struct plugin_lane *lane;
  int bell;
  struct plugin_spin spin;
  /* Of the last request. */
  uint32_t number;
};

/*
 * Goes to another core. The system likes to put who is woken where the waker is: then
 * the two can only take turns, neither ever sees the other answer while it looks, and a
 * call takes twelve times as long, for good.
 */
static void leave_core(int core) {
  cpu_set_t all, others;
  if (sched_getaffinity(0, sizeof all, &all) != 0) return;
  others = all;
  CPU_CLR(core, &others);
  if (CPU_COUNT(&others) == 0 || sched_setaffinity(0, sizeof others, &others) != 0) return;
  sched_setaffinity(0, sizeof all, &all);
}

static void await_request(struct turn *turn) {
  struct plugin_lane *lane = turn->lane;
  uint32_t next = turn->number + PLUGIN_TURN;
  if (!plugin_look(&turn->spin, &lane->request, next)) {
    plugin_tell_again(&lane->reply, &lane->host_sleeps, turn->bell);
    int core = sched_getcpu();
    if (plugin_has_looked_long(&turn->spin) && core >= 0 &&
        atomic_load_explicit(&lane->host_core, memory_order_relaxed) == core + 1) {
      leave_core(core);
    }
    for (;;) {
      atomic_store(&lane->runner_sleeps, 1);
      uint32_t seen = atomic_load(&lane->request);
      if (seen == next) break;
      plugin_sleep(&lane->request, seen, 0, turn->bell);
    }
    atomic_store(&lane->runner_sleeps, 0);
  }
  turn->number = next;
}

static void reply(struct turn *turn, uint32_t what) {
  struct plugin_lane *lane = turn->lane;
  lane->what = what;
  plugin_tell(&lane->reply, turn->number, &lane->host_sleeps, turn->bell);
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
  end_forked();
  lane->result = call.result;
  if (kind & REQUEST_TEXT) put_text(lane, (const char *)call.result);
  reply(turn, REPLY_DONE);
}

/* --------------------------------------------------------------- callbacks */

/* The lane that this thread serves. */
static _Thread_local struct turn *own;

/* Threads of the plugin's own take turns. */
static pthread_mutex_t foreign = PTHREAD_MUTEX_INITIALIZER;

static uint64_t ask(struct turn *turn, const uint64_t *integers, const double *floats,
                    uint32_t slot);

/* Calls a function of the host. */
static uint64_t call_back(const uint64_t *integers, const double *floats, uint32_t slot) {
  static struct turn turn = {.number = PLUGIN_TURN};
  end_forked();
  if (own) return ask(own, integers, floats, slot);
  pthread_mutex_lock(&foreign);
  turn.lane = plugin_lane_at(arena, PLUGIN_FOREIGN_LANE);
  turn.bell = bells[PLUGIN_FOREIGN_LANE];
  uint64_t result = ask(&turn, integers, floats, slot);
  pthread_mutex_unlock(&foreign);
  return result;
}

/* The host may call this side again meanwhile. */
static uint64_t ask(struct turn *turn, const uint64_t *integers, const double *floats,
                    uint32_t slot) {
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

/* What the plugin calls: one entry for each callback, which knows its number and
 * nothing else. A function of C for each would be a megabyte. */
#define STRINGIFY_IT(x) #x
#define STRINGIFY(x) STRINGIFY_IT(x)

__attribute__((used)) static uint64_t called_back(const uint64_t *integers,
                                                  const double *floats, uint32_t slot) {
  return call_back(integers, floats, slot);
}

#if defined(__x86_64__)
#define ENTRY_SIZE 16
__asm__(".text\n.p2align 4\n"
        "plugin_entries:\n.cfi_startproc\n"
        ".set plugin_slot, 0\n"
        ".rept " STRINGIFY(PLUGIN_SLOTS) "\n"
        ".p2align 4\n"
        "movl $plugin_slot, %eax\n"
        "jmp plugin_called\n"
        ".set plugin_slot, plugin_slot + 1\n"
        ".endr\n.cfi_endproc\n"
        ".p2align 4\n"
        "plugin_called:\n.cfi_startproc\n"
        "pushq %rbp\n.cfi_def_cfa_offset 16\n.cfi_offset %rbp, -16\n"
        "movq %rsp, %rbp\n.cfi_def_cfa_register %rbp\n"
        "subq $112, %rsp\n"
        "movq %rdi, (%rsp)\nmovq %rsi, 8(%rsp)\nmovq %rdx, 16(%rsp)\n"
        "movq %rcx, 24(%rsp)\nmovq %r8, 32(%rsp)\nmovq %r9, 40(%rsp)\n"
        "movsd %xmm0, 48(%rsp)\nmovsd %xmm1, 56(%rsp)\nmovsd %xmm2, 64(%rsp)\n"
        "movsd %xmm3, 72(%rsp)\nmovsd %xmm4, 80(%rsp)\nmovsd %xmm5, 88(%rsp)\n"
        "movsd %xmm6, 96(%rsp)\nmovsd %xmm7, 104(%rsp)\n"
        "movq %rsp, %rdi\nleaq 48(%rsp), %rsi\nmovl %eax, %edx\n"
        "call called_back\n"
        /* Whichever of them it gives. */
        "movq %rax, %xmm0\n"
        "leave\n.cfi_def_cfa %rsp, 8\nret\n.cfi_endproc\n");
#elif defined(__aarch64__)
#define ENTRY_SIZE 8
__asm__(".text\n.p2align 4\n"
        "plugin_entries:\n.cfi_startproc\n"
        ".set plugin_slot, 0\n"
        ".rept " STRINGIFY(PLUGIN_SLOTS) "\n"
        "movz w16, #plugin_slot\n"
        "b plugin_called\n"
        ".set plugin_slot, plugin_slot + 1\n"
        ".endr\n.cfi_endproc\n"
        "plugin_called:\n.cfi_startproc\n"
        "stp x29, x30, [sp, #-144]!\n"
        ".cfi_def_cfa_offset 144\n.cfi_offset 29, -144\n.cfi_offset 30, -136\n"
        "mov x29, sp\n"
        "stp x0, x1, [sp, #16]\nstp x2, x3, [sp, #32]\n"
        "stp x4, x5, [sp, #48]\nstp x6, x7, [sp, #64]\n"
        "stp d0, d1, [sp, #80]\nstp d2, d3, [sp, #96]\n"
        "stp d4, d5, [sp, #112]\nstp d6, d7, [sp, #128]\n"
        "add x0, sp, #16\nadd x1, sp, #80\nmov w2, w16\n"
        "bl called_back\n"
        "fmov d0, x0\n"
        "ldp x29, x30, [sp], #144\n"
        ".cfi_def_cfa_offset 0\n.cfi_restore 29\n.cfi_restore 30\n"
        "ret\n.cfi_endproc\n");
#endif
extern const char plugin_entries[] __attribute__((visibility("hidden")));

static const void *callback(uint64_t slot) { return plugin_entries + slot * ENTRY_SIZE; }

/* ----------------------------------------------------------------- crashes */

/* Of /proc/self, open for as long as they may be read. */
static int maps = -1, statm = -1;

/* Bytes that count as its own, which is the sixth of the numbers there; 0 where nobody says. */
static long page_size;
static uint64_t data_in_use(void) {
  char text[128] = "";
  uint64_t pages = 0;
  if (pread(statm, text, sizeof text - 1, 0) <= 0) return 0;
  const char *at = text;
  for (int spaces = 0; spaces < 5; at++) {
    if (*at == 0) return 0;
    if (*at == ' ') spaces++;
  }
  for (; *at >= '0' && *at <= '9'; at++) pages = pages * 10 + (uint64_t)(*at - '0');
  return pages * (uint64_t)page_size;
}

static void keep_crash(int number, siginfo_t *info, void *context) {
  struct plugin_crash *crash = plugin_crash_in(arena);
  if (!is_forked()) {
    if (atomic_load(&crash->state) == CRASH_NONE) crash->data = data_in_use();
    plugin_crash_write(crash, maps, info, context);
  }
  if (number == STACK_SIGNAL) return;
  /* It ends of the same signal, now that nobody handles it. */
  signal(number, SIG_DFL);
  raise(number);
}

/* exit() is called by somebody, whose stack this thread still has. */
static void keep_exit(void) {
  if (!is_forked()) raise(STACK_SIGNAL);
}

/* A stack that is full has no room for a handler. */
static void put_aside_stack(void) {
  /* No thread-local memory: all threads of the plugin would have it on their stacks. */
  const size_t size = 64 << 10;
  void *room = malloc(size);
  if (!room) return;
  stack_t aside = {.ss_sp = room, .ss_size = size};
  sigaltstack(&aside, NULL);
}

static void watch_crashes(void) {
  static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};
  struct sigaction action = {.sa_sigaction = keep_crash, .sa_flags = SA_SIGINFO | SA_ONSTACK};
  maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
  statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
  page_size = sysconf(_SC_PAGESIZE);
  sigfillset(&action.sa_mask);
  for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
    sigaction(numbers[i], &action, NULL);
  }
  sigaction(STACK_SIGNAL, &action, NULL);
  atexit(keep_exit);
}

/* ------------------------------------------------------------------ threads */

static _Noreturn void serve(uint32_t index) {
  struct turn turn = {.lane = plugin_lane_at(arena, index), .bell = bells[index]};
  own = &turn;
  atomic_store(&turn.lane->thread, (int32_t)syscall(SYS_gettid));
  for (;;) {
    await_request(&turn);
    run(&turn);
  }
}

/* As much as a program has; musl's own default is 128 KB. */
#define STACK_SIZE (8u << 20)

static void *serve_lane(void *index) {
  put_aside_stack();
  serve((uint32_t)(uintptr_t)index);
}

/* Serves another lane from now on: 0 when it does. */
static uint64_t start_serving(uint64_t index) {
  pthread_t thread;
  pthread_attr_t attributes;
  if (index == 0 || index >= PLUGIN_FOREIGN_LANE) return EINVAL;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  int failed = pthread_create(&thread, &attributes, serve_lane, (void *)index);
  pthread_attr_destroy(&attributes);
  return (uint64_t)failed;
}

/* -------------------------------------------------------------------- main */

void reset_signals(void) {
  sigset_t none;
  for (int number = 1; number < NSIG; number++) signal(number, SIG_DFL);
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
}

int main(int count, char **arguments) {
  if (count > 0 && strcmp(arguments[0], "plugin-reporter") == 0) {
    return serve_reports(count, arguments);
  }
  if (count < 5) return EXIT_FAILURE;
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
  mark_runner();
  for (char *at = arguments[4], i = 0; *at && i < PLUGIN_LANES; at++) {
    bells[(int)i++] = (int)strtol(at, &at, 10);
  }
  if (count > 5) confine(atoi(arguments[5]), arena, size);
  setvbuf(stdout, NULL, _IOLBF, 0);

  struct plugin_hello *hello = (struct plugin_hello *)arena;
  hello->services[SERVICE_LOAD] = (uint64_t)load;
  hello->services[SERVICE_SYMBOL] = (uint64_t)find_symbol;
  hello->services[SERVICE_COPY] = (uint64_t)memmove;
  hello->services[SERVICE_LENGTH] = (uint64_t)strlen;
  hello->services[SERVICE_CALLBACK] = (uint64_t)callback;
  hello->services[SERVICE_SERVE] = (uint64_t)start_serving;
  atomic_store(&hello->is_ready, 1);
  plugin_wake(&hello->is_ready, bells[0]);
  serve(0);
}

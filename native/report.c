/*
 * Reports of crashes in this process, for who asks for them.
 *
 * Signals are how processors say that something is wrong, and others live by them:
 * Go makes panics of them, V8 and JavaScriptCore exceptions of WebAssembly. So this
 * looks at where the code is that was interrupted, keeps what there is to know if it
 * is a plugin's or was called by one, and leaves the signal to whoever had it before.
 * What was kept is read by a process that was started in time, and is whole.
 */
#include "support.h"

#include "program.h"
#include "report.h"

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static const int numbers[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP};
#define NUMBERS (sizeof numbers / sizeof *numbers)
/* Who had them before. */
static struct sigaction before[NUMBERS];

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
/* Null until somebody asks for reports. */
static struct plugin_report *_Atomic report;
/* Of this process, and no other that it becomes in two. */
static pid_t own;
static int maps = -1;
/* Where the other process waits. */
static int channel = -1;
static char executable[4096];
static size_t executable_length;

/* The thread that tells of its crash just now. */
static _Atomic int32_t telling;

/* How long the report may take. */
#define REPORT_MS 20000

/* ------------------------------------------------------------------- whose */

/* Whether code belongs to nobody but the runtime: its own, and what it makes as it runs. */
static int is_runtimes(const struct plugin_mapping *mapping) {
  static const char anonymous[] = "[anon", memory[] = "/memfd:";
  return mapping->length == 0 ||
         (mapping->length == executable_length &&
          memcmp(mapping->path, executable, executable_length) == 0) ||
         (mapping->length >= sizeof anonymous - 1 &&
          memcmp(mapping->path, anonymous, sizeof anonymous - 1) == 0) ||
         (mapping->length >= sizeof memory - 1 &&
          memcmp(mapping->path, memory, sizeof memory - 1) == 0);
}

/*
 * Where code lies that was seen to be nobody's but the runtime's. WebAssembly traps by the
 * thousand, and to read what is mapped takes long. Each is a first page and how many there
 * are, in one word. All are forgotten when a plugin is added, and soon in any
 * case: the runtime lets go of memory, and another library may be mapped there.
 */
#define PAGE_BITS 12
#define COUNT_BITS 24
#define PLACES 8
static _Atomic uint64_t places[PLACES];
static _Atomic uint32_t next_place;
/* To read it anew so seldom takes a hundredth of the time. */
#define PLACES_MS 50
static _Atomic uint64_t places_since;

static void forget_places(void) {
  for (size_t i = 0; i < PLACES; i++) atomic_store(&places[i], 0);
}

static int is_remembered(uint64_t pc) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  uint64_t now = (uint64_t)time.tv_sec * 1000 + (uint64_t)time.tv_nsec / 1000000;
  if (now - atomic_load(&places_since) >= PLACES_MS) {
    forget_places();
    atomic_store(&places_since, now);
  }
  for (size_t i = 0; i < PLACES; i++) {
    uint64_t place = atomic_load(&places[i]), count = place & ((1u << COUNT_BITS) - 1);
    if ((pc >> PAGE_BITS) - (place >> COUNT_BITS) < count) return 1;
  }
  return 0;
}

static void remember(const struct plugin_mapping *mapping) {
  uint64_t first = mapping->start >> PAGE_BITS;
  uint64_t count = (mapping->stop - mapping->start) >> PAGE_BITS;
  if (count >> COUNT_BITS || first >> (64 - COUNT_BITS)) return;
  atomic_store(&places[atomic_fetch_add(&next_place, 1) % PLACES], first << COUNT_BITS | count);
}

static uint64_t counter_of(void *context) {
  mcontext_t *machine = &((ucontext_t *)context)->uc_mcontext;
#if defined(__x86_64__)
  return (uint64_t)machine->gregs[REG_RIP];
#elif defined(__aarch64__)
  return machine->pc;
#endif
}

#define MOST_PLUGINS 256

/* Whether the crash is a plugin's, or could be: the code of one, or code that is not the
 * runtime's, of a library or of nobody, with an address of a plugin's code on the stack.
 * Whether that has called is found out by who reads the report. */
static int may_be_ours(const struct plugin_report *in, uint64_t pc) {
  static struct plugin_mapping codes[MOST_PLUGINS];
  const struct plugin_crash *crash = &in->crash;
  size_t count = 0;
  struct plugin_mapping mapping;
  const char *at = crash->maps;
  while ((at = plugin_crash_mapping(at, crash->maps + crash->maps_size, &mapping))) {
    if (!mapping.is_code) continue;
    int is_here = pc >= mapping.start && pc < mapping.stop;
    if (plugin_report_has(in, &mapping)) {
      if (is_here) return 1;
      if (count < MOST_PLUGINS) codes[count++] = mapping;
    } else if (is_here && is_runtimes(&mapping)) {
      remember(&mapping);
      return 0;
    }
  }
  for (uint32_t i = 0; i + sizeof(uint64_t) <= crash->stack_size; i += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, crash->stack + i, sizeof word);
    for (size_t j = 0; j < count; j++) {
      if (word >= codes[j].start && word < codes[j].stop) return 1;
    }
  }
  return 0;
}

/* ---------------------------------------------------------------- handling */

/* As the kernel has it: a bit for each signal. */
static uint64_t mask_of(const void *signals) {
  uint64_t mask;
  memcpy(&mask, signals, sizeof mask);
  return mask;
}

/* Leaves the signal to whoever had it, as if nobody stood before: with the signals held
 * back that it holds back, as it may leave by longjmp(). */
static void pass_on(int number, siginfo_t *info, void *context) {
  size_t i = 0;
  while (i < NUMBERS - 1 && numbers[i] != number) i++;
  struct sigaction action = before[i];
  if (action.sa_handler == SIG_DFL || action.sa_flags & (int)SA_RESETHAND) {
    before[i] = (struct sigaction){.sa_handler = SIG_DFL};
  }
  if (action.sa_handler == SIG_DFL) {
    /* It comes once more when this handler returns, and nobody stands before any more. A
     * processor does not say again what it says behind an instruction. */
    signal(number, SIG_DFL);
    syscall(SYS_rt_tgsigqueueinfo, getpid(), syscall(SYS_gettid), number, info);
    return;
  }
  uint64_t mask = mask_of(&((ucontext_t *)context)->uc_sigmask) | mask_of(&action.sa_mask);
  if (!(action.sa_flags & SA_NODEFER)) mask |= UINT64_C(1) << (number - 1);
  syscall(SYS_rt_sigprocmask, SIG_SETMASK, &mask, NULL, sizeof mask);
  if (action.sa_flags & SA_SIGINFO) action.sa_sigaction(number, info, context);
  else action.sa_handler(number);
}

/* Waits until the report is printed, or nobody prints it. */
static void await_report(void) {
  char byte = 0;
  if (send(channel, &byte, 1, MSG_NOSIGNAL) != 1) return;
  struct pollfd answer = {channel, POLLIN, 0};
  int ready;
  do ready = poll(&answer, 1, REPORT_MS);
  while (ready < 0 && errno == EINTR);
  if (ready > 0) (void)!recv(channel, &byte, 1, MSG_DONTWAIT);
}

static void tell(siginfo_t *info, void *context) {
  if (is_remembered(counter_of(context))) return;
  struct plugin_report *in = atomic_load(&report);
  int32_t thread = (int32_t)syscall(SYS_gettid), nobody = 0;
  if (!atomic_compare_exchange_strong(&telling, &nobody, thread)) {
    /* One report is enough, and its own crash nothing to tell of. */
    const struct timespec moment = {0, 10000000};
    while (nobody != thread && atomic_load(&telling) == nobody) nanosleep(&moment, NULL);
    return;
  }
  if (plugin_crash_write(&in->crash, maps, info, context)) {
    uint32_t count = in->crash.register_count;
    if (count > 0 && may_be_ours(in, in->crash.registers[count - 1])) await_report();
    atomic_store(&in->crash.state, CRASH_NONE);
  }
  atomic_store(&telling, 0);
}

static void handle(int number, siginfo_t *info, void *context) {
  int error = errno;
  /* What another process has sent is no crash. */
  int is_crash = info->si_code > 0 || info->si_pid == own;
  if (is_crash && getpid() == own) tell(info, context);
  errno = error;
  pass_on(number, info, context);
}

/* What a signal was ignored by stays: others may inherit that, and a crash ends the process
 * all the same. The others run aside, as a stack may be full. */
static void install(void) {
  for (size_t i = 0; i < NUMBERS; i++) {
    struct sigaction action = {.sa_sigaction = handle, .sa_flags = SA_SIGINFO | SA_ONSTACK};
    sigaction(numbers[i], NULL, &before[i]);
    if (before[i].sa_handler == SIG_IGN) continue;
    action.sa_flags |= before[i].sa_handler == SIG_DFL ? SA_RESTART : before[i].sa_flags & SA_RESTART;
    sigemptyset(&action.sa_mask);
    sigaction(numbers[i], &action, NULL);
  }
}

/* --------------------------------------------------------------- the other */

#define MOST_ARGUMENTS 32

struct spawning {
  int program, memory, channel, error;
  char *arguments[MOST_ARGUMENTS];
  char **environment;
};

#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address", "undefined")))
#endif
static int become_reporter(void *given) {
  struct spawning *spawning = given;
  plugin_program_keep_three();
  /* Above all that are about to be taken. */
  int memory = fcntl(spawning->memory, F_DUPFD_CLOEXEC, 16);
  int other = fcntl(spawning->channel, F_DUPFD_CLOEXEC, 16);
  int program = fcntl(spawning->program, F_DUPFD_CLOEXEC, 16);
  dup2(memory, 0);
  dup2(2, 1);
  dup2(other, PLUGIN_REPORT_CHANNEL);
  /* It is no child of this program's, which may wait until it has none left. */
  pid_t reporter = vfork();
  if (reporter == 0) {
    spawning->error = plugin_program_become(program, spawning->arguments, spawning->environment);
    _exit(EXIT_FAILURE);
  }
  if (reporter < 0) spawning->error = errno;
  _exit(EXIT_SUCCESS);
}

/* Starts it; an error number, or 0. */
static int start(struct plugin_report **made, const char *arguments, size_t length) {
  struct spawning spawning = {.error = ENOEXEC,
                              .arguments = {"plugin-reporter", executable}};
  size_t count = 2;
  const char *end = arguments + length;
  for (const char *at = arguments; at < end && count < MOST_ARGUMENTS - 2; at += strlen(at) + 1) {
    spawning.arguments[count++] = (char *)at;
  }
  /* What has called plugins. */
  if (count > 2) spawning.arguments[count++] = executable;
  int ends[2] = {-1, -1};
  spawning.program = plugin_program_open();
  spawning.memory = memfd_create("plugin-report", MFD_CLOEXEC);
  spawning.environment = plugin_program_environment(NULL);
  void *memory = MAP_FAILED;
  if (spawning.program >= 0 && spawning.memory >= 0 && spawning.environment &&
      ftruncate(spawning.memory, sizeof **made) == 0 &&
      socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0) {
    memory = mmap(NULL, sizeof **made, PROT_READ | PROT_WRITE, MAP_SHARED, spawning.memory, 0);
  }
  if (memory != MAP_FAILED) {
    spawning.channel = ends[1];
    spawning.error = 0;
    pid_t between = plugin_program_spawn(become_reporter, &spawning);
    if (between < 0) spawning.error = errno;
    while (between > 0 && waitpid(between, NULL, __WALL) < 0 && errno == EINTR) {
    }
  }
  if (spawning.program >= 0) close(spawning.program);
  if (spawning.memory >= 0) close(spawning.memory);
  if (ends[1] >= 0) close(ends[1]);
  free(spawning.environment);
  if (spawning.error) {
    if (ends[0] >= 0) close(ends[0]);
    if (memory != MAP_FAILED) munmap(memory, sizeof **made);
    return spawning.error;
  }
  channel = ends[0];
  *made = memory;
  return 0;
}

/* ------------------------------------------------------------------ stacks */

#define ASIDE (64u << 10)

static pthread_key_t key;
static pthread_once_t key_once = PTHREAD_ONCE_INIT;

static void leave_stack(void *room) {
  stack_t there, none = {.ss_flags = SS_DISABLE};
  if (sigaltstack(NULL, &there) == 0 && there.ss_sp == room) sigaltstack(&none, NULL);
  munmap(room, ASIDE);
}

static void make_key(void) {
  if (pthread_key_create(&key, leave_stack) != 0) abort();
}

/* A stack that is full has no room for a handler. Where the runtime has put one aside
 * for the thread, that does. */
void plugin_report_thread(void) {
  stack_t there;
  if (!atomic_load(&report) || sigaltstack(NULL, &there) != 0) return;
  if (!(there.ss_flags & SS_DISABLE)) return;
  void *room = mmap(NULL, ASIDE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (room == MAP_FAILED) return;
  stack_t aside = {.ss_sp = room, .ss_size = ASIDE};
  sigaltstack(&aside, NULL);
  pthread_once(&key_once, make_key);
  pthread_setspecific(key, room);
}

/* ------------------------------------------------------------------- the face */

int32_t plugin_report_open(const char *arguments, double length) {
  pthread_mutex_lock(&mutex);
  int error = 0;
  if (!atomic_load(&report)) {
    struct plugin_report *made = NULL;
    ssize_t size = readlink("/proc/self/exe", executable, sizeof executable - 1);
    executable_length = size > 0 ? (size_t)size : 0;
    executable[executable_length] = 0;
    maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    own = getpid();
    error = maps < 0 || size <= 0 ? ENOENT : start(&made, arguments, (size_t)length);
    if (error == 0) {
      atomic_store(&report, made);
      install();
    } else if (maps >= 0) {
      close(maps);
    }
  }
  pthread_mutex_unlock(&mutex);
  if (error == 0) plugin_report_thread();
  return error;
}

int32_t plugin_report_add(const char *line) {
  struct plugin_report *in = atomic_load(&report);
  size_t more = strlen(line);
  if (!in) return 0;
  pthread_mutex_lock(&mutex);
  uint32_t length = atomic_load(&in->length);
  int is_there = memmem(in->text, length, line, more) != NULL; /* another Worker's */
  int has_room = is_there || more <= PLUGIN_REPORT_TEXT - length;
  if (has_room && !is_there) {
    forget_places();
    memcpy(in->text + length, line, more);
    atomic_store(&in->length, length + (uint32_t)more);
  }
  pthread_mutex_unlock(&mutex);
  return has_room;
}
#endif

/*
 * A plugin in a process of its own: the host's side.
 *
 * The runner is the program of program.h. The thread that starts it waits for its
 * end and tells all who wait for an answer.
 */
#include "isolate.h"

#include "broker.h"
#include "program.h"

#if defined(__linux__)
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#if !defined(MAP_FIXED_NOREPLACE)
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#if !defined(SYS_pidfd_open)
#define SYS_pidfd_open 434
#endif

/* --------------------------------------------------------------- the arena */

/* Where nothing else is put: neither by the loader, nor by the system's choice,
 * so that the runner finds it free as well. Its begin is chosen at random. */
static char *map_somewhere(int descriptor, size_t size) {
  const int prot = PROT_READ | PROT_WRITE;
#if !defined(__SANITIZE_THREAD__) /* which has a place for everything */
  for (int attempt = 0; attempt < 16; attempt++) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) break;
    uint64_t start = 0x200000000000u + (random & 0x2fffu) * 0x100000000u;
    void *at = mmap((void *)start, size, prot, MAP_SHARED | MAP_FIXED_NOREPLACE, descriptor, 0);
    if (at == (void *)start) return at;
    if (at != MAP_FAILED) munmap(at, size);
  }
#endif
  void *at = mmap(NULL, size, prot, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? NULL : at;
}

/* ----------------------------------------------------------------- isolate */

enum state { STATE_NONE, STATE_STARTING, STATE_RUNNING, STATE_ENDED };

struct turn {
  struct plugin_spin spin;
  uint32_t number;
  /* The host's end. */
  int bell;
};

/* Both ends of what wakes a side of a lane; nothing where that is a futex. */
struct bell {
  int hosts, runners;
};

/* The memory of a call on another thread. */
struct block {
  struct plugin_remote_call call; /* the first, as JavaScript knows its address */
  struct plugin_isolate *isolate;
  struct block *next;
};

struct plugin_isolate {
  char *arena;
  size_t size;
  int descriptor;
  /* What the runner is started with, while it is. */
  char **environment;
  /* What it gives up; null when it keeps its rights. */
  struct plugin_confinement *confinement;
  /* Where what it prints goes; null where it has the host's own descriptors. */
  struct plugin_output *output;
  /* What JavaScript is told by, while it waits for a call, that something was printed;
   * and whether it is being told. */
  void *hear;
  uint32_t is_hearing;
  pthread_mutex_t mutex;
  /* Its owner and the thread that waits for the runner. */
  uint32_t references;
  /* Of the runner; 0 when there is none that could be killed. */
  pid_t pid;
  /* Why it could not be started. */
  int error;
  /* How it has ended, as wait() has it; from STATE_ENDED on. */
  int status;
  _Atomic uint32_t state;
  struct turn turns[PLUGIN_LANES];
  struct bell bells[PLUGIN_LANES];
  /* How many processes were started. */
  uint32_t generation;
  /* Whether this one was ended because a call took too long. */
  _Atomic uint32_t timed_out;
  /* How many calls on other threads look at their lanes just now. */
  _Atomic uint32_t busy;
  /* Whether somebody answers threads of the plugin's own in this process. */
  uint32_t is_listening;
  /* What the plugin's callbacks call here; null for none. */
  void *_Atomic answers[PLUGIN_SLOTS];
  /* Of the `enum plugin_answer` what holds for it. */
  _Atomic uint8_t answers_as[PLUGIN_SLOTS];
  /* How many other threads call one of them just now. */
  _Atomic uint32_t answering;
  struct block *blocks;
  struct plugin_isolate *next_of_thread;
};

/* ------------------------------------------------------------------- waiting */

#if defined(PLUGIN_PIPES)
/* Both threads are the host's: whoever waits looks again in a moment. */
static void nap(_Atomic uint32_t *word, uint32_t was, uint32_t ms) {
  (void)was, (void)ms, (void)word;
  nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}
static void end_nap(_Atomic uint32_t *word) { (void)word; }

static void close_bells(struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) {
    if (bells[i].hosts > 0) close(bells[i].hosts);
    if (bells[i].runners > 0) close(bells[i].runners);
  }
}

static int open_bells(struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return 0;
    bells[i] = (struct bell){ends[0], ends[1]};
  }
  return 1;
}

/* How the runner is told of its ends. */
#define BELLS_SIZE (PLUGIN_LANES * 12)
static void name_bells(const struct bell *bells, char *text) {
  for (int i = 0; i < PLUGIN_LANES; i++) text += sprintf(text, "%d,", bells[i].runners);
}

static void leave_bells_open(const struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) fcntl(bells[i].runners, F_SETFD, 0);
}

/* Memory that has a name for a moment. */
static int open_memory(void) {
  char name[64];
  uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return -1;
  snprintf(name, sizeof name, "/plugin-arena-%016llx", (unsigned long long)random);
  int descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) shm_unlink(name);
  return descriptor;
}
static int seal(int descriptor) {
  (void)descriptor;
  return 1;
}
#else
static void nap(_Atomic uint32_t *word, uint32_t was, uint32_t ms) {
  plugin_sleep(word, was, ms, -1);
}
static void end_nap(_Atomic uint32_t *word) { plugin_wake(word, -1); }
static void close_bells(struct bell *bells) { (void)bells; }
static int open_bells(struct bell *bells) {
  (void)bells;
  return 1;
}
#define BELLS_SIZE 1
static void name_bells(const struct bell *bells, char *text) {
  (void)bells;
  *text = 0;
}
static void leave_bells_open(const struct bell *bells) { (void)bells; }
static int open_memory(void) {
  return memfd_create("plugin-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}
/* Nobody can make it shorter: to read what is gone would be the host's end. */
static int seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}
#endif

/* Memory is a file here: one that is longer than files may be would end the host. */
static int may_have(size_t size) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) != 0 || size <= limit.rlim_cur;
}

static int open_arena(size_t size) {
  int descriptor = may_have(size) ? open_memory() : -1;
  if (descriptor < 0) return -1;
  if (ftruncate(descriptor, (off_t)size) == 0 && seal(descriptor)) return descriptor;
  close(descriptor);
  return -1;
}

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void kill_runner(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  if (isolate->pid != 0) {
    kill(isolate->pid, SIGKILL);
    /* Somebody there may trace it, and let it neither run nor end. */
    kill(-isolate->pid, SIGKILL);
  }
  pthread_mutex_unlock(&isolate->mutex);
}

static void drop(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  uint32_t left = --isolate->references;
  pthread_mutex_unlock(&isolate->mutex);
  if (left > 0) return;
  pthread_mutex_destroy(&isolate->mutex);
  if (isolate->confinement) plugin_confinement_free(isolate->confinement);
  if (isolate->output) plugin_output_free(isolate->output);
  close_bells(isolate->bells);
  free(isolate);
}

/* A thread of JavaScript ends, and its runners with it. Its memory is gone then,
 * but what it has sent to others may still look at the arena. */
static void thread_ended(void *first) {
  struct plugin_isolate *next;
  for (struct plugin_isolate *isolate = first; isolate; isolate = next) {
    next = isolate->next_of_thread;
    plugin_isolate_close(isolate, 1);
  }
}

static void make_key(void) {
  if (pthread_key_create(&key, thread_ended) != 0) abort();
}

struct plugin_isolate *plugin_isolate_open(double size) {
  struct plugin_isolate *isolate = calloc(1, sizeof *isolate);
  if (!isolate) return NULL;
  isolate->size = (size_t)size;
  isolate->descriptor = open_arena(isolate->size);
  if (isolate->descriptor >= 0) isolate->arena = map_somewhere(isolate->descriptor, isolate->size);
  if (!isolate->arena || !open_bells(isolate->bells)) {
    if (isolate->arena) munmap(isolate->arena, isolate->size);
    if (isolate->descriptor >= 0) close(isolate->descriptor);
    close_bells(isolate->bells);
    free(isolate);
    return NULL;
  }
  pthread_mutex_init(&isolate->mutex, NULL);
  isolate->references = 1;
  pthread_once(&key_once, make_key);
  isolate->next_of_thread = pthread_getspecific(key);
  pthread_setspecific(key, isolate);
  return isolate;
}

void *plugin_isolate_arena(struct plugin_isolate *isolate) { return isolate->arena; }

/* Waits until the end is known, which it soon is. */
static void await_ended(struct plugin_isolate *isolate) {
  while (atomic_load(&isolate->state) != STATE_ENDED) {
    nap(&isolate->state, STATE_RUNNING, 1);
  }
}

/* Waits until no other thread looks at the arena: none does for long, once the
 * process has ended. */
static void await_nobody(struct plugin_isolate *isolate) {
  uint32_t state = atomic_load(&isolate->state);
  if (state != STATE_NONE) await_ended(isolate);
  for (uint32_t busy; (busy = atomic_load(&isolate->busy)) > 0;) {
    nap(&isolate->busy, busy, 1);
  }
}

/* Those whose calls run are freed when these end. */
static void drop_blocks(struct plugin_isolate *isolate) {
  struct block *next;
  for (struct block *block = isolate->blocks; block; block = next) {
    next = block->next;
    if (atomic_exchange(&block->call.state, BLOCK_ORPHAN) == BLOCK_BUSY) continue;
    free(block);
    drop(isolate);
  }
  isolate->blocks = NULL;
}

void plugin_isolate_close(struct plugin_isolate *isolate, uint32_t keeps) {
  struct plugin_isolate *first = pthread_getspecific(key);
  if (first == isolate) pthread_setspecific(key, isolate->next_of_thread);
  for (; first; first = first->next_of_thread) {
    if (first->next_of_thread == isolate) first->next_of_thread = isolate->next_of_thread;
  }
  kill_runner(isolate);
  if (!keeps) await_nobody(isolate);
  close(isolate->descriptor);
  pthread_mutex_lock(&isolate->mutex);
  if (!keeps ||
      mmap(isolate->arena, isolate->size, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED) {
    munmap(isolate->arena, isolate->size);
  }
  isolate->arena = NULL;
  pthread_mutex_unlock(&isolate->mutex);
  drop_blocks(isolate);
  drop(isolate);
}

/* -------------------------------------------------------------- the runner */

struct spawning {
  struct plugin_isolate *isolate;
  pid_t host;
  int program;
  int error;
  char *arguments[7];
};

/* In the new process, which still has the host's memory: nothing may be done here
 * that changes it. */
#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address", "undefined")))
#endif
static int become_runner(void *given) {
  struct spawning *spawning = given;
  /* The signal comes when the thread ends that started it, which is that of `keep`. */
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (getppid() != spawning->host) _exit(EXIT_FAILURE);
  plugin_program_keep_three();
  fcntl(spawning->isolate->descriptor, F_SETFD, 0);
  leave_bells_open(spawning->isolate->bells);
  const struct plugin_confinement *confinement = spawning->isolate->confinement;
  if (confinement) plugin_confinement_enter(confinement);
  if (spawning->isolate->output) plugin_output_enter(spawning->isolate->output);
  spawning->error = plugin_program_become(spawning->program, spawning->arguments,
                                          spawning->isolate->environment);
  _exit(EXIT_FAILURE);
}

/*
 * Waits for the end of a runner, and ends what it has left. As long as nobody has asked
 * how it ended, its number is nobody else's.
 *
 * Who traces it is told first how it ended, and may not listen: then no other way to wait
 * for it comes back.
 */
static void await_end(pid_t pid) {
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  siginfo_t info;
  if (process >= 0) {
    struct pollfd end = {process, POLLIN, 0};
    while (poll(&end, 1, -1) < 0 && errno == EINTR) {
    }
    close(process);
  } else {
    while (waitid(P_PID, (id_t)pid, &info, WEXITED | WNOWAIT | __WALL) < 0 && errno == EINTR) {
    }
  }
  kill(-pid, SIGKILL);
}

/* How long it may take until what was ended has ended. */
#define REAP_MS 100

static void rest_a_moment(int turn) {
  if (turn < 8) {
    sched_yield();
  } else {
    nanosleep(&(struct timespec){0, 1000000}, NULL);
  }
}

/* Asks how a runner has ended; 0 where only who traces it is told. */
static int reap(pid_t pid, int *status) {
  for (int turn = 0; turn < REAP_MS; turn++) {
    pid_t ended = waitpid(pid, status, WNOHANG | __WALL);
    if (ended == pid || (ended < 0 && errno != EINTR)) return 1;
    rest_a_moment(turn);
  }
  *status = SIGKILL;
  return 0;
}

/* What a runner starts can be this process's child, which nobody here waits for. */
static void reap_group(pid_t group) {
  for (int turn = 0; turn < REAP_MS; turn++) {
    siginfo_t info = {.si_pid = 0};
    if (waitid(P_PGID, (id_t)group, &info, WEXITED | WNOHANG | __WALL) < 0) return;
    if (info.si_pid == 0) rest_a_moment(turn);
  }
}

/*
 * Marks on the last reply of a lane: whoever is about to sleep until there is another one
 * finds it changed and does not, and whoever sleeps can be woken. To wake alone is not
 * enough, as it is nothing to who does not sleep yet.
 */
#define REPLY_TOLD 1u /* something was printed; whoever looks takes it away */
#define REPLY_LAST 2u /* the process has ended */
_Static_assert((REPLY_TOLD | REPLY_LAST) < PLUGIN_TURN, "no number has them");

static void mark(struct plugin_isolate *isolate, uint32_t index, uint32_t mark) {
  struct plugin_lane *lane = plugin_lane_at(isolate->arena, index);
  atomic_fetch_or(&lane->reply, mark);
  plugin_wake(&lane->reply, isolate->bells[index].runners);
}

/* With the mutex held. */
static void tell_all(struct plugin_isolate *isolate) {
  if (!isolate->arena) return;
  struct plugin_hello *hello = (struct plugin_hello *)isolate->arena;
  atomic_store(&hello->is_ready, 1);
  plugin_wake(&hello->is_ready, isolate->bells[0].runners);
  for (uint32_t i = 0; i < PLUGIN_LANES; i++) mark(isolate, i, REPLY_LAST);
}

/* Something was printed for JavaScript, which may be waiting for a call. */
static void wake_caller(void *given) {
  struct plugin_isolate *isolate = given;
  pthread_mutex_lock(&isolate->mutex);
  if (isolate->arena) mark(isolate, 0, REPLY_TOLD);
  pthread_mutex_unlock(&isolate->mutex);
}

/* Until the process has ended. */
static void serve_process(struct plugin_isolate *isolate, pid_t pid) {
  struct plugin_confinement *confinement = isolate->confinement;
  if (!isolate->output) {
    await_end(pid);
    return;
  }
  struct plugin_watcher watcher = {NULL, NULL, NULL};
  if (confinement) watcher = plugin_confinement_serve(confinement);
  plugin_output_serve(isolate->output, pid, await_end, confinement ? &watcher : NULL, wake_caller,
                      isolate);
  if (confinement) plugin_confinement_end(confinement);
}

static void *keep(void *given) {
  struct plugin_isolate *isolate = given;
  char descriptor[16], address[24], size[24], bells[BELLS_SIZE], control[16];
  struct plugin_confinement *confinement = isolate->confinement;
  snprintf(descriptor, sizeof descriptor, "%d", isolate->descriptor);
  snprintf(address, sizeof address, "%lx", (unsigned long)isolate->arena);
  snprintf(size, sizeof size, "%lx", (unsigned long)isolate->size);
  name_bells(isolate->bells, bells);
  struct spawning spawning = {.isolate = isolate,
                              .host = getpid(),
                              .program = plugin_program_open(),
                              .error = ENOEXEC,
                              .arguments = {"plugin-runner", descriptor, address, size, bells}};
  if (spawning.program >= 0) {
    spawning.error = confinement ? plugin_confinement_open(confinement) : 0;
  }
  if (spawning.error == 0 && isolate->output) {
    spawning.error = plugin_output_open(isolate->output);
  }
  if (confinement) {
    snprintf(control, sizeof control, "%d", plugin_confinement_runners(confinement));
    spawning.arguments[5] = control;
  }
  pthread_mutex_lock(&isolate->mutex);
  pid_t pid = -1;
  if (spawning.error == 0) {
    pid = plugin_program_spawn(become_runner, &spawning);
    if (pid < 0) spawning.error = errno;
  }
  if (spawning.program >= 0) close(spawning.program);
  isolate->error = spawning.error;
  isolate->pid = pid < 0 ? 0 : pid;
  /* From here on it can be ended. */
  atomic_store(&isolate->state, STATE_RUNNING);
  end_nap(&isolate->state);
  pthread_mutex_unlock(&isolate->mutex);
  if (confinement) plugin_confinement_leave(confinement);
  if (isolate->output) plugin_output_leave(isolate->output);
  if (pid > 0) serve_process(isolate, pid);
  pthread_mutex_lock(&isolate->mutex);
  isolate->pid = 0;
  pthread_mutex_unlock(&isolate->mutex);
  int status = isolate->status;
  int is_reaped = pid <= 0 || reap(pid, &status);
  if (pid > 0 && is_reaped) reap_group(pid);
  pthread_mutex_lock(&isolate->mutex);
  isolate->status = status;
  atomic_store(&isolate->state, STATE_ENDED);
  end_nap(&isolate->state);
  tell_all(isolate);
  pthread_mutex_unlock(&isolate->mutex);
  drop(isolate);
  while (!is_reaped && waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  return NULL;
}

static int start_thread(void *(*run)(void *), void *given) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, 128 << 10);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, &attributes, run, given);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return failed;
}

/* How long the host looks again whether there is an answer, should nobody wake it. Its
 * tests make that so long that they would see it. */
#if !defined(PLUGIN_LOOK_MS)
#define PLUGIN_LOOK_MS 100
#endif

int32_t plugin_isolate_start(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  isolate->generation++;
  pthread_mutex_unlock(&isolate->mutex);
  struct plugin_hello *hello = (struct plugin_hello *)isolate->arena;
  if (atomic_load(&isolate->state) == STATE_ENDED) await_nobody(isolate);
  /* Of the first one it is new, and written nowhere yet. */
  if (isolate->generation > 1) {
    memset(isolate->arena, 0, PLUGIN_LANES_AT + PLUGIN_LANES * PLUGIN_LANE_SIZE);
    atomic_store(&plugin_crash_in(isolate->arena)->state, CRASH_NONE);
  }
  for (uint32_t i = 0; i < PLUGIN_LANES; i++) {
    isolate->turns[i] = (struct turn){{0, 0}, 0, isolate->bells[i].hosts};
  }
  isolate->error = 0;
  isolate->status = 0;
  isolate->is_listening = 0;
  atomic_store(&isolate->timed_out, 0);
  /* Here, as it is the thread that starts it which may set variables. */
  isolate->environment = plugin_program_environment(isolate->confinement);
  if (!isolate->environment) return ENOMEM;
  atomic_store(&isolate->state, STATE_STARTING);
  pthread_mutex_lock(&isolate->mutex); /* the thread before may still let go of it */
  int failed = start_thread(keep, isolate);
  if (failed == 0) isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  if (failed) atomic_store(&isolate->state, STATE_ENDED);
  while (atomic_load(&isolate->state) == STATE_STARTING) {
    nap(&isolate->state, STATE_STARTING, PLUGIN_LOOK_MS);
  }
  free(isolate->environment);
  if (failed) return failed;
  while (!atomic_load(&hello->is_ready)) {
    plugin_sleep(&hello->is_ready, 0, PLUGIN_LOOK_MS, isolate->bells[0].hosts);
  }
  if (atomic_load(&isolate->state) != STATE_ENDED) return 0;
  return isolate->error ? isolate->error : -1;
}

int32_t plugin_isolate_confine(struct plugin_isolate *isolate, const char *policy, double length) {
  struct plugin_confinement *confinement = plugin_confinement_new(policy, (size_t)length);
  if (!confinement) return ENOMEM;
  /* It has none of the host's descriptors. */
  if (!isolate->output) isolate->output = plugin_output_new(NULL);
  if (!isolate->output) {
    plugin_confinement_free(confinement);
    return ENOMEM;
  }
  if (isolate->confinement) plugin_confinement_free(isolate->confinement);
  isolate->confinement = confinement;
  return 0;
}

int32_t plugin_isolate_reason(struct plugin_isolate *isolate, char *text) {
  return isolate->confinement ? plugin_confinement_reason(isolate->confinement, text) : 0;
}

uint32_t plugin_isolate_refused(struct plugin_isolate *isolate, char *text, uint32_t size) {
  if (!isolate->confinement) return 0;
  return (uint32_t)plugin_confinement_refused(isolate->confinement, text, size);
}

int32_t plugin_isolate_print_to(struct plugin_isolate *isolate, struct plugin_owner *owner,
                                void *hear) {
  int process = (int)syscall(SYS_pidfd_open, getpid(), 0);
  if (process < 0) return errno;
  close(process);
  isolate->output = plugin_output_new(owner);
  isolate->hear = hear;
  return isolate->output ? 0 : ENOMEM;
}

uint32_t plugin_isolate_printed(struct plugin_isolate *isolate, char *to, uint32_t size) {
  return plugin_output_take(isolate->output, to, size);
}

int32_t plugin_isolate_status(struct plugin_isolate *isolate) { return isolate->status; }

uint64_t plugin_isolate_service(struct plugin_isolate *isolate, uint32_t service) {
  if (service >= PLUGIN_SERVICES) return 0;
  return ((struct plugin_hello *)isolate->arena)->services[service];
}

uint32_t plugin_isolate_crash(struct plugin_isolate *isolate, void *to) {
  struct plugin_crash *crash = plugin_crash_in(isolate->arena);
  if (atomic_load(&crash->state) != CRASH_WRITTEN) return 0;
  memcpy(to, crash, sizeof *crash);
  return 1;
}

/* How long a thread may take to say what it is about: on a machine with much to do it waits
 * for its turn. Nearly all say it at once. */
#define STACK_MS 1000

/* Asks the thread of a lane for its stack, as it has no other end. */
static void ask_for_stack(struct plugin_isolate *isolate, struct plugin_lane *lane) {
  struct plugin_crash *crash = plugin_crash_in(isolate->arena);
  pthread_mutex_lock(&isolate->mutex);
  if (isolate->pid != 0) {
    syscall(SYS_tgkill, isolate->pid, atomic_load(&lane->thread), STACK_SIGNAL);
  }
  pthread_mutex_unlock(&isolate->mutex);
  uint64_t start = plugin_now();
  while (plugin_now() - start < STACK_MS * (uint64_t)1000000) {
    uint32_t state = atomic_load(&crash->state);
    if (state == CRASH_WRITTEN || atomic_load(&isolate->state) == STATE_ENDED) return;
    nap(&crash->state, state, 1);
  }
}

/* ------------------------------------------------------------------- calls */

static void request(struct turn *turn, struct plugin_lane *lane) {
  turn->number += PLUGIN_TURN;
  plugin_tell(&lane->request, turn->number, &lane->runner_sleeps, turn->bell);
}

/* Lets JavaScript take some of what was printed, in the middle of its call: nobody else
 * would before the plugin prints on. */
static void hear(struct plugin_isolate *isolate) {
  struct plugin_call call = {.target = isolate->hear};
  isolate->is_hearing = 1;
  plugin_call_run(&call, 0);
  isolate->is_hearing = 0;
}

static enum plugin_outcome await_reply(struct plugin_isolate *isolate, struct turn *turn,
                                       struct plugin_lane *lane, uint32_t timeout) {
  if (plugin_look(&turn->spin, &lane->reply, turn->number)) return OUTCOME_DONE;
  plugin_tell_again(&lane->request, &lane->runner_sleeps, turn->bell);
  atomic_store_explicit(&lane->host_core, sched_getcpu() + 1, memory_order_relaxed);
  uint64_t since = timeout > 0 ? plugin_now() : 0;
  for (;;) {
    atomic_store(&lane->host_sleeps, 1);
    uint32_t seen = atomic_fetch_and(&lane->reply, ~REPLY_TOLD) & ~REPLY_TOLD;
    if ((seen & ~REPLY_LAST) == turn->number) break;
    if (atomic_load(&isolate->state) == STATE_ENDED) return OUTCOME_ENDED;
    uint32_t most = PLUGIN_LOOK_MS;
    if (timeout > 0) {
      uint64_t waited = (plugin_now() - since) / 1000000;
      if (waited >= timeout) return OUTCOME_TIMED_OUT;
      if (timeout - waited < most) most = (uint32_t)(timeout - waited);
    }
    if (lane == plugin_lane_at(isolate->arena, 0) && isolate->hear &&
        plugin_output_is_waiting(isolate->output)) {
      hear(isolate);
      continue;
    }
    plugin_sleep(&lane->reply, seen, most, turn->bell);
  }
  atomic_store(&lane->host_sleeps, 0);
  return OUTCOME_DONE;
}

static void put_call(struct plugin_lane *lane, const struct plugin_remote_call *given) {
  uint32_t load = (given->kind & 0xff) / 3;
  const struct plugin_call *call = &given->call;
  lane->kind = given->kind;
  lane->target = (uint64_t)call->target;
  memcpy(lane->integers, call->integers, sizeof call->integers);
  if (load >= LOAD_REGISTERS) memcpy(lane->floats, call->floats, sizeof call->floats);
  if (load == LOAD_STACK_8) memcpy(lane->stack, call->stack, 8 * sizeof *call->stack);
  if (load == LOAD_STACK_56) memcpy(lane->stack, call->stack, sizeof call->stack);
}

void plugin_isolate_stop(struct plugin_isolate *isolate) {
  kill_runner(isolate);
  await_ended(isolate);
}

uint32_t plugin_isolate_timed_out(struct plugin_isolate *isolate) {
  return atomic_load(&isolate->timed_out);
}

uint32_t plugin_isolate_answer(struct plugin_isolate *isolate, uint32_t slot, void *target,
                               uint32_t as) {
  if (slot >= PLUGIN_SLOTS) return 0;
  atomic_store(&isolate->answers_as[slot], (uint8_t)as);
  atomic_store(&isolate->answers[slot], target);
  return atomic_load(&isolate->answering);
}

/* A call on another thread looks at its lane as long as the process is that which
 * it is for. */
static int enter_lane(struct plugin_isolate *isolate, uint32_t generation) {
  pthread_mutex_lock(&isolate->mutex);
  int is_there = isolate->arena && isolate->generation == generation &&
                 atomic_load(&isolate->state) == STATE_RUNNING;
  if (is_there) atomic_fetch_add(&isolate->busy, 1);
  pthread_mutex_unlock(&isolate->mutex);
  return is_there;
}

static void leave_lane(struct plugin_isolate *isolate) {
  atomic_fetch_sub(&isolate->busy, 1);
  end_nap(&isolate->busy);
}

/* Answers the callback that stands in the lane; 0 when there can be none such. */
static int answer(struct plugin_isolate *isolate, uint32_t index, uint32_t generation) {
  struct plugin_lane *lane = plugin_lane_at(isolate->arena, index);
  struct plugin_call call = {.result = 0};
  uint32_t slot = *(volatile uint32_t *)&lane->slot;
  if (slot >= PLUGIN_SLOTS) return 0;
  memcpy(call.integers, lane->back_integers, sizeof call.integers);
  memcpy(call.floats, lane->back_floats, sizeof call.floats);
  if (index > 0) atomic_fetch_add(&isolate->answering, 1);
  call.target = atomic_load(&isolate->answers[slot]);
  uint8_t as = atomic_load(&isolate->answers_as[slot]);
  /* One that was let go of gives zero, and so does one that this thread must not call. */
  int is_called = call.target && (index == 0 || as & ANSWER_FOR_ANY);
  /* JavaScript takes its time, and may start the next process meanwhile. */
  if (is_called && index > 0) leave_lane(isolate);
  if (is_called) plugin_call_run(&call, LOAD_REGISTERS * 3 + (as & ANSWER_FLOAT ? 1 : 0));
  if (index > 0) atomic_fetch_sub(&isolate->answering, 1);
  if (is_called && index > 0 && !enter_lane(isolate, generation)) return -1;
  lane->integers[0] = call.result;
  lane->kind = REQUEST_ANSWER;
  request(&isolate->turns[index], lane);
  return 1;
}

static int is_inside(const struct plugin_isolate *isolate, uint64_t place, uint64_t size) {
  uint64_t start = (uint64_t)isolate->arena + PLUGIN_ROOM_AT;
  uint64_t end = (uint64_t)isolate->arena + isolate->size;
  return place >= start && place <= end && size <= end - place;
}

/* Whether it returns within the lane: 0 when the process is another one by now. */
static int run_call(struct plugin_isolate *isolate, struct plugin_remote_call *given,
                    uint32_t index) {
  struct plugin_lane *lane = plugin_lane_at(isolate->arena, index);
  struct turn *turn = &isolate->turns[index];
  char *frame = (char *)given->frame;
  char *place = (char *)given->place;
  /* A call from within a call writes the same memory. */
  uint32_t out = given->out;
  uint32_t kind = given->kind;
  uint32_t timeout = given->timeout;
  uint32_t generation = given->generation;
  if (given->in > 0) memcpy(place, frame, given->in);
  put_call(lane, given);
  request(turn, lane);
  /* What JavaScript takes for its answers is not the plugin's time. */
  uint64_t start = timeout > 0 ? plugin_now() : 0;
  enum plugin_outcome outcome;
  while ((outcome = await_reply(isolate, turn, lane, timeout)) == OUTCOME_DONE) {
    uint32_t what = *(volatile uint32_t *)&lane->what;
    if (what == REPLY_DONE) break;
    uint64_t before = timeout > 0 ? plugin_now() : 0;
    if (before - start > timeout * (uint64_t)1000000) {
      outcome = OUTCOME_TIMED_OUT;
      break;
    }
    /* Nobody has anything else to say: what runs there is no longer what we started. */
    int answered = what == REPLY_CALLBACK ? answer(isolate, index, generation) : 0;
    if (answered < 0) {
      given->outcome = OUTCOME_ENDED;
      return 0;
    }
    if (!answered) {
      outcome = OUTCOME_ENDED;
      break;
    }
    if (timeout > 0) start += plugin_now() - before;
  }
  given->outcome = outcome;
  if (outcome != OUTCOME_DONE) {
    if (outcome == OUTCOME_TIMED_OUT) {
      atomic_store(&isolate->timed_out, 1);
      ask_for_stack(isolate, lane);
    }
    plugin_isolate_stop(isolate);
    return 1;
  }
  given->call.result = lane->result;
  if (kind & REQUEST_TEXT && given->call.result != 0) {
    given->length = lane->length;
    memcpy(given->text, lane->text, given->length < PLUGIN_TEXT ? given->length : PLUGIN_TEXT);
  }
  if (out > 0) memcpy(frame, place, out);
  return 1;
}

void plugin_isolate_call(double isolate_address, double call_address) {
  struct plugin_isolate *isolate = (struct plugin_isolate *)(intptr_t)isolate_address;
  struct plugin_remote_call *given = (struct plugin_remote_call *)(intptr_t)call_address;
  uint32_t most = given->in > given->out ? given->in : given->out;
  if (isolate->is_hearing) {
    given->outcome = OUTCOME_HEARING;
    return;
  }
  if (atomic_load(&isolate->state) != STATE_RUNNING ||
      (most > 0 && !is_inside(isolate, given->place, most))) {
    given->outcome = OUTCOME_ENDED;
    return;
  }
  run_call(isolate, given, 0);
}

/* -------------------------------------------------------- on other threads */

struct plugin_remote_call *plugin_isolate_block(struct plugin_isolate *isolate) {
  struct block *block = calloc(1, sizeof *block);
  if (!block) return NULL;
  block->isolate = isolate;
  block->next = isolate->blocks;
  isolate->blocks = block;
  pthread_mutex_lock(&isolate->mutex);
  isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  return &block->call;
}

void plugin_isolate_call_later(struct plugin_remote_call *given) {
  struct block *block = (struct block *)given;
  struct plugin_isolate *isolate = block->isolate;
  uint32_t index = given->lane;
  given->outcome = OUTCOME_ENDED;
  if (index > 0 && index < PLUGIN_FOREIGN_LANE && enter_lane(isolate, given->generation) &&
      run_call(isolate, given, index)) {
    leave_lane(isolate);
  }
  uint32_t busy = BLOCK_BUSY;
  if (atomic_compare_exchange_strong(&given->state, &busy, BLOCK_IDLE)) return;
  free(block);
  drop(isolate);
}

/* ------------------------------------------- asked by threads of the plugin */

struct listening {
  struct plugin_isolate *isolate;
  uint32_t generation;
};

static void *listen_to(void *given) {
  struct listening listening = *(struct listening *)given;
  struct plugin_isolate *isolate = listening.isolate;
  free(given);
  if (enter_lane(isolate, listening.generation)) {
    struct turn *turn = &isolate->turns[PLUGIN_FOREIGN_LANE];
    struct plugin_lane *lane = plugin_lane_at(isolate->arena, PLUGIN_FOREIGN_LANE);
    int answered = 1;
    turn->number = PLUGIN_TURN;
    while (answered > 0 && await_reply(isolate, turn, lane, 0) == OUTCOME_DONE) {
      uint32_t what = *(volatile uint32_t *)&lane->what;
      answered = what == REPLY_CALLBACK
                     ? answer(isolate, PLUGIN_FOREIGN_LANE, listening.generation)
                     : 0;
    }
    if (answered == 0) kill_runner(isolate);
    if (answered >= 0) leave_lane(isolate);
  }
  drop(isolate);
  return NULL;
}

int32_t plugin_isolate_listen(struct plugin_isolate *isolate) {
  if (isolate->is_listening) return 0;
  struct listening *listening = malloc(sizeof *listening);
  if (!listening) return ENOMEM;
  *listening = (struct listening){isolate, isolate->generation};
  pthread_mutex_lock(&isolate->mutex);
  isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  int failed = start_thread(listen_to, listening);
  if (failed) {
    free(listening);
    drop(isolate);
    return failed;
  }
  isolate->is_listening = 1;
  return 0;
}
#endif

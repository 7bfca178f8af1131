/*
 * The process of an isolated plugin, from the host's side: started, waited for and
 * ended.
 *
 * The runner is the program of program.h. The thread that starts it waits for its
 * end and tells all who wait for an answer.
 */
#include "host.h"

#include "program.h"

#if defined(__linux__)
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>

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
  plugin_bells_leave_open(spawning->isolate->bells);
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
  plugin_bells_name(isolate->bells, bells);
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
  plugin_end_nap(&isolate->state);
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
  plugin_end_nap(&isolate->state);
  tell_all(isolate);
  pthread_mutex_unlock(&isolate->mutex);
  plugin_isolate_drop(isolate);
  while (!is_reaped && waitpid(pid, &status, __WALL) < 0 && errno == EINTR) {
  }
  return NULL;
}

int plugin_isolate_thread(void *(*run)(void *), void *given) {
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

int32_t plugin_isolate_start(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  isolate->generation++;
  pthread_mutex_unlock(&isolate->mutex);
  struct plugin_hello *hello = (struct plugin_hello *)isolate->arena;
  if (atomic_load(&isolate->state) == STATE_ENDED) plugin_isolate_await_nobody(isolate);
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
  int failed = plugin_isolate_thread(keep, isolate);
  if (failed == 0) isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  if (failed) atomic_store(&isolate->state, STATE_ENDED);
  while (atomic_load(&isolate->state) == STATE_STARTING) {
    plugin_nap(&isolate->state, STATE_STARTING, PLUGIN_LOOK_MS);
  }
  free(isolate->environment);
  if (failed) return failed;
  while (!atomic_load(&hello->is_ready)) {
    plugin_sleep(&hello->is_ready, 0, PLUGIN_LOOK_MS, isolate->bells[0].hosts);
  }
  if (atomic_load(&isolate->state) != STATE_ENDED) return 0;
  return isolate->error ? isolate->error : -1;
}

void plugin_isolate_kill(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  if (isolate->pid != 0) {
    kill(isolate->pid, SIGKILL);
    /* Somebody there may trace it, and let it neither run nor end. */
    kill(-isolate->pid, SIGKILL);
  }
  pthread_mutex_unlock(&isolate->mutex);
}

void plugin_isolate_await_ended(struct plugin_isolate *isolate) {
  while (atomic_load(&isolate->state) != STATE_ENDED) {
    plugin_nap(&isolate->state, STATE_RUNNING, 1);
  }
}

void plugin_isolate_stop(struct plugin_isolate *isolate) {
  plugin_isolate_kill(isolate);
  plugin_isolate_await_ended(isolate);
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
#endif

/*
 * Threads of our own, and calls that run on them.
 *
 * They are started when there is work that nobody is free for, up to a limit,
 * and stay. Where all of them only wait, for a value of a channel say that the
 * next job would send, more are started beyond it. A job first passes its gates, each of which lets so many through
 * at a time and the others in their order, and is then anybody's.
 */
#include "support.h"

#include "at_work.h"
#include "quota.h"

#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>
#if defined(__linux__)
#include <sys/prctl.h>
#endif

struct list {
  struct plugin_job *first, **end;
};

struct plugin_gate {
  uint32_t limit;
  uint32_t inside;
  /* Jobs that were submitted and are not through: the gate's reason to be. */
  uint32_t jobs;
  uint32_t is_closed;
  struct list waiting;
};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct list ready = {NULL, &ready.first};
/* `back_soon`: threads that have done their work and only tell so; `woken`: those
 * that are on their way. */
static uint32_t threads, back_soon, woken, queued, asleep, limit;
/* Whether the limit is somebody's wish; and whether it is looked who works. */
static int is_limit_set, is_watched;

/* A thread of ours. */
struct worker {
  struct at_work at_work;
  struct worker *next, **place;
};
static struct worker *workers;

/* A thread that sleeps. Who has slept shortest is woken first: the others' memory
 * is no longer near any processor. */
struct sleeper {
  pthread_cond_t wake;
  int is_woken;
  struct sleeper *next;
};
static struct sleeper *sleepers;

/* A library may want as much as a program has; musl's own default is 128 KB. */
#define STACK_SIZE (8u << 20)
#define LEAST_THREADS 4
/* Of those that wait there may be so many. */
#define MOST_THREADS 1024
/* After so long without one that is free it is looked who works. */
#define MOMENT_MS 20

static void append(struct list *list, struct plugin_job *job) {
  job->next = NULL;
  *list->end = job;
  list->end = &job->next;
}

static struct plugin_job *take(struct list *list) {
  struct plugin_job *job = list->first;
  if (job) {
    list->first = job->next;
    if (!list->first) list->end = &list->first;
  }
  return job;
}

/* Brings a job as far as it gets. */
static void advance(struct plugin_job *job) {
  for (; job->passed < 2; job->passed++) {
    struct plugin_gate *gate = job->gates[job->passed];
    if (!gate) continue;
    if (gate->inside >= gate->limit) {
      append(&gate->waiting, job);
      return;
    }
    gate->inside++;
  }
  append(&ready, job);
  queued++;
}

static void free_if_needless(struct plugin_gate *gate) {
  if (gate->is_closed && gate->jobs == 0) free(gate);
}

/* Lets the next ones through the gates of a job that has ended. */
static void leave_gates(struct plugin_job *job) {
  for (uint32_t i = 0; i < 2; i++) {
    struct plugin_gate *gate = job->gates[i];
    if (!gate) continue;
    gate->inside--;
    gate->jobs--;
    struct plugin_job *next = gate->inside < gate->limit ? take(&gate->waiting) : NULL;
    if (next) {
      gate->inside++;
      next->passed++;
      advance(next);
    }
    free_if_needless(gate);
  }
}

static void finish(struct plugin_job *job) {
  struct plugin_owner *owner = job->owner;
  pthread_mutex_lock(&owner->mutex);
  if (!owner->is_alive) {
    plugin_owner_drop(owner); /* nobody asks for it */
    return;
  }
  job->next = NULL;
  *owner->finished_end = job;
  owner->finished_end = &job->next;
  plugin_owner_ring(owner);
}

/* Wakes or starts as many threads as there is work for. With the mutex held. */
static void wake(void);

static void sleep_until_woken(void) {
  struct sleeper own = {.next = sleepers};
  pthread_cond_init(&own.wake, NULL);
  sleepers = &own;
  asleep++;
  while (!own.is_woken) pthread_cond_wait(&own.wake, &mutex);
  woken--;
  pthread_cond_destroy(&own.wake);
}

static uint32_t most_threads(void);

static void enter(struct worker *worker) {
  plugin_at_work_begin(&worker->at_work);
  worker->next = workers;
  worker->place = &workers;
  if (workers) workers->place = &worker->next;
  workers = worker;
}

static void leave(struct worker *worker) {
  *worker->place = worker->next;
  if (worker->next) worker->next->place = worker->place;
  threads--;
}

static void *run(void *unused) {
  (void)unused;
  /* What debuggers, top and profilers show. */
#if defined(__linux__)
  prctl(PR_SET_NAME, "plugin async");
  plugin_report_thread();
#elif defined(__APPLE__)
  pthread_setname_np("plugin async");
#endif
  struct worker own;
  pthread_mutex_lock(&mutex);
  woken--;
  enter(&own);
  for (;;) {
    struct plugin_job *job;
    while (!(job = take(&ready))) {
      /* Of those that came while others waited, who is not needed any more ends. */
      if (!is_limit_set && asleep >= most_threads()) {
        leave(&own);
        pthread_mutex_unlock(&mutex);
        return NULL;
      }
      sleep_until_woken();
    }
    queued--;
    pthread_mutex_unlock(&mutex);
    uint32_t waiting = JOB_WAITING;
    if (atomic_compare_exchange_strong(&job->state, &waiting, JOB_RUNNING)) {
      plugin_call_run(&job->call, job->kind);
      job->state = JOB_FINISHED;
    }
    /* Who comes next in order may begin before this one is heard of. */
    pthread_mutex_lock(&mutex);
    leave_gates(job);
    back_soon++;
    wake();
    pthread_mutex_unlock(&mutex);
    finish(job);
    pthread_mutex_lock(&mutex);
    back_soon--;
  }
  return NULL;
}

static const int own_signals[] = {SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGTRAP, SIGSYS};

static int start(void *(*body)(void *)) {
  pthread_t thread;
  pthread_attr_t attributes;
  sigset_t all, before;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  pthread_attr_setstacksize(&attributes, STACK_SIZE);
  /* Signals are for the threads of the program, but for those that say what is wrong
   * here: blocked, they would end the process whoever handles them. */
  sigfillset(&all);
  for (size_t i = 0; i < sizeof own_signals / sizeof *own_signals; i++) {
    sigdelset(&all, own_signals[i]);
  }
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int is_started = pthread_create(&thread, &attributes, body, NULL) == 0;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attributes);
  return is_started;
}

static int start_thread(void) {
  if (!start(run)) return 0;
  threads++;
  woken++;
  return 1;
}

/* Those that this process may run on, or the time of so many: a container often has a
 * few of many. */
static long processors(void) {
  long count = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0) count = CPU_COUNT(&set);
  long quota = plugin_quota("");
  if (quota > 0 && quota < count) count = quota;
#endif
  return count;
}

static uint32_t most_threads(void) {
  if (limit == 0) {
    long cores = processors();
    limit = cores > LEAST_THREADS ? (uint32_t)cores : LEAST_THREADS;
  }
  return limit;
}

static int is_short_of_threads(void) { return queued > back_soon + woken; }

/* Starts a thread for each that only waits, as long as there is work that nobody is free
 * for. With the limit that somebody wished for, there are no more than that. */
static void *watch(void *unused) {
  (void)unused;
#if defined(__linux__)
  prctl(PR_SET_NAME, "plugin pool");
#elif defined(__APPLE__)
  pthread_setname_np("plugin pool");
#endif
  const struct timespec moment = {0, MOMENT_MS * 1000000};
  pthread_mutex_lock(&mutex);
  for (int is_first = 1; is_short_of_threads() && !is_limit_set; is_first = 0) {
    uint32_t working = 0;
    for (struct worker *one = workers; one; one = one->next) working += plugin_at_work(&one->at_work) != 0;
    while (!is_first && working < most_threads() && threads < MOST_THREADS) {
      if (!is_short_of_threads() || !start_thread()) break;
      working++;
    }
    pthread_mutex_unlock(&mutex);
    nanosleep(&moment, NULL);
    pthread_mutex_lock(&mutex);
  }
  is_watched = 0;
  pthread_mutex_unlock(&mutex);
  return NULL;
}

static void wake(void) {
  while (is_short_of_threads()) {
    struct sleeper *sleeper = sleepers;
    if (!sleeper) {
      if (threads >= most_threads()) {
        if (!is_limit_set && !is_watched) is_watched = start(watch);
        return;
      }
      if (!start_thread()) return;
      continue;
    }
    sleepers = sleeper->next;
    asleep--;
    woken++;
    sleeper->is_woken = 1;
    pthread_cond_signal(&sleeper->wake);
  }
}

struct plugin_job *plugin_job_open(struct plugin_owner *owner) {
  struct plugin_job *job = calloc(1, sizeof *job);
  if (!job) return NULL;
  job->owner = owner;
  pthread_mutex_lock(&owner->mutex);
  job->next_of_owner = owner->jobs;
  owner->jobs = job;
  pthread_mutex_unlock(&owner->mutex);
  return job;
}

uint32_t plugin_job_submit(struct plugin_job *job) {
  pthread_mutex_lock(&job->owner->mutex);
  job->owner->references++;
  pthread_mutex_unlock(&job->owner->mutex);
  job->state = JOB_WAITING;
  job->passed = 0;
  pthread_mutex_lock(&mutex);
  for (uint32_t i = 0; i < 2; i++) {
    if (job->gates[i]) job->gates[i]->jobs++;
  }
  advance(job);
  wake();
  uint32_t can = threads > 0;
  if (!can) {
    /* It is the only one: none before it could stay. */
    take(&ready);
    queued--;
    job->state = JOB_CANCELLED;
    leave_gates(job);
  }
  pthread_mutex_unlock(&mutex);
  if (!can) finish(job);
  return can;
}

uint32_t plugin_job_cancel(struct plugin_job *job) {
  uint32_t waiting = JOB_WAITING;
  return atomic_compare_exchange_strong(&job->state, &waiting, JOB_CANCELLED);
}

void plugin_pool_limit(uint32_t most) {
  pthread_mutex_lock(&mutex);
  limit = most;
  is_limit_set = 1;
  wake();
  pthread_mutex_unlock(&mutex);
}

uint32_t plugin_pool_threads(void) {
  pthread_mutex_lock(&mutex);
  uint32_t count = threads;
  pthread_mutex_unlock(&mutex);
  return count;
}

struct plugin_gate *plugin_gate_open(uint32_t most) {
  struct plugin_gate *gate = calloc(1, sizeof *gate);
  if (!gate) return NULL;
  gate->limit = most;
  gate->waiting.end = &gate->waiting.first;
  return gate;
}

void plugin_gate_close(struct plugin_gate *gate) {
  pthread_mutex_lock(&mutex);
  gate->is_closed = 1;
  free_if_needless(gate);
  pthread_mutex_unlock(&mutex);
}

/* Jobs: all are done once, gates hold, what was cancelled never begins. */
#include "check.h"

#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

static struct plugin_owner *owner;
static _Atomic int32_t inside, most_inside, order_failed, last_in_order, begun;

static int32_t work(int32_t number, int32_t ms) {
  int32_t now = atomic_fetch_add(&inside, 1) + 1;
  for (int32_t most = most_inside; now > most;) {
    if (atomic_compare_exchange_weak(&most_inside, &most, now)) break;
  }
  atomic_fetch_add(&begun, 1);
  if (ms > 0) sleep_ms(ms);
  atomic_fetch_sub(&inside, 1);
  return number * 2;
}

static int32_t in_order(int32_t number) {
  if (last_in_order != number - 1) order_failed = 1;
  last_in_order = number;
  return number;
}

static void fill(struct plugin_job *job, uint32_t id, void *target, uint64_t a, uint64_t b) {
  job->call.target = target;
  job->call.integers[0] = a;
  job->call.integers[1] = b;
  job->id = id;
  job->kind = LOAD_INTEGERS * 3 + RESULT_INTEGER;
}

/* Waits for so many jobs; gives the sum of their ids. */
static uint64_t finish(uint32_t count) {
  uint32_t ids[64];
  uint64_t sum = 0;
  while (count > 0) {
    uint32_t got = plugin_owner_take(owner, ids, 64);
    for (uint32_t i = 0; i < got; i++) sum += ids[i];
    CHECK(got <= count);
    count -= got;
    if (got == 0) sleep_ms(1);
  }
  return sum;
}

/* Before there is a thread: where none may be started, a job is given back unrun. */
static void no_thread_is_told(void) {
#if defined(__linux__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  struct rlimit before, none;
  struct plugin_gate *gate = plugin_gate_open(1);
  struct plugin_job *job = plugin_job_open(owner);
  getrlimit(RLIMIT_AS, &before);
  none = before;
  none.rlim_cur = 1;
  for (int i = 0; i < 3; i++) {
    fill(job, 11, (void *)work, 21, 0);
    job->gates[0] = gate;
    setrlimit(RLIMIT_AS, &none);
    CHECK(plugin_job_submit(job) == 0);
    setrlimit(RLIMIT_AS, &before);
    CHECK(finish(1) == 11);
    CHECK(begun == 0);
  }
  CHECK(plugin_job_submit(job));
  CHECK(finish(1) == 11);
  CHECK(begun == 1 && job->call.result == 42);
  plugin_gate_close(gate);
#endif
}

#define MANY 2000

static void all_are_done_once(void) {
  static struct plugin_job *jobs[MANY];
  for (uint32_t round = 0; round < 3; round++) {
    begun = 0;
    for (uint32_t i = 0; i < MANY; i++) {
      if (round == 0) jobs[i] = plugin_job_open(owner);
      fill(jobs[i], i, (void *)work, i, 0);
      CHECK(plugin_job_submit(jobs[i]));
    }
    CHECK(finish(MANY) == (uint64_t)MANY * (MANY - 1) / 2);
    CHECK(begun == MANY);
    for (uint32_t i = 0; i < MANY; i++) CHECK(jobs[i]->call.result == i * 2);
  }
}

static _Atomic int32_t is_open;

static int32_t wait_for_it(int32_t number) {
  atomic_fetch_add(&inside, 1);
  while (!is_open) sleep_ms(5);
  atomic_fetch_sub(&inside, 1);
  return number * 2;
}

static int32_t open_it(int32_t number) {
  is_open = 1;
  return number * 2;
}

#define WAITING 60

/* What the last one does, all before it wait for. */
static void who_waits_keeps_no_other_from_running(void) {
  begun = 0;
  for (uint32_t i = 0; i <= WAITING; i++) {
    struct plugin_job *job = plugin_job_open(owner);
    fill(job, i, i < WAITING ? (void *)wait_for_it : (void *)open_it, i, 0);
    CHECK(plugin_job_submit(job));
  }
  CHECK(finish(WAITING + 1) == WAITING * (WAITING + 1) / 2);
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  uint32_t most = cores > 4 ? (uint32_t)cores : 4;
  for (int i = 0; plugin_pool_threads() > most && i < 500; i++) sleep_ms(10);
  CHECK(plugin_pool_threads() <= most);
  CHECK(plugin_pool_threads() > 0);
}

static int32_t spin(int32_t number, int32_t ms) {
  struct timespec from, now;
  clock_gettime(CLOCK_MONOTONIC, &from);
  work(number, 0);
  atomic_fetch_add(&inside, 1);
  do {
    clock_gettime(CLOCK_MONOTONIC, &now);
  } while ((now.tv_sec - from.tv_sec) * 1000 + (now.tv_nsec - from.tv_nsec) / 1000000 < ms);
  atomic_fetch_sub(&inside, 1);
  return number * 2;
}

/* Who works has a processor to itself, however many wait for one. */
static void who_works_is_not_joined_by_others(void) {
  for (uint32_t i = 0; i < 24; i++) {
    struct plugin_job *job = plugin_job_open(owner);
    fill(job, i, (void *)spin, i, 60);
    CHECK(plugin_job_submit(job));
  }
  uint32_t most = 0, ids[24];
  for (uint32_t done = 0; done < 24;) {
    done += plugin_owner_take(owner, ids, 24);
    if (plugin_pool_threads() > most) most = plugin_pool_threads();
    sleep_ms(1);
  }
  /* On a machine that is busy with other things one may look idle for a moment. */
  long cores = sysconf(_SC_NPROCESSORS_ONLN);
  CHECK(most < (cores > 4 ? (uint32_t)cores : 4) + 10);
}

static void no_more_threads_than_allowed(void) {
  plugin_pool_limit(6);
  most_inside = 0;
  for (uint32_t i = 0; i < 12; i++) {
    struct plugin_job *job = plugin_job_open(owner);
    fill(job, i, (void *)work, i, 50);
    plugin_job_submit(job);
  }
  finish(12);
  CHECK(most_inside == 6);
  CHECK(plugin_pool_threads() == 6);
}

/* Those that are there stay and go on: nothing that waits is lost, and no more come. */
static void a_lower_limit_loses_no_jobs(void) {
  struct plugin_job *jobs[40];
  begun = 0;
  for (uint32_t i = 0; i < 40; i++) {
    jobs[i] = plugin_job_open(owner);
    fill(jobs[i], i, (void *)work, i, 10);
    CHECK(plugin_job_submit(jobs[i]));
    if (i == 20) plugin_pool_limit(2);
    if (i == 30) plugin_pool_limit(1);
  }
  CHECK(finish(40) == 39 * 40 / 2);
  CHECK(begun == 40);
  for (uint32_t i = 0; i < 40; i++) CHECK(jobs[i]->call.result == i * 2);
  CHECK(plugin_pool_threads() == 6);
  plugin_pool_limit(6);
}

static void a_gate_lets_so_many_through(void) {
  struct plugin_gate *gate = plugin_gate_open(2);
  most_inside = 0;
  for (uint32_t i = 0; i < 8; i++) {
    struct plugin_job *job = plugin_job_open(owner);
    fill(job, i, (void *)work, i, 20);
    job->gates[0] = gate;
    plugin_job_submit(job);
  }
  plugin_gate_close(gate); /* they still need it */
  finish(8);
  CHECK(most_inside == 2);
}

static void a_gate_of_one_keeps_the_order(void) {
  struct plugin_gate *one = plugin_gate_open(1), *three = plugin_gate_open(3);
  for (uint32_t i = 1; i <= 500; i++) {
    struct plugin_job *job = plugin_job_open(owner);
    fill(job, i, (void *)in_order, i, 0);
    job->gates[0] = one;
    job->gates[1] = three;
    plugin_job_submit(job);
    if (i % 5 == 0) {
      struct plugin_job *other = plugin_job_open(owner);
      fill(other, 0, (void *)work, 0, 0);
      other->gates[1] = three;
      plugin_job_submit(other);
    }
  }
  CHECK(finish(600) == 500 * 501 / 2);
  CHECK(!order_failed && last_in_order == 500);
  plugin_gate_close(one);
  plugin_gate_close(three);
}

static void what_was_cancelled_never_begins(void) {
  struct plugin_gate *gate = plugin_gate_open(1);
  struct plugin_job *jobs[3];
  begun = 0;
  for (uint32_t i = 0; i < 3; i++) {
    jobs[i] = plugin_job_open(owner);
    fill(jobs[i], i, (void *)work, i, 60);
    jobs[i]->gates[0] = gate;
    plugin_job_submit(jobs[i]);
  }
  while (begun == 0) sleep_ms(1);
  CHECK(!plugin_job_cancel(jobs[0]));
  CHECK(plugin_job_cancel(jobs[1]));
  CHECK(!plugin_job_cancel(jobs[1]));
  finish(3);
  CHECK(begun == 2);
  CHECK(jobs[2]->call.result == 4);
  plugin_gate_close(gate);
}

static void a_descriptor_tells(void) {
  struct plugin_owner *loop = plugin_owner_open(NULL, 0);
  struct plugin_job *job = plugin_job_open(loop);
  uint32_t id = 0;
  char byte;
  fill(job, 7, (void *)work, 21, 20);
  plugin_job_submit(job);
  while (read(plugin_owner_descriptor(loop), &byte, 1) != 1) sleep_ms(1);
  CHECK(plugin_owner_take(loop, &id, 1) == 1 && id == 7);
  CHECK(job->call.result == 42);
  close(plugin_owner_descriptor(loop));
}

/* A thread that submits and ends: what has not begun never does. */
static void *leaves(void *unused) {
  (void)unused;
  struct plugin_owner *mine = plugin_owner_open(silent, 0);
  struct plugin_gate *gate = plugin_gate_open(1);
  for (uint32_t i = 0; i < 20; i++) {
    struct plugin_job *job = plugin_job_open(mine);
    fill(job, i, (void *)work, i, 30);
    job->gates[0] = gate;
    plugin_job_submit(job);
  }
  plugin_gate_close(gate);
  while (begun == 0) sleep_ms(1);
  return mine;
}

static void an_owner_that_ends_takes_its_jobs_along(void) {
  pthread_t thread;
  begun = 0;
  void *theirs = NULL;
  pthread_create(&thread, NULL, leaves, NULL);
  pthread_join(thread, &theirs);
  sleep_ms(200);
  CHECK(begun == 1);
  /* Nobody needs it any more: it is the next one. */
  void *again = NULL;
  begun = 0;
  pthread_create(&thread, NULL, leaves, NULL);
  pthread_join(thread, &again);
  CHECK(again == theirs);
  sleep_ms(100);
}

static _Atomic int32_t given_back, given_before_others;

static void give_back(uint64_t handle) {
  /* What was written last goes first. */
  if (handle == 100 + (uint64_t)given_back) given_before_others++;
  given_back++;
}
static void give_back_variable(uint64_t *variable) { give_back(*variable); }

static void hold(struct plugin_ledger_row *rows, int i, void (*release)(), double kind) {
  rows[i] = (struct plugin_ledger_row){102 - i, (double)(uintptr_t)release, kind, i, 0};
}

static void *holds(void *unused) {
  (void)unused;
  struct plugin_owner *own = plugin_owner_open(silent, 0);
  struct plugin_ledger_row *rows = plugin_ledger_grow(own);
  hold(rows, 0, give_back_variable, LEDGER_VARIABLE);
  hold(rows, 1, give_back, LEDGER_ADDRESS);
  hold(plugin_ledger_grow(own), 2, give_back, LEDGER_SLOT);
  struct plugin_job *job = plugin_job_open(own);
  fill(job, 0, (void *)work, 1, 300);
  plugin_job_submit(job);
  while (begun == 0) sleep_ms(1);
  return NULL;
}

static void what_an_owner_held_is_given_back(void) {
  pthread_t thread;
  begun = 0;
  pthread_create(&thread, NULL, holds, NULL);
  pthread_join(thread, NULL);
  CHECK(given_back == 1); /* the others may be used by the call that goes on */
  for (int i = 0; given_back < 3 && i < 500; i++) sleep_ms(10);
  CHECK(given_back == 3);
  CHECK(given_before_others == 3);
}

enum { CHAIN = 4000 };

static double order[CHAIN + 8];
static _Atomic int32_t ordered;

static void note(uint64_t handle) { order[ordered++] = (double)handle; }

static struct plugin_ledger_row value(double stamp, double before) {
  return (struct plugin_ledger_row){stamp, (double)(uintptr_t)note, LEDGER_SLOT, stamp, before};
}

static struct plugin_ledger_row keeps(double stamp, double before) {
  return (struct plugin_ledger_row){0, 0, LEDGER_KEEPS, stamp, before};
}

static void *keep_each_other(void *unused) {
  (void)unused;
  struct plugin_owner *own = plugin_owner_open(silent, 0);
  struct plugin_ledger_row *rows = NULL;
  int count = PLUGIN_LEDGER_ROWS;
#define ADD(row) \
  do { \
    if (count == PLUGIN_LEDGER_ROWS) rows = plugin_ledger_grow(own), count = 0; \
    rows[count++] = (row); \
  } while (0)
  /* 1 and its parts, each of which keeps the next one, but for the last. */
  for (int i = 1; i <= CHAIN; i++) ADD(value(i, i == 1 ? 0 : 1));
  for (int i = 2; i < CHAIN; i++) ADD(keeps(i, i + 1));
  /* Which keep what was there no more, and each other. */
  ADD(keeps(3, CHAIN + 100));
  ADD(keeps(CHAIN + 1, CHAIN + 2));
  ADD(keeps(CHAIN + 2, CHAIN + 1));
  ADD(value(CHAIN + 1, 0));
  ADD(value(CHAIN + 2, 0));
  /* One that is left, what it keeps by way of what is never given back, and what keeps it. */
  struct plugin_ledger_row left = value(CHAIN + 3, 0), between = value(CHAIN + 4, CHAIN + 5);
  left.kind = LEDGER_LEFT;
  between.kind = LEDGER_BETWEEN;
  ADD(left);
  ADD(between);
  ADD(keeps(CHAIN + 3, CHAIN + 4));
  ADD(value(CHAIN + 5, 0));
  ADD(value(CHAIN + 6, CHAIN + 3));
  return NULL;
}

static void what_keeps_another_is_given_back_before_it(void) {
  pthread_t thread;
  pthread_create(&thread, NULL, keep_each_other, NULL);
  pthread_join(thread, NULL);
  CHECK(ordered == CHAIN + 3);
  CHECK(order[0] == CHAIN + 6);
  CHECK(order[1] + order[2] == 2 * CHAIN + 3);
  for (int i = 2; i <= CHAIN; i++) CHECK(order[i + 1] == i);
  CHECK(order[CHAIN + 2] == 1);
}

int main(void) {
  owner = plugin_owner_open(silent, 0);
  no_thread_is_told();
  all_are_done_once();
  who_waits_keeps_no_other_from_running();
  who_works_is_not_joined_by_others();
  no_more_threads_than_allowed();
  a_lower_limit_loses_no_jobs();
  a_gate_lets_so_many_through();
  a_gate_of_one_keeps_the_order();
  what_was_cancelled_never_begins();
  a_descriptor_tells();
  an_owner_that_ends_takes_its_jobs_along();
  what_an_owner_held_is_given_back();
  what_keeps_another_is_given_back_before_it();
  return 0;
}

/* A process of its own: calls there and back, its end is seen, another begins. */
#include "check.h"

#include "../../native/isolate.h"

#include <fcntl.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

static struct plugin_isolate *isolate;
static struct plugin_remote_call call;

static void run(uint64_t target, uint32_t kind, uint64_t a, uint64_t b, uint64_t c) {
  call.call.target = (void *)target;
  call.call.integers[0] = a;
  call.call.integers[1] = b;
  call.call.integers[2] = c;
  call.kind = kind;
  plugin_isolate_call((double)(intptr_t)isolate, (double)(intptr_t)&call);
}

static uint64_t symbol(uint64_t handle, const char *name) {
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + (1 << 20);
  char frame[64];
  strcpy(frame, name);
  call.frame = (uint64_t)frame;
  call.place = place;
  call.in = sizeof frame;
  call.out = 0;
  run(plugin_isolate_service(isolate, 1), 0, handle, place, 0);
  call.in = 0;
  CHECK(call.outcome == 0);
  CHECK(call.call.result != 0);
  return call.call.result;
}

static void calls_there_and_back(void) {
  uint64_t length = plugin_isolate_service(isolate, 3);
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + (1 << 20);
  char frame[16] = "hello";
  call.frame = (uint64_t)frame;
  call.place = place;
  call.in = sizeof frame;
  for (int i = 0; i < 20000; i++) {
    run(length, 0, place, 0, 0);
    CHECK(call.outcome == 0);
    CHECK(call.call.result == 5);
  }
  /* What lies outside of the room is refused before anything is written. */
  call.place = (uint64_t)plugin_isolate_arena(isolate);
  run(length, 0, place, 0, 0);
  CHECK(call.outcome != 0);
  call.in = 0;
  call.place = place;
}

static void its_end_is_seen(void) {
  uint64_t raise_it = symbol(0, "raise");
  run(raise_it, 0, SIGSEGV, 0, 0);
  CHECK(call.outcome != 0);
  CHECK(WIFSIGNALED(plugin_isolate_status(isolate)));
  CHECK(WTERMSIG(plugin_isolate_status(isolate)) == SIGSEGV);
  run(raise_it, 0, 0, 0, 0);
  CHECK(call.outcome != 0);
  CHECK(plugin_isolate_start(isolate) == 0);
  run(symbol(0, "_exit"), 0, 7, 0, 0);
  CHECK(call.outcome != 0);
  CHECK(WIFEXITED(plugin_isolate_status(isolate)));
  CHECK(WEXITSTATUS(plugin_isolate_status(isolate)) == 7);
}

/* Those on which the runner may be, by its own word. */
static void check_cores(const cpu_set_t *wanted) {
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + (1 << 20);
  run(symbol(0, "sched_getaffinity"), 0, 0, sizeof *wanted, place);
  CHECK(call.outcome == 0 && (int32_t)call.call.result == 0);
  CHECK(CPU_EQUAL((cpu_set_t *)place, wanted));
}

/* Says it while the runner sleeps, and has gone from where it was. */
static void put_runner_on(const cpu_set_t *cores, pid_t runner) {
  struct plugin_lane *lane = plugin_lane_at(plugin_isolate_arena(isolate), 0);
  while (!atomic_load(&lane->runner_sleeps)) usleep(100);
  CHECK(sched_setaffinity(runner, sizeof *cores, cores) == 0);
}

/* To leave the host's core changes nothing about where it may be. */
static void its_cores_stay_what_they_are(void) {
  cpu_set_t all, one;
  int core = sched_getcpu();
  CHECK(core >= 0 && sched_getaffinity(0, sizeof all, &all) == 0);
  CPU_ZERO(&one);
  CPU_SET(core, &one);
  run(symbol(0, "getpid"), 0, 0, 0, 0);
  pid_t runner = (pid_t)call.call.result;
  uint64_t rest = symbol(0, "usleep");
  CHECK(sched_setaffinity(0, sizeof one, &one) == 0);
  put_runner_on(&one, runner);
  for (int i = 0; i < 100; i++) run(rest, 0, 200, 0, 0);
  check_cores(&one);
  put_runner_on(&all, runner);
  for (int i = 0; i < 100; i++) run(rest, 0, 200, 0, 0);
  check_cores(&all);
  CHECK(sched_setaffinity(0, sizeof all, &all) == 0);
}

#if !defined(__SANITIZE_THREAD__) /* which would only say that it is a race */
static _Atomic int scribbles;

static uint32_t random_word(uint32_t *state) {
  *state ^= *state << 13;
  *state ^= *state >> 17;
  return *state ^= *state << 5;
}

/* Writes into the arena what a runner might that somebody else has taken over:
 * anything anywhere, and replies that come at the right time and say nonsense. */
static void *scribble(void *given) {
  char *arena = given;
  struct plugin_lane *lane = plugin_lane_at(arena, 0);
  uint32_t state = 88172645;
  while (scribbles) {
    uint32_t word = random_word(&state);
    uint32_t *at = (uint32_t *)(arena + random_word(&state) % (PLUGIN_LANES_AT + PLUGIN_LANE_SIZE) / 4 * 4);
    *(volatile uint32_t *)at = word;
    *(volatile uint64_t *)&lane->length = (uint64_t)word << (word & 31);
    *(volatile uint32_t *)&lane->slot = word & 1 ? word : word % (PLUGIN_SLOTS + 64);
    *(volatile uint32_t *)&lane->what = word % 4;
    if (word % 3 == 0) lane->reply = lane->request;
    if (word % 64 == 0) sched_yield();
  }
  return NULL;
}

static uint64_t answered;
static uint64_t answer(uint64_t a) {
  answered++;
  return a;
}

static void nonsense_does_no_harm(void) {
  const char *wanted = getenv("PLUGIN_ROUNDS");
  const int rounds = wanted ? atoi(wanted) : 400;
  int ended = 0;
  pthread_t thread;
  char frame[256] = "hello";
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + PLUGIN_ROOM_AT;
  for (uint32_t slot = 0; slot < PLUGIN_SLOTS; slot += 3) {
    plugin_isolate_answer(isolate, slot, (void *)answer, slot % 2 ? ANSWER_FOR_ANY : 0);
  }
  scribbles = 1;
  CHECK(pthread_create(&thread, NULL, scribble, plugin_isolate_arena(isolate)) == 0);
  /* It is chance when the first callback comes, and when that thread runs at all: on a
   * machine with much to do, late. Whoever runs this test waits no longer than so. */
  for (int i = 0; i < rounds || answered == 0 || ended < 2; i++) {
    if (i >= rounds) sched_yield();
    if (i == 0 || call.outcome != OUTCOME_DONE) {
      ended++;
      while (plugin_isolate_start(isolate) != 0) {
      }
    }
    call.frame = (uint64_t)frame;
    call.place = place;
    call.in = call.out = sizeof frame;
    call.timeout = 5;
    run(plugin_isolate_service(isolate, 3), i % 2 ? REQUEST_TEXT : 0, place, 0, 0);
  }
  scribbles = 0;
  pthread_join(thread, NULL);
  /* It did both: ended processes, and called back. */
  CHECK(ended > 1);
  CHECK(answered > 0);
  /* Only one that has ended is started: the end of the one before would be taken for its own. */
  while (call.outcome == OUTCOME_DONE) run(0, 0, 0, 0, 0);
  CHECK(plugin_isolate_start(isolate) == 0);
  call.timeout = 0;
  run(plugin_isolate_service(isolate, 3), 0, place, 0, 0);
  CHECK(call.outcome == OUTCOME_DONE);
}
#else
static void nonsense_does_no_harm(void) {}
#endif

static int has_variable(const char *name) {
  uint64_t getenv_there = symbol(0, "getenv");
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + (1 << 20);
  char frame[64];
  strcpy(frame, name);
  call.frame = (uint64_t)frame;
  call.place = place;
  call.in = sizeof frame;
  run(getenv_there, 0, place, 0, 0);
  call.in = 0;
  CHECK(call.outcome == 0);
  return call.call.result != 0;
}

/* It began with LD_BEGAN, see main(). */
static void the_loaders_variables_are_those_of_the_beginning(void) {
  CHECK(unsetenv("LD_BEGAN") == 0);
  CHECK(setenv("LD_SINCE", "1", 1) == 0);
  CHECK(setenv("SINCE", "1", 1) == 0);
  plugin_isolate_stop(isolate);
  CHECK(WTERMSIG(plugin_isolate_status(isolate)) == SIGKILL);
  CHECK(plugin_isolate_start(isolate) == 0);
  CHECK(has_variable("LD_BEGAN"));
  CHECK(!has_variable("LD_SINCE"));
  CHECK(has_variable("SINCE"));
}

#if defined(PLUGIN_LINGER_NS) /* else it is chance, and seldom */
/* What its process prints. */
static int printing = -1;

/* Prints about when the caller falls asleep. */
static void *print_soon(void *microseconds) {
  uint64_t start = plugin_now();
  while (plugin_now() - start < (uintptr_t)microseconds * 1000) plugin_pause();
  CHECK(write(printing, "x", 1) == 1);
  return NULL;
}

/* Where both see it. */
static sem_t *heard(void) {
  return (sem_t *)((char *)plugin_isolate_arena(isolate) + PLUGIN_ROOM_AT + 4096);
}

static uint64_t hear(void) {
  char text[64];
  if (plugin_isolate_printed(isolate, text, sizeof text) > 0) sem_post(heard());
  return 0;
}

/* Somebody who waits for a call until it is heard what was printed, and who else may be
 * about to fall asleep just then, would wait for as long as nobody looks again. */
static void what_is_printed_is_heard_within_a_call(void) {
  struct plugin_owner *owner = plugin_owner_open(silent, 0);
  char name[64];
  isolate = plugin_isolate_open(16 << 20);
  CHECK(owner && isolate);
  CHECK(plugin_isolate_print_to(isolate, owner, (void *)hear) == 0);
  CHECK(plugin_isolate_start(isolate) == 0);
  run(symbol(0, "getpid"), 0, 0, 0, 0);
  snprintf(name, sizeof name, "/proc/%d/fd/1", (int)call.call.result);
  printing = open(name, O_WRONLY | O_CLOEXEC);
  CHECK(printing >= 0);
  CHECK(sem_init(heard(), 1, 0) == 0);
  uint64_t wait = symbol(0, "sem_wait");
  for (uintptr_t round = 0; round < 50; round++) {
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, print_soon, (void *)(round % 20 * 10)) == 0);
    do run(wait, 0, (uint64_t)heard(), 0, 0);
    while (call.outcome == 0 && (int32_t)call.call.result != 0); /* it was interrupted */
    CHECK(call.outcome == 0);
    pthread_join(thread, NULL);
  }
  close(printing);
  plugin_isolate_close(isolate, 0);
}
#endif

int main(int count, char **arguments) {
  if (count > 0 && !getenv("LD_BEGAN")) {
    CHECK(setenv("LD_BEGAN", "1", 1) == 0);
    execv("/proc/self/exe", arguments);
    CHECK(0);
  }
  isolate = plugin_isolate_open(16 << 20);
  CHECK(isolate != NULL);
  CHECK(plugin_isolate_start(isolate) == 0);
  the_loaders_variables_are_those_of_the_beginning();
  calls_there_and_back();
  its_cores_stay_what_they_are();
  its_end_is_seen();
  for (int i = 0; i < 200; i++) {
    CHECK(plugin_isolate_start(isolate) == 0);
    run(symbol(0, "raise"), 0, SIGKILL, 0, 0);
    CHECK(call.outcome != 0);
  }
  nonsense_does_no_harm();
  plugin_isolate_close(isolate, 0);
  for (int i = 0; i < 50; i++) {
    isolate = plugin_isolate_open(16 << 20);
    CHECK(isolate && plugin_isolate_start(isolate) == 0);
    plugin_isolate_close(isolate, i % 2);
  }
#if defined(PLUGIN_LINGER_NS)
  what_is_printed_is_heard_within_a_call();
#endif
  return 0;
}

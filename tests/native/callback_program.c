/* Functions that any thread may call: the owner answers, however it comes. */
#if defined(__linux__)
#define _GNU_SOURCE /* which thread runs where */
#include <sched.h>
#endif
#include "check.h"

static pthread_t owner_thread;
static int32_t sum_of_texts;

static int32_t twice(int32_t number) {
  CHECK(pthread_equal(pthread_self(), owner_thread));
  return number * 2;
}
static double mean(double a, int32_t b) {
  CHECK(pthread_equal(pthread_self(), owner_thread));
  return (a + b) / 2;
}
static float half(float a) { return a / 2; }
static void text(const char *given) { sum_of_texts += (int32_t)strlen(given); }

typedef int32_t (*int_function)(int32_t);

struct task {
  void *function;
  int rounds;
  int32_t answer;
};

static void *asks(void *given) {
  struct task *task = given;
  for (int i = 0; i < task->rounds; i++) {
    task->answer = ((int_function)task->function)(i);
    if (task->answer != i * 2 && task->answer != 0) exit(3);
  }
  return NULL;
}

static void *tells(void *given) {
  for (int i = 0; i < 100; i++) {
    char own[8] = "abcdefg";
    ((void (*)(const char *))given)(own);
    memset(own, 0, sizeof own);
  }
  return NULL;
}

static void *asks_floats(void *given) {
  void **functions = given;
  CHECK(((double (*)(double, int32_t))functions[0])(1.5, 2) == 1.75);
  CHECK(((float (*)(float))functions[1])(5) == 2.5f);
  return NULL;
}

static void serve(struct plugin_owner *owner, pthread_t *threads, int count) {
  /* Until nothing came for a while: nobody here knows when they are through. */
  for (int idle = 0; idle < 200;) {
    if (plugin_owner_serve(owner)) idle = 0;
    else {
      idle++;
      sleep_ms(1);
    }
  }
  for (int i = 0; i < count; i++) pthread_join(threads[i], NULL);
}

static int is_asked_for(struct plugin_owner *owner) {
  pthread_mutex_lock(&owner->mutex);
  int is = owner->requests != NULL;
  pthread_mutex_unlock(&owner->mutex);
  return is;
}

static _Atomic(void *) abandoned;
static _Atomic int is_asked;
static int32_t answer_of_nobody = 99;

static void *leaves(void *unused) {
  (void)unused;
  struct plugin_owner *mine = plugin_owner_open(silent, 0);
  abandoned = plugin_callback_open(mine, (void *)twice, RESULT_INTEGER);
  while (!is_asked) sleep_ms(1); /* nobody serves */
  sleep_ms(50);
  return NULL;
}

static void *asks_once(void *unused) {
  (void)unused;
  is_asked = 1;
  answer_of_nobody = ((int_function)abandoned)(21);
  return NULL;
}

static pthread_mutex_t bell_mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t bell_changed = PTHREAD_COND_INITIALIZER;
static int is_rung;

/* A bell that comes back when it was heard. */
static void slow_bell(uint32_t unused) {
  (void)unused;
  pthread_mutex_lock(&bell_mutex);
  is_rung = 1;
  while (is_rung) pthread_cond_wait(&bell_changed, &bell_mutex);
  pthread_mutex_unlock(&bell_mutex);
}

/* Answers until so many rounds of a task are through. */
static void *hears(void *unused) {
  (void)unused;
  owner_thread = pthread_self();
  struct plugin_owner *mine = plugin_owner_open(slow_bell, 1);
  struct task task = {plugin_callback_open(mine, (void *)twice, RESULT_INTEGER), 200, 99};
  pthread_t thread;
  pthread_create(&thread, NULL, asks, &task);
  for (int answered = 0; answered < 200;) {
    pthread_mutex_lock(&bell_mutex);
    int heard = is_rung;
    is_rung = 0;
    pthread_cond_signal(&bell_changed);
    pthread_mutex_unlock(&bell_mutex);
    if (!heard) sleep_ms(1);
    while (plugin_owner_serve(mine)) answered++;
  }
  pthread_join(thread, NULL);
  CHECK(task.answer == 398);
  return NULL;
}

#if defined(__linux__)
/* The calling thread and another one share a processor. */
static void share_processor(void) {
  cpu_set_t one;
  CPU_ZERO(&one);
  CPU_SET(0, &one);
  CHECK(pthread_setaffinity_np(pthread_self(), sizeof one, &one) == 0);
}

static _Atomic int is_over;

static void *hogs(void *unused) {
  share_processor();
  while (!is_over) {
  }
  return unused;
}

/* One that wants to run and is hardly let by another thread is no sleeper. */
static void *starves(void *unused) {
  owner_thread = pthread_self();
  struct plugin_owner *mine = plugin_owner_open(silent, 0);
  mine->patience = 200;
  struct task task = {plugin_callback_open(mine, (void *)twice, RESULT_INTEGER), 2, 99};
  pthread_t threads[2];
  pthread_create(&threads[0], NULL, asks, &task);
  while (!is_asked_for(mine)) sleep_ms(1);
  pthread_create(&threads[1], NULL, hogs, NULL);
  share_processor();
  struct sched_param none = {0};
  CHECK(pthread_setschedparam(pthread_self(), SCHED_IDLE, &none) == 0);
  struct timespec begin, now;
  clock_gettime(CLOCK_MONOTONIC, &begin);
  do clock_gettime(CLOCK_MONOTONIC, &now);
  while (now.tv_sec - begin.tv_sec < 2);
  is_over = 1;
  pthread_join(threads[1], NULL);
  serve(mine, threads, 1);
  CHECK(task.answer == 2);
  CHECK(mine->stuck == 0);
  return unused;
}
#endif

int main(void) {
#if defined(__linux__)
  pthread_t starved;
  pthread_create(&starved, NULL, starves, NULL);
  pthread_join(starved, NULL);
#endif
  pthread_t listener;
  pthread_create(&listener, NULL, hears, NULL);
  pthread_join(listener, NULL);

  owner_thread = pthread_self();
  struct plugin_owner *owner = plugin_owner_open(silent, 0);
  void *function = plugin_callback_open(owner, (void *)twice, RESULT_INTEGER);
  CHECK(((int_function)function)(21) == 42);

  pthread_t threads[8];
  struct task tasks[8];
  for (int i = 0; i < 8; i++) {
    tasks[i] = (struct task){function, 500, 0};
    pthread_create(&threads[i], NULL, asks, &tasks[i]);
  }
  serve(owner, threads, 8);
  for (int i = 0; i < 8; i++) CHECK(tasks[i].answer == 998);

  void *telling = plugin_callback_open(owner, (void *)text, RESULT_INTEGER);
  for (int i = 0; i < 4; i++) pthread_create(&threads[i], NULL, tells, telling);
  serve(owner, threads, 4);
  CHECK(sum_of_texts == 4 * 100 * 7);

  void *floats[2] = {plugin_callback_open(owner, (void *)mean, RESULT_DOUBLE),
                     plugin_callback_open(owner, (void *)half, RESULT_FLOAT)};
  pthread_create(&threads[0], NULL, asks_floats, floats);
  serve(owner, threads, 1);

  /* The owner waits for the thread that waits for it. */
  owner->patience = 100;
  struct timespec from, to;
  clock_gettime(CLOCK_MONOTONIC, &from);
  tasks[0] = (struct task){function, 100, 99};
  pthread_create(&threads[0], NULL, asks, &tasks[0]);
  pthread_join(threads[0], NULL);
  CHECK(tasks[0].answer == 0);
  CHECK(owner->stuck == 100);
  /* Only the first of its calls has waited: it would have been ten seconds. */
  clock_gettime(CLOCK_MONOTONIC, &to);
  CHECK(to.tv_sec - from.tv_sec < 5);
  CHECK(plugin_owner_serve(owner) == 0);

  /* An owner that runs is waited for, however long it takes, if others let it run. */
  owner->patience = 1000;
  tasks[0] = (struct task){function, 2, 99};
  pthread_create(&threads[0], NULL, asks, &tasks[0]);
  clock_t until = clock() + CLOCKS_PER_SEC * 3 / 2;
  while (clock() < until) {
  }
  serve(owner, threads, 1);
  CHECK(tasks[0].answer == 2);
  CHECK(owner->stuck == 100);

  /* Whoever waits for one that is let go of gets zero, and nobody is called. */
  void *leaving = plugin_callback_open(owner, (void *)twice, RESULT_INTEGER);
  tasks[0] = (struct task){leaving, 1, 99};
  owner->patience = 60000;
  pthread_create(&threads[0], NULL, asks, &tasks[0]);
  while (!is_asked_for(owner)) sleep_ms(1);
  plugin_callback_close(leaving);
  pthread_join(threads[0], NULL);
  CHECK(tasks[0].answer == 0);
  CHECK(plugin_owner_serve(owner) == 0);

  /* What was let go of is still a function. */
  plugin_callback_close(function);
  CHECK(((int_function)function)(21) == 0);
  plugin_callback_close(function);

  /* So is the function of a thread that has ended, also while somebody waits. */
  pthread_create(&threads[0], NULL, leaves, NULL);
  while (!abandoned) sleep_ms(1);
  pthread_create(&threads[1], NULL, asks_once, NULL);
  pthread_join(threads[0], NULL);
  pthread_join(threads[1], NULL);
  CHECK(answer_of_nobody == 0);
  CHECK(((int_function)abandoned)(21) == 0);

  /* There is a limit, and what was freed is there again. */
  static void *all[1024];
  int count = 0;
  while (count < 1024 && (all[count] = plugin_callback_open(owner, (void *)twice, RESULT_INTEGER))) {
    CHECK(((int_function)all[count])(count) == count * 2);
    count++;
  }
  CHECK(count > 500 && count < 512);
  while (count > 0) plugin_callback_close(all[--count]);
  CHECK(plugin_callback_open(owner, (void *)twice, RESULT_INTEGER) != NULL);
  return 0;
}

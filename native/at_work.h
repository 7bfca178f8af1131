/* Whether a thread works, or waits for something. */
#pragma once

#include <stdint.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#else
#include <time.h>
#endif

struct at_work {
#if defined(__APPLE__)
  thread_act_t port;
#else
  clockid_t clock;
  long id;
#endif
  /* Nanoseconds of a processor that it had when it was asked for last. */
  uint64_t spent;
  /* Whether it was seen waiting, and has not worked since. */
  int waits;
};

/* Begins to watch the thread that calls it. */
void plugin_at_work_begin(struct at_work *thread);
/* Whether a thread has worked since this was asked for last, some milliseconds ago, or
 * would if it were let. By any thread, while that one lives. */
int plugin_at_work(struct at_work *thread);

/*
 * Whether a thread works, or waits for something: by the time of a processor that it
 * has had, and where it had none, by whether it wants any. On a machine that is busy
 * with other things a thread may have none for long.
 */
#if defined(__linux__)
#define _GNU_SOURCE
#endif
#include "at_work.h"

#include <pthread.h>
#include <stdio.h>
#include <string.h>
#if defined(__linux__)
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>
#endif

/* What looks now and then whether it may go on has that much between two questions. */
#define LITTLE 1000000

#if defined(__APPLE__)

void plugin_at_work_begin(struct at_work *thread) {
  memset(thread, 0, sizeof *thread);
  thread->port = pthread_mach_thread_np(pthread_self());
}

int plugin_at_work(struct at_work *thread) {
  thread_basic_info_data_t info;
  mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
  if (thread_info(thread->port, THREAD_BASIC_INFO, (thread_info_t)&info, &count) != KERN_SUCCESS) return 1;
  uint64_t seconds = (uint64_t)(info.user_time.seconds + info.system_time.seconds);
  uint64_t more = (uint64_t)(info.user_time.microseconds + info.system_time.microseconds);
  uint64_t spent = seconds * 1000000000 + more * 1000;
  int works = spent - thread->spent > LITTLE;
  thread->spent = spent;
  return works || info.run_state == TH_STATE_RUNNING;
}

#else

void plugin_at_work_begin(struct at_work *thread) {
  memset(thread, 0, sizeof *thread);
  if (pthread_getcpuclockid(pthread_self(), &thread->clock) != 0) thread->clock = CLOCK_MONOTONIC;
#if defined(__linux__)
  thread->id = syscall(SYS_gettid);
#endif
}

/* As `/proc` says: the letter behind the name, `R` for one that runs or would. */
static int wants_to_run(long id) {
#if defined(__linux__)
  char path[64], text[64] = {0};
  snprintf(path, sizeof path, "/proc/self/task/%ld/stat", id);
  int file = open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return 0;
  ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  const char *end = size > 0 ? strrchr(text, ')') : NULL;
  return end && strncmp(end, ") R", 3) == 0;
#else
  (void)id;
  return 0;
#endif
}

int plugin_at_work(struct at_work *thread) {
  struct timespec time;
  if (clock_gettime(thread->clock, &time) != 0) return 1;
  uint64_t spent = (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
  uint64_t since = spent - thread->spent;
  thread->spent = spent;
  if (since > LITTLE) {
    thread->waits = 0;
  } else if (!thread->waits) {
    thread->waits = !wants_to_run(thread->id);
  }
  return !thread->waits;
}

#endif

/*
 * A plugin in a process of its own, from the host's side: what is known of it, as
 * long as JavaScript, its process or a call of it has to do with it.
 *
 * The process is that of runner_process.c, and what is asked of it stands in
 * remote_call.c.
 */
#include "host.h"

#if defined(__linux__)
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

static pthread_once_t key_once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

void plugin_isolate_drop(struct plugin_isolate *isolate) {
  pthread_mutex_lock(&isolate->mutex);
  uint32_t left = --isolate->references;
  pthread_mutex_unlock(&isolate->mutex);
  if (left > 0) return;
  pthread_mutex_destroy(&isolate->mutex);
  if (isolate->confinement) plugin_confinement_free(isolate->confinement);
  if (isolate->output) plugin_output_free(isolate->output);
  plugin_bells_close(isolate->bells);
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
  isolate->descriptor = plugin_arena_open(isolate->size);
  if (isolate->descriptor >= 0) {
    isolate->arena = plugin_arena_map(isolate->descriptor, isolate->size);
  }
  if (!isolate->arena || !plugin_bells_open(isolate->bells)) {
    if (isolate->arena) munmap(isolate->arena, isolate->size);
    if (isolate->descriptor >= 0) close(isolate->descriptor);
    plugin_bells_close(isolate->bells);
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

void plugin_isolate_await_nobody(struct plugin_isolate *isolate) {
  uint32_t state = atomic_load(&isolate->state);
  if (state != STATE_NONE) plugin_isolate_await_ended(isolate);
  for (uint32_t busy; (busy = atomic_load(&isolate->busy)) > 0;) {
    plugin_nap(&isolate->busy, busy, 1);
  }
}

void plugin_isolate_close(struct plugin_isolate *isolate, uint32_t keeps) {
  struct plugin_isolate *first = pthread_getspecific(key);
  if (first == isolate) pthread_setspecific(key, isolate->next_of_thread);
  for (; first; first = first->next_of_thread) {
    if (first->next_of_thread == isolate) first->next_of_thread = isolate->next_of_thread;
  }
  plugin_isolate_kill(isolate);
  if (!keeps) plugin_isolate_await_nobody(isolate);
  close(isolate->descriptor);
  pthread_mutex_lock(&isolate->mutex);
  if (!keeps ||
      mmap(isolate->arena, isolate->size, PROT_READ | PROT_WRITE,
           MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0) == MAP_FAILED) {
    munmap(isolate->arena, isolate->size);
  }
  isolate->arena = NULL;
  pthread_mutex_unlock(&isolate->mutex);
  plugin_isolate_drop_blocks(isolate);
  plugin_isolate_drop(isolate);
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

uint32_t plugin_isolate_answer(struct plugin_isolate *isolate, uint32_t slot, void *target,
                               uint32_t as) {
  if (slot >= PLUGIN_SLOTS) return 0;
  atomic_store(&isolate->answers_as[slot], (uint8_t)as);
  atomic_store(&isolate->answers[slot], target);
  return atomic_load(&isolate->answering);
}
#endif

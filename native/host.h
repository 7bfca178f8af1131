/*
 * The host's side of isolated plugins, as its files see it: what the host knows of
 * one, and how its threads wait for each other.
 */
#ifndef PLUGIN_HOST_H
#define PLUGIN_HOST_H

#include "arena.h"
#include "broker.h"
#include "isolate.h"

#if defined(__linux__)
#include <pthread.h>

#if !defined(SYS_pidfd_open)
#define SYS_pidfd_open 434
#endif

enum state { STATE_NONE, STATE_STARTING, STATE_RUNNING, STATE_ENDED };

struct turn {
  struct plugin_spin spin;
  uint32_t number;
  /* The host's end. */
  int bell;
};

struct block;

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

/* Another one lets go of it; the last one frees it. */
void plugin_isolate_drop(struct plugin_isolate *isolate);
/* Its calls on other threads: those that run are freed when they end. */
void plugin_isolate_drop_blocks(struct plugin_isolate *isolate);
/* Ends its process; that it has ended is known a little later. */
void plugin_isolate_kill(struct plugin_isolate *isolate);
/* Waits until the end is known, which it soon is. */
void plugin_isolate_await_ended(struct plugin_isolate *isolate);
/* Waits until no other thread looks at the arena: none does for long, once the
 * process has ended. */
void plugin_isolate_await_nobody(struct plugin_isolate *isolate);
/* Runs something on a thread that no signal comes to; an error number, or 0. */
int plugin_isolate_thread(void *(*run)(void *), void *given);

/*
 * Marks on the last reply of a lane: whoever is about to sleep until there is another one
 * finds it changed and does not, and whoever sleeps can be woken. To wake alone is not
 * enough, as it is nothing to who does not sleep yet.
 */
#define REPLY_TOLD 1u /* something was printed; whoever looks takes it away */
#define REPLY_LAST 2u /* the process has ended */
_Static_assert((REPLY_TOLD | REPLY_LAST) < PLUGIN_TURN, "no number has them");

/* How long the host looks again whether there is an answer, should nobody wake it. Its
 * tests make that so long that they would see it. */
#if !defined(PLUGIN_LOOK_MS)
#define PLUGIN_LOOK_MS 100
#endif

/* How two threads of the host wait for each other. */
#if defined(PLUGIN_PIPES)
/* Whoever waits looks again in a moment. */
static inline void plugin_nap(_Atomic uint32_t *word, uint32_t was, uint32_t ms) {
  (void)was, (void)ms, (void)word;
  nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
}
static inline void plugin_end_nap(_Atomic uint32_t *word) { (void)word; }
#else
static inline void plugin_nap(_Atomic uint32_t *word, uint32_t was, uint32_t ms) {
  plugin_sleep(word, was, ms, -1);
}
static inline void plugin_end_nap(_Atomic uint32_t *word) { plugin_wake(word, -1); }
#endif
#endif
#endif

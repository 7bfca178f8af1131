/*
 * Functions that any thread may call, answered by the thread that owns them.
 *
 * Each is one of a fixed number of functions of C, which knows its slot. So no
 * code is made at run time, which not every system allows, and one that was
 * let go of is still a function: it gives zero, and says so.
 */
#include "support.h"

#include "registers.h"
#include "slots.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { REQUEST_WAITING, REQUEST_SERVED, REQUEST_ANSWERED, REQUEST_REFUSED };

struct slot {
  /* The owner's thread while it lives and has not let go of it, and what to
   * call there. Read without the mutex: on that thread nobody else writes. */
  _Atomic uintptr_t thread;
  _Atomic(void *) target;
  /* In place of both: its thread, and what of Node-API is called there. */
  _Atomic uintptr_t answerer;
  _Atomic(void *) function;
  struct plugin_owner *owner;
  uint32_t result;
  uint32_t has_floats;
  uint32_t is_reported;
  struct slot *next;
};

static pthread_mutex_t slots_mutex = PTHREAD_MUTEX_INITIALIZER;

/* How often a thread looks whether its owner is stuck, in milliseconds. */
#define LOOK_MS 20

static void report(struct slot *slot) {
  if (slot->is_reported) return;
  slot->is_reported = 1;
  fputs("plugin: native code called a JavaScript function that is gone: it was disposed of, or "
        "its Worker has ended; it got zero\n",
        stderr);
}

static void wait_a_while(pthread_cond_t *changed, pthread_mutex_t *mutex, long ms) {
  struct timespec until;
#if defined(__APPLE__)
  until.tv_sec = 0;
  until.tv_nsec = ms * 1000000L;
  pthread_cond_timedwait_relative_np(changed, mutex, &until);
#else
  clock_gettime(CLOCK_MONOTONIC, &until);
  until.tv_nsec += ms * 1000000L;
  until.tv_sec += until.tv_nsec / 1000000000L;
  until.tv_nsec %= 1000000000L;
  pthread_cond_timedwait(changed, mutex, &until);
#endif
}

static void init_condition(pthread_cond_t *condition) {
#if defined(__APPLE__)
  pthread_cond_init(condition, NULL);
#else
  pthread_condattr_t attributes;
  pthread_condattr_init(&attributes);
  pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
  pthread_cond_init(condition, &attributes);
  pthread_condattr_destroy(&attributes);
#endif
}

static void unlink_request(struct plugin_owner *owner, struct plugin_request *request) {
  struct plugin_request **at = &owner->requests;
  while (*at && *at != request) at = &(*at)->next;
  if (!*at) return;
  *at = request->next;
  if (owner->requests_end == &request->next) owner->requests_end = at;
}

/*
 * Waits until the owner has answered. While it runs, JavaScript or native code,
 * that is a matter of time. One that sleeps in its loop is woken by its bell. If
 * it sleeps on, it is in a call that may be waiting for this very thread: a join,
 * say. After a while this one gives up; and where it has slept on since another did,
 * at once: of a thousand calls each would wait for as long otherwise.
 */
static void await(struct plugin_owner *owner, struct plugin_request *request) {
  int is_stuck = owner->stuck % PLUGIN_NOT_RUN != 0;
  uint64_t time = is_stuck ? owner->stuck_time : 0;
  uint32_t asleep_ms = is_stuck ? owner->patience : 0;
  while (request->state < REQUEST_ANSWERED) {
    uint32_t ms = is_stuck ? 1 : LOOK_MS;
    is_stuck = 0;
    wait_a_while(&request->changed, &owner->mutex, ms);
    /* To look how the owner does takes longer than most answers. */
    if (request->state >= REQUEST_ANSWERED) break;
    uint64_t now = plugin_owner_time(owner);
    int has_run = time == 0 || now - time > ms * 1000000u / 20 ||
                  plugin_owner_is_ready(owner);
    time = now;
    asleep_ms = has_run ? 0 : asleep_ms + ms;
    if (request->state != REQUEST_WAITING || asleep_ms < owner->patience) continue;
    unlink_request(owner, request);
    request->state = REQUEST_REFUSED;
    owner->stuck_time = now;
    atomic_fetch_add(&owner->stuck, 1);
  }
}

/* The call of a thread that is not the owner's. */
static void ask(struct slot *slot, struct plugin_request *request) {
  pthread_mutex_lock(&slots_mutex);
  struct plugin_owner *owner = slot->owner;
  request->slot = slot;
  request->call.target = slot->target;
  request->function = slot->function;
  if (owner) pthread_mutex_lock(&owner->mutex);
  if (!owner || !owner->is_alive) {
    report(slot);
    if (owner) pthread_mutex_unlock(&owner->mutex);
    pthread_mutex_unlock(&slots_mutex);
    return;
  }
  owner->references++;
  pthread_mutex_unlock(&slots_mutex);

  request->kind = LOAD_REGISTERS * 3 + (slot->result == RESULT_INTEGER ? 0 : 1);
  request->state = REQUEST_WAITING;
  request->next = NULL;
  init_condition(&request->changed);
  *owner->requests_end = request;
  owner->requests_end = &request->next;
  plugin_owner_ring(owner);
  pthread_mutex_lock(&owner->mutex);
  await(owner, request);
  pthread_cond_destroy(&request->changed);
  if (request->state == REQUEST_REFUSED) request->call.result = 0;
  plugin_owner_drop(owner);
}

void plugin_request_answer(struct plugin_owner *owner, struct plugin_request *request) {
  pthread_mutex_lock(&owner->mutex);
  request->state = REQUEST_SERVED;
  pthread_mutex_unlock(&owner->mutex);
  if (request->function) {
    memcpy(owner->incoming.integers, request->call.integers, sizeof request->call.integers);
    memcpy(owner->incoming.floats, request->call.floats, sizeof request->call.floats);
    plugin_addon_call(owner, request->function);
    request->call.result = owner->incoming.result;
  } else {
    plugin_call_run(&request->call, request->kind);
  }
  pthread_mutex_lock(&owner->mutex);
  request->state = REQUEST_ANSWERED;
  pthread_cond_signal(&request->changed);
  pthread_mutex_unlock(&owner->mutex);
}

/* Gives zero to everybody who waits for a slot, or for any. With the owner's mutex held. */
static void refuse(struct plugin_owner *owner, const struct slot *slot) {
  struct plugin_request *next;
  for (struct plugin_request *request = owner->requests; request; request = next) {
    next = request->next;
    if (slot && request->slot != slot) continue;
    unlink_request(owner, request);
    request->state = REQUEST_REFUSED;
    pthread_cond_signal(&request->changed);
  }
}

void plugin_request_refuse_all(struct plugin_owner *owner) { refuse(owner, NULL); }

/* --------------------------------------------------------------- functions */

/* Registers only: what lies on the stack belongs to the function that is
 * called, and a compiler may write there. If the caller put nothing there, that
 * would be its own variables. */
#define PARAMETERS INTEGER_PARAMETERS, FLOAT_PARAMETERS
#define NAMES INTEGER_NAMES, FLOAT_NAMES
#define TYPES INTEGER_TYPES, FLOAT_TYPES

/*
 * Behind every function that has no target for the thread that calls it. On its
 * owner's, JavaScript is called through Node-API: it has read what lies in
 * `incoming` before it does anything, and does nothing after it has left its
 * result there, so that calls within calls may use the same memory.
 */
#define OTHERWISE(NAME, TYPE)                                                     \
  __attribute__((noinline)) static TYPE NAME(PARAMETERS, struct slot *slot) {     \
    TYPE result;                                                                  \
    if (__builtin_expect(slot->answerer == plugin_this_thread(), 1)) {            \
      struct plugin_call *call = &slot->owner->incoming;                          \
      memcpy(call->integers, (word[]){INTEGER_NAMES}, INTEGER_REGISTERS * 8);    \
      if (slot->has_floats) memcpy(call->floats, (double[]){FLOAT_NAMES}, 8 * 8); \
      plugin_addon_call(slot->owner, slot->function);                             \
      memcpy(&result, &call->result, sizeof result);                              \
      return result;                                                              \
    }                                                                             \
    struct plugin_request request = {                                             \
        .call = {.integers = {INTEGER_NAMES}, .floats = {FLOAT_NAMES}}};          \
    ask(slot, &request);                                                          \
    memcpy(&result, &request.call.result, sizeof result);                         \
    return result;                                                                \
  }
OTHERWISE(otherwise_integer, uint64_t)
/* A float lies in the low half of the register that a double fills. */
OTHERWISE(otherwise_float, double)

static struct slot slots[INTEGER_SLOTS + FLOAT_SLOTS];

#define FUNCTION(PREFIX, N, TYPE, OTHERWISE, FIRST)                                        \
  ANY_TYPE static TYPE PREFIX##N(PARAMETERS) {                                           \
    struct slot *slot = &slots[FIRST + 0x##N];                                           \
    if (__builtin_expect(slot->thread == plugin_this_thread(), 1)) {                     \
      return ((TYPE(*)(TYPES))slot->target)(NAMES);                                      \
    }                                                                                    \
    return OTHERWISE(NAMES, slot);                                                       \
  }
#define INTEGER_FUNCTION(N) FUNCTION(integer_, N, uint64_t, otherwise_integer, 0)
#define FLOAT_FUNCTION(N) FUNCTION(float_, N, double, otherwise_float, INTEGER_SLOTS)

EACH_512(INTEGER_FUNCTION)
EACH_128(FLOAT_FUNCTION, 00, 01, 02, 03, 04, 05, 06, 07)

#define INTEGER_NAME(N) (void *)integer_##N,
#define FLOAT_NAME(N) (void *)float_##N,
static void *const functions[] = {
    EACH_512(INTEGER_NAME) EACH_128(FLOAT_NAME, 00, 01, 02, 03, 04, 05, 06, 07)};
_Static_assert(sizeof functions / sizeof *functions == INTEGER_SLOTS + FLOAT_SLOTS,
               "a function for every slot");

/* ------------------------------------------------------------------- slots */

/* Those that were let go of longest ago come first: native code may still have
 * the address of one. */
struct pool {
  uint32_t first, count, used;
  struct slot *free, **free_end;
};
static struct pool pools[2] = {
    {0, INTEGER_SLOTS, 0, NULL, &pools[0].free},
    {INTEGER_SLOTS, FLOAT_SLOTS, 0, NULL, &pools[1].free},
};

static struct slot *free_slot(struct pool *pool) {
  if (pool->used < pool->count) return &slots[pool->first + pool->used++];
  struct slot *slot = pool->free;
  if (!slot) return NULL;
  pool->free = slot->next;
  if (!pool->free) pool->free_end = &pool->free;
  return slot;
}

void *plugin_callback_open(struct plugin_owner *owner, void *target, uint32_t result) {
  pthread_mutex_lock(&slots_mutex);
  struct slot *slot = free_slot(&pools[(result & ~PLUGIN_HAS_FLOATS) != RESULT_INTEGER]);
  if (slot) {
    slot->owner = owner;
    slot->target = target;
    slot->function = NULL;
    slot->answerer = 0;
    slot->result = result & ~PLUGIN_HAS_FLOATS;
    slot->has_floats = result & PLUGIN_HAS_FLOATS;
    slot->is_reported = 0;
    slot->thread = plugin_this_thread();
    pthread_mutex_lock(&owner->mutex);
    owner->references++;
    pthread_mutex_unlock(&owner->mutex);
  }
  pthread_mutex_unlock(&slots_mutex);
  return slot ? functions[slot - slots] : NULL;
}

/* With the mutex of the slots held. */
static void free_the_slot(struct slot *slot) {
  struct pool *pool = &pools[slot->result != RESULT_INTEGER];
  slot->thread = 0;
  slot->answerer = 0;
  slot->owner = NULL;
  slot->next = NULL;
  *pool->free_end = slot;
  pool->free_end = &slot->next;
}

static struct slot *slot_of(void *function) {
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    if (functions[i] == function) return &slots[i];
  }
  return NULL;
}

void plugin_callback_answer(void *callback, void *function) {
  struct slot *slot = slot_of(callback);
  if (!slot) return;
  slot->function = function;
  slot->thread = 0;
  slot->answerer = plugin_this_thread();
}

void plugin_callback_close(void *function) {
  struct slot *slot = slot_of(function);
  if (!slot) return;
  pthread_mutex_lock(&slots_mutex);
  struct plugin_owner *owner = slot->owner;
  if (owner) {
    if (slot->function) plugin_addon_forget(owner, slot->function);
    free_the_slot(slot);
    pthread_mutex_lock(&owner->mutex);
    refuse(owner, slot);
  }
  pthread_mutex_unlock(&slots_mutex);
  if (owner) plugin_owner_drop(owner);
}

void plugin_callback_close_all(struct plugin_owner *owner) {
  uint32_t count = 0;
  pthread_mutex_lock(&slots_mutex);
  for (size_t i = 0; i < sizeof slots / sizeof *slots; i++) {
    if (slots[i].owner != owner) continue;
    free_the_slot(&slots[i]);
    count++;
  }
  pthread_mutex_lock(&owner->mutex);
  owner->references -= count; /* there is the thread's */
  pthread_mutex_unlock(&owner->mutex);
  pthread_mutex_unlock(&slots_mutex);
}

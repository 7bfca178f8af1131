/*
 * Calls of what an isolated plugin has: by the thread that opened it, by others for
 * `.async`, and the other way round, by threads of the plugin's own.
 */
#include "host.h"

#if defined(__linux__)
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

/* The memory of a call on another thread. */
struct block {
  struct plugin_remote_call call; /* the first, as JavaScript knows its address */
  struct plugin_isolate *isolate;
  struct block *next;
};

static void request(struct turn *turn, struct plugin_lane *lane) {
  turn->number += PLUGIN_TURN;
  plugin_tell(&lane->request, turn->number, &lane->runner_sleeps, turn->bell);
}

/* Lets JavaScript take some of what was printed, in the middle of its call: nobody else
 * would before the plugin prints on. */
static void hear(struct plugin_isolate *isolate) {
  struct plugin_call call = {.target = isolate->hear};
  isolate->is_hearing = 1;
  plugin_call_run(&call, 0);
  isolate->is_hearing = 0;
}

static enum plugin_outcome await_reply(struct plugin_isolate *isolate, struct turn *turn,
                                       struct plugin_lane *lane, uint32_t timeout) {
  if (plugin_look(&turn->spin, &lane->reply, turn->number)) return OUTCOME_DONE;
  plugin_tell_again(&lane->request, &lane->runner_sleeps, turn->bell);
  atomic_store_explicit(&lane->host_core, sched_getcpu() + 1, memory_order_relaxed);
  uint64_t since = timeout > 0 ? plugin_now() : 0;
  for (;;) {
    atomic_store(&lane->host_sleeps, 1);
    uint32_t seen = atomic_fetch_and(&lane->reply, ~REPLY_TOLD) & ~REPLY_TOLD;
    if ((seen & ~REPLY_LAST) == turn->number) break;
    if (atomic_load(&isolate->state) == STATE_ENDED) return OUTCOME_ENDED;
    uint32_t most = PLUGIN_LOOK_MS;
    if (timeout > 0) {
      uint64_t waited = (plugin_now() - since) / 1000000;
      if (waited >= timeout) return OUTCOME_TIMED_OUT;
      if (timeout - waited < most) most = (uint32_t)(timeout - waited);
    }
    if (lane == plugin_lane_at(isolate->arena, 0) && isolate->hear &&
        plugin_output_is_waiting(isolate->output)) {
      hear(isolate);
      continue;
    }
    plugin_sleep(&lane->reply, seen, most, turn->bell);
  }
  atomic_store(&lane->host_sleeps, 0);
  return OUTCOME_DONE;
}

static void put_call(struct plugin_lane *lane, const struct plugin_remote_call *given) {
  uint32_t load = (given->kind & 0xff) / 3;
  const struct plugin_call *call = &given->call;
  lane->kind = given->kind;
  lane->target = (uint64_t)call->target;
  memcpy(lane->integers, call->integers, sizeof call->integers);
  if (load >= LOAD_REGISTERS) memcpy(lane->floats, call->floats, sizeof call->floats);
  if (load == LOAD_STACK_8) memcpy(lane->stack, call->stack, 8 * sizeof *call->stack);
  if (load == LOAD_STACK_56) memcpy(lane->stack, call->stack, sizeof call->stack);
}

/* A call on another thread looks at its lane as long as the process is that which
 * it is for. */
static int enter_lane(struct plugin_isolate *isolate, uint32_t generation) {
  pthread_mutex_lock(&isolate->mutex);
  int is_there = isolate->arena && isolate->generation == generation &&
                 atomic_load(&isolate->state) == STATE_RUNNING;
  if (is_there) atomic_fetch_add(&isolate->busy, 1);
  pthread_mutex_unlock(&isolate->mutex);
  return is_there;
}

static void leave_lane(struct plugin_isolate *isolate) {
  atomic_fetch_sub(&isolate->busy, 1);
  plugin_end_nap(&isolate->busy);
}

/* Answers the callback that stands in the lane; 0 when there can be none such. */
static int answer(struct plugin_isolate *isolate, uint32_t index, uint32_t generation) {
  struct plugin_lane *lane = plugin_lane_at(isolate->arena, index);
  struct plugin_call call = {.result = 0};
  uint32_t slot = *(volatile uint32_t *)&lane->slot;
  if (slot >= PLUGIN_SLOTS) return 0;
  memcpy(call.integers, lane->back_integers, sizeof call.integers);
  memcpy(call.floats, lane->back_floats, sizeof call.floats);
  if (index > 0) atomic_fetch_add(&isolate->answering, 1);
  call.target = atomic_load(&isolate->answers[slot]);
  uint8_t as = atomic_load(&isolate->answers_as[slot]);
  /* One that was let go of gives zero, and so does one that this thread must not call. */
  int is_called = call.target && (index == 0 || as & ANSWER_FOR_ANY);
  /* JavaScript takes its time, and may start the next process meanwhile. */
  if (is_called && index > 0) leave_lane(isolate);
  if (is_called) plugin_call_run(&call, LOAD_REGISTERS * 3 + (as & ANSWER_FLOAT ? 1 : 0));
  if (index > 0) atomic_fetch_sub(&isolate->answering, 1);
  if (is_called && index > 0 && !enter_lane(isolate, generation)) return -1;
  lane->integers[0] = call.result;
  lane->kind = REQUEST_ANSWER;
  request(&isolate->turns[index], lane);
  return 1;
}

static int is_inside(const struct plugin_isolate *isolate, uint64_t place, uint64_t size) {
  uint64_t start = (uint64_t)isolate->arena + PLUGIN_ROOM_AT;
  uint64_t end = (uint64_t)isolate->arena + isolate->size;
  return place >= start && place <= end && size <= end - place;
}

/* How long a thread may take to say what it is about: on a machine with much to do it waits
 * for its turn. Nearly all say it at once. */
#define STACK_MS 1000

/* Asks the thread of a lane for its stack, as it has no other end. */
static void ask_for_stack(struct plugin_isolate *isolate, struct plugin_lane *lane) {
  struct plugin_crash *crash = plugin_crash_in(isolate->arena);
  pthread_mutex_lock(&isolate->mutex);
  if (isolate->pid != 0) {
    syscall(SYS_tgkill, isolate->pid, atomic_load(&lane->thread), STACK_SIGNAL);
  }
  pthread_mutex_unlock(&isolate->mutex);
  uint64_t start = plugin_now();
  while (plugin_now() - start < STACK_MS * (uint64_t)1000000) {
    uint32_t state = atomic_load(&crash->state);
    if (state == CRASH_WRITTEN || atomic_load(&isolate->state) == STATE_ENDED) return;
    plugin_nap(&crash->state, state, 1);
  }
}

/* Whether it returns within the lane: 0 when the process is another one by now. */
static int run_call(struct plugin_isolate *isolate, struct plugin_remote_call *given,
                    uint32_t index) {
  struct plugin_lane *lane = plugin_lane_at(isolate->arena, index);
  struct turn *turn = &isolate->turns[index];
  char *frame = (char *)given->frame;
  char *place = (char *)given->place;
  /* A call from within a call writes the same memory. */
  uint32_t out = given->out;
  uint32_t kind = given->kind;
  uint32_t timeout = given->timeout;
  uint32_t generation = given->generation;
  if (given->in > 0) memcpy(place, frame, given->in);
  put_call(lane, given);
  request(turn, lane);
  /* What JavaScript takes for its answers is not the plugin's time. */
  uint64_t start = timeout > 0 ? plugin_now() : 0;
  enum plugin_outcome outcome;
  while ((outcome = await_reply(isolate, turn, lane, timeout)) == OUTCOME_DONE) {
    uint32_t what = *(volatile uint32_t *)&lane->what;
    if (what == REPLY_DONE) break;
    uint64_t before = timeout > 0 ? plugin_now() : 0;
    if (before - start > timeout * (uint64_t)1000000) {
      outcome = OUTCOME_TIMED_OUT;
      break;
    }
    /* Nobody has anything else to say: what runs there is no longer what we started. */
    int answered = what == REPLY_CALLBACK ? answer(isolate, index, generation) : 0;
    if (answered < 0) {
      given->outcome = OUTCOME_ENDED;
      return 0;
    }
    if (!answered) {
      outcome = OUTCOME_ENDED;
      break;
    }
    if (timeout > 0) start += plugin_now() - before;
  }
  given->outcome = outcome;
  if (outcome != OUTCOME_DONE) {
    if (outcome == OUTCOME_TIMED_OUT) {
      atomic_store(&isolate->timed_out, 1);
      ask_for_stack(isolate, lane);
    }
    plugin_isolate_stop(isolate);
    return 1;
  }
  given->call.result = lane->result;
  if (kind & REQUEST_TEXT && given->call.result != 0) {
    given->length = lane->length;
    memcpy(given->text, lane->text, given->length < PLUGIN_TEXT ? given->length : PLUGIN_TEXT);
  }
  if (out > 0) memcpy(frame, place, out);
  return 1;
}

void plugin_isolate_call(double isolate_address, double call_address) {
  struct plugin_isolate *isolate = (struct plugin_isolate *)(intptr_t)isolate_address;
  struct plugin_remote_call *given = (struct plugin_remote_call *)(intptr_t)call_address;
  uint32_t most = given->in > given->out ? given->in : given->out;
  if (isolate->is_hearing) {
    given->outcome = OUTCOME_HEARING;
    return;
  }
  if (atomic_load(&isolate->state) != STATE_RUNNING ||
      (most > 0 && !is_inside(isolate, given->place, most))) {
    given->outcome = OUTCOME_ENDED;
    return;
  }
  run_call(isolate, given, 0);
}

uint32_t plugin_isolate_timed_out(struct plugin_isolate *isolate) {
  return atomic_load(&isolate->timed_out);
}

/* -------------------------------------------------------- on other threads */

struct plugin_remote_call *plugin_isolate_block(struct plugin_isolate *isolate) {
  struct block *block = calloc(1, sizeof *block);
  if (!block) return NULL;
  block->isolate = isolate;
  block->next = isolate->blocks;
  isolate->blocks = block;
  pthread_mutex_lock(&isolate->mutex);
  isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  return &block->call;
}

void plugin_isolate_call_later(struct plugin_remote_call *given) {
  struct block *block = (struct block *)given;
  struct plugin_isolate *isolate = block->isolate;
  uint32_t index = given->lane;
  given->outcome = OUTCOME_ENDED;
  if (index > 0 && index < PLUGIN_FOREIGN_LANE && enter_lane(isolate, given->generation) &&
      run_call(isolate, given, index)) {
    leave_lane(isolate);
  }
  uint32_t busy = BLOCK_BUSY;
  if (atomic_compare_exchange_strong(&given->state, &busy, BLOCK_IDLE)) return;
  free(block);
  plugin_isolate_drop(isolate);
}

void plugin_isolate_drop_blocks(struct plugin_isolate *isolate) {
  struct block *next;
  for (struct block *block = isolate->blocks; block; block = next) {
    next = block->next;
    if (atomic_exchange(&block->call.state, BLOCK_ORPHAN) == BLOCK_BUSY) continue;
    free(block);
    plugin_isolate_drop(isolate);
  }
  isolate->blocks = NULL;
}

/* ------------------------------------------- asked by threads of the plugin */

struct listening {
  struct plugin_isolate *isolate;
  uint32_t generation;
};

static void *listen_to(void *given) {
  struct listening listening = *(struct listening *)given;
  struct plugin_isolate *isolate = listening.isolate;
  free(given);
  if (enter_lane(isolate, listening.generation)) {
    struct turn *turn = &isolate->turns[PLUGIN_FOREIGN_LANE];
    struct plugin_lane *lane = plugin_lane_at(isolate->arena, PLUGIN_FOREIGN_LANE);
    int answered = 1;
    turn->number = PLUGIN_TURN;
    while (answered > 0 && await_reply(isolate, turn, lane, 0) == OUTCOME_DONE) {
      uint32_t what = *(volatile uint32_t *)&lane->what;
      answered = what == REPLY_CALLBACK
                     ? answer(isolate, PLUGIN_FOREIGN_LANE, listening.generation)
                     : 0;
    }
    if (answered == 0) plugin_isolate_kill(isolate);
    if (answered >= 0) leave_lane(isolate);
  }
  plugin_isolate_drop(isolate);
  return NULL;
}

int32_t plugin_isolate_listen(struct plugin_isolate *isolate) {
  if (isolate->is_listening) return 0;
  struct listening *listening = malloc(sizeof *listening);
  if (!listening) return ENOMEM;
  *listening = (struct listening){isolate, isolate->generation};
  pthread_mutex_lock(&isolate->mutex);
  isolate->references++;
  pthread_mutex_unlock(&isolate->mutex);
  int failed = plugin_isolate_thread(listen_to, listening);
  if (failed) {
    free(listening);
    plugin_isolate_drop(isolate);
    return failed;
  }
  isolate->is_listening = 1;
  return 0;
}
#endif

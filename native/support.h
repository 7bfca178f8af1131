/*
 * The support library: what plugins need of native code that no runtime has.
 *
 * JavaScript binds the functions declared here by their names, and reads and
 * writes the structs at the offsets that are asserted below: `ffi/support/`
 * has the same numbers. One copy is loaded once per process, for all threads.
 *
 *   call.c      calls a function at an address, with arguments from memory
 *   owner.c     a thread that runs JavaScript, and how others reach it
 *   ledger.c    what such a thread holds of plugins
 *   pool.c      threads of our own, and calls that run on them
 *   callback.c  functions that any thread may call, answered by their owner
 *   text.c      texts that a call gave
 *   addon.c     the same library as an addon of Node-API
 *   report.c    reports of crashes in this process
 *   program.c   the program that this library has in it
 *   isolate.c   a plugin in a process of its own, and calls of its functions,
 *               with runner_process.c and remote_call.c
 *   broker.c    what that process may not do
 */
#ifndef PLUGIN_SUPPORT_H
#define PLUGIN_SUPPORT_H

/* Beside C11: what each system has more than it shows. */
#define _GNU_SOURCE
#define _DARWIN_C_SOURCE

#include <pthread.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>

#define PLUGIN_EXPORT __attribute__((visibility("default")))

/* Which sources this was compiled from; JavaScript refuses any other. */
PLUGIN_EXPORT const char *plugin_support_version(void);

/* How arguments are placed here: the integer registers, plus 256 where
 * arguments on the stack are packed (Apple's arm64). */
PLUGIN_EXPORT uint32_t plugin_support_traits(void);

/* ------------------------------------------------------------------ call.c */

#define PLUGIN_INTEGERS 8
#define PLUGIN_FLOATS 8
#define PLUGIN_STACK 56

/*
 * One call: where, and with what. Both calling conventions that we know (the
 * System V ABI of x86-64 and AAPCS64) hand out registers for integers and for
 * floats independently of each other, so that arguments stand here in the
 * order of their registers, and what did not fit as it lies on the stack.
 */
struct plugin_call {
  void *target;
  /* Integers in all 64 bits, a double, or a float in the low 32. */
  uint64_t result;
  uint64_t integers[PLUGIN_INTEGERS];
  double floats[PLUGIN_FLOATS];
  uint64_t stack[PLUGIN_STACK];
};

_Static_assert(offsetof(struct plugin_call, result) == 8, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_call, integers) == 16, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_call, floats) == 80, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_call, stack) == 144, "seen by JavaScript");

/*
 * Kinds of calls: what must be loaded, times three, plus what comes back.
 * To load what a function does not take does no harm, so there are few.
 */
enum plugin_load { LOAD_INTEGERS, LOAD_REGISTERS, LOAD_STACK_8, LOAD_STACK_56 };
enum plugin_result { RESULT_INTEGER, RESULT_DOUBLE, RESULT_FLOAT };
#define PLUGIN_KINDS 12

/* Runs a call of a kind. */
void plugin_call_run(struct plugin_call *call, uint32_t kind);

/* ----------------------------------------------------------------- owner.c */

struct plugin_job;
struct plugin_request;

/*
 * A thread that runs JavaScript. It is reached by its bell: a function that
 * may be called from any thread, or a descriptor that its event loop watches.
 */
struct plugin_owner {
  /* How many threads have given up waiting, and whether there was a call that
   * JavaScript could not take; JavaScript sets it to 0. */
  _Atomic uint32_t stuck;
  /* Milliseconds that a thread waits for an owner that sleeps and does not hear. */
  _Atomic uint32_t patience;
  /* What crosses when JavaScript is called through Node-API. */
  struct plugin_call incoming;
  /* The engine, and what wakes it from any thread; null where it is not reached
   * through Node-API, or has ended. */
  void *env, *waker;

  /* The time of a processor that it had had when somebody gave up last. */
  uint64_t stuck_time;
  pthread_mutex_t mutex;
  pthread_t thread;
#if defined(__linux__)
  int id; /* of the thread, as the kernel counts them */
#endif
  void (*bell)(uint32_t);
  /* Whether a thread of its own rings, because the bell keeps whoever rings it. */
  uint32_t is_rung_apart;
  uint32_t must_ring;
  /* Whether there is something else for JavaScript than jobs and requests. */
  uint32_t is_told;
  pthread_cond_t rings;
  int descriptors[2];
  /* Threads that are inside of `bell`. */
  _Atomic uint32_t ringing;
  uint32_t is_rung;
  uint32_t is_alive;
  /* Slots and jobs that point here. */
  uint32_t references;
  struct plugin_job *finished, **finished_end;
  struct plugin_request *requests, **requests_end;
  /* Every job of this owner, used or not. */
  struct plugin_job *jobs;
  /* What it holds of plugins. */
  struct plugin_ledger *ledger;
  /* Another one of the same thread, and another one of all. */
  struct plugin_owner *next_of_thread, *next;
};

#define PLUGIN_NOT_RUN 0x80000000u

_Static_assert(offsetof(struct plugin_owner, patience) == 4, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_owner, incoming) == 8, "seen by JavaScript");

/* Makes the calling thread an owner; null when there is no memory or thread.
 * Without a bell it is reached by a descriptor, or through Node-API. A bell that
 * comes back only when the owner has heard it is rung apart, by a thread that may
 * wait. */
PLUGIN_EXPORT struct plugin_owner *plugin_owner_open(void (*bell)(uint32_t), uint32_t is_rung_apart);
/* What the event loop is to watch; it reads what is there and looks. -1 when
 * there is none to be had. */
PLUGIN_EXPORT int32_t plugin_owner_descriptor(struct plugin_owner *owner);
/* The ids of finished jobs; fewer than `most` means that there are no more. */
PLUGIN_EXPORT uint32_t plugin_owner_take(struct plugin_owner *owner, uint32_t *ids, uint32_t most);
/* Answers the call of another thread that has waited longest; 0 when none waits. */
PLUGIN_EXPORT uint32_t plugin_owner_serve(struct plugin_owner *owner);
/* Whether a thread is still inside of the bell. */
PLUGIN_EXPORT uint32_t plugin_owner_is_ringing(struct plugin_owner *owner);

/* Nanoseconds of processor time that the owner has had. With its mutex held. */
uint64_t plugin_owner_time(struct plugin_owner *owner);
/* Whether the owner would run, but for other threads or a disk; 0 where nobody
 * can say. On a busy machine it may have no processor time for long. */
int plugin_owner_is_ready(struct plugin_owner *owner);
/* Says that something finished or is asked. With the owner's mutex held; gives
 * it back. */
void plugin_owner_ring(struct plugin_owner *owner);
/* One pointer to the owner less. With its mutex held; gives it back. */
void plugin_owner_drop(struct plugin_owner *owner);

/* ---------------------------------------------------------------- ledger.c */

/* What a row says: nothing. Of a value, how it is given back: by a number that its
 * plugin looks up and may be given at any time; by its address, which no call may be
 * using; by a variable that has it; never, it only stands between others; never, and
 * neither is what it needs. That one value keeps another. */
enum plugin_ledger_kind {
  LEDGER_EMPTY,
  LEDGER_SLOT,
  LEDGER_ADDRESS,
  LEDGER_VARIABLE,
  LEDGER_BETWEEN,
  LEDGER_LEFT,
  LEDGER_KEEPS
};

/* A value that a thread holds, or that one keeps another. All are doubles, in which
 * addresses are exact. */
struct plugin_ledger_row {
  /* What tells it to its plugin. */
  double handle;
  /* The function that it is given back to, which takes one word. */
  double release;
  /* An `enum plugin_ledger_kind`. */
  double kind;
  /* What tells the value from the others: the greater is given back first. */
  double stamp;
  /* The value that is given back only after this one; 0 where there is none. */
  double before;
};

#define PLUGIN_LEDGER_ROWS 1024

_Static_assert(sizeof(struct plugin_ledger_row) == 40, "seen by JavaScript");

/* So many rows more, all empty, for what the owner holds; null when there is no
 * memory. They stay until the owner has ended, and are written by its thread only. */
PLUGIN_EXPORT struct plugin_ledger_row *plugin_ledger_grow(struct plugin_owner *owner);
/* Gives back what slots hold, or all. */
void plugin_ledger_release(struct plugin_ledger *ledger, int with_addresses);
/* Gives back all, and frees it. */
void plugin_ledger_close(struct plugin_ledger *ledger);

/* ------------------------------------------------------------------ pool.c */

struct plugin_gate;

enum plugin_state { JOB_IDLE, JOB_WAITING, JOB_RUNNING, JOB_FINISHED, JOB_CANCELLED };

/* A call on another thread. */
struct plugin_job {
  struct plugin_call call;
  uint32_t id;
  /* The kind of the call. */
  uint32_t kind;
  /* What it has to pass before it runs, in this order; null for nothing. */
  struct plugin_gate *gates[2];
  struct plugin_owner *owner;
  _Atomic uint32_t state;
  /* How many gates it has passed. */
  uint32_t passed;
  struct plugin_job *next, *next_of_owner;
};

_Static_assert(sizeof(struct plugin_call) == 592, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_job, id) == 592, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_job, kind) == 596, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_job, gates) == 600, "seen by JavaScript");

/* A job of an owner, which may be used again and again. */
PLUGIN_EXPORT struct plugin_job *plugin_job_open(struct plugin_owner *owner);
/* Runs a job on some thread; its id is given by `plugin_owner_take` when it is through.
 * 0 when there is not a single thread: then it never begins, and is given all the same. */
PLUGIN_EXPORT uint32_t plugin_job_submit(struct plugin_job *job);
/* Whether a job now never begins; it is still given by `plugin_owner_take`. 1 for who
 * cancels first alone: 0 for a job that has begun, is through, or was cancelled before. */
PLUGIN_EXPORT uint32_t plugin_job_cancel(struct plugin_job *job);
/* How many threads there may be, from the next call on; those that are stay. Where this is
 * not called there are more than processors while some of them only wait. */
PLUGIN_EXPORT void plugin_pool_limit(uint32_t threads);
/* How many threads there are. */
PLUGIN_EXPORT uint32_t plugin_pool_threads(void);

/* What lets so many jobs run at a time, in the order of their submission. */
PLUGIN_EXPORT struct plugin_gate *plugin_gate_open(uint32_t limit);
/* Frees it, as soon as no job needs it. */
PLUGIN_EXPORT void plugin_gate_close(struct plugin_gate *gate);

/* -------------------------------------------------------------- callback.c */

/*
 * A function that any thread may call. On its owner's thread it is `target`
 * itself; any other thread waits until the owner has called `target` for it.
 * One that was let go of, or whose owner has ended, gives zero and says so.
 * Its arguments must all fit into registers.
 *
 * `result` is an `enum plugin_result`, and PLUGIN_HAS_FLOATS where an argument is
 * a float or a double. Null when there are no more.
 */
#define PLUGIN_HAS_FLOATS 4
PLUGIN_EXPORT void *plugin_callback_open(struct plugin_owner *owner, void *target, uint32_t result);
PLUGIN_EXPORT void plugin_callback_close(void *function);
/* From now on `function` of Node-API answers, in place of a target. */
void plugin_callback_answer(void *callback, void *function);
/* A call of another thread, on that thread's stack. */
struct plugin_request {
  struct plugin_call call;
  /* The callback. */
  const void *slot;
  /* What of Node-API is called, in place of the call's target. */
  void *function;
  uint32_t kind;
  uint32_t state;
  pthread_cond_t changed;
  struct plugin_request *next;
};

/* Answers a request. Without the owner's mutex. */
void plugin_request_answer(struct plugin_owner *owner, struct plugin_request *request);
/* Gives zero to everybody who waits. With the owner's mutex held. */
void plugin_request_refuse_all(struct plugin_owner *owner);
/* Lets go of all functions of an owner that ends. Without its mutex. */
void plugin_callback_close_all(struct plugin_owner *owner);

/* ------------------------------------------------------------------ text.c */

/* Copies the text that a call gave to its stack; its length, or -1 where there is
 * none or it is longer than 24 bytes. */
PLUGIN_EXPORT double plugin_text_copy(double call);

/* Many texts, to be read at once. */
struct plugin_texts {
  /* Where the first address of a text lies, how many there are, and how many
   * bytes lie between the beginnings of two. */
  uint64_t first, count, stride;
  /* Where the texts are to be put, one behind the other, and how many bytes there
   * is room for. */
  uint64_t to, room;
  /* Where their lengths are to be put, in UTF-16 code units; PLUGIN_NO_TEXT where
   * there is none. */
  uint64_t lengths;
};

#define PLUGIN_NO_TEXT 0xffffffffu

_Static_assert(sizeof(struct plugin_texts) == 48, "seen by JavaScript");

/* Puts them there. Gives how many bytes they have together: when there is no room
 * for so many, not all of them are there. -1 when one of them is no UTF-8. */
PLUGIN_EXPORT double plugin_texts_copy(double texts);

/* ----------------------------------------------------------------- addon.c */

/* Calls a function of JavaScript with what lies in `incoming`, and leaves its
 * result there. On the owner's thread. */
void plugin_addon_call(struct plugin_owner *owner, void *function);
/* Lets go of a function. On the owner's thread. */
void plugin_addon_forget(struct plugin_owner *owner, void *function);
/* Wakes an owner by its waker. */
void plugin_addon_ring(void *waker);
/* ---------------------------------------------------------------- report.c */

/* Linux only. Reports from now on what crashes in plugins, by a process that is started
 * for it: `arguments` are those of this process's program, which then prints what is
 * mapped at its descriptor 0; each ends with a null byte, and without any the report has
 * no names. 0, or an error number. */
PLUGIN_EXPORT int32_t plugin_report_open(const char *arguments, double length);
/* The line of a plugin: see report.h. 0 where there is no room. */
PLUGIN_EXPORT int32_t plugin_report_add(const char *line);
/* The same for this thread, whose stack may be full. */
PLUGIN_EXPORT void plugin_report_thread(void);

/* --------------------------------------------------------------- isolate.c */

/* Linux only. */
struct plugin_isolate;

/* A call in the other process. */
struct plugin_remote_call {
  struct plugin_call call;
  /* The kind of the call, and what of REQUEST_TEXT and its like there is. */
  uint32_t kind;
  /* An `enum plugin_outcome`. */
  uint32_t outcome;
  /* Of a text that came out: how long it is. */
  uint64_t length;
  /* Memory of the caller's, and where in the arena the function finds a copy; how
   * much of it goes in, and how much of it comes back. */
  uint64_t frame;
  uint64_t place;
  uint32_t in;
  uint32_t out;
  /* After how many milliseconds the process is ended that has not answered; 0 for never. */
  uint32_t timeout;
  /* The lane that it goes by; all that follows counts only for calls on other threads. */
  uint32_t lane;
  /* Of all processes that were started, the one that it is for. */
  uint32_t generation;
  /* An `enum plugin_block_state`. */
  _Atomic uint32_t state;
  char text[4096];
};

/* JavaScript says that a call is about to begin, the thread that it has ended. */
enum plugin_block_state { BLOCK_IDLE, BLOCK_BUSY, BLOCK_ORPHAN };

/* The last one: it was not made, as JavaScript is about to hear what was printed in
 * another one. */
enum plugin_outcome { OUTCOME_DONE, OUTCOME_ENDED, OUTCOME_TIMED_OUT, OUTCOME_HEARING };

_Static_assert(offsetof(struct plugin_remote_call, kind) == 592, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, outcome) == 596, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, length) == 600, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, frame) == 608, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, place) == 616, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, in) == 624, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, out) == 628, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, timeout) == 632, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, lane) == 636, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, generation) == 640, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, state) == 644, "seen by JavaScript");
_Static_assert(offsetof(struct plugin_remote_call, text) == 648, "seen by JavaScript");

/* Makes the memory that the two share, so many bytes of it; null when there is none. */
PLUGIN_EXPORT struct plugin_isolate *plugin_isolate_open(double size);
/* Where that memory begins. */
PLUGIN_EXPORT void *plugin_isolate_arena(struct plugin_isolate *isolate);
/* Starts a process, the first one or the one after one that has ended. 0 when it
 * runs, or what keeps it from being started; -1 when it has ended at once. It has
 * the environment that is here now, but the variables of the loader (LD_*) are
 * those that this process began with. */
PLUGIN_EXPORT int32_t plugin_isolate_start(struct plugin_isolate *isolate);
/* Ends the process; returns when it has ended. */
PLUGIN_EXPORT void plugin_isolate_stop(struct plugin_isolate *isolate);
/* Whether it was ended because a call took too long. */
PLUGIN_EXPORT uint32_t plugin_isolate_timed_out(struct plugin_isolate *isolate);
/* How the process has ended, as wait() says it. */
/* Copies what the runner has kept of its crash, a `plugin_crash`; 0 when there is none. */
PLUGIN_EXPORT uint32_t plugin_isolate_crash(struct plugin_isolate *isolate, void *to);
PLUGIN_EXPORT int32_t plugin_isolate_status(struct plugin_isolate *isolate);
/* Says what the next runner may do, in the words of isolate.h; an error number, or 0. */
PLUGIN_EXPORT int32_t plugin_isolate_confine(struct plugin_isolate *isolate, const char *policy,
                                             double length);
/* Why it could not be confined, in 256 bytes; 0 where it could, or an error number. */
PLUGIN_EXPORT int32_t plugin_isolate_reason(struct plugin_isolate *isolate, char *text);
/* The system calls that it was refused, a line each; gives the length of all. */
PLUGIN_EXPORT uint32_t plugin_isolate_refused(struct plugin_isolate *isolate, char *text,
                                              uint32_t size);
/* Before the first start: what the process prints goes to an owner, who is rung for
 * it, and while a call is waited for on its thread, `hear` is called. An error number,
 * or 0. */
PLUGIN_EXPORT int32_t plugin_isolate_print_to(struct plugin_isolate *isolate,
                                              struct plugin_owner *owner, void *hear);
/* Takes some of what was printed, as `plugin_output_take`. */
PLUGIN_EXPORT uint32_t plugin_isolate_printed(struct plugin_isolate *isolate, char *to,
                                              uint32_t size);
/* The address of one of the runner's own functions. */
PLUGIN_EXPORT uint64_t plugin_isolate_service(struct plugin_isolate *isolate, uint32_t service);
/* Runs a call; both are addresses, of a `plugin_isolate` and a `plugin_remote_call`. */
PLUGIN_EXPORT void plugin_isolate_call(double isolate, double call);
/* Makes the memory of a call on another thread; it stays until the end of the isolate, or of the call. */
PLUGIN_EXPORT struct plugin_remote_call *plugin_isolate_block(struct plugin_isolate *isolate);
/* Runs the call that stands in such memory, on any thread. */
PLUGIN_EXPORT void plugin_isolate_call_later(struct plugin_remote_call *call);
/* What holds for a callback: it gives a float; all threads may call it, those of the
 * plugin too. */
enum plugin_answer { ANSWER_FLOAT = 1, ANSWER_FOR_ANY = 2 };
/* Says what a callback of the plugin calls; null for nothing, then it gets zero. Gives how
 * many other threads may still be in what it called before. */
PLUGIN_EXPORT uint32_t plugin_isolate_answer(struct plugin_isolate *isolate, uint32_t slot,
                                             void *target, uint32_t as);
/* Answers threads of the plugin's own from now on, until the process ends; 0 when it does. */
PLUGIN_EXPORT int32_t plugin_isolate_listen(struct plugin_isolate *isolate);
/* Ends the process. The memory goes, or, where somebody may still look at it,
 * becomes that of nobody else. */
PLUGIN_EXPORT void plugin_isolate_close(struct plugin_isolate *isolate, uint32_t keeps);

/* Which thread this is: the register that the platform keeps it in, because a
 * call would cost more, and would have to save every argument. */
static inline uintptr_t plugin_this_thread(void) {
#if defined(__x86_64__) && defined(__linux__)
  uintptr_t thread;
  __asm__("mov %%fs:0, %0" : "=r"(thread));
  return thread;
#elif defined(__aarch64__) && defined(__linux__)
  uintptr_t thread;
  __asm__("mrs %0, tpidr_el0" : "=r"(thread));
  return thread;
#elif defined(__aarch64__) && defined(__APPLE__)
  uintptr_t thread;
  __asm__("mrs %0, tpidrro_el0" : "=r"(thread));
  return thread & ~(uintptr_t)7;
#else
  return (uintptr_t)pthread_self();
#endif
}

#endif

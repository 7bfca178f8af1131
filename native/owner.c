/* Threads that run JavaScript, and how other threads reach them. */
#include "support.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#if defined(__APPLE__)
#include <mach/mach.h>
#include <mach/thread_info.h>
#elif defined(__linux__)
#include <sys/syscall.h>
#endif

#define PATIENCE_MS 5000

static pthread_mutex_t owners_mutex = PTHREAD_MUTEX_INITIALIZER;
/* Every owner there was. Who has ended and is needed no more is used again. */
static struct plugin_owner *owners;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static pthread_key_t key;

static void end(struct plugin_owner *owner) {
  plugin_callback_close_all(owner);
  pthread_mutex_lock(&owner->mutex);
  owner->is_alive = 0;
  owner->env = NULL;
  owner->waker = NULL;
  plugin_request_refuse_all(owner);
  for (struct plugin_job *job = owner->jobs; job; job = job->next_of_owner) {
    uint32_t waiting = JOB_WAITING;
    atomic_compare_exchange_strong(&job->state, &waiting, JOB_CANCELLED);
  }
  for (struct plugin_job *job = owner->finished; job; job = job->next) owner->references--;
  if (owner->is_rung_apart) pthread_cond_signal(&owner->rings);
  pthread_mutex_unlock(&owner->mutex);
  /* Here, as some of it is this thread's. What its calls on other threads may still
   * be using follows when the last one has ended. */
  plugin_ledger_release(owner->ledger, 0);
  pthread_mutex_lock(&owner->mutex);
  plugin_owner_drop(owner);
}

/* The thread ends: nobody will answer any more. */
static void thread_ended(void *first) {
  struct plugin_owner *next;
  for (struct plugin_owner *owner = first; owner; owner = next) {
    next = owner->next_of_thread;
    end(owner);
  }
}

static void make_key(void) {
  if (pthread_key_create(&key, thread_ended) != 0) abort();
}

/* A pair of sockets and no pipe: a write to a pipe that nobody reads any more
 * may be a signal that ends the process. */
static int open_descriptors(int descriptors[2]) {
  if (socketpair(AF_UNIX, SOCK_STREAM, 0, descriptors) != 0) return 0;
  for (int i = 0; i < 2; i++) {
    fcntl(descriptors[i], F_SETFD, FD_CLOEXEC);
    fcntl(descriptors[i], F_SETFL, O_NONBLOCK);
#if defined(SO_NOSIGPIPE)
    setsockopt(descriptors[i], SOL_SOCKET, SO_NOSIGPIPE, &(int){1}, sizeof(int));
#endif
  }
  return 1;
}

static void write_byte(int descriptor) {
#if defined(MSG_NOSIGNAL)
  const int flags = MSG_NOSIGNAL;
#else
  const int flags = 0;
#endif
  /* One that is full wakes the loop as well. */
  while (send(descriptor, "", 1, flags) < 0 && errno == EINTR) {
  }
}

static struct plugin_owner *reuse(void) {
  struct plugin_owner *owner;
  for (owner = owners; owner; owner = owner->next) {
    pthread_mutex_lock(&owner->mutex);
    if (!owner->is_alive && owner->references == 0) return owner;
    pthread_mutex_unlock(&owner->mutex);
  }
  owner = calloc(1, sizeof *owner);
  if (!owner) return NULL;
  pthread_mutex_init(&owner->mutex, NULL);
  pthread_cond_init(&owner->rings, NULL);
  pthread_mutex_lock(&owner->mutex);
  owner->next = owners;
  owners = owner;
  return owner;
}

/* Rings, and waits each time until the owner has heard. */
static void *ring_apart(void *given) {
  struct plugin_owner *owner = given;
  pthread_mutex_lock(&owner->mutex);
  while (owner->is_alive) {
    if (!owner->must_ring) {
      pthread_cond_wait(&owner->rings, &owner->mutex);
      continue;
    }
    void (*bell)(uint32_t) = owner->bell;
    owner->must_ring = 0;
    pthread_mutex_unlock(&owner->mutex);
    bell(0);
    pthread_mutex_lock(&owner->mutex);
  }
  plugin_owner_drop(owner);
  return NULL;
}

/* With the owner's mutex held. */
static int start_ringing(struct plugin_owner *owner) {
  pthread_t thread;
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  int failed = pthread_create(&thread, NULL, ring_apart, owner);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (failed) return 0;
  pthread_detach(thread);
  owner->references++;
  return 1;
}

struct plugin_owner *plugin_owner_open(void (*bell)(uint32_t), uint32_t is_rung_apart) {
  pthread_once(&once, make_key);
  pthread_mutex_lock(&owners_mutex);
  struct plugin_owner *owner = reuse();
  pthread_mutex_unlock(&owners_mutex);
  if (!owner) return NULL;
  owner->stuck = 0;
  owner->thread = pthread_self();
#if defined(__linux__)
  owner->id = (int)syscall(SYS_gettid);
#endif
  owner->patience = PATIENCE_MS;
  owner->bell = bell;
  owner->descriptors[0] = owner->descriptors[1] = -1;
  owner->env = NULL;
  owner->waker = NULL;
  owner->is_rung = 0;
  owner->finished = NULL;
  owner->finished_end = &owner->finished;
  owner->requests = NULL;
  owner->requests_end = &owner->requests;
  owner->is_alive = 1;
  owner->references = 1; /* the thread's */
  owner->must_ring = 0;
  owner->is_told = 0;
  owner->is_rung_apart = is_rung_apart;
  if (is_rung_apart && !start_ringing(owner)) {
    owner->is_alive = 0;
    plugin_owner_drop(owner);
    return NULL;
  }
  owner->next_of_thread = pthread_getspecific(key);
  pthread_setspecific(key, owner);
  pthread_mutex_unlock(&owner->mutex);
  return owner;
}

int32_t plugin_owner_descriptor(struct plugin_owner *owner) {
  int32_t descriptor = -1;
  pthread_mutex_lock(&owner->mutex);
  if (owner->descriptors[0] >= 0 || open_descriptors(owner->descriptors)) {
    descriptor = owner->descriptors[0];
  }
  pthread_mutex_unlock(&owner->mutex);
  return descriptor;
}

void plugin_owner_drop(struct plugin_owner *owner) {
  int descriptor = -1;
  struct plugin_job *jobs = NULL;
  struct plugin_ledger *ledger = NULL;
  if (--owner->references == 0) {
    /* The end that is read is the event loop's. */
    descriptor = owner->descriptors[1];
    jobs = owner->jobs;
    owner->jobs = NULL;
    ledger = owner->ledger;
    owner->ledger = NULL;
  }
  pthread_mutex_unlock(&owner->mutex);
  if (descriptor >= 0) close(descriptor);
  plugin_ledger_close(ledger);
  while (jobs) {
    struct plugin_job *job = jobs;
    jobs = job->next_of_owner;
    free(job);
  }
}

void plugin_owner_ring(struct plugin_owner *owner) {
  void (*bell)(uint32_t) = owner->bell;
  void *waker = owner->waker;
  int descriptor = owner->descriptors[1];
  int must = owner->is_alive && !owner->is_rung;
  if (must) {
    owner->is_rung = 1;
    if (owner->is_rung_apart && !waker) {
      owner->must_ring = 1;
      pthread_cond_signal(&owner->rings);
      pthread_mutex_unlock(&owner->mutex);
      return;
    }
    atomic_fetch_add(&owner->ringing, 1);
    owner->references++;
  }
  pthread_mutex_unlock(&owner->mutex);
  if (!must) return;
  if (waker) plugin_addon_ring(waker);
  else if (bell) bell(0);
  else if (descriptor >= 0) write_byte(descriptor);
  atomic_fetch_sub(&owner->ringing, 1);
  pthread_mutex_lock(&owner->mutex);
  plugin_owner_drop(owner);
}

uint64_t plugin_owner_time(struct plugin_owner *owner) {
  if (!owner->is_alive) return 0;
#if defined(__APPLE__)
  thread_basic_info_data_t info;
  mach_msg_type_number_t count = THREAD_BASIC_INFO_COUNT;
  thread_inspect_t thread = pthread_mach_thread_np(owner->thread);
  if (thread_info(thread, THREAD_BASIC_INFO, (thread_info_t)&info, &count) != KERN_SUCCESS) return 0;
  return ((uint64_t)info.user_time.seconds + (uint64_t)info.system_time.seconds) * 1000000000u +
         ((uint64_t)info.user_time.microseconds + (uint64_t)info.system_time.microseconds) * 1000u;
#else
  clockid_t clock;
  struct timespec time;
  if (pthread_getcpuclockid(owner->thread, &clock) != 0) return 0;
  if (clock_gettime(clock, &time) != 0) return 0;
  return (uint64_t)time.tv_sec * 1000000000u + (uint64_t)time.tv_nsec;
#endif
}

int plugin_owner_is_ready(struct plugin_owner *owner) {
#if defined(__linux__)
  char path[48], text[512];
  snprintf(path, sizeof path, "/proc/self/task/%d/stat", owner->id);
  int descriptor = open(path, O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return 0;
  ssize_t size = read(descriptor, text, sizeof text - 1);
  close(descriptor);
  text[size < 0 ? 0 : size] = 0;
  /* Behind the thread's name, which may have parentheses of its own. */
  const char *name_end = strrchr(text, ')');
  return name_end && (name_end[2] == 'R' || name_end[2] == 'D');
#else
  (void)owner;
  return 0;
#endif
}

uint32_t plugin_owner_is_ringing(struct plugin_owner *owner) {
  return atomic_load(&owner->ringing);
}

uint32_t plugin_owner_take(struct plugin_owner *owner, uint32_t *ids, uint32_t most) {
  uint32_t count = 0;
  pthread_mutex_lock(&owner->mutex);
  owner->is_rung = 0;
  for (struct plugin_job *job; count < most && (job = owner->finished); count++) {
    owner->finished = job->next;
    ids[count] = job->id;
    job->state = JOB_IDLE;
    owner->references--; /* there is the thread's */
  }
  if (!owner->finished) owner->finished_end = &owner->finished;
  pthread_mutex_unlock(&owner->mutex);
  return count;
}

uint32_t plugin_owner_serve(struct plugin_owner *owner) {
  pthread_mutex_lock(&owner->mutex);
  owner->is_rung = 0;
  struct plugin_request *request = owner->requests;
  if (request) {
    owner->requests = request->next;
    if (!owner->requests) owner->requests_end = &owner->requests;
  }
  pthread_mutex_unlock(&owner->mutex);
  if (!request) return 0;
  plugin_request_answer(owner, request);
  return 1;
}

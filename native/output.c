/*
 * The thread that waits for the end of the runner also passes on what it prints. It
 * never waits for JavaScript, which may be waiting for the plugin: what is printed
 * for it is put aside, and when that is much, the plugin waits.
 */
#include "output.h"

#include "isolate.h"

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(SYS_pidfd_open)
#define SYS_pidfd_open 434
#endif

#define STREAMS 2
#define PIECE 4096
/* So much memory has what is put aside. */
#define MOST_ASIDE (1u << 20)

/* What the process prints, on its way to where the host prints. */
struct stream {
  /* -1 when there will be no more. */
  int from, to;
  char bytes[PIECE];
  size_t start, end;
};

/* Something that was put aside. */
struct piece {
  struct piece *next;
  uint32_t stream;
  uint32_t start, end;
  /* No more than there are: a plugin may print one at a time. */
  char bytes[];
};

struct plugin_output {
  struct plugin_owner *owner;
  int pipes[STREAMS][2];
  struct stream streams[STREAMS];
  /* Of what follows: JavaScript takes it. */
  pthread_mutex_t mutex;
  struct piece *first, **last;
  /* How much memory it has. */
  _Atomic uint32_t aside;
};

static void close_one(int *descriptor) {
  if (*descriptor >= 0) close(*descriptor);
  *descriptor = -1;
}

static void close_all(struct plugin_output *output) {
  for (int i = 0; i < STREAMS; i++) {
    close_one(&output->pipes[i][0]);
    close_one(&output->pipes[i][1]);
    close_one(&output->streams[i].from);
  }
}

struct plugin_output *plugin_output_new(struct plugin_owner *owner) {
  struct plugin_output *output = calloc(1, sizeof *output);
  if (!output) return NULL;
  for (int i = 0; i < STREAMS; i++) {
    output->pipes[i][0] = output->pipes[i][1] = output->streams[i].from = -1;
  }
  pthread_mutex_init(&output->mutex, NULL);
  output->last = &output->first;
  output->owner = owner;
  if (owner) {
    pthread_mutex_lock(&owner->mutex);
    owner->references++;
    pthread_mutex_unlock(&owner->mutex);
  }
  return output;
}

void plugin_output_free(struct plugin_output *output) {
  close_all(output);
  for (struct piece *piece = output->first, *next; piece; piece = next) {
    next = piece->next;
    free(piece);
  }
  if (output->owner) {
    pthread_mutex_lock(&output->owner->mutex);
    plugin_owner_drop(output->owner);
  }
  pthread_mutex_destroy(&output->mutex);
  free(output);
}

int plugin_output_open(struct plugin_output *output) {
  close_all(output);
  for (int i = 0; i < STREAMS; i++) {
    if (pipe2(output->pipes[i], O_CLOEXEC) == 0) continue;
    int error = errno;
    close_all(output);
    return error;
  }
  return 0;
}

void plugin_output_enter(const struct plugin_output *output) {
  for (int i = 0; i < STREAMS; i++) dup2(output->pipes[i][1], i + 1);
}

void plugin_output_leave(struct plugin_output *output) {
  for (int i = 0; i < STREAMS; i++) close_one(&output->pipes[i][1]);
}

/* ----------------------------------------------------------------- passing on */

/* Never more than a pipe takes at once that says it takes something. */
static void print(struct stream *stream) {
  ssize_t put = write(stream->to, stream->bytes + stream->start, stream->end - stream->start);
  if (put < 0 && (errno == EINTR || errno == EAGAIN)) return;
  stream->start = put < 0 ? stream->end : stream->start + (size_t)put;
}

/* What there is no memory for is lost. */
static void put_aside(struct plugin_output *output, struct stream *stream) {
  uint32_t size = (uint32_t)(stream->end - stream->start);
  struct piece *piece = malloc(sizeof *piece + size);
  if (piece) {
    *piece = (struct piece){.stream = stream->to == 2, .end = size};
    memcpy(piece->bytes, stream->bytes + stream->start, size);
    pthread_mutex_lock(&output->mutex);
    *output->last = piece;
    output->last = &piece->next;
    output->aside += sizeof *piece + size;
    pthread_mutex_unlock(&output->mutex);
  }
  stream->start = stream->end;
}

static void tell(struct plugin_output *output, void (*told)(void *), void *given) {
  told(given);
  pthread_mutex_lock(&output->owner->mutex);
  output->owner->is_told = 1;
  plugin_owner_ring(output->owner);
}

static void take_in(struct stream *stream) {
  ssize_t got = read(stream->from, stream->bytes, sizeof stream->bytes);
  if (got < 0 && (errno == EINTR || errno == EAGAIN)) return;
  if (got <= 0) close_one(&stream->from);
  stream->start = 0;
  stream->end = got > 0 ? (size_t)got : 0;
}

/* What the stream waits for: somebody who reads, or something to be read. */
static struct pollfd awaited(const struct stream *stream, int is_full) {
  if (stream->start < stream->end) return (struct pollfd){stream->to, POLLOUT, 0};
  return (struct pollfd){is_full ? -1 : stream->from, POLLIN, 0};
}

/* How long what was printed last waits for somebody to read it, and is waited for. */
#define LAST_MS 1000
/* How soon it is looked again whether somebody has taken what was put aside. */
#define FULL_MS 10

enum { PROCESS, WATCHED, FIRST_STREAM, WAITING = FIRST_STREAM + STREAMS };

void plugin_output_serve(struct plugin_output *output, pid_t pid, void (*await_end)(pid_t pid),
                         const struct plugin_watcher *watcher, void (*told)(void *given),
                         void *given) {
  struct stream *streams = output->streams;
  int process = (int)syscall(SYS_pidfd_open, pid, 0);
  for (int i = 0; i < STREAMS; i++) {
    streams[i].from = output->pipes[i][0];
    streams[i].to = i + 1;
    streams[i].start = streams[i].end = 0;
    output->pipes[i][0] = -1;
  }
  if (process < 0) await_end(pid);
  /* When it had ended: what it has left elsewhere may print for ever. */
  uint64_t end = plugin_now();
  for (;;) {
    /* What a process has left that has ended is not much. */
    int is_full = process >= 0 && atomic_load(&output->aside) >= MOST_ASIDE;
    struct pollfd all[WAITING] = {
        {process, POLLIN, 0},
        {watcher ? *watcher->descriptor : -1, POLLIN, 0},
        awaited(&streams[0], is_full),
        awaited(&streams[1], is_full),
    };
    int is_over = process < 0 && all[FIRST_STREAM].fd < 0 && all[FIRST_STREAM + 1].fd < 0;
    if (is_over) break;
    uint64_t past = process < 0 ? (plugin_now() - end) / 1000000 : 0;
    if (past >= LAST_MS) break;
    int ready = poll(all, WAITING, process < 0 ? (int)(LAST_MS - past) : is_full ? FULL_MS : -1);
    if (ready < 0 && errno != EINTR) break;
    if (ready <= 0) continue;
    if (all[WATCHED].revents) watcher->ready(watcher->given, all[WATCHED].revents);
    int is_told = 0;
    for (int i = 0; i < STREAMS; i++) {
      if (!all[FIRST_STREAM + i].revents) continue;
      if (streams[i].start < streams[i].end) {
        print(&streams[i]);
        continue;
      }
      take_in(&streams[i]);
      if (!output->owner || streams[i].start == streams[i].end) continue;
      put_aside(output, &streams[i]);
      is_told = 1;
    }
    if (is_told) tell(output, told, given);
    if (!all[PROCESS].revents) continue;
    close_one(&process);
    await_end(pid);
    end = plugin_now();
  }
  if (process >= 0) {
    close_one(&process);
    await_end(pid);
  }
  close_all(output);
}

/* -------------------------------------------------------------------- taking */

int plugin_output_is_waiting(const struct plugin_output *output) {
  return atomic_load(&output->aside) > 0;
}

uint32_t plugin_output_take(struct plugin_output *output, char *to, uint32_t size) {
  uint32_t taken = 0;
  pthread_mutex_lock(&output->mutex);
  struct piece *piece = output->first;
  uint32_t stream = piece ? piece->stream : 0;
  /* As much as there is of one stream. */
  while ((piece = output->first) && piece->stream == stream && taken < size) {
    uint32_t some = piece->end - piece->start;
    if (some > size - taken) some = size - taken;
    memcpy(to + taken, piece->bytes + piece->start, some);
    taken += some;
    piece->start += some;
    if (piece->start < piece->end) break;
    output->first = piece->next;
    if (!output->first) output->last = &output->first;
    output->aside -= sizeof *piece + piece->end;
    free(piece);
  }
  pthread_mutex_unlock(&output->mutex);
  return taken * 2 + stream;
}
#endif

/*
 * Starts the program of ours that this library has in it, from memory, with the
 * variables that this process began with.
 */
#include "program.h"

#include "broker.h"
#include "variables.h"

#if defined(__linux__)
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <stdlib.h>
#include <string.h>
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#if !defined(MFD_EXEC)
#define MFD_EXEC 0x10u
#endif
#if !defined(SYS_close_range)
#define SYS_close_range 436
#endif
#define CLOSE_RANGE_CLOEXEC_FLAG 4u

#if defined(PLUGIN_RUNNER)
/* The file that the compiler is told of, as it is. */
__asm__(".pushsection .rodata\n"
        ".balign 16\n"
        ".globl plugin_runner_image\n.hidden plugin_runner_image\n"
        ".globl plugin_runner_image_end\n.hidden plugin_runner_image_end\n"
        "plugin_runner_image:\n.incbin \"" PLUGIN_RUNNER "\"\n"
        "plugin_runner_image_end:\n.byte 0\n"
        ".popsection\n");
extern const char plugin_runner_image[] __attribute__((visibility("hidden")));
extern const char plugin_runner_image_end[] __attribute__((visibility("hidden")));
#else
static const char plugin_runner_image[1];
#define plugin_runner_image_end plugin_runner_image
#endif

static int write_all(int descriptor, const char *bytes, size_t size) {
  while (size > 0) {
    ssize_t written = write(descriptor, bytes, size);
    if (written < 0) return 0;
    bytes += written;
    size -= (size_t)written;
  }
  return 1;
}

/* For one start: a number that is kept could be closed by anybody, and another file
 * would have it. */
int plugin_program_open(void) {
  size_t size = (size_t)(plugin_runner_image_end - plugin_runner_image);
  if (size == 0) return -1;
  int descriptor = memfd_create("plugin-runner", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
  if (descriptor < 0) {
    descriptor = memfd_create("plugin-runner", MFD_CLOEXEC | MFD_ALLOW_SEALING);
  }
  if (descriptor < 0) return -1;
  if (write_all(descriptor, plugin_runner_image, size) &&
      fcntl(descriptor, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0) {
    return descriptor;
  }
  close(descriptor);
  return -1;
}

/* --------------------------------------------------------- the environment */

/* What the loader reads before it maps anything. */
static const char *const loaders[] = {"LD_*", "GLIBC_TUNABLES"};
/* What the C library loads code by, takes as its own data, or lays out its memory by. */
static const char *const librarys[] = {"GCONV_PATH", "GETCONF_DIR", "LOCPATH",
                                       "MALLOC_*",   "MUSL_LOCPATH", "NLSPATH"};
#define COUNT(LIST) (sizeof(LIST) / sizeof *(LIST))

/* What this process began with, each variable to its null byte; null where that may not be read. */
static char *began;
static size_t began_size;
static pthread_once_t began_once = PTHREAD_ONCE_INIT;

static void read_began(void) {
  /* The loader has read none of them where another user began the program. */
  if (getauxval(AT_SECURE)) return;
  size_t room = 1 << 12;
  int descriptor = open("/proc/self/environ", O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return;
  began = malloc(room);
  while (began) {
    ssize_t size = read(descriptor, began + began_size, room - began_size - 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) break;
    began_size += (size_t)size;
    if (room - began_size > 1) continue;
    char *more = realloc(began, room *= 2);
    if (!more) free(began);
    began = more;
  }
  close(descriptor);
  if (began) began[began_size] = 0;
}

static int is_loaders(const char *variable) {
  return plugin_is_one_of(loaders, COUNT(loaders), variable);
}

static int is_taken_as_it_began(const char *variable) {
  return is_loaders(variable) || plugin_is_one_of(librarys, COUNT(librarys), variable);
}

static int is_permitted(const struct plugin_confinement *confinement, const char *variable) {
  return !confinement || plugin_confinement_has(confinement, variable);
}

static size_t put_began(char **to, const struct plugin_confinement *confinement) {
  size_t count = 0;
  const char *end = began ? began + began_size : NULL;
  for (char *at = began; at < end; at += strlen(at) + 1) {
    if (!is_taken_as_it_began(at)) continue;
    if (!is_loaders(at) && !is_permitted(confinement, at)) continue;
    if (to) to[count] = at;
    count++;
  }
  return count;
}

/* What the program has set since is for others, and nobody has made sure of it. */
char **plugin_program_environment(const struct plugin_confinement *confinement) {
  pthread_once(&began_once, read_began);
  size_t count = put_began(NULL, confinement);
  for (char **at = environ; at && *at; at++) count++;
  char **all = malloc((count + 1) * sizeof *all);
  if (!all) return NULL;
  size_t size = put_began(all, confinement);
  for (char **at = environ; at && *at && size < count; at++) {
    if (is_taken_as_it_began(*at) || !is_permitted(confinement, *at)) continue;
    all[size++] = *at;
  }
  all[size] = NULL;
  return all;
}

/* -------------------------------------------------------------- a process */

pid_t plugin_program_spawn(int (*enter)(void *), void *given) {
#if defined(__SANITIZE_THREAD__) /* which takes any process for one with memory of its own */
  pid_t pid = (pid_t)syscall(SYS_clone, 0, NULL, NULL, NULL, NULL);
  return pid == 0 ? enter(given) : pid;
#endif
  char stack[16384] __attribute__((aligned(16)));
  return clone(enter, stack + sizeof stack, CLONE_VM | CLONE_VFORK, given);
}

#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address", "undefined")))
#endif
void plugin_program_keep_three(void) {
  syscall(SYS_close_range, 3, ~0u, CLOSE_RANGE_CLOEXEC_FLAG);
  for (int i = 0; i < 3; i++) {
    /* Some runtimes keep theirs from what they start; a plugin's first file must not be one. */
    if (fcntl(i, F_SETFD, 0) < 0) open("/dev/null", i == 0 ? O_RDONLY : O_WRONLY);
  }
}

#if defined(__clang__) || defined(__GNUC__)
__attribute__((no_sanitize("address", "undefined")))
#endif
int plugin_program_become(int program, char **arguments, char **environment) {
  syscall(SYS_execveat, program, "", arguments, environment, AT_EMPTY_PATH);
  return errno;
}
#endif

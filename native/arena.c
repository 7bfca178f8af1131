/*
 * The memory of an isolated plugin: a file without a name, mapped where both
 * processes have the place free.
 */
#include "arena.h"

#if defined(__linux__)
#include <fcntl.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/socket.h>

#if !defined(MAP_FIXED_NOREPLACE)
#define MAP_FIXED_NOREPLACE 0x100000
#endif

/* Where nothing else is put: neither by the loader, nor by the system's choice,
 * so that the runner finds it free as well. Its begin is chosen at random. */
char *plugin_arena_map(int descriptor, size_t size) {
  const int prot = PROT_READ | PROT_WRITE;
#if !defined(__SANITIZE_THREAD__) /* which has a place for everything */
  for (int attempt = 0; attempt < 16; attempt++) {
    uint64_t random = 0;
    if (getrandom(&random, sizeof random, 0) != sizeof random) break;
    uint64_t start = 0x200000000000u + (random & 0x2fffu) * 0x100000000u;
    void *at = mmap((void *)start, size, prot, MAP_SHARED | MAP_FIXED_NOREPLACE, descriptor, 0);
    if (at == (void *)start) return at;
    if (at != MAP_FAILED) munmap(at, size);
  }
#endif
  void *at = mmap(NULL, size, prot, MAP_SHARED, descriptor, 0);
  return at == MAP_FAILED ? NULL : at;
}

#if defined(PLUGIN_PIPES)
void plugin_bells_close(struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) {
    if (bells[i].hosts > 0) close(bells[i].hosts);
    if (bells[i].runners > 0) close(bells[i].runners);
  }
}

int plugin_bells_open(struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends) != 0) return 0;
    bells[i] = (struct bell){ends[0], ends[1]};
  }
  return 1;
}

void plugin_bells_name(const struct bell *bells, char *text) {
  for (int i = 0; i < PLUGIN_LANES; i++) text += sprintf(text, "%d,", bells[i].runners);
}

void plugin_bells_leave_open(const struct bell *bells) {
  for (int i = 0; i < PLUGIN_LANES; i++) fcntl(bells[i].runners, F_SETFD, 0);
}

/* Memory that has a name for a moment. */
static int open_memory(void) {
  char name[64];
  uint64_t random = 0;
  if (getrandom(&random, sizeof random, 0) != sizeof random) return -1;
  snprintf(name, sizeof name, "/plugin-arena-%016llx", (unsigned long long)random);
  int descriptor = shm_open(name, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (descriptor >= 0) shm_unlink(name);
  return descriptor;
}
static int seal(int descriptor) {
  (void)descriptor;
  return 1;
}
#else
void plugin_bells_close(struct bell *bells) { (void)bells; }
int plugin_bells_open(struct bell *bells) {
  (void)bells;
  return 1;
}
void plugin_bells_name(const struct bell *bells, char *text) {
  (void)bells;
  *text = 0;
}
void plugin_bells_leave_open(const struct bell *bells) { (void)bells; }
static int open_memory(void) {
  return memfd_create("plugin-arena", MFD_CLOEXEC | MFD_ALLOW_SEALING);
}
/* Nobody can make it shorter: to read what is gone would be the host's end. */
static int seal(int descriptor) {
  return fcntl(descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) == 0;
}
#endif

/* Memory is a file here: one that is longer than files may be would end the host. */
static int may_have(size_t size) {
  struct rlimit limit;
  return getrlimit(RLIMIT_FSIZE, &limit) != 0 || size <= limit.rlim_cur;
}

int plugin_arena_open(size_t size) {
  int descriptor = may_have(size) ? open_memory() : -1;
  if (descriptor < 0) return -1;
  if (ftruncate(descriptor, (off_t)size) == 0 && seal(descriptor)) return descriptor;
  close(descriptor);
  return -1;
}
#endif

/*
 * A confined process on a kernel with less of Landlock than this one: what it can
 * enforce is enforced, by the filter of system calls where it must be, and what it
 * cannot is refused. Its argument is the version of Landlock that the runner was
 * made to take for the newest.
 */
#include "check.h"

#include "../../native/isolate.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static struct plugin_isolate *isolate;

/* Starts a runner with a policy, texts behind each other; gives the error, and its words. */
static int32_t start(const char *policy, size_t length, char *reason) {
  CHECK(plugin_isolate_confine(isolate, policy, (double)length) == 0);
  int32_t failed = plugin_isolate_start(isolate);
  int32_t error = plugin_isolate_reason(isolate, reason);
  CHECK((failed != 0) == (error != 0));
  return error;
}

/* Calls a function of the C library there, with texts and numbers. */
static int64_t call_there(const char *name, const char *first, const char *second, uint64_t flags) {
  static struct plugin_remote_call call;
  uint64_t place = (uint64_t)plugin_isolate_arena(isolate) + PLUGIN_ROOM_AT;
  char frame[3][256] = {{0}, {0}, {0}};
  snprintf(frame[0], sizeof frame[0], "%s", name);
  snprintf(frame[1], sizeof frame[1], "%s", first);
  snprintf(frame[2], sizeof frame[2], "%s", second ? second : "");
  memset(&call, 0, sizeof call);
  call.frame = (uint64_t)frame;
  call.place = place;
  call.in = sizeof frame;
  call.call.target = (void *)plugin_isolate_service(isolate, SERVICE_SYMBOL);
  call.call.integers[1] = place;
  plugin_isolate_call((double)(intptr_t)isolate, (double)(intptr_t)&call);
  CHECK(call.outcome == OUTCOME_DONE && call.call.result != 0);
  call.call.target = (void *)call.call.result;
  call.call.integers[0] = place + sizeof frame[0];
  call.call.integers[1] = second ? place + 2 * sizeof frame[0] : flags;
  plugin_isolate_call((double)(intptr_t)isolate, (double)(intptr_t)&call);
  CHECK(call.outcome == OUTCOME_DONE);
  return (int32_t)call.call.result;
}

static off_t size_of(const char *path) {
  struct stat status;
  CHECK(stat(path, &status) == 0);
  return status.st_size;
}

int main(int count, char **arguments) {
  CHECK(count == 2);
  int version = atoi(arguments[1]);
  int newest = (int)syscall(444, NULL, 0, 1u); /* landlock_create_ruleset */
  if (newest < version) version = newest < 0 ? 0 : newest;
  char directory[] = "/tmp/plugin-test-XXXXXX";
  CHECK(mkdtemp(directory) != NULL);
  char file[128], inside[128], moved[128], policy[512], reason[PLUGIN_REASON];
  snprintf(file, sizeof file, "%s/file", directory);
  snprintf(inside, sizeof inside, "%s/in", directory);
  snprintf(moved, sizeof moved, "%s/in/moved", directory);
  int descriptor = open(file, O_WRONLY | O_CREAT, 0600);
  CHECK(write(descriptor, "secret", 6) == 6);
  close(descriptor);
  CHECK(mkdir(inside, 0700) == 0);
  isolate = plugin_isolate_open(1 << 22);
  CHECK(isolate != NULL);

  int is_there = version >= 1;
  CHECK((start("", 0, reason) == 0) == is_there);
  if (!is_there) CHECK(strstr(reason, "no Landlock") != NULL);
  if (is_there) plugin_isolate_stop(isolate);
  if (is_there) {
    CHECK((start("p443", 5, reason) == 0) == (version >= 4));
    if (version < 4) CHECK(strstr(reason, "permissions.net") != NULL);
    if (version >= 4) plugin_isolate_stop(isolate);
    CHECK((start("R", 2, reason) == 0) == (version >= 6));
    if (version < 6) CHECK(strstr(reason, "permissions.run") != NULL);
    if (version >= 6) plugin_isolate_stop(isolate);
    CHECK(start("r/none", 7, reason) == ENOENT);

    /* What may only be read stays as it is. */
    int length = snprintf(policy, sizeof policy, "r%s", directory) + 1;
    CHECK(start(policy, (size_t)length, reason) == 0);
    CHECK(call_there("open", file, NULL, O_RDONLY) >= 0);
    CHECK(call_there("open", "/etc/passwd", NULL, O_RDONLY) == -1);
    CHECK(call_there("open", file, NULL, O_WRONLY) == -1);
    CHECK(call_there("open", file, NULL, O_RDONLY | O_TRUNC) == -1);
    CHECK(call_there("open", file, NULL, O_ACCMODE | O_TRUNC) == -1);
    CHECK(call_there("truncate", file, NULL, 0) == -1);
    CHECK(call_there("unlink", file, NULL, 0) == -1);
    CHECK(size_of(file) == 6);
    plugin_isolate_stop(isolate);

    length = snprintf(policy, sizeof policy, "w%s", directory) + 1;
    CHECK(start(policy, (size_t)length, reason) == 0);
    CHECK(call_there("open", file, NULL, O_RDONLY) == -1);
    CHECK((call_there("truncate", file, NULL, 3) == 0) == (version >= 3));
    CHECK(call_there("open", file, NULL, O_WRONLY | O_TRUNC) >= 0);
    CHECK(size_of(file) == 0);
    CHECK((call_there("rename", file, moved, 0) == 0) == (version >= 2));
    unlink(moved);
  }
  plugin_isolate_close(isolate, 0);
  unlink(file);
  rmdir(inside);
  rmdir(directory);
  return 0;
}

/* How many processors' time the groups of a process have, in trees of files as kernels and containers show them. */
#include "check.h"

#include "../../native/quota.h"

#if defined(__linux__)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char root[64];

/* Writes a file below the root, and the directories that it takes. */
static void put(const char *name, const char *text) {
  char path[512];
  snprintf(path, sizeof path, "%s%s", root, name);
  for (char *at = path + 1; (at = strchr(at, '/')); at++) {
    *at = 0;
    mkdir(path, 0700);
    *at = '/';
  }
  FILE *file = fopen(path, "w");
  CHECK(file != NULL);
  fputs(text, file);
  fclose(file);
}

static void begin(const char *groups) {
  strcpy(root, "tree-XXXXXX");
  CHECK(mkdtemp(root) != NULL);
  put("/proc/self/cgroup", groups);
}

int main(void) {
  /* No files at all, and groups that say nothing. */
  strcpy(root, "nowhere");
  CHECK(plugin_quota(root) == 0);
  begin("0::/\n");
  CHECK(plugin_quota(root) == 0);

  /* Version 2 in a container, which takes its own group for the root. */
  put("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  CHECK(plugin_quota(root) == 2);
  put("/sys/fs/cgroup/cpu.max", "250000 100000\n");
  CHECK(plugin_quota(root) == 3);
  put("/sys/fs/cgroup/cpu.max", "50000 100000\n");
  CHECK(plugin_quota(root) == 1);
  put("/sys/fs/cgroup/cpu.max", "max 100000\n");
  CHECK(plugin_quota(root) == 0);
  put("/sys/fs/cgroup/cpu.max", "nonsense\n");
  CHECK(plugin_quota(root) == 0);

  /* The least of those around it. */
  begin("0::/user.slice/run:1.scope\n");
  put("/sys/fs/cgroup/user.slice/run:1.scope/cpu.max", "800000 100000\n");
  CHECK(plugin_quota(root) == 8);
  put("/sys/fs/cgroup/user.slice/cpu.max", "500000 100000\n");
  CHECK(plugin_quota(root) == 5);

  /* Version 1, by the controller, and where the group's name is the host's. */
  begin("9:cpuset:/\n4:cpu,cpuacct:/docker/abc\n0::/\n");
  put("/sys/fs/cgroup/cpuset/cpu.cfs_quota_us", "100000\n");
  CHECK(plugin_quota(root) == 0);
  put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "-1\n");
  put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_period_us", "100000\n");
  CHECK(plugin_quota(root) == 0);
  put("/sys/fs/cgroup/cpu,cpuacct/cpu.cfs_quota_us", "400000\n");
  CHECK(plugin_quota(root) == 4);
  return 0;
}
#else
int main(void) { return 0; }
#endif

/*
 * How much of the processors the kernel gives this process: a container that is limited
 * by time may run on all of them, for a little while each.
 *
 * Both versions of control groups say it, for a group and for those around it: the least
 * is what counts. A container may see its own group as the root, or a name that leads
 * nowhere in it, so each part of the name is tried.
 */
#include "quota.h"

#if defined(__linux__)
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LONGEST 4096

/* The numbers in a file, as many as there are, or -1 for what is none, as `max` is. */
static int read_numbers(const char *path, long long *numbers, int most) {
  FILE *file = fopen(path, "re");
  if (!file) return 0;
  int count = 0;
  char word[32];
  while (count < most && fscanf(file, "%31s", word) == 1) {
    char *end;
    long long number = strtoll(word, &end, 10);
    numbers[count++] = *end ? -1 : number;
  }
  fclose(file);
  return count;
}

/* What one group is given: microseconds of time in microseconds of the clock. */
static int read_group(const char *directory, int version, long long *both) {
  char path[LONGEST + 32];
  if (version == 2) {
    snprintf(path, sizeof path, "%s/cpu.max", directory);
    return read_numbers(path, both, 2) == 2;
  }
  snprintf(path, sizeof path, "%s/cpu.cfs_quota_us", directory);
  if (read_numbers(path, both, 1) != 1) return 0;
  snprintf(path, sizeof path, "%s/cpu.cfs_period_us", directory);
  return read_numbers(path, both + 1, 1) == 1;
}

/* The least of a group, and of all that it is in. */
static long least_of(const char *mount, const char *group, int version) {
  char directory[LONGEST];
  long least = 0;
  size_t top = strlen(mount);
  if ((size_t)snprintf(directory, sizeof directory, "%s%s", mount, group) >= sizeof directory) {
    return 0;
  }
  for (;;) {
    long long both[2];
    if (read_group(directory, version, both) && both[0] > 0 && both[1] > 0) {
      long long processors = both[0] / both[1] + (both[0] % both[1] > 0);
      if (least == 0 || processors < least) least = (long)processors;
    }
    char *last = strrchr(directory + top, '/');
    if (!last) return least;
    *last = 0;
  }
}

/* Whether a list, `cpu,cpuacct`, has the word. */
static int has(const char *list, const char *word) {
  size_t length = strlen(word);
  for (const char *at = list; at; at = strchr(at, ',')) {
    if (*at == ',') at++;
    if (strncmp(at, word, length) == 0 && (at[length] == ',' || at[length] == 0)) return 1;
  }
  return 0;
}

long plugin_quota(const char *root) {
  char line[LONGEST], mount[LONGEST];
  long least = 0;
  snprintf(mount, sizeof mount, "%s/proc/self/cgroup", root);
  FILE *file = fopen(mount, "re");
  if (!file) return 0;
  /* Number, controllers, group: `0::/a` of version 2, `4:cpu,cpuacct:/a` of version 1. */
  while (fgets(line, sizeof line, file)) {
    char *controllers = strchr(line, ':');
    char *group = controllers ? strchr(controllers + 1, ':') : NULL;
    if (!group) continue;
    *controllers++ = *group++ = 0;
    group[strcspn(group, "\n")] = 0;
    int version = *controllers ? 1 : 2;
    if (version == 1 && !has(controllers, "cpu")) continue;
    const char *between = version == 1 ? "/" : "";
    int size = snprintf(mount, sizeof mount, "%s/sys/fs/cgroup%s%s", root, between, controllers);
    if ((size_t)size >= sizeof mount) continue;
    long found = least_of(mount, group, version);
    if (found > 0 && (least == 0 || found < least)) least = found;
  }
  fclose(file);
  return least;
}
#endif

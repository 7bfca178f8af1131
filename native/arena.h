/*
 * The memory that an isolated plugin shares with its host, and the bells that wake
 * whoever waits there.
 */
#ifndef PLUGIN_ARENA_H
#define PLUGIN_ARENA_H

#include "isolate.h"

#if defined(__linux__)
/* Makes the memory; its descriptor, or -1. */
int plugin_arena_open(size_t size);
/* Maps it where the runner finds the place free as well; null where it cannot be. */
char *plugin_arena_map(int descriptor, size_t size);

/* Both ends of what wakes a side of a lane; nothing where that is a futex. */
struct bell {
  int hosts, runners;
};

#if defined(PLUGIN_PIPES)
#define BELLS_SIZE (PLUGIN_LANES * 12)
#else
#define BELLS_SIZE 1
#endif

/* One for each lane; 0 where they cannot be had. */
int plugin_bells_open(struct bell *bells);
void plugin_bells_close(struct bell *bells);
/* How the runner is told of its ends, in BELLS_SIZE bytes. */
void plugin_bells_name(const struct bell *bells, char *text);
/* In the new process: its ends stay open when it becomes the runner. */
void plugin_bells_leave_open(const struct bell *bells);
#endif
#endif

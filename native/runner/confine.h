/*
 * How the runner gives up its rights: before anything of the plugin's is mapped,
 * and when all that it needs itself is.
 */
#ifndef PLUGIN_CONFINE_H
#define PLUGIN_CONFINE_H

#include <stddef.h>
#include <stdint.h>

/* What the plugin is permitted; what the host says of it stands in isolate.h. */
struct policy {
  /* All of it, texts that end with a null byte, each behind a letter. */
  char *text;
  size_t length;
  /* Bytes of memory; 0 for any number. */
  uint64_t memory;
  /* Whether all of the network is permitted, and whether some ports are. */
  int net, ports;
  int run, sys;
};

/* The text behind each letter, one after the other; null after the last. */
const char *policy_next(const struct policy *policy, char letter, const char *before);

/* What is being done, and with which of the permissions it has to do. */
struct failure {
  /* 0 when nothing has failed; ENOENT where a file that is permitted is not there. */
  int error;
  char text[256]; /* PLUGIN_REASON */
};

/* Fails, with what cannot be enforced; gives 0. */
int cannot(struct failure *failure, int error, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Files and ports. Which version of Landlock this kernel has comes out; 0 on failure. */
int restrict_files(const struct policy *policy, struct failure *failure);

/* System calls. The descriptor on which the host is asked about a refused call
 * comes out, -1 where the system has another one who is asked, and -2 on failure. */
int filter_calls(const struct policy *policy, int landlock, struct failure *failure);

/* Gives up everything that the policy, which the host says on a descriptor, does
 * not permit; all descriptors but the first three are closed. Does not return
 * where that cannot be done.
 *
 * The arena is what it has of the host's memory. */
void confine(int control, void *arena, size_t size);

#endif

/*
 * What an isolated plugin prints: two pipes, on whose other end the host passes it
 * on, to where it prints itself or to JavaScript.
 */
#ifndef PLUGIN_OUTPUT_H
#define PLUGIN_OUTPUT_H

#include "support.h"

#include <poll.h>
#include <sys/types.h>

struct plugin_output;

/* What is printed goes to an owner, who is rung for it, or without one to the host's
 * own descriptors. Null without memory. */
struct plugin_output *plugin_output_new(struct plugin_owner *owner);
void plugin_output_free(struct plugin_output *output);

/* Before the runner is started; an error number, or 0. */
int plugin_output_open(struct plugin_output *output);
/* In the new process, which has the host's memory still: it prints there. */
void plugin_output_enter(const struct plugin_output *output);
/* In the host again: the runner's ends are closed. */
void plugin_output_leave(struct plugin_output *output);

/* Whom a descriptor is watched for, and what is done when there is something on it. */
struct plugin_watcher {
  int *descriptor;
  void (*ready)(void *given, short events);
  void *given;
};

/* Passes on what is printed until the process has ended and all is passed on;
 * `await_end` ends what it has left. `told` is called when there is something for
 * the owner. The watcher may be null. */
void plugin_output_serve(struct plugin_output *output, pid_t pid, void (*await_end)(pid_t pid),
                         const struct plugin_watcher *watcher, void (*told)(void *given),
                         void *given);

/* Whether there is something for the owner. */
int plugin_output_is_waiting(const struct plugin_output *output);
/* Takes some of what was printed, in its order: how much, times two, and 1 more where
 * it was printed as an error; 0 when there is nothing. */
uint32_t plugin_output_take(struct plugin_output *output, char *to, uint32_t size);

#endif

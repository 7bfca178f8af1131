/*
 * A confined plugin, seen from the host: what the runner is told to give up, and what
 * is answered when it asks for what it may not.
 */
#ifndef PLUGIN_BROKER_H
#define PLUGIN_BROKER_H

#include "output.h"

struct plugin_confinement;

/* With the words of a policy: they are copied. Null without memory. */
struct plugin_confinement *plugin_confinement_new(const char *policy, size_t length);
void plugin_confinement_free(struct plugin_confinement *confinement);

/* Whether a variable, NAME=VALUE, is permitted. */
int plugin_confinement_has(const struct plugin_confinement *confinement, const char *variable);

/* Before the runner is started; an error number, or 0. */
int plugin_confinement_open(struct plugin_confinement *confinement);
/* The descriptor on which the runner hears the policy. */
int plugin_confinement_runners(const struct plugin_confinement *confinement);
/* In the new process, which has the host's memory still: it reads nothing, and keeps
 * that descriptor open. */
void plugin_confinement_enter(const struct plugin_confinement *confinement);
/* In the host again: the runner's ends are closed. */
void plugin_confinement_leave(struct plugin_confinement *confinement);

/* Says the policy; gives what is to be watched from then on, to answer what the
 * process asks for that it may not. */
struct plugin_watcher plugin_confinement_serve(struct plugin_confinement *confinement);
/* The process has ended. */
void plugin_confinement_end(struct plugin_confinement *confinement);

/* Why the runner could not be confined, in a place of PLUGIN_REASON bytes; the error
 * number, or 0 where it could. */
int32_t plugin_confinement_reason(struct plugin_confinement *confinement, char *text);

/* The calls that were refused, a line each, the first ones first; gives the length. */
size_t plugin_confinement_refused(struct plugin_confinement *confinement, char *text, size_t size);

#endif

/*
 * The program of ours that this library has in it, and starts from memory: no file
 * is looked for, so none can stand in for it. It is the runner of isolated plugins,
 * and what waits for a crash of this process (runner/runner.c, runner/reporter.c).
 */
#ifndef PLUGIN_PROGRAM_H
#define PLUGIN_PROGRAM_H

#include "support.h"

#include <sys/types.h>

struct plugin_confinement;

/* The program as a file; -1 where there is none. */
int plugin_program_open(void);

/* What it is started with: the environment that is here now, or what of it is
 * permitted; but the loader's variables are those that the loader of this process
 * has read. To be freed; null without memory. */
char **plugin_program_environment(const struct plugin_confinement *confinement);

/* Runs a function in a new process, which has the memory of this one until it
 * becomes another program: nothing may be changed there. No signal tells of its
 * end: the runtime has children of its own, and a handler for those. */
pid_t plugin_program_spawn(int (*enter)(void *), void *given);
/* In the new process: it keeps the three first descriptors. */
void plugin_program_keep_three(void);
/* The same: it becomes the program, or there is an error number. */
int plugin_program_become(int program, char **arguments, char **environment);

#endif

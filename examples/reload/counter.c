// A plugin that is changed while its host runs.

#ifndef VERSION
#define VERSION 1
#endif

static int calls;

// Which build this is.
int version(void) { return VERSION; }

// How often this build was called.
int count(void) { return ++calls; }

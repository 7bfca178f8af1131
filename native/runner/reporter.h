/* What waits for a crash of the process that has started it; see report.c. */
#ifndef PLUGIN_REPORTER_H
#define PLUGIN_REPORTER_H

/*
 * Serves until that process has ended.
 *
 *   plugin-reporter PROGRAM ARGUMENT…
 *
 * The program prints a report of what is mapped at its descriptor 0; without
 * arguments there is none, and what can be told is told here.
 */
int serve_reports(int count, char **arguments);

/* What the host ignores or handles is its affair. */
void reset_signals(void);

#endif

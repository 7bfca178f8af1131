/*
 * What this process and the one that waits for its crash share: what is kept of the
 * crash, and the plugins that were to be told of.
 */
#ifndef PLUGIN_REPORT_H
#define PLUGIN_REPORT_H

#include "crash.h"

#define PLUGIN_REPORT_TEXT (64u << 10)
/* The other's end of what both wait at. */
#define PLUGIN_REPORT_CHANNEL 3

struct plugin_report {
  struct plugin_crash crash;
  _Atomic uint32_t length;
  /* A line for each plugin: the file that was loaded, a tab, and what else is known
   * of it, for who reads it (ffi/backtrace/report.ts). */
  char text[PLUGIN_REPORT_TEXT];
};

#if defined(__linux__)
/* Whether the code of a mapping is a plugin's. A file that was removed is called so. */
static inline int plugin_report_has(const struct plugin_report *report,
                                    const struct plugin_mapping *mapping) {
  static const char removed[] = " (deleted)";
  const char *at = report->text, *end = at + atomic_load(&report->length);
  while (at < end) {
    const char *tab = memchr(at, '\t', (size_t)(end - at));
    if (!tab) return 0;
    size_t length = (size_t)(tab - at), more = sizeof removed - 1;
    if (mapping->length >= length && memcmp(mapping->path, at, length) == 0 &&
        (mapping->length == length ||
         (mapping->length == length + more &&
          memcmp(mapping->path + length, removed, more) == 0))) {
      return 1;
    }
    const char *line = memchr(tab, '\n', (size_t)(end - tab));
    if (!line) return 0;
    at = line + 1;
  }
  return 0;
}
#endif
#endif

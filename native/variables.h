/*
 * Names of variables of the environment, as lists of them say: NAME, or with a * at its
 * end all that begin so.
 */
#ifndef PLUGIN_VARIABLES_H
#define PLUGIN_VARIABLES_H

#include <stddef.h>
#include <string.h>

/* Whether a variable, NAME=VALUE, is called so. */
static inline int plugin_is_called(const char *name, const char *variable) {
  size_t length = strlen(name);
  int is_beginning = length > 0 && name[length - 1] == '*';
  if (is_beginning) length--;
  return strncmp(variable, name, length) == 0 && (is_beginning || variable[length] == '=');
}

static inline int plugin_is_one_of(const char *const *names, size_t count, const char *variable) {
  for (size_t i = 0; i < count; i++) {
    if (plugin_is_called(names[i], variable)) return 1;
  }
  return 0;
}
#endif

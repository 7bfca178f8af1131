/* Which library this is, and what it is like here. */
#include "support.h"

#ifndef PLUGIN_SUPPORT_VERSION
#define PLUGIN_SUPPORT_VERSION "unknown"
#endif

const char *plugin_support_version(void) { return PLUGIN_SUPPORT_VERSION; }

uint32_t plugin_support_traits(void) {
#if defined(__x86_64__)
  return 6;
#elif defined(__aarch64__) && defined(__APPLE__)
  return 8 + 256;
#elif defined(__aarch64__)
  return 8;
#else
#error "no calling convention is known for this machine"
#endif
}

// plugin build bench/text.c -o build/bench/text.so
#include <stddef.h>
#include <string.h>

size_t length(const char *text) { return strlen(text); }

static char long_text[1001];
__attribute__((constructor)) static void fill(void) {
  memset(long_text, 'x', 1000);
}

const char *short_text(void) { return "eight ch"; }
const char *thousand(void) { return long_text; }

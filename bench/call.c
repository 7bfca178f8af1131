// plugin build bench/call.c -o build/bench/call.so
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void nothing(void) {}
int32_t add_i32(int32_t a, int32_t b) { return a + b; }
double add_f64(double a, double b) { return a + b; }
int64_t add_i64(int64_t a, int64_t b) { return a + b; }
size_t length(const char *text) { return strlen(text); }

// plugin build bench/call.c -o build/bench/call.so
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

void nothing(void) {}
bool not(bool a) { return !a; }
int32_t add_i32(int32_t a, int32_t b) { return a + b; }
double add_f64(double a, double b) { return a + b; }
int64_t add_i64(int64_t a, int64_t b) { return a + b; }
uint64_t add_u64(uint64_t a, uint64_t b) { return a + b; }
double mixed(int32_t a, double b, uint8_t c, float d, bool e, int16_t f) {
  return a + b + c + d + e + f;
}
size_t length(const char *text) { return strlen(text); }

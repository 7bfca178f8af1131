/* plugin build bench/isolated.c */
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

int32_t add(int32_t a, int32_t b) { return a + b; }
int32_t process(void) { return (int32_t)getpid(); }
const char *same(const char *text) { return text; }
void crash(void) { abort(); }

int32_t times(int32_t count, int32_t (*call)(int32_t)) {
  int32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += call(i);
  return sum;
}

/* Something that a filter does: each byte is looked at and written. */
void invert(uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(255 - bytes[i]);
}

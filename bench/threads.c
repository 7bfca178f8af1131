// plugin build bench/threads.c -o build/bench/threads.so
#include <stdint.h>

static int64_t add(int64_t a, int64_t b) { return a + b; }
int64_t (*adder(void))(int64_t, int64_t) { return add; }

// On another thread: asks a function of JavaScript again and again.
int32_t ask(int32_t (*answer)(int32_t), int32_t count) {
  int32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += answer(i);
  return sum;
}

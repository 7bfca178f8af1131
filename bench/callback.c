// plugin build bench/callback.c -o build/bench/callback.so
#include <stdint.h>

int32_t sum(int32_t (*next)(int32_t, int32_t), int32_t count) {
  int32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum = next(sum, i);
  return sum;
}

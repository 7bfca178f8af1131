/* Functions of many signatures, each called with arguments from memory. */
#include "check.h"

static int32_t add(int32_t a, int32_t b) { return a + b; }
static int64_t wide(int64_t a, uint64_t b) { return a - (int64_t)b; }
static double mean(double a, double b) { return (a + b) / 2; }
static float half(float a) { return a / 2; }
static int32_t six(int32_t a, double b, uint8_t c, float d, uint32_t e, int16_t f) {
  return a + (int32_t)b + c + (int32_t)d + (int32_t)e + f;
}
static int64_t many(int64_t a, int64_t b, int64_t c, int64_t d, int64_t e, int64_t f, int64_t g,
                    int64_t h, int64_t i, int64_t j) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}
static double floats(double a, double b, double c, double d, double e, double f, double g, double h,
                     double i, double j) {
  return a + 2 * b + 3 * c + 4 * d + 5 * e + 6 * f + 7 * g + 8 * h + 9 * i + 10 * j;
}
static int calls;
static void nothing(void) { calls++; }

/* Every function at its own kind and at all that load more. */
static struct plugin_call run(struct plugin_call call, enum plugin_load load,
                              enum plugin_result result) {
  struct plugin_call last = call;
  for (uint32_t more = load; more <= LOAD_STACK_56; more++) {
    last = call;
    plugin_call_run(&last, more * 3 + result);
  }
  return last;
}

static float float_of(uint64_t bits) {
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static double double_of(uint64_t bits) {
  double value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

static double with_float(float value) {
  double bits = 0;
  memcpy(&bits, &value, sizeof value);
  return bits;
}

int main(void) {
  struct plugin_call call = {.target = (void *)add};
  call.integers[0] = (uint32_t)-5; /* the upper half is nobody's */
  call.integers[1] = 3;
  CHECK((int32_t)run(call, LOAD_INTEGERS, RESULT_INTEGER).result == -2);

  call.target = (void *)wide;
  call.integers[0] = (uint64_t)INT64_MIN + 1;
  call.integers[1] = 1;
  CHECK((int64_t)run(call, LOAD_INTEGERS, RESULT_INTEGER).result == INT64_MIN);

  call.target = (void *)mean;
  call.floats[0] = -0.0;
  call.floats[1] = -0.0;
  CHECK(1 / double_of(run(call, LOAD_REGISTERS, RESULT_DOUBLE).result) < 0);

  call.target = (void *)half;
  call.floats[0] = with_float(3);
  CHECK(float_of(run(call, LOAD_REGISTERS, RESULT_FLOAT).result) == 1.5f);

  call.target = (void *)six;
  call.integers[0] = (uint32_t)-1;
  call.floats[0] = 2.5;
  call.integers[1] = 255;
  call.floats[1] = with_float(1.5f);
  call.integers[2] = 7;
  call.integers[3] = (uint32_t)-9;
  CHECK((int32_t)run(call, LOAD_REGISTERS, RESULT_INTEGER).result == 255);

  int registers = plugin_support_traits() & 255;
  call.target = (void *)many;
  for (int i = 0; i < registers; i++) call.integers[i] = (uint64_t)i + 1;
  for (int i = registers; i < 10; i++) call.stack[i - registers] = (uint64_t)i + 1;
  CHECK(run(call, LOAD_STACK_8, RESULT_INTEGER).result == 385);

  call.target = (void *)floats;
  for (int i = 0; i < 8; i++) call.floats[i] = i + 1;
  memcpy(&call.stack[0], &(double){9}, 8);
  memcpy(&call.stack[1], &(double){10}, 8);
  CHECK(double_of(run(call, LOAD_STACK_8, RESULT_DOUBLE).result) == 385);

  call.target = (void *)nothing;
  run(call, LOAD_INTEGERS, RESULT_INTEGER);
  CHECK(calls == 4);
  plugin_call_run(&call, PLUGIN_KINDS); /* no kind: no call */
  CHECK(calls == 4);
  return 0;
}

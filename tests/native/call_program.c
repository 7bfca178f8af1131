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

/* Many texts, of which one is no UTF-8 in the end. */
static void copy_texts(void) {
  struct {
    const char *text;
    uint64_t other;
  } rows[4] = {{"ab", 1}, {NULL, 2}, {"", 3}, {"\xc3\xa9\xf0\x9f\x98\x80", 4}};
  char *to = malloc(8); /* no byte more */
  uint32_t lengths[4] = {9, 9, 9, 9};
  struct plugin_texts texts = {(uintptr_t)rows,   3, sizeof rows[0], (uintptr_t)to, 8,
                               (uintptr_t)lengths};
  double request = (double)(uintptr_t)&texts;
  CHECK(plugin_texts_copy(request) == 2 && memcmp(to, "ab", 2) == 0);
  CHECK(lengths[0] == 2 && lengths[1] == PLUGIN_NO_TEXT && lengths[2] == 0 && lengths[3] == 9);
  texts.count = 4;
  CHECK(plugin_texts_copy(request) == 8 && memcmp(to + 2, rows[3].text, 6) == 0);
  CHECK(lengths[0] == 2 && lengths[3] == 3);
  texts.room = 7;
  CHECK(plugin_texts_copy(request) == 8);
  texts.room = 8;
  static const char *const odd[] = {"\x80", "\xc3", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe0\x9f\xbf"};
  for (size_t i = 0; i < sizeof odd / sizeof *odd; i++) {
    rows[3].text = odd[i];
    CHECK(plugin_texts_copy(request) == -1);
  }
  free(to);
}

/* Texts of each length, between memory that is nobody's. */
static void copy_lengths(void) {
  for (size_t length = 0; length < 70; length++) {
    char *text = malloc(length + 1), *to = malloc(length == 0 ? 1 : length);
    for (size_t i = 0; i < length; i++) text[i] = (char)('!' + i);
    text[length] = 0;
    uint32_t got = 0;
    struct plugin_texts texts = {(uintptr_t)&text, 1, sizeof text, (uintptr_t)to, length,
                                 (uintptr_t)&got};
    CHECK(plugin_texts_copy((double)(uintptr_t)&texts) == (double)length);
    CHECK(got == length && memcmp(to, text, length) == 0);
    free(text);
    free(to);
  }
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
  copy_texts();
  copy_lengths();
  return 0;
}

// What bench/objects.ts calls: objects, texts and structs of C.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MANY = 1000 };

typedef struct counter {
  int64_t count;
} counter;

counter *counter_new(int32_t count) {
  counter *made = malloc(sizeof *made);
  made->count = count;
  return made;
}
void counter_free(counter *counter) { free(counter); }
int32_t counter_add(counter *counter, int32_t n) {
  return (int32_t)(counter->count += n);
}
int32_t add(int32_t a, int32_t b) { return a + b; }

typedef struct {
  int32_t id;
  double price;
  const char *name;
} item;

static char text[MANY][24];
static const char *texts[MANY];
static item items[MANY];
static char texts_json[64 * MANY], items_json[96 * MANY];

__attribute__((constructor)) static void fill(void) {
  char *t = texts_json, *s = items_json;
  for (int i = 0; i < MANY; i++) {
    snprintf(text[i], sizeof text[i], "the text number %d", i);
    texts[i] = text[i];
    items[i] = (item){i, i + 0.5, text[i]};
    t += sprintf(t, "%c\"%s\"", i == 0 ? '[' : ',', text[i]);
    s += sprintf(s, "%c{\"id\":%d,\"price\":%d.5,\"name\":\"%s\"}",
                 i == 0 ? '[' : ',', i, i, text[i]);
  }
  strcpy(t, "]");
  strcpy(s, "]");
}

const char *const *all_texts(int32_t *count) {
  *count = MANY;
  return texts;
}
const char *all_texts_json(void) { return texts_json; }
const item *all_items(int32_t *count) {
  *count = MANY;
  return items;
}
const char *all_items_json(void) { return items_json; }

size_t measure(const char *const *texts, int32_t count) {
  size_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += strlen(texts[i]);
  return sum;
}
// Who takes JSON has yet to parse it.
size_t measure_json(const char *json) { return strlen(json); }

double total(const item *list, int32_t count) {
  double sum = 0;
  for (int32_t i = 0; i < count; i++) sum += list[i].price;
  return sum;
}

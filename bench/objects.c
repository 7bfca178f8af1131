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
// The same of JSON: a reader as small as they come, which reads into memory of its
// own in place, so that a text costs no malloc.
typedef struct {
  char *at;
} reader;

static int is_next(reader *reader, char wanted) {
  while (*reader->at == ' ') reader->at++;
  if (*reader->at != wanted) return 0;
  reader->at++;
  return 1;
}

static const char *read_text(reader *reader) {
  if (!is_next(reader, '"')) abort();
  char *text = reader->at, *to = text;
  for (char *from = text;; from++) {
    if (*from == '"') {
      *to = 0;
      reader->at = from + 1;
      return text;
    }
    if (*from == 0) abort();
    if (*from == '\\') {
      switch (*++from) {
      case 'n': *to++ = '\n'; continue;
      case 't': *to++ = '\t'; continue;
      case 'u': abort(); // no text here has one
      default: break;
      }
    }
    *to++ = *from;
  }
}

static double read_number(reader *reader) {
  char *at = reader->at;
  double value = 0, scale = 1;
  int is_negative = *at == '-';
  if (is_negative) at++;
  for (; *at >= '0' && *at <= '9'; at++) value = value * 10 + (*at - '0');
  if (*at == '.') {
    for (at++; *at >= '0' && *at <= '9'; at++) {
      scale *= 10;
      value = value * 10 + (*at - '0');
    }
  }
  reader->at = at;
  return (is_negative ? -value : value) / scale;
}

static reader reader_of(const char *json) {
  size_t length = strlen(json);
  char *copy = malloc(length + 1);
  memcpy(copy, json, length + 1);
  return (reader){copy};
}

size_t measure_json(const char *json) {
  reader reader = reader_of(json);
  char *memory = reader.at;
  const char **texts = NULL;
  int32_t count = 0, room = 0;
  if (!is_next(&reader, '[')) abort();
  do {
    if (count == room) {
      room = room == 0 ? 16 : 2 * room;
      texts = realloc(texts, (size_t)room * sizeof *texts);
    }
    texts[count++] = read_text(&reader);
  } while (is_next(&reader, ','));
  size_t sum = measure(texts, count);
  free(texts);
  free(memory);
  return sum;
}

double total(const item *list, int32_t count) {
  double sum = 0;
  for (int32_t i = 0; i < count; i++) sum += list[i].price;
  return sum;
}

double total_json(const char *json) {
  reader reader = reader_of(json);
  char *memory = reader.at;
  item *list = NULL;
  int32_t count = 0, room = 0;
  if (!is_next(&reader, '[')) abort();
  do {
    if (count == room) {
      room = room == 0 ? 16 : 2 * room;
      list = realloc(list, (size_t)room * sizeof *list);
    }
    item *item = &list[count++];
    if (!is_next(&reader, '{')) abort();
    do {
      const char *key = read_text(&reader);
      if (!is_next(&reader, ':')) abort();
      if (strcmp(key, "name") == 0) item->name = read_text(&reader);
      else if (strcmp(key, "id") == 0) item->id = (int32_t)read_number(&reader);
      else if (strcmp(key, "price") == 0) item->price = read_number(&reader);
      else abort();
    } while (is_next(&reader, ','));
    if (!is_next(&reader, '}')) abort();
  } while (is_next(&reader, ','));
  double sum = total(list, count);
  free(list);
  free(memory);
  return sum;
}

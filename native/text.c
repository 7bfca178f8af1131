/* Texts that a call gave, where JavaScript reads them. */
#include "support.h"

#include <string.h>

/* With its NUL it fills some words of the stack, which the call needs no more. */
#define MOST 24

_Static_assert(MOST < sizeof((struct plugin_call *)0)->stack, "there is room");

double plugin_text_copy(double given) {
  struct plugin_call *call = (struct plugin_call *)(intptr_t)given;
  const char *text = (const char *)(uintptr_t)call->result;
  char *copy = (char *)call->stack;
  if (!text) return -1;
  for (int length = 0; length <= MOST; length++) {
    copy[length] = text[length];
    if (!text[length]) return length;
  }
  return -1;
}

/* The UTF-16 code units of a text that is not ASCII alone; PLUGIN_NO_TEXT where it
 * is no UTF-8. */
static uint32_t units_of(const unsigned char *text, size_t length) {
  uint32_t units = 0;
  for (size_t at = 0; at < length; units++) {
    unsigned char lead = text[at++];
    if (lead < 0x80) continue;
    int more = lead >= 0xc2 && lead < 0xe0 ? 1
               : lead >= 0xe0 && lead < 0xf0 ? 2
               : lead >= 0xf0 && lead < 0xf5 ? 3
                                             : 0;
    if (more == 0 || length - at < (size_t)more) return PLUGIN_NO_TEXT;
    /* Neither longer than it needs to be, nor a surrogate, nor too large. */
    unsigned char first = text[at];
    unsigned char low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    unsigned char high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (first < low || first > high) return PLUGIN_NO_TEXT;
    for (int i = 1; i < more; i++) {
      if ((text[at + (size_t)i] & 0xc0) != 0x80) return PLUGIN_NO_TEXT;
    }
    at += (size_t)more;
    if (more == 3) units++;
  }
  return units;
}

static int is_ascii(const char *text, size_t length) {
  uint64_t bits = 0, eight;
  size_t at = 0;
  for (; length - at >= sizeof eight; at += sizeof eight) {
    memcpy(&eight, text + at, sizeof eight);
    bits |= eight;
  }
  for (; at < length; at++) bits |= (unsigned char)text[at];
  return (bits & 0x8080808080808080u) == 0;
}

/* A short text in two pieces that lie over each other: a call of memcpy takes longer
 * than such a copy. */
static inline void copy(char *to, const char *from, size_t length) {
  struct sixteen {
    char bytes[16];
  } first, last;
  if (length >= sizeof first && length <= 2 * sizeof first) {
    memcpy(&first, from, sizeof first);
    memcpy(&last, from + length - sizeof last, sizeof last);
    memcpy(to, &first, sizeof first);
    memcpy(to + length - sizeof last, &last, sizeof last);
  } else {
    memcpy(to, from, length);
  }
}

double plugin_texts_copy(double given) {
  const struct plugin_texts *texts = (const struct plugin_texts *)(intptr_t)given;
  const char *place = (const char *)(uintptr_t)texts->first;
  char *to = (char *)(uintptr_t)texts->to;
  uint32_t *lengths = (uint32_t *)(uintptr_t)texts->lengths;
  const uint64_t count = texts->count, stride = texts->stride, room = texts->room;
  uint64_t size = 0;
  for (uint64_t i = 0; i < count; i++, place += stride) {
    const char *text;
    memcpy(&text, place, sizeof text);
    if (text == NULL) {
      lengths[i] = PLUGIN_NO_TEXT;
      continue;
    }
    size_t length = strlen(text);
    if (length >= PLUGIN_NO_TEXT) return -1;
    if (size + length <= room) copy(to + size, text, length);
    lengths[i] = (uint32_t)length;
    size += length;
  }
  if (size > room || is_ascii(to, size)) return (double)size;
  for (uint64_t i = 0; i < count; i++) {
    uint32_t length = lengths[i];
    if (length == PLUGIN_NO_TEXT) continue;
    if (!is_ascii(to, length)) {
      lengths[i] = units_of((const unsigned char *)to, length);
      if (lengths[i] == PLUGIN_NO_TEXT) return -1;
    }
    to += length;
  }
  return (double)size;
}

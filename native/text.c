/* Texts that a call gave, where JavaScript reads them. */
#include "support.h"

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

/*
 * What a thread of JavaScript holds of plugins: when the thread has ended, nobody
 * else would give it back.
 *
 * JavaScript writes the rows itself, so that an object costs no call.
 */
#include "support.h"

#include <stdlib.h>

struct plugin_ledger {
  struct plugin_ledger_row rows[PLUGIN_LEDGER_ROWS];
  struct plugin_ledger *next;
};

struct plugin_ledger_row *plugin_ledger_grow(struct plugin_owner *owner) {
  struct plugin_ledger *part = calloc(1, sizeof *part);
  if (!part) return NULL;
  part->next = owner->ledger;
  owner->ledger = part;
  return part->rows;
}

/* What a ledger says of its values: which there are, and which go before which. */
struct values {
  size_t count;
  /* By their stamps, the greatest first: what needs another value was mostly made after it. */
  struct plugin_ledger_row **rows;
  /* Where in `befores` those of each value begin, and behind the last one end. */
  size_t *first;
  /* Values that are given back before another one. */
  size_t *befores;
  /* Whether a value is left as it is. */
  unsigned char *is_left;
};

static int compare(const void *left, const void *right) {
  double a = (*(struct plugin_ledger_row *const *)left)->stamp;
  double b = (*(struct plugin_ledger_row *const *)right)->stamp;
  return a < b ? 1 : a > b ? -1 : 0;
}

/* Which value has a stamp; `count` where none has. */
static size_t find(const struct values *values, double stamp) {
  size_t low = 0, high = values->count;
  while (low < high) {
    size_t middle = low + (high - low) / 2;
    if (values->rows[middle]->stamp > stamp) low = middle + 1;
    else high = middle;
  }
  return low < values->count && values->rows[low]->stamp == stamp ? low : values->count;
}

/* Reads which values go before which, in two rounds: how many, and then which. */
static void read_befores(struct values *values, struct plugin_ledger *ledger) {
  for (int round = 0; round < 2; round++) {
    for (struct plugin_ledger *part = ledger; part; part = part->next) {
      for (size_t i = 0; i < PLUGIN_LEDGER_ROWS; i++) {
        const struct plugin_ledger_row *row = &part->rows[i];
        if (row->kind == LEDGER_EMPTY || row->before == 0) continue;
        size_t before = find(values, row->stamp), after = find(values, row->before);
        /* One that is there no more waits for nothing. */
        if (before == values->count || after == values->count) continue;
        if (round == 0) values->first[after]++;
        else values->befores[--values->first[after]] = before;
      }
    }
    if (round == 0) {
      for (size_t i = 1; i <= values->count; i++) values->first[i] += values->first[i - 1];
    }
  }
}

static void give_back(struct plugin_ledger_row *row) {
  uint64_t handle = (uint64_t)row->handle;
  uintptr_t address = (uintptr_t)row->release;
  double kind = row->kind;
  row->kind = LEDGER_BETWEEN;
  if (kind == LEDGER_VARIABLE) ((void (*)(uint64_t *))address)(&handle);
  else ((void (*)(uint64_t))address)(handle);
}

/* Each value behind those that go before it, in `order`; `stack` has room for as many.
 * Values can need each other in long chains: the thread's stack has no room for those. */
static void sort(const struct values *values, size_t *order, size_t *stack, size_t *next) {
  size_t sorted = 0;
  for (size_t i = 0; i < values->count; i++) next[i] = values->first[i];
  unsigned char *is_seen = values->is_left; /* until it says what is left */
  for (size_t i = 0; i < values->count; i++) {
    size_t depth = 0;
    if (!is_seen[i]) stack[depth++] = i;
    is_seen[i] = 1;
    while (depth) {
      size_t at = stack[depth - 1];
      if (next[at] == values->first[at + 1]) {
        order[sorted++] = at;
        depth--;
        continue;
      }
      size_t before = values->befores[next[at]++];
      if (!is_seen[before]) stack[depth++] = before;
      is_seen[before] = 1;
    }
  }
}

/* What is left as it is: what says so, and all that needs to be there with that. */
static void mark_left(const struct values *values, const size_t *order) {
  for (size_t i = 0; i < values->count; i++) values->is_left[i] = values->rows[i]->kind == LEDGER_LEFT;
  for (size_t i = 0; i < values->count; i++) {
    size_t at = order[i];
    for (size_t j = values->first[at]; j < values->first[at + 1]; j++) {
      if (values->is_left[values->befores[j]]) values->is_left[at] = 1;
    }
  }
}

void plugin_ledger_release(struct plugin_ledger *ledger, int with_addresses) {
  size_t all = 0;
  for (struct plugin_ledger *part = ledger; part; part = part->next) all += PLUGIN_LEDGER_ROWS;
  if (!all) return;
  struct values values = {0};
  size_t *order = malloc(all * sizeof *order);
  size_t *stack = malloc(all * sizeof *stack);
  size_t *next = malloc(all * sizeof *next);
  values.rows = malloc(all * sizeof *values.rows);
  values.first = calloc(all + 1, sizeof *values.first);
  values.befores = malloc(all * sizeof *values.befores);
  values.is_left = calloc(all, 1);
  if (order && stack && next && values.rows && values.first && values.befores && values.is_left) {
    for (struct plugin_ledger *part = ledger; part; part = part->next) {
      for (size_t i = 0; i < PLUGIN_LEDGER_ROWS; i++) {
        double kind = part->rows[i].kind;
        if (kind != LEDGER_EMPTY && kind != LEDGER_KEEPS) values.rows[values.count++] = &part->rows[i];
      }
    }
    qsort(values.rows, values.count, sizeof *values.rows, compare);
    read_befores(&values, ledger);
    sort(&values, order, stack, next);
    mark_left(&values, order);
    for (size_t i = 0; i < values.count; i++) {
      struct plugin_ledger_row *row = values.rows[order[i]];
      int is_address = row->kind == LEDGER_ADDRESS || row->kind == LEDGER_VARIABLE;
      if (values.is_left[order[i]]) continue;
      if (row->kind == LEDGER_SLOT || (with_addresses && is_address)) give_back(row);
    }
  }
  free(order);
  free(stack);
  free(next);
  free(values.rows);
  free(values.first);
  free(values.befores);
  free(values.is_left);
}

void plugin_ledger_close(struct plugin_ledger *ledger) {
  plugin_ledger_release(ledger, 1);
  while (ledger) {
    struct plugin_ledger *part = ledger;
    ledger = ledger->next;
    free(part);
  }
}

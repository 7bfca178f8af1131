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

/* The latest first: what needs another value was made after it. */
static int compare(const void *left, const void *right) {
  double a = (*(struct plugin_ledger_row *const *)left)->stamp;
  double b = (*(struct plugin_ledger_row *const *)right)->stamp;
  return a < b ? 1 : a > b ? -1 : 0;
}

static void give_back(struct plugin_ledger_row *row) {
  uint64_t handle = (uint64_t)row->handle;
  uintptr_t address = (uintptr_t)row->release;
  double kind = row->kind;
  row->kind = LEDGER_EMPTY;
  if (kind == LEDGER_VARIABLE) ((void (*)(uint64_t *))address)(&handle);
  else ((void (*)(uint64_t))address)(handle);
}

void plugin_ledger_release(struct plugin_ledger *ledger, int with_addresses) {
  size_t count = 0;
  for (struct plugin_ledger *part = ledger; part; part = part->next) count += PLUGIN_LEDGER_ROWS;
  struct plugin_ledger_row **rows = count ? malloc(count * sizeof *rows) : NULL;
  if (!rows) return;
  count = 0;
  for (struct plugin_ledger *part = ledger; part; part = part->next) {
    for (size_t i = 0; i < PLUGIN_LEDGER_ROWS; i++) {
      double kind = part->rows[i].kind;
      if (kind == LEDGER_SLOT || (with_addresses && kind != LEDGER_EMPTY)) {
        rows[count++] = &part->rows[i];
      }
    }
  }
  qsort(rows, count, sizeof *rows, compare);
  for (size_t i = 0; i < count; i++) give_back(rows[i]);
  free(rows);
}

void plugin_ledger_close(struct plugin_ledger *ledger) {
  plugin_ledger_release(ledger, 1);
  while (ledger) {
    struct plugin_ledger *part = ledger;
    ledger = ledger->next;
    free(part);
  }
}

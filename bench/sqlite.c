// plugin build bench/sqlite.c -o build/bench/sqlite_rows.so -- -lsqlite3
//
// What anyone can write for a library whose functions are small: one of their
// own that calls several of them.
#include <sqlite3.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct row {
  ptrdiff_t id; // 0 after the last one
  double weight;
  const char *name;
};

// The next row, for as long as it is the next.
struct row next_row(void *statement) {
  if (sqlite3_step(statement) != SQLITE_ROW) return (struct row){0};
  return (struct row){
      .id = sqlite3_column_int64(statement, 0),
      .weight = sqlite3_column_double(statement, 1),
      .name = (const char *)sqlite3_column_text(statement, 2),
  };
}

#define NAME_MOST 4096

// The next rows, column by column; fewer than `most` are the last ones. All names
// are one text, and each ends where the next one begins, in UTF-16. There is room
// for 4096 bytes of each, and what is longer is cut.
int32_t next_rows(void *statement, int32_t most, double *ids, double *weights,
                  int32_t *ends, char *names, int32_t *bytes) {
  int32_t count = 0, end = 0;
  char *to = names;
  while (count < most && sqlite3_step(statement) == SQLITE_ROW) {
    ids[count] = (double)sqlite3_column_int64(statement, 0);
    weights[count] = sqlite3_column_double(statement, 1);
    const unsigned char *name = sqlite3_column_text(statement, 2);
    for (const char *last = to + NAME_MOST; *name && to < last; name++) {
      *to++ = (char)*name;
      end += (*name & 0xc0) != 0x80;
      end += *name >= 0xf0;
    }
    ends[count++] = end;
  }
  *bytes = (int32_t)(to - names);
  return count;
}

#include <ctype.h>
#include <stddef.h>

/** What is in a text. */
typedef struct {
  size_t words;
  size_t letters;
} Count;

/** Counts the words and the letters of a text. */
Count count(const char *text) {
  Count found = {0, 0};
  int inside = 0;
  for (; *text; text++) {
    const int letter = isalpha((unsigned char)*text) != 0;
    found.letters += letter;
    found.words += letter && !inside;
    inside = letter;
  }
  return found;
}

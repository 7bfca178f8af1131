// plugin build bench/arrays.c -o build/bench/arrays.so
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct {
  double x, y;
} Point;

typedef struct {
  Point points[100];
} Points;

double sum(Points all) {
  double sum = 0;
  for (int i = 0; i < 100; i++) sum += all.points[i].x + all.points[i].y;
  return sum;
}

Points made(double from) {
  Points all;
  for (int i = 0; i < 100; i++) all.points[i] = (Point){from + i, from - i};
  return all;
}

size_t lengths(const char *const *texts, int32_t count) {
  size_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += strlen(texts[i]);
  return sum;
}

_Bool halved(int32_t number, int32_t *half) {
  *half = number / 2;
  return number % 2 == 0;
}

#include <stdint.h>

/* Fills rows of a picture, from the first on, with how many steps each point
   takes to leave; most where it does not. */
void draw(uint8_t *pixels, uint32_t width, uint32_t height, uint32_t first,
          uint32_t rows, uint8_t most) {
  for (uint32_t y = first; y < first + rows; y++) {
    for (uint32_t x = 0; x < width; x++) {
      double cr = 3.0 * x / width - 2.25, ci = 2.4 * y / height - 1.2;
      double zr = 0, zi = 0;
      uint8_t steps = 0;
      while (steps < most && zr * zr + zi * zi <= 4) {
        double next = zr * zr - zi * zi + cr;
        zi = 2 * zr * zi + ci;
        zr = next;
        steps++;
      }
      pixels[(y - first) * width + x] = steps;
    }
  }
}

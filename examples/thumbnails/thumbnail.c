/*
 * Thumbnails of TGA pictures (24 bits, run-length encoded), with a mistake that many
 * decoders had: what the file says of its size and what is in it need not agree.
 */
#include <stddef.h>
#include <stdlib.h>

enum { HEADER = 18 };

static void put(unsigned char *to, const unsigned char *pixel) { to[0] = pixel[0]; to[1] = pixel[1]; to[2] = pixel[2]; }

/* Nobody looks whether it is more than there is room for. */
static void unpack(const unsigned char *at, const unsigned char *end, unsigned char *to) {
  while (at < end) {
    int count = (*at & 127) + 1;
    int is_run = *at++ & 128;
    for (int i = 0; i < count && at + 3 <= end; i++, to += 3) {
      put(to, at);
      if (!is_run || i == count - 1) at += 3;
    }
  }
}

static int brightness(const unsigned char *pixels, int width, int x, int y, int step) {
  long sum = 0;
  for (int row = y * step; row < (y + 1) * step; row++) {
    for (int column = x * step; column < (x + 1) * step; column++) {
      const unsigned char *pixel = pixels + 3 * ((size_t)row * width + column);
      sum += pixel[0] + pixel[1] + pixel[2];
    }
  }
  return (int)(sum / (3 * step * step));
}

/**
 * Makes a thumbnail, of one brightness for each square of `step` pixels.
 *
 * @param file All bytes of the picture.
 * @param to Room for the thumbnail.
 * @param room How many bytes that are.
 * @return How wide it is; 0 where the file is no such picture, or too large.
 */
int thumbnail(const unsigned char *file, size_t size, int step, unsigned char *to, size_t room) {
  if (size < HEADER || file[2] != 10 || file[16] != 24 || step < 1) return 0;
  int width = file[12] | file[13] << 8;
  int height = file[14] | file[15] << 8;
  if ((size_t)(width / step) * (size_t)(height / step) > room) return 0;
  unsigned char *pixels = calloc((size_t)width * height, 3);
  if (!pixels) return 0;
  unpack(file + HEADER, file + size, pixels);
  for (int y = 0; y < height / step; y++) {
    for (int x = 0; x < width / step; x++) *to++ = (unsigned char)brightness(pixels, width, x, y, step);
  }
  free(pixels);
  return width / step;
}

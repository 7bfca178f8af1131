/*
 * A decoder as one finds them: it draws what it is asked for, and its format can
 * do more than anybody needs. Each of its mistakes was made in one that millions
 * use.
 *
 *   fill X Y W H SHADE   a rectangle; nobody looks whether it is in the picture
 *   include PATH         commands from another file
 *   pipe COMMAND         commands that a program prints
 *   fetch PORT           commands from a server
 *   layer BYTES          memory for one more layer
 *   again                the same once more, for animations
 */
#include <arpa/inet.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WIDTH = 24, HEIGHT = 6 };

static unsigned char *picture;
static char said[256];

static int fail(const char *what, const char *why) {
  snprintf(said, sizeof said, "%.150s: %s", what, why);
  return 0;
}

static int draw(FILE *file);

static int draw_and_close(FILE *file, const char *name) {
  if (!file) return fail(name, strerror(errno));
  int is_drawn = draw(file);
  fclose(file);
  return is_drawn;
}

static int fetch(int port) {
  struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
  server.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  int connection = socket(AF_INET, SOCK_STREAM, 0);
  if (connection < 0) return fail("fetch", strerror(errno));
  if (connect(connection, (struct sockaddr *)&server, sizeof server) != 0) {
    close(connection);
    return fail("fetch", strerror(errno));
  }
  return draw_and_close(fdopen(connection, "r"), "fetch");
}

static void fill(long x, long y, long width, long height, int shade) {
  for (long row = y; row < y + height; row++) {
    memset(picture + row * WIDTH + x, shade, (size_t)width);
  }
}

static int draw(FILE *file) {
  char line[256];
  while (fgets(line, sizeof line, file)) {
    long x, y, width, height;
    char shade;
    line[strcspn(line, "\n")] = 0;
    if (sscanf(line, "fill %ld %ld %ld %ld %c", &x, &y, &width, &height, &shade) == 5) {
      fill(x, y, width, height, shade);
    } else if (strncmp(line, "include ", 8) == 0) {
      if (!draw_and_close(fopen(line + 8, "r"), line)) return 0;
    } else if (strncmp(line, "pipe ", 5) == 0) {
      FILE *program = popen(line + 5, "r");
      if (!program) return fail(line, "it does not start");
      int is_drawn = draw(program);
      pclose(program);
      if (!is_drawn) return 0;
    } else if (strncmp(line, "fetch ", 6) == 0) {
      if (!fetch(atoi(line + 6))) return 0;
    } else if (strncmp(line, "layer ", 6) == 0) {
      volatile char *layer = malloc(strtoul(line + 6, NULL, 10));
      if (!layer) return fail(line, strerror(errno));
      layer[0] = 1;
    } else if (strcmp(line, "again") == 0) {
      rewind(file);
    }
  }
  return 1;
}

/**
 * Draws a file.
 *
 * @param pixels Room for 24 * 6 shades.
 * @return 1, or 0 where it could not; `problem` says why.
 */
int decode(const char *path, unsigned char *pixels) {
  said[0] = 0;
  picture = pixels;
  fill(0, 0, WIDTH, HEIGHT, '.');
  return draw_and_close(fopen(path, "r"), path);
}

/** Why the last file was not drawn. */
const char *problem(void) { return said; }

// plugin build hello.c
#include <stdio.h>

/* The number that F greets with. */
long V;

/* Greets with V. */
void F(void) {
  printf("Hello, number %ld\n", V);
  fflush(stdout);
}

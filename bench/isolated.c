/* plugin build bench/isolated.c */
#include <pthread.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

int32_t add(int32_t a, int32_t b) { return a + b; }
int32_t process(void) { return (int32_t)getpid(); }
const char *same(const char *text) { return text; }
void crash(void) { abort(); }

int32_t times(int32_t count, int32_t (*call)(int32_t)) {
  int32_t sum = 0;
  for (int32_t i = 0; i < count; i++) sum += call(i);
  return sum;
}

/* Something that a filter does: each byte is looked at and written. */
void invert(uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < size; i++) bytes[i] = (uint8_t)(255 - bytes[i]);
}

/*
 * What no call into another process can be faster than: two threads of this one hand
 * a word to each other, with so many bytes of a text before it, and do nothing else.
 * Nanoseconds there and back.
 */
static _Alignas(128) char text_there[1024], text_back[1024];
static _Alignas(128) _Atomic uint32_t there;
static _Alignas(128) _Atomic uint32_t back;

static void await(_Atomic uint32_t *word, uint32_t turn) {
  while (atomic_load_explicit(word, memory_order_acquire) != turn) {
#if defined(__x86_64__)
    __builtin_ia32_pause();
#elif defined(__aarch64__)
    __asm__ volatile("yield");
#endif
  }
}

struct exchange { uint32_t count, size; };

static void *hand_back(void *given) {
  uint32_t count = ((struct exchange *)given)->count, size = ((struct exchange *)given)->size;
  for (uint32_t turn = 1; turn <= count; turn++) {
    await(&there, turn);
    memcpy(text_back, text_there, size);
    atomic_store_explicit(&back, turn, memory_order_release);
  }
  return NULL;
}

double exchange(uint32_t count, uint32_t size) {
  struct exchange exchange = {count, size};
  char text[1024] = {0};
  pthread_t thread;
  struct timespec start, end;
  atomic_store(&there, 0);
  atomic_store(&back, 0);
  if (count == 0 || size > sizeof text ||
      pthread_create(&thread, NULL, hand_back, &exchange) != 0) {
    return 0;
  }
  for (uint32_t turn = 1; turn <= count; turn++) {
    /* The thread has begun by then. */
    if (turn == 2) clock_gettime(CLOCK_MONOTONIC, &start);
    memcpy(text_there, text, size);
    atomic_store_explicit(&there, turn, memory_order_release);
    await(&back, turn);
    memcpy(text, text_back, size);
  }
  clock_gettime(CLOCK_MONOTONIC, &end);
  pthread_join(thread, NULL);
  return ((double)(end.tv_sec - start.tv_sec) * 1e9 + (double)(end.tv_nsec - start.tv_nsec)) /
         (count - 1);
}

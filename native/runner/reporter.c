/*
 * The process that waits for a crash of the one that has started it, and then runs
 * the program that prints the report, without the variables that would have that
 * write, ask or load more.
 */
#include "../support.h"

#include "../report.h"
#include "../variables.h"
#include "reporter.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>

/* What would make another program of the one that prints, or have it write more. */
static const char *const UNSET[] = {"BUN_*", "NODE_*", "DENO_V8_FLAGS", "DENO_COVERAGE_DIR"};

static void unset(void) {
  char **kept = environ;
  for (char **at = environ; *at; at++) {
    if (!plugin_is_one_of(UNSET, sizeof UNSET / sizeof *UNSET, *at)) *kept++ = *at;
  }
  *kept = NULL;
}

/* Runs the program; whether it has told all there is to tell. */
static int print_by(char **command) {
  pid_t pid = fork();
  if (pid == 0) {
    fcntl(PLUGIN_REPORT_CHANNEL, F_SETFD, FD_CLOEXEC);
    lseek(0, 0, SEEK_SET);
    execv(command[0], command);
    _exit(EXIT_FAILURE);
  }
  int status;
  while (pid > 0 && waitpid(pid, &status, 0) < 0) {
    if (errno != EINTR) return 0;
  }
  return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* One place, by its file and where it lies in that. */
static void print_place(const struct plugin_report *report, uint64_t address, int is_plugins) {
  struct plugin_mapping mapping;
  const char *at = report->crash.maps, *end = at + report->crash.maps_size;
  while ((at = plugin_crash_mapping(at, end, &mapping))) {
    if (address < mapping.start || address >= mapping.stop || !mapping.is_code) continue;
    if (is_plugins && !plugin_report_has(report, &mapping)) continue;
    fprintf(stderr, "  %.*s+0x%llx\n", (int)mapping.length, mapping.path,
            (unsigned long long)(address - mapping.start + mapping.offset));
  }
}

/* Crashes that have an address, and the one that has none. */
static const struct {
  int number;
  const char *name;
} signals[] = {{SIGSEGV, "SIGSEGV"}, {SIGBUS, "SIGBUS"},   {SIGILL, "SIGILL"},
               {SIGFPE, "SIGFPE"},   {SIGTRAP, "SIGTRAP"}, {SIGABRT, "SIGABRT"}};

static const char *name_of_signal(int number) {
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
    if (signals[i].number == number) return signals[i].name;
  }
  return "a signal";
}

/* Without names and lines. */
static void print_places(const struct plugin_report *report) {
  const struct plugin_crash *crash = &report->crash;
  fprintf(stderr, "A plugin crashed: %s", name_of_signal((int)crash->signal));
  if (crash->signal != SIGABRT) {
    fprintf(stderr, ", address 0x%llx", (unsigned long long)crash->address);
  }
  fputc('\n', stderr);
  if (crash->register_count > 0) {
    print_place(report, crash->registers[crash->register_count - 1], 0);
  }
  for (uint32_t i = 0; i + sizeof(uint64_t) <= crash->stack_size; i += sizeof(uint64_t)) {
    uint64_t word;
    memcpy(&word, crash->stack + i, sizeof word);
    print_place(report, word, 1);
  }
  fprintf(stderr, "%.*s", (int)atomic_load(&report->length), report->text);
}

int serve_reports(int count, char **arguments) {
  reset_signals();
  /* A key that ends the host's group is not meant for this one. */
  setsid();
  unset();
  struct plugin_report *report =
      mmap(NULL, sizeof *report, PROT_READ, MAP_SHARED, 0, 0);
  if (report == MAP_FAILED) return EXIT_FAILURE;
  char byte;
  for (;;) {
    ssize_t got = read(PLUGIN_REPORT_CHANNEL, &byte, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got != 1) return EXIT_SUCCESS;
    if (count <= 2 || !print_by(arguments + 1)) print_places(report);
    if (write(PLUGIN_REPORT_CHANNEL, &byte, 1) != 1) return EXIT_SUCCESS;
  }
}

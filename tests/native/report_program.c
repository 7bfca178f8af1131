/* A report for which no process can be started: what the library has in it is no program. */
#include "../../native/support.h"
#include "check.h"

#include <dirent.h>
#include <errno.h>
#include <sys/wait.h>

static int count_descriptors(void) {
  DIR *all = opendir("/proc/self/fd");
  int count = 0;
  while (readdir(all)) count++;
  closedir(all);
  return count;
}

int main(void) {
  int before = count_descriptors();
  CHECK(plugin_report_open("", 0) == ENOEXEC);
  CHECK(count_descriptors() == before);
  CHECK(waitpid(-1, NULL, WNOHANG | __WALL) < 0 && errno == ECHILD);
  return 0;
}

/* What a container's group may take of the machine's processors. */
#ifndef PLUGIN_QUOTA_H
#define PLUGIN_QUOTA_H

/* How many processors' time the groups of this process have together, rounded up; 0 where
 * nothing says so. The files are looked for below `root`, which is "" but in tests. */
long plugin_quota(const char *root);

#endif

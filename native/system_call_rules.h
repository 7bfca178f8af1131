/*
 * The system calls of Linux: their names, their numbers here, and what a confined
 * plugin may do with each. What is not in this list does not exist for it.
 *
 * The filter is made of it, and the words in which a refused call is told. It is
 * no copy of the system's headers, which know no newer calls than their kernel.
 */
#ifndef PLUGIN_SYSTEM_CALL_RULES_H
#define PLUGIN_SYSTEM_CALL_RULES_H

/* What becomes of a call. Those with an argument to look at are explained in
 * runner/system_call_filter.c. */
enum plugin_rule {
  RULE_PASS,   /* it reaches nothing that the plugin has not got */
  RULE_NEVER,  /* no permission gives it */
  RULE_ABSENT, /* as on a kernel that has not got it: all who use it know what to do then */
  RULE_RUN,    /* with `run` */
  RULE_SYS,    /* with `sys` */
  RULE_LISTEN, /* with `net: true` */
  RULE_BIND,   /* with `net: true`; with `sys` what is no socket of TCP */
  RULE_OPEN,
  RULE_OPENAT,
  RULE_OPENAT2,
  RULE_TRUNCATE,
  RULE_MMAP,
  RULE_FCNTL,
  RULE_IOCTL,
  RULE_PRCTL,
  RULE_CLONE,
  RULE_SOCKET,
  RULE_SENDTO,
  RULE_SENDMSG,
  RULE_SETSOCKOPT,
  RULE_KILL,
  RULE_TKILL,
  RULE_SELF,
  RULE_PRIORITY,
  RULE_PERSONALITY,
  RULE_CLOSE_RANGE,
  RULE_RENAME
};

/* The number of a call that a machine has not got. */
#define NONE (-1)

/* CALL(name, number on x86-64, number on arm64, rule) */
#define EACH_CALL(CALL) \
  CALL(read, 0, 63, PASS)                        \
  CALL(write, 1, 64, PASS)                       \
  CALL(open, 2, NONE, OPEN)                      \
  CALL(close, 3, 57, PASS)                       \
  CALL(stat, 4, NONE, PASS)                      \
  CALL(fstat, 5, 80, PASS)                       \
  CALL(lstat, 6, NONE, PASS)                     \
  CALL(poll, 7, NONE, PASS)                      \
  CALL(lseek, 8, 62, PASS)                       \
  CALL(mmap, 9, 222, MMAP)                       \
  CALL(mprotect, 10, 226, PASS)                  \
  CALL(munmap, 11, 215, PASS)                    \
  CALL(brk, 12, 214, PASS)                       \
  CALL(rt_sigaction, 13, 134, PASS)              \
  CALL(rt_sigprocmask, 14, 135, PASS)            \
  CALL(rt_sigreturn, 15, 139, PASS)              \
  CALL(ioctl, 16, 29, IOCTL)                     \
  CALL(pread64, 17, 67, PASS)                    \
  CALL(pwrite64, 18, 68, PASS)                   \
  CALL(readv, 19, 65, PASS)                      \
  CALL(writev, 20, 66, PASS)                     \
  CALL(access, 21, NONE, PASS)                   \
  CALL(pipe, 22, NONE, PASS)                     \
  CALL(select, 23, NONE, PASS)                   \
  CALL(sched_yield, 24, 124, PASS)               \
  CALL(mremap, 25, 216, PASS)                    \
  CALL(msync, 26, 227, PASS)                     \
  CALL(mincore, 27, 232, PASS)                   \
  CALL(madvise, 28, 233, PASS)                   \
  CALL(shmget, 29, 194, NEVER)                   \
  CALL(shmat, 30, 196, NEVER)                    \
  CALL(shmctl, 31, 195, NEVER)                   \
  CALL(dup, 32, 23, PASS)                        \
  CALL(dup2, 33, NONE, PASS)                     \
  CALL(pause, 34, NONE, PASS)                    \
  CALL(nanosleep, 35, 101, PASS)                 \
  CALL(getitimer, 36, 102, PASS)                 \
  CALL(alarm, 37, NONE, PASS)                    \
  CALL(setitimer, 38, 103, PASS)                 \
  CALL(getpid, 39, 172, PASS)                    \
  CALL(sendfile, 40, 71, PASS)                   \
  CALL(socket, 41, 198, SOCKET)                  \
  CALL(connect, 42, 203, PASS)                   \
  CALL(accept, 43, 202, PASS)                    \
  CALL(sendto, 44, 206, SENDTO)                  \
  CALL(recvfrom, 45, 207, PASS)                  \
  CALL(sendmsg, 46, 211, SENDMSG)                \
  CALL(recvmsg, 47, 212, PASS)                   \
  CALL(shutdown, 48, 210, PASS)                  \
  CALL(bind, 49, 200, BIND)                      \
  CALL(listen, 50, 201, LISTEN)                  \
  CALL(getsockname, 51, 204, PASS)               \
  CALL(getpeername, 52, 205, PASS)               \
  CALL(socketpair, 53, 199, NEVER)               \
  CALL(setsockopt, 54, 208, SETSOCKOPT)          \
  CALL(getsockopt, 55, 209, PASS)                \
  CALL(clone, 56, 220, CLONE)                    \
  CALL(fork, 57, NONE, RUN)                      \
  CALL(vfork, 58, NONE, RUN)                     \
  CALL(execve, 59, 221, RUN)                     \
  CALL(exit, 60, 93, PASS)                       \
  CALL(wait4, 61, 260, PASS)                     \
  CALL(kill, 62, 129, KILL)                      \
  CALL(uname, 63, 160, SYS)                      \
  CALL(semget, 64, 190, NEVER)                   \
  CALL(semop, 65, 193, NEVER)                    \
  CALL(semctl, 66, 191, NEVER)                   \
  CALL(shmdt, 67, 197, NEVER)                    \
  CALL(msgget, 68, 186, NEVER)                   \
  CALL(msgsnd, 69, 189, NEVER)                   \
  CALL(msgrcv, 70, 188, NEVER)                   \
  CALL(msgctl, 71, 187, NEVER)                   \
  CALL(fcntl, 72, 25, FCNTL)                     \
  CALL(flock, 73, 32, PASS)                      \
  CALL(fsync, 74, 82, PASS)                      \
  CALL(fdatasync, 75, 83, PASS)                  \
  CALL(truncate, 76, 45, TRUNCATE)               \
  CALL(ftruncate, 77, 46, PASS)                  \
  CALL(getdents, 78, NONE, PASS)                 \
  CALL(getcwd, 79, 17, PASS)                     \
  CALL(chdir, 80, 49, PASS)                      \
  CALL(fchdir, 81, 50, PASS)                     \
  CALL(rename, 82, NONE, PASS)                   \
  CALL(mkdir, 83, NONE, PASS)                    \
  CALL(rmdir, 84, NONE, PASS)                    \
  CALL(creat, 85, NONE, PASS)                    \
  CALL(link, 86, NONE, PASS)                     \
  CALL(unlink, 87, NONE, PASS)                   \
  CALL(symlink, 88, NONE, PASS)                  \
  CALL(readlink, 89, NONE, PASS)                 \
  CALL(chmod, 90, NONE, NEVER)                   \
  CALL(fchmod, 91, 52, NEVER)                    \
  CALL(chown, 92, NONE, NEVER)                   \
  CALL(fchown, 93, 55, NEVER)                    \
  CALL(lchown, 94, NONE, NEVER)                  \
  CALL(umask, 95, 166, PASS)                     \
  CALL(gettimeofday, 96, 169, PASS)              \
  CALL(getrlimit, 97, 163, PASS)                 \
  CALL(getrusage, 98, 165, PASS)                 \
  CALL(sysinfo, 99, 179, SYS)                    \
  CALL(times, 100, 153, PASS)                    \
  CALL(ptrace, 101, 117, NEVER)                  \
  CALL(getuid, 102, 174, PASS)                   \
  CALL(syslog, 103, 116, NEVER)                  \
  CALL(getgid, 104, 176, PASS)                   \
  CALL(setuid, 105, 146, NEVER)                  \
  CALL(setgid, 106, 144, NEVER)                  \
  CALL(geteuid, 107, 175, PASS)                  \
  CALL(getegid, 108, 177, PASS)                  \
  CALL(setpgid, 109, 154, NEVER)                 \
  CALL(getppid, 110, 173, PASS)                  \
  CALL(getpgrp, 111, NONE, PASS)                 \
  CALL(setsid, 112, 157, NEVER)                  \
  CALL(setreuid, 113, 145, NEVER)                \
  CALL(setregid, 114, 143, NEVER)                \
  CALL(getgroups, 115, 158, PASS)                \
  CALL(setgroups, 116, 159, NEVER)               \
  CALL(setresuid, 117, 147, NEVER)               \
  CALL(getresuid, 118, 148, PASS)                \
  CALL(setresgid, 119, 149, NEVER)               \
  CALL(getresgid, 120, 150, PASS)                \
  CALL(getpgid, 121, 155, PASS)                  \
  CALL(setfsuid, 122, 151, NEVER)                \
  CALL(setfsgid, 123, 152, NEVER)                \
  CALL(getsid, 124, 156, PASS)                   \
  CALL(capget, 125, 90, PASS)                    \
  CALL(capset, 126, 91, NEVER)                   \
  CALL(rt_sigpending, 127, 136, PASS)            \
  CALL(rt_sigtimedwait, 128, 137, PASS)          \
  CALL(rt_sigqueueinfo, 129, 138, KILL)          \
  CALL(rt_sigsuspend, 130, 133, PASS)            \
  CALL(sigaltstack, 131, 132, PASS)              \
  CALL(utime, 132, NONE, NEVER)                  \
  CALL(mknod, 133, NONE, PASS)                   \
  CALL(uselib, 134, NONE, NEVER)                 \
  CALL(personality, 135, 92, PERSONALITY)        \
  CALL(ustat, 136, NONE, NEVER)                  \
  CALL(statfs, 137, 43, PASS)                    \
  CALL(fstatfs, 138, 44, PASS)                   \
  CALL(sysfs, 139, NONE, NEVER)                  \
  CALL(getpriority, 140, 141, PRIORITY)          \
  CALL(setpriority, 141, 140, PRIORITY)          \
  CALL(sched_setparam, 142, 118, SELF)           \
  CALL(sched_getparam, 143, 121, PASS)           \
  CALL(sched_setscheduler, 144, 119, SELF)       \
  CALL(sched_getscheduler, 145, 120, PASS)       \
  CALL(sched_get_priority_max, 146, 125, PASS)   \
  CALL(sched_get_priority_min, 147, 126, PASS)   \
  CALL(sched_rr_get_interval, 148, 127, PASS)    \
  CALL(mlock, 149, 228, PASS)                    \
  CALL(munlock, 150, 229, PASS)                  \
  CALL(mlockall, 151, 230, PASS)                 \
  CALL(munlockall, 152, 231, PASS)               \
  CALL(vhangup, 153, 58, NEVER)                  \
  CALL(modify_ldt, 154, NONE, NEVER)             \
  CALL(pivot_root, 155, 41, NEVER)               \
  CALL(_sysctl, 156, NONE, NEVER)                \
  CALL(prctl, 157, 167, PRCTL)                   \
  CALL(arch_prctl, 158, NONE, PASS)              \
  CALL(adjtimex, 159, 171, NEVER)                \
  CALL(setrlimit, 160, 164, PASS)                \
  CALL(chroot, 161, 51, NEVER)                   \
  CALL(sync, 162, 81, NEVER)                     \
  CALL(acct, 163, 89, NEVER)                     \
  CALL(settimeofday, 164, 170, NEVER)            \
  CALL(mount, 165, 40, NEVER)                    \
  CALL(umount2, 166, 39, NEVER)                  \
  CALL(swapon, 167, 224, NEVER)                  \
  CALL(swapoff, 168, 225, NEVER)                 \
  CALL(reboot, 169, 142, NEVER)                  \
  CALL(sethostname, 170, 161, NEVER)             \
  CALL(setdomainname, 171, 162, NEVER)           \
  CALL(iopl, 172, NONE, NEVER)                   \
  CALL(ioperm, 173, NONE, NEVER)                 \
  CALL(create_module, 174, NONE, NEVER)          \
  CALL(init_module, 175, 105, NEVER)             \
  CALL(delete_module, 176, 106, NEVER)           \
  CALL(get_kernel_syms, 177, NONE, NEVER)        \
  CALL(query_module, 178, NONE, NEVER)           \
  CALL(quotactl, 179, 60, NEVER)                 \
  CALL(nfsservctl, 180, 42, NEVER)               \
  CALL(getpmsg, 181, NONE, NEVER)                \
  CALL(putpmsg, 182, NONE, NEVER)                \
  CALL(afs_syscall, 183, NONE, NEVER)            \
  CALL(tuxcall, 184, NONE, NEVER)                \
  CALL(security, 185, NONE, NEVER)               \
  CALL(gettid, 186, 178, PASS)                   \
  CALL(readahead, 187, 213, PASS)                \
  CALL(setxattr, 188, 5, NEVER)                  \
  CALL(lsetxattr, 189, 6, NEVER)                 \
  CALL(fsetxattr, 190, 7, NEVER)                 \
  CALL(getxattr, 191, 8, NEVER)                  \
  CALL(lgetxattr, 192, 9, NEVER)                 \
  CALL(fgetxattr, 193, 10, PASS)                 \
  CALL(listxattr, 194, 11, NEVER)                \
  CALL(llistxattr, 195, 12, NEVER)               \
  CALL(flistxattr, 196, 13, PASS)                \
  CALL(removexattr, 197, 14, NEVER)              \
  CALL(lremovexattr, 198, 15, NEVER)             \
  CALL(fremovexattr, 199, 16, NEVER)             \
  CALL(tkill, 200, 130, TKILL)                   \
  CALL(time, 201, NONE, PASS)                    \
  CALL(futex, 202, 98, PASS)                     \
  CALL(sched_setaffinity, 203, 122, SELF)        \
  CALL(sched_getaffinity, 204, 123, PASS)        \
  CALL(set_thread_area, 205, NONE, NEVER)        \
  CALL(io_setup, 206, 0, NEVER)                  \
  CALL(io_destroy, 207, 1, NEVER)                \
  CALL(io_getevents, 208, 4, NEVER)              \
  CALL(io_submit, 209, 2, NEVER)                 \
  CALL(io_cancel, 210, 3, NEVER)                 \
  CALL(get_thread_area, 211, NONE, NEVER)        \
  CALL(lookup_dcookie, 212, 18, NEVER)           \
  CALL(epoll_create, 213, NONE, PASS)            \
  CALL(epoll_ctl_old, 214, NONE, PASS)           \
  CALL(epoll_wait_old, 215, NONE, PASS)          \
  CALL(remap_file_pages, 216, 234, NEVER)        \
  CALL(getdents64, 217, 61, PASS)                \
  CALL(set_tid_address, 218, 96, PASS)           \
  CALL(restart_syscall, 219, 128, PASS)          \
  CALL(semtimedop, 220, 192, NEVER)              \
  CALL(fadvise64, 221, 223, PASS)                \
  CALL(timer_create, 222, 107, PASS)             \
  CALL(timer_settime, 223, 110, PASS)            \
  CALL(timer_gettime, 224, 108, PASS)            \
  CALL(timer_getoverrun, 225, 109, PASS)         \
  CALL(timer_delete, 226, 111, PASS)             \
  CALL(clock_settime, 227, 112, NEVER)           \
  CALL(clock_gettime, 228, 113, PASS)            \
  CALL(clock_getres, 229, 114, PASS)             \
  CALL(clock_nanosleep, 230, 115, PASS)          \
  CALL(exit_group, 231, 94, PASS)                \
  CALL(epoll_wait, 232, NONE, PASS)              \
  CALL(epoll_ctl, 233, 21, PASS)                 \
  CALL(tgkill, 234, 131, KILL)                   \
  CALL(utimes, 235, NONE, NEVER)                 \
  CALL(vserver, 236, NONE, NEVER)                \
  CALL(mbind, 237, 235, NEVER)                   \
  CALL(set_mempolicy, 238, 237, NEVER)           \
  CALL(get_mempolicy, 239, 236, PASS)            \
  CALL(mq_open, 240, 180, NEVER)                 \
  CALL(mq_unlink, 241, 181, NEVER)               \
  CALL(mq_timedsend, 242, 182, NEVER)            \
  CALL(mq_timedreceive, 243, 183, NEVER)         \
  CALL(mq_notify, 244, 184, NEVER)               \
  CALL(mq_getsetattr, 245, 185, NEVER)           \
  CALL(kexec_load, 246, 104, NEVER)              \
  CALL(waitid, 247, 95, PASS)                    \
  CALL(add_key, 248, 217, NEVER)                 \
  CALL(request_key, 249, 218, NEVER)             \
  CALL(keyctl, 250, 219, NEVER)                  \
  CALL(ioprio_set, 251, 30, NEVER)               \
  CALL(ioprio_get, 252, 31, PASS)                \
  CALL(inotify_init, 253, NONE, NEVER)           \
  CALL(inotify_add_watch, 254, 27, NEVER)        \
  CALL(inotify_rm_watch, 255, 28, NEVER)         \
  CALL(migrate_pages, 256, 238, NEVER)           \
  CALL(openat, 257, 56, OPENAT)                  \
  CALL(mkdirat, 258, 34, PASS)                   \
  CALL(mknodat, 259, 33, PASS)                   \
  CALL(fchownat, 260, 54, NEVER)                 \
  CALL(futimesat, 261, NONE, NEVER)              \
  CALL(newfstatat, 262, 79, PASS)                \
  CALL(unlinkat, 263, 35, PASS)                  \
  CALL(renameat, 264, 38, PASS)                  \
  CALL(linkat, 265, 37, PASS)                    \
  CALL(symlinkat, 266, 36, PASS)                 \
  CALL(readlinkat, 267, 78, PASS)                \
  CALL(fchmodat, 268, 53, NEVER)                 \
  CALL(faccessat, 269, 48, PASS)                 \
  CALL(pselect6, 270, 72, PASS)                  \
  CALL(ppoll, 271, 73, PASS)                     \
  CALL(unshare, 272, 97, NEVER)                  \
  CALL(set_robust_list, 273, 99, PASS)           \
  CALL(get_robust_list, 274, 100, PASS)          \
  CALL(splice, 275, 76, PASS)                    \
  CALL(tee, 276, 77, PASS)                       \
  CALL(sync_file_range, 277, 84, PASS)           \
  CALL(vmsplice, 278, 75, NEVER)                 \
  CALL(move_pages, 279, 239, NEVER)              \
  CALL(utimensat, 280, 88, NEVER)                \
  CALL(epoll_pwait, 281, 22, PASS)               \
  CALL(signalfd, 282, NONE, PASS)                \
  CALL(timerfd_create, 283, 85, PASS)            \
  CALL(eventfd, 284, NONE, PASS)                 \
  CALL(fallocate, 285, 47, PASS)                 \
  CALL(timerfd_settime, 286, 86, PASS)           \
  CALL(timerfd_gettime, 287, 87, PASS)           \
  CALL(accept4, 288, 242, PASS)                  \
  CALL(signalfd4, 289, 74, PASS)                 \
  CALL(eventfd2, 290, 19, PASS)                  \
  CALL(epoll_create1, 291, 20, PASS)             \
  CALL(dup3, 292, 24, PASS)                      \
  CALL(pipe2, 293, 59, PASS)                     \
  CALL(inotify_init1, 294, 26, NEVER)            \
  CALL(preadv, 295, 69, PASS)                    \
  CALL(pwritev, 296, 70, PASS)                   \
  CALL(rt_tgsigqueueinfo, 297, 240, KILL)        \
  CALL(perf_event_open, 298, 241, NEVER)         \
  CALL(recvmmsg, 299, 243, PASS)                 \
  CALL(fanotify_init, 300, 262, NEVER)           \
  CALL(fanotify_mark, 301, 263, NEVER)           \
  CALL(prlimit64, 302, 261, SELF)                \
  CALL(name_to_handle_at, 303, 264, NEVER)       \
  CALL(open_by_handle_at, 304, 265, NEVER)       \
  CALL(clock_adjtime, 305, 266, NEVER)           \
  CALL(syncfs, 306, 267, NEVER)                  \
  CALL(sendmmsg, 307, 269, SENDTO)               \
  CALL(setns, 308, 268, NEVER)                   \
  CALL(getcpu, 309, 168, PASS)                   \
  CALL(process_vm_readv, 310, 270, NEVER)        \
  CALL(process_vm_writev, 311, 271, NEVER)       \
  CALL(kcmp, 312, 272, NEVER)                    \
  CALL(finit_module, 313, 273, NEVER)            \
  CALL(sched_setattr, 314, 274, SELF)            \
  CALL(sched_getattr, 315, 275, PASS)            \
  CALL(renameat2, 316, 276, RENAME)              \
  CALL(seccomp, 317, 277, NEVER)                 \
  CALL(getrandom, 318, 278, PASS)                \
  CALL(memfd_create, 319, 279, NEVER)            \
  CALL(kexec_file_load, 320, 294, NEVER)         \
  CALL(bpf, 321, 280, NEVER)                     \
  CALL(execveat, 322, 281, RUN)                  \
  CALL(userfaultfd, 323, 282, NEVER)             \
  CALL(membarrier, 324, 283, PASS)               \
  CALL(mlock2, 325, 284, PASS)                   \
  CALL(copy_file_range, 326, 285, PASS)          \
  CALL(preadv2, 327, 286, PASS)                  \
  CALL(pwritev2, 328, 287, PASS)                 \
  CALL(pkey_mprotect, 329, 288, PASS)            \
  CALL(pkey_alloc, 330, 289, PASS)               \
  CALL(pkey_free, 331, 290, PASS)                \
  CALL(statx, 332, 291, PASS)                    \
  CALL(io_pgetevents, 333, 292, NEVER)           \
  CALL(rseq, 334, 293, PASS)                     \
  CALL(uretprobe, 335, NONE, NEVER)              \
  CALL(pidfd_send_signal, 424, 424, NEVER)       \
  CALL(io_uring_setup, 425, 425, NEVER)          \
  CALL(io_uring_enter, 426, 426, NEVER)          \
  CALL(io_uring_register, 427, 427, NEVER)       \
  CALL(open_tree, 428, 428, NEVER)               \
  CALL(move_mount, 429, 429, NEVER)              \
  CALL(fsopen, 430, 430, NEVER)                  \
  CALL(fsconfig, 431, 431, NEVER)                \
  CALL(fsmount, 432, 432, NEVER)                 \
  CALL(fspick, 433, 433, NEVER)                  \
  CALL(pidfd_open, 434, 434, NEVER)              \
  CALL(clone3, 435, 435, ABSENT)                 \
  CALL(close_range, 436, 436, CLOSE_RANGE)       \
  CALL(openat2, 437, 437, OPENAT2)               \
  CALL(pidfd_getfd, 438, 438, NEVER)             \
  CALL(faccessat2, 439, 439, PASS)               \
  CALL(process_madvise, 440, 440, NEVER)         \
  CALL(epoll_pwait2, 441, 441, PASS)             \
  CALL(mount_setattr, 442, 442, NEVER)           \
  CALL(quotactl_fd, 443, 443, NEVER)             \
  CALL(landlock_create_ruleset, 444, 444, NEVER) \
  CALL(landlock_add_rule, 445, 445, NEVER)       \
  CALL(landlock_restrict_self, 446, 446, NEVER)  \
  CALL(memfd_secret, 447, 447, NEVER)            \
  CALL(process_mrelease, 448, 448, NEVER)        \
  CALL(futex_waitv, 449, 449, PASS)              \
  CALL(set_mempolicy_home_node, 450, 450, NEVER) \
  CALL(cachestat, 451, 451, NEVER)               \
  CALL(fchmodat2, 452, 452, NEVER)               \
  CALL(map_shadow_stack, 453, 453, ABSENT)        \
  CALL(futex_wake, 454, 454, PASS)               \
  CALL(futex_wait, 455, 455, PASS)               \
  CALL(futex_requeue, 456, 456, PASS)            \
  CALL(statmount, 457, 457, NEVER)               \
  CALL(listmount, 458, 458, NEVER)               \
  CALL(lsm_get_self_attr, 459, 459, NEVER)       \
  CALL(lsm_set_self_attr, 460, 460, NEVER)       \
  CALL(lsm_list_modules, 461, 461, NEVER)        \
  CALL(mseal, 462, 462, PASS)                    \
  CALL(setxattrat, 463, 463, NEVER)              \
  CALL(getxattrat, 464, 464, NEVER)              \
  CALL(listxattrat, 465, 465, NEVER)             \
  CALL(removexattrat, 466, 466, NEVER)           \
  CALL(open_tree_attr, 467, 467, NEVER)          \
  CALL(file_getattr, 468, 468, NEVER)            \
  CALL(file_setattr, 469, 469, NEVER)

struct plugin_system_call {
  const char *name;
  int number;
  enum plugin_rule rule;
};

#if defined(__x86_64__)
#define PLUGIN_CALL(NAME, X86_64, ARM64, RULE) {#NAME, X86_64, RULE_##RULE},
#else
#define PLUGIN_CALL(NAME, X86_64, ARM64, RULE) {#NAME, ARM64, RULE_##RULE},
#endif
static const struct plugin_system_call plugin_system_calls[] = {EACH_CALL(PLUGIN_CALL)};
#define PLUGIN_SYSTEM_CALLS (sizeof plugin_system_calls / sizeof *plugin_system_calls)

#endif

#define _GNU_SOURCE

#include "flowrun_host.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <unistd.h>

#ifdef __linux__
#include <malloc.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

/// Says what is done between fork and exec, in this order.
static int prepare_files(posix_spawn_file_actions_t *actions, const char *folder, int output) {
    int fault = posix_spawn_file_actions_addchdir_np(actions, folder);
    if (output >= 0) {
        // The output first: its descriptor may be one of the three, where we were started without them.
        if (fault == 0) fault = posix_spawn_file_actions_adddup2(actions, output, STDOUT_FILENO);
        if (fault == 0) fault = posix_spawn_file_actions_adddup2(actions, output, STDERR_FILENO);
        if (fault == 0) fault = posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    }
#ifdef __linux__
    if (fault == 0) fault = posix_spawn_file_actions_addclosefrom_np(actions, STDERR_FILENO + 1);
#endif
    return fault;
}

static int prepare_attributes(posix_spawnattr_t *attributes, int keeps_session) {
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    short flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
    if (!keeps_session) flags |= POSIX_SPAWN_SETSID;
#ifdef POSIX_SPAWN_CLOEXEC_DEFAULT
    flags |= POSIX_SPAWN_CLOEXEC_DEFAULT;
#endif
    int fault = posix_spawnattr_setflags(attributes, flags);
    if (fault == 0) fault = posix_spawnattr_setsigdefault(attributes, &all);
    if (fault == 0) fault = posix_spawnattr_setsigmask(attributes, &none);
    return fault;
}

int flowrun_spawn(
    pid_t *pid, const char *program, char *const arguments[], char *const environment[], const char *folder,
    int output) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    int fault = posix_spawn_file_actions_init(&actions);
    if (fault != 0) return fault;
    fault = posix_spawnattr_init(&attributes);
    if (fault == 0) {
        fault = prepare_files(&actions, folder, output);
        if (fault == 0) fault = prepare_attributes(&attributes, output < 0);
        if (fault == 0) fault = posix_spawn(pid, program, &actions, &attributes, arguments, environment);
        posix_spawnattr_destroy(&attributes);
    }
    posix_spawn_file_actions_destroy(&actions);
    return fault;
}

int flowrun_pipe(int ends[2]) {
#ifdef __linux__
    return pipe2(ends, O_CLOEXEC);
#else
    // What is spawned here gets no descriptor but those that it is given.
    return pipe(ends);
#endif
}

int flowrun_watch(pid_t pid) {
#ifdef SYS_pidfd_open
    return (int)syscall(SYS_pidfd_open, pid, 0);
#else
    (void)pid;
    errno = ENOSYS;
    return -1;
#endif
}

int flowrun_adopt_orphans(void) {
#ifdef __linux__
    return prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
#else
    return -1;
#endif
}

int flowrun_open_beneath(int folder, const char *path) {
#ifdef SYS_openat2
    // struct open_how and its constants, which older headers lack.
    struct { uint64_t flags, mode, resolve; } how = {O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, 0, 0x08 | 0x04};
    return (int)syscall(SYS_openat2, folder, path, &how, sizeof how);
#else
    (void)folder, (void)path;
    errno = ENOSYS;
    return -1;
#endif
}

void flowrun_share_memory(void) {
#ifdef __linux__
    mallopt(M_ARENA_MAX, 1);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

char *const *flowrun_environment(void) {
    return environ;
}

void flowrun_hide_memory(void) {
#ifdef __linux__
    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0);
#endif
    // Swift's own handlers print what is in memory.
    const int faults[] = {SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGFPE, SIGABRT};
    for (unsigned long i = 0; i < sizeof faults / sizeof *faults; i++) signal(faults[i], SIG_DFL);
}

#define _GNU_SOURCE

#include "flowrun_host.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#ifdef __linux__
#include <malloc.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
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

#ifdef __linux__
/// What the child of `flowrun_spawn_bounded` does; it shares our memory until it is another program, and never returns.
__attribute__((noreturn)) static void become(
    const char *program, char *const arguments[], char *const environment[], const char *folder, int output,
    const char *group, volatile int *fault, volatile int *is_refused) {
    int file = open(group, O_WRONLY | O_CLOEXEC);
    if (file < 0 || write(file, "0", 1) != 1) {
        *fault = errno;
        *is_refused = 1;
        _exit(127);
    }
    // All signals are blocked: none of our own handlers can run here before they are gone.
    struct sigaction standard = {.sa_handler = SIG_DFL};
    for (int number = 1; number < NSIG; number++) sigaction(number, &standard, NULL);
    if (setsid() < 0 || chdir(folder) < 0 || dup2(output, STDOUT_FILENO) < 0 || dup2(output, STDERR_FILENO) < 0) {
        *fault = errno;
        _exit(127);
    }
    int nothing = open("/dev/null", O_RDONLY);
    if (nothing < 0 || (nothing != STDIN_FILENO && dup2(nothing, STDIN_FILENO) < 0)) {
        *fault = errno;
        _exit(127);
    }
    closefrom(STDERR_FILENO + 1);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    execve(program, arguments, environment);
    *fault = errno;
    _exit(127);
}
#endif

int flowrun_spawn_bounded(
    pid_t *pid, const char *program, char *const arguments[], char *const environment[], const char *folder,
    int output, const char *group, int *is_refused) {
    *is_refused = 0;
#ifdef __linux__
    sigset_t all, former;
    sigfillset(&all);
    int fault = pthread_sigmask(SIG_SETMASK, &all, &former);
    if (fault != 0) return fault;
    // In memory that the child writes to and we read.
    volatile int failure = 0, refusal = 0;
    pid_t child = vfork();
    if (child == 0) become(program, arguments, environment, folder, output, group, &failure, &refusal);
    fault = child < 0 ? errno : failure;
    if (child > 0 && fault != 0) {
        while (waitpid(child, NULL, 0) < 0 && errno == EINTR) {}
    }
    pthread_sigmask(SIG_SETMASK, &former, NULL);
    *is_refused = refusal;
    *pid = child;
    return fault;
#else
    (void)pid, (void)program, (void)arguments, (void)environment, (void)folder, (void)output, (void)group;
    *is_refused = 1;
    return ENOSYS;
#endif
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
    mallopt(M_ARENA_MAX, 2);
    mallopt(M_TOP_PAD, 1 << 20);
    mallopt(M_TRIM_THRESHOLD, 8 << 20);
    mallopt(M_MMAP_THRESHOLD, 1 << 20);
#endif
}

void flowrun_take_statics(void) {
#if defined(__linux__) && defined(MADV_POPULATE_WRITE)
    extern char __bss_start, _end;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t start = ((uintptr_t)&__bss_start + page - 1) & -page, end = (uintptr_t)&_end & -page;
    if (start < end) madvise((void *)start, end - start, MADV_POPULATE_WRITE);
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

struct beside {
    void (*body)(void *);
    void *context;
#ifdef __linux__
    cpu_set_t processors;
#endif
};

static void *begin_beside(void *raw) {
    struct beside own = *(struct beside *)raw;
    free(raw);
#ifdef __linux__
    if (CPU_COUNT(&own.processors)) sched_setaffinity(0, sizeof own.processors, &own.processors);
#endif
    own.body(own.context);
    return NULL;
}

int flowrun_run_beside(void (*body)(void *), void *context) {
    struct beside *own = calloc(1, sizeof *own);
    if (!own) return ENOMEM;
    own->body = body;
    own->context = context;
    pthread_attr_t attributes;
    int fault = pthread_attr_init(&attributes);
    if (fault != 0) goto end;
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
#ifdef __linux__
    int here = sched_getcpu();
    if (here >= 0 && sched_getaffinity(0, sizeof own->processors, &own->processors) == 0) {
        cpu_set_t others = own->processors;
        CPU_CLR(here, &others);
        if (CPU_COUNT(&others)) pthread_attr_setaffinity_np(&attributes, sizeof others, &others);
    }
#endif
    pthread_t thread;
    fault = pthread_create(&thread, &attributes, begin_beside, own);
    pthread_attr_destroy(&attributes);
end:
    if (fault != 0) free(own);
    return fault;
}

#ifndef FLOWRUN_HOST_H
#define FLOWRUN_HOST_H

// What Swift cannot call, or the C library offers to GNU sources only.

#include <sys/types.h>

/// Starts a program in a session of its own, in `folder`, with nothing on standard input, with standard output and
/// error in `output`, with no other descriptor of ours, and with signals as a fresh process has them.
///
/// Where `output` is -1 the program stays in our session instead, with our standard input, output and error: it is for
/// the person at our terminal.
///
/// Gives 0, or the number of the error; then there is no process.
int flowrun_spawn(
    pid_t *pid, const char *program, char *const arguments[], char *const environment[], const char *folder,
    int output);

/// As `flowrun_spawn` with an output, for a program that is in a control group from its first instruction on: `group` is
/// the group's file `cgroup.procs`. Sets `is_refused` where the error is that the group does not take it.
int flowrun_spawn_bounded(
    pid_t *pid, const char *program, char *const arguments[], char *const environment[], const char *folder,
    int output, const char *group, int *is_refused);

/// Makes a pipe, for reading and for writing, which no process that is spawned meanwhile holds open. Gives 0 or -1.
int flowrun_pipe(int ends[2]);

/// A descriptor that can be read once the process has ended; -1 where the kernel has no such thing.
int flowrun_watch(pid_t pid);

/// Makes this process the one that orphans below it fall to, instead of init. Gives 0 where that worked.
int flowrun_adopt_orphans(void);

/// Opens a file below `folder` for reading, by a path no part of which is a link, whatever happens to it meanwhile. Gives
/// -1 where that fails; `ENOSYS` where the kernel cannot do it.
int flowrun_open_beneath(int folder, const char *path);

/// What this process was given: `NAME=value`, and a null at the end.
char *const *flowrun_environment(void);

/// Keeps what this process holds in memory from files and from other processes of the user: no core, no backtrace with
/// registers in it, no looking in. What it starts is not like that.
void flowrun_hide_memory(void);

/// Lets all threads take memory from two places. To set up one of its own for each thread takes longer than the little
/// that a short run asks of it; of one alone the two threads that a run begins with would wait for each other.
///
/// A few megabytes that were given back are kept: SQLite and others take and free the same pages again and again, and
/// the system hands out each one anew.
void flowrun_share_memory(void);

/// Takes the memory of all that is static and empty at first at once, before there are threads.
///
/// Half of it a run uses, most of that first read and then written: each such page is a fault twice, and once there are
/// threads, all processors that they are on are interrupted for each.
void flowrun_take_statics(void);

/// Runs `body` on a thread of its own, which begins on another processor than the caller's; later the system moves it as any
/// other. Gives 0, or the number of the error; then there is no thread.
///
/// Many virtual machines take an idle processor for one that is away: threads that a process makes then stand in line on
/// the one that it is on itself, while the others have nothing to do.
int flowrun_run_beside(void (*body)(void *), void *context);

#endif

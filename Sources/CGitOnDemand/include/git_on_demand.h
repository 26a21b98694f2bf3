#ifndef FLOWRUN_GIT_ON_DEMAND_H
#define FLOWRUN_GIT_ON_DEMAND_H

/// Lets certificates be read from now on, and gives the file that libgit2 wanted to read at its start: NULL where it
/// has read its certificates itself, or has none.
const char *flowrun_git_postponed_certificates(void);

#endif

import Foundation

/// Runs `body` so that writing to a connection that the other side has closed is an error, not a signal that
/// ends the process.
///
/// Only this thread is touched: the disposition of SIGPIPE is inherited by steps, so it has to stay as it
/// was.
func withoutBrokenPipeSignal<T>(_ body: () throws(GitError) -> T) throws(GitError) -> T {
    var pipe = sigset_t()
    sigemptyset(&pipe)
    sigaddset(&pipe, SIGPIPE)
    var before = sigset_t()
    pthread_sigmask(SIG_BLOCK, &pipe, &before)
    var pending = sigset_t()
    sigpending(&pending)
    let wasPending = sigismember(&pending, SIGPIPE) == 1
    defer {
        sigpending(&pending)
        if !wasPending, sigismember(&pending, SIGPIPE) == 1 {
            var taken: Int32 = 0
            sigwait(&pipe, &taken)
        }
        pthread_sigmask(SIG_SETMASK, &before, nil)
    }
    return try body()
}

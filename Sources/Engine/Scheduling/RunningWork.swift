/// What runs for a row of a job: its steps, or the workflow that it calls.
package protocol RunningWork: Actor {
    /// Cancels it GitHub's way: what is to run after a cancellation still does.
    func cancel(reason: String) async

    /// Ends it at once.
    func force() async
}

extension RunScheduler: RunningWork {}

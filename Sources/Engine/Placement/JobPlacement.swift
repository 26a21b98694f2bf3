/// Where the jobs of a run are run: in this process, or in one of their own.
package protocol JobPlacement: Sendable {
    /// - Throws: What keeps the job from starting at all.
    func place(_ order: JobOrder, services: JobServices) throws -> any PlacedJob
}

/// A job that has its place, and waits to be run.
package protocol PlacedJob: RunningWork {
    /// Runs the job to its end; whatever goes wrong in it is its conclusion.
    func run() async -> JobEnding
}

/// Jobs are run by the process that runs their run, as `dispatch` and `trigger` do.
package struct OwnProcess: JobPlacement {
    package init() {}

    package func place(_ order: JobOrder, services: JobServices) throws -> any PlacedJob {
        try JobRunner(order, services: services)
    }
}

extension JobRunner: PlacedJob {}

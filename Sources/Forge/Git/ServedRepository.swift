import Engine
import Git

/// The repository of this machine that stands for a run's own on the forge.
struct ServedRepository: Sendable {
    /// The one that a job's `origin` is; where that is on another machine, the user's.
    let path: String
    /// Folders of further objects: the run's commit may not have been pushed yet.
    let objects: [String]
    /// Whether it is the job's `origin`: what is pushed has come to where it belongs.
    let isOrigin: Bool

    init(_ facts: RepositoryFacts) {
        let origin = facts.origin.hasPrefix("file://") ? String(facts.origin.dropFirst(7)) : facts.origin
        let isHere = origin.hasPrefix("/")
        path = isHere ? origin : facts.path
        isOrigin = isHere
        // A repository that is gone has no objects to lend.
        objects = Set([facts.path, facts.source]).subtracting([path]).compactMap { other in
            (try? Repository(at: other)).map { "\($0.commonDirectory)/objects" }
        }.sorted()
    }
}

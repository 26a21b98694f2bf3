import Engine
import Events
import Foundation
import Git
import Store

/// What a hook of git has to tell: the refs that were moved.
struct HookEvents {
    let repository: Repository
    let environment: [String: String]

    /// Whether a job of flowrun's, or of any other runner, makes the push or the commit: it starts nothing then.
    static func isOfJob(_ environment: [String: String]) -> Bool {
        environment["GITHUB_ACTIONS"] == "true" || JobAncestry.isOfJob
    }

    /// The move of the branch that is checked out; nothing where `HEAD` is detached, as in a rebase.
    func commitOrMerge() throws -> [RefUpdate] {
        guard let ref = try repository.head().ref, let now = try repository.head().commit else { return [] }
        let move = repository.lastMoveOfHead()
        let before = move?.after == now ? move?.before : try repository.commit(now).parents.first
        return [RefUpdate(ref: ref, before: before?.hex, after: now.hex)]
    }

    /// Hands events to the daemon: once this returns they are kept.
    ///
    /// - Returns: How many, and whether a daemon has heard of it.
    func tell(_ updates: [RefUpdate], home: FlowrunHome) throws -> (count: Int, isHeard: Bool) {
        let (events, left) = try RefUpdate.events(
            of: updates,
            in: repository.folder,
            hostEnvironment: environment
        )
        guard !events.isEmpty || !left.isEmpty else { return (0, true) }
        let path = try repository.mainFolder()
        func new(_ event: Event) -> NewEvent { NewEvent(repository: path, source: .hook, event: event) }
        try Store(home: home).add(
            events.map(new),
            refused: left.map { update, reason in
                let event = Event(
                    name: "push",
                    payload: update.payload,
                    ref: update.ref,
                    sha: update.after ?? update.before ?? "",
                    actor: ""
                )
                return (new(event), reason)
            }
        )
        return (events.count, DaemonBell(home: home).ring())
    }
}

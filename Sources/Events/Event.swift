package import Expressions

/// Something that happened to a repository and may start workflows: a push, a pull request, a tick of a schedule.
package struct Event: Sendable, Codable {
    /// What stands under `on:`, such as `push` or `workflow_dispatch`.
    package var name: String
    /// The value of `github.event.action`, absent where the event has no activities or does not say.
    package var activity: String?
    /// The value of `github.event`.
    package var payload: Value
    /// The full name of the ref that a run of this event is about: `refs/heads/main`, `refs/pull/7/merge`.
    package var ref: String
    /// The commit that a run of this event checks out.
    package var sha: String
    /// Paths of the files that the event changes, from the root of the repository.
    ///
    /// Absent where they are not known,
    /// or too many to be looked at: filters of paths then let the event pass.
    package var changedPaths: [String]?
    package var actor: String
    /// `github.base_ref`: the short name of the branch that a pull request goes to.
    package var baseRef: String?
    /// `github.head_ref`: the short name of the branch that a pull request comes from.
    package var headRef: String?
    /// The message of the commit at the head, which may hold `[skip ci]`.
    package var headCommitMessage: String?
    /// How many runs led here by `workflow_run`, one after the other: 0 for all other events.
    package var chainDepth: Int

    package init(
        name: String,
        activity: String? = nil,
        payload: Value,
        ref: String,
        sha: String,
        changedPaths: [String]? = nil,
        actor: String,
        baseRef: String? = nil,
        headRef: String? = nil,
        headCommitMessage: String? = nil,
        chainDepth: Int = 0
    ) {
        self.name = name
        self.activity = activity
        self.payload = payload
        self.ref = ref
        self.sha = sha
        self.changedPaths = changedPaths
        self.actor = actor
        self.baseRef = baseRef
        self.headRef = headRef
        self.headCommitMessage = headCommitMessage
        self.chainDepth = chainDepth
    }
}

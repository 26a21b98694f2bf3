import Git

/// What a step asks of `ad-m/github-push-action`, its inputs understood.
struct PushWish: Sendable {
    enum Force: Sendable { case no, anything, leased }
    enum Pull: Sendable { case no, rebase, merge, forwardOnly }
    /// As `git push --recurse-submodules`.
    enum Submodules: Sendable { case ignored, checked, pushed, pushedAlone }

    var force: Force
    var pull: Pull
    var submodules: Submodules
    /// Whether one ref that cannot be pushed keeps all others back.
    var isAtomic: Bool
    var takesAllTags: Bool
    var takesTagsAlone: Bool

    init(_ call: BuiltInCall) throws {
        let (forces, leases) = (try call.flag("force"), try call.flag("force_with_lease"))
        guard !(forces && leases) else {
            throw StepFailure("Please, specify only force or force_with_lease and not both.")
        }
        force = forces ? .anything : leases ? .leased : .no
        pull =
            switch call["pull"].lowercased() {
            case "", "false": .no
            case "true", "rebase": .rebase
            case "merge": .merge
            case "ff-only": .forwardOnly
            default:
                throw StepFailure(
                    "Unknown pull strategy: '\(call["pull"])'. Use rebase, merge, ff-only, or true."
                )
            }
        submodules =
            switch call["push_to_submodules"] {
            case "", "no", "false": .ignored
            case "check": .checked
            case "on-demand", "true": .pushed
            case "only": .pushedAlone
            default:
                throw StepFailure(
                    "Input 'push_to_submodules' must be on-demand, check, only or no, not '\(call["push_to_submodules"])'"
                )
            }
        isAtomic = try call.flag("atomic", orEmpty: true)
        takesTagsAlone = try call.flag("push_only_tags")
        takesAllTags = try call.flag("tags") || takesTagsAlone
    }
}

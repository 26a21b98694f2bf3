import Workflows

extension ActionUses {
    /// What the post steps of a step's use of an action need in a later attempt, those inside a composite action among them.
    ///
    /// - Parameter isSecret: What holds a secret is left out: it is evaluated anew, for it may be another by then.
    /// - Returns: nil where the step itself says all.
    func kept(of use: ActionUseID, isSecret: (String) -> Bool) -> [KeptJob.Use]? {
        guard !posts.isEmpty else { return nil }
        let own = posts.filter { $0.key == use || $0.key.isInside(use) }
        guard own.contains(where: { Self.needsMore($1, isInside: $0 != use) }) else { return nil }
        return own.map { id, post in
            var kept = KeptJob.Use(path: id.path(from: use))
            kept.state = state(of: id).map { KeptJob.Pair(name: $0.name, value: $0.value) }
            kept.outputs = post.outputs.map { KeptJob.Pair(name: $0.name, value: $0.value) }
            if case .builtIn(let inputs, _) = post.work {
                let told = inputs.filter { !isSecret($0.value) }.sorted { $0.key < $1.key }
                kept.inputs = told.map { KeptJob.Pair(name: $0.key, value: $0.value) }
            }
            kept.results = results(of: id).map { id, result in
                KeptJob.Result(
                    id: id,
                    outcome: result.outcome,
                    conclusion: result.conclusion,
                    outputs: result.outputs.map { KeptJob.Pair(name: $0.name, value: $0.value) }
                )
            }
            return kept
        }
    }

    private static func needsMore(_ post: PostStep, isInside: Bool) -> Bool {
        switch post.work {
        case .builtIn: true
        // One of the workspace is not fetched when the job is set up.
        case .script(_, let action): isInside || action.isOfWorkspace
        // By itself it does nothing.
        case .composite: false
        }
    }
}

/// What the uses of actions in a job keep for their later stages.
struct ActionUses {
    private var states: [ActionUseID: [(name: String, value: String)]] = [:]
    private(set) var posts: [ActionUseID: PostStep] = [:]
    private var results: [ActionUseID: [(id: String, result: StepResult)]] = [:]
    /// Those by the job's own steps that have a post step, in the order in which they came to it.
    private var order: [ActionUseID] = []

    // MARK: State

    /// What earlier stages of the same use have saved, for its `STATE_` variables.
    func state(of use: ActionUseID) -> [(name: String, value: String)] { states[use] ?? [] }

    mutating func save(_ entries: [(name: String, value: String)], for use: ActionUseID) {
        for entry in entries { states[use, default: []].set(entry.name, to: entry.value) }
    }

    // MARK: Results

    /// The results of a composite action's steps, which its post steps may still ask for.
    func results(of use: ActionUseID) -> [(id: String, result: StepResult)] { results[use] ?? [] }

    mutating func keep(_ results: [(id: String, result: StepResult)], of use: ActionUseID) {
        self.results[use] = results
    }

    // MARK: Post steps

    /// Registered once, by the stage that starts first.
    mutating func register(_ post: PostStep, for use: ActionUseID) {
        guard posts[use] == nil else { return }
        posts[use] = post
        if use.isOfJob { order.append(use) }
    }

    func post(of use: ActionUseID) -> PostStep? { posts[use] }

    /// Takes the post step of the job's that is to run next: the one that was registered last.
    ///
    /// A composite action in which nothing has registered one has none.
    mutating func takeLastPost() -> PostStep? {
        while let use = order.popLast() {
            guard let post = posts[use] else { continue }
            guard case .composite = post.work else { return post }
            let hasInner = posts.contains { inner, post in
                if case .composite = post.work { false } else { inner.isInside(use) }
            }
            if hasInner { return post }
        }
        return nil
    }
}

/// Brings a report to a forge, once: what is there already is found by its key and not made again.
package struct CommentDelivery: Sendable {
    package enum Action: String, Sendable { case created, changed, found, status }

    package struct Outcome: Sendable, Equatable {
        package var url: String
        package var action: Action
        /// What is to be said to the author, one sentence each.
        package var notes: [String]
    }

    package var forge: any Forge
    package var assets: AssetServer?
    /// Says which run, job, step and comment this is.
    ///
    /// The same key twice is the same comment.
    package var key: String
    /// Where the run's page is, for a report that does not fit.
    package var runPage: String?

    package init(forge: any Forge, assets: AssetServer? = nil, key: String, runPage: String? = nil) {
        self.forge = forge
        self.assets = assets
        self.key = key
        self.runPage = runPage
    }

    package func deliver(
        _ report: PreparedReport,
        _ options: CMLComment,
        in context: CommentContext
    ) async throws(ReportsError) -> Outcome {
        var notes: [String] = []
        var place = try await place(for: options.target, in: context)
        if case .commit(let sha) = place, !forge.hasCommitComments {
            guard let number = try await forge.pullRequest(of: sha) else {
                let url = try await forge.setStatus(
                    of: sha,
                    to: .success,
                    name: "cml",
                    description: "The report is kept with the run",
                    url: runPage
                )
                notes.append(
                    "this forge has no comments on commits and no open pull request holds the commit: "
                        + "a commit status says where the report is"
                )
                return Outcome(url: url, action: .status, notes: notes)
            }
            notes.append("this forge has no comments on commits: pull request \(number) has the report")
            place = .pullRequest(number)
        }
        let markdown = try await published(report, options, &notes)
        let text = CommentText(
            markdown: markdown,
            watermark: report.watermark,
            deliveryKey: key,
            wholeReport: runPage
        ).text
        let (comment, action) = try await put(
            text,
            watermark: options.updates ? report.watermark : nil,
            at: place
        )
        return Outcome(url: comment.url, action: action, notes: notes)
    }

    /// Looks up, then creates.
    ///
    /// After an answer that went missing it looks up again, for the comment may be there.
    private func put(
        _ text: String,
        watermark: Watermark?,
        at place: CommentPlace
    ) async throws(ReportsError) -> (ForgeComment, Action) {
        let marker = CommentText.marker(key)
        for attempt in 1...ForgeClient.tries {
            do {
                let known = try await forge.comments(at: place)
                if let own = known.last(where: { $0.body.contains(marker) }) {
                    if own.body.trimmingSpaces == text.trimmingSpaces { return (own, .found) }
                    return (try await forge.change(own, to: text, at: place), .changed)
                }
                if let watermark, let earlier = known.last(where: { watermark.isFound(in: $0.body) }) {
                    return (try await forge.change(earlier, to: text, at: place), .changed)
                }
                return (try await forge.post(text, at: place), .created)
            } catch {
                guard error.isAmbiguous, attempt < ForgeClient.tries else { throw error }
                try await forge.rest(after: attempt)
            }
        }
        throw ReportsError(.noAnswer(request: "comment", problem: "it was tried \(ForgeClient.tries) times"))
    }

    private func place(
        for target: CMLComment.Target,
        in context: CommentContext
    ) async throws(ReportsError) -> CommentPlace {
        switch target {
        case .commit(let sha): return .commit(try checked(sha ?? context.sha))
        case .issue(let number): return .issue(number)
        case .pullRequest(let number?): return .pullRequest(number)
        case .auto, .pullRequest(nil):
            if let number = context.pullRequest { return .pullRequest(number) }
            if let number = try await forge.pullRequest(of: try checked(context.sha)) {
                return .pullRequest(number)
            }
            guard target == .auto else {
                throw ReportsError(.badOption("no open pull request holds commit `\(context.sha)`"))
            }
            return .commit(context.sha)
        }
    }

    private func checked(_ sha: String) throws(ReportsError) -> String {
        guard !sha.isEmpty else {
            throw ReportsError(
                .badOption("nothing says which commit the report is about; set `--commit-sha`")
            )
        }
        return sha
    }

    /// The report's text for readers elsewhere: its images given to the forge or the asset server.
    private func published(
        _ report: PreparedReport,
        _ options: CMLComment,
        _ notes: inout [String]
    ) async throws(ReportsError) -> String {
        let images = report.images.images.sorted { $0.key < $1.key }
        guard options.publishes, !images.isEmpty else { return report.original }
        if !options.publishesNatively, assets == nil {
            notes.append(
                "images are kept with the run and not shown in the comment; `--publish-url` names a server for them"
            )
            return report.original
        }
        var places: [String: String] = [:]
        for (target, image) in images {
            let name = String(image.path.dropFirst("images/".count))
            if options.publishesNatively {
                guard let place = try await forge.upload(image, name: name) else {
                    throw ReportsError(
                        .unsupported("this forge takes no images; leave out `--publish-native`")
                    )
                }
                places[target] = place
            } else if let assets {
                places[target] = try await assets.publish(image, name: name)
            }
        }
        return MarkdownDocument(report.original).replacingTargets(places)
    }
}

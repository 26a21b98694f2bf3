import YAML

extension Rule {
    /// Actions and workflows that can be another tomorrow under the same name.
    static let unpinnedUses = Rule { inspection in
        let ofSteps = inspection.actionUses.map { ($0.reference.text, $0.reference.location) }
        let ofCalls = inspection.jobs.compactMap { job -> (String, SourceLocation)? in
            guard case .call(let call) = job.kind else { return nil }
            return (call.uses.value, call.uses.location)
        }
        return (ofSteps + ofCalls).compactMap { text, location in
            guard !text.hasPrefix("./"), !text.hasPrefix("$/"), !text.hasPrefix("docker://"),
                let at = text.firstIndex(of: "@")
            else { return nil }
            let ref = String(text[text.index(after: at)...])
            guard !ref.isCommitID else { return nil }
            let isBranch = branches.contains(ref.lowercased())
            let isForeign = !text.hasPrefix("actions/") && !text.hasPrefix("github/")
            return inspection.finding(
                "unpinned-uses",
                at: location,
                isBranch
                    ? "'\(text)' is a branch: every push to it changes what runs here"
                    : "'\(text)' is a name that its owner can move to other code",
                hint: "write the full commit id, with the version in a comment",
                severity: isBranch && isForeign ? .warning : .note
            )
        }
    }

    private static let branches: Set<String> = [
        "main", "master", "head", "develop", "dev", "trunk", "latest",
    ]

    /// Container images that can be another tomorrow under the same name.
    static let unpinnedImages = Rule { inspection in
        inspection.images.compactMap { image, location in
            guard !image.contains("@sha256:"), !image.isEmpty else { return nil }
            let tag = image.split(separator: "/").last?.split(separator: ":").dropFirst().first
            let isMoving = tag == nil || tag == "latest"
            return inspection.finding(
                "unpinned-images",
                at: location,
                isMoving
                    ? "the image '\(image)' is whatever is newest when it is pulled"
                    : "the image '\(image)' can be another one tomorrow under the same tag",
                hint: "add its digest: '\(image)@sha256:...'",
                severity: isMoving ? .warning : .note
            )
        }
    }
}

extension Inspection {
    /// The images that jobs, services and steps name, those that are expressions left out.
    fileprivate var images: [(String, SourceLocation)] {
        var found: [(String, SourceLocation)] = []
        func add(_ tree: TemplateTree?) {
            guard let tree else { return }
            let image = tree.value(named: "image") ?? tree
            guard case .scalar(let template, let location) = image, case .literal(let value) = template.form
            else { return }
            let text = value.text
            found.append((text.hasPrefix("docker://") ? String(text.dropFirst(9)) : text, location))
        }
        for case .steps(let job) in jobs.map(\.kind) {
            add(job.container)
            if case .mapping(let pairs, _)? = job.services { for pair in pairs { add(pair.value) } }
        }
        for use in actionUses {
            if case .image(let image) = use.reference.form { found.append((image, use.reference.location)) }
        }
        return found
    }
}

extension String {
    /// Whether this is the whole id of a commit.
    fileprivate var isCommitID: Bool { (count == 40 || count == 64) && allSatisfy(\.isHexDigit) }
}

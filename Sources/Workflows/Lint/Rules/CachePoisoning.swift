import Expressions
import YAML

extension Rule {
    /// Caches that a stranger's run may have filled, where something is released.
    static let cachePoisoning = Rule { inspection in
        inspection.cachesOfReleases + inspection.keysOfStrangers
    }
}

extension Inspection {
    private static let publishers: Set<String> = [
        "pypa/gh-action-pypi-publish", "softprops/action-gh-release", "ncipollo/release-action",
        "goreleaser/goreleaser-action", "docker/build-push-action", "js-devtools/npm-publish",
        "release-drafter/release-drafter", "rubygems/release-gem", "actions/attest-build-provenance",
    ]

    private var isRelease: Bool {
        guard let workflow else { return false }
        if actionUses.contains(where: { Self.publishers.contains($0.name) && $0.publishes }) { return true }
        return workflow.triggers.contains { trigger in
            let isReleaseBranch = trigger.branches.map { branches in
                !branches.isIgnoring
                    && branches.patterns.contains { $0.value.lowercased().contains("release") }
            }
            return trigger.event == "release"
                || trigger.event == "push"
                    && (trigger.tags.map { !$0.isIgnoring } ?? false || isReleaseBranch ?? false)
        }
    }

    fileprivate var cachesOfReleases: [Diagnostic] {
        guard isRelease else { return [] }
        return actionUses.filter(\.restoresCache).map { use in
            finding(
                "cache-poisoning",
                at: use.reference.location,
                "a release takes in what '\(use.reference.text)' restores, which another run may have put there",
                hint: "build releases without caches",
                severity: .note
            )
        }
    }

    fileprivate var keysOfStrangers: [Diagnostic] {
        guard isPrivilegedForStrangers else { return [] }
        return actionUses.compactMap { use in
            guard use.name.hasPrefix("actions/cache"),
                case .scalar(let template, let location)? = use.with?.value(named: "key"),
                let expression = template.expression
            else { return nil }
            let scope = ExpressionSite.Scope.step(list: use.placed.list, place: use.placed.place)
            guard case .anybody(let way)? = tracer.taint(of: expression, in: scope) else { return nil }
            return finding(
                "cache-poisoning",
                at: location,
                "the key hangs on '\(way.source)', so a stranger chooses which cache is filled",
                hint: "make the key of hashes of files"
            )
        }
    }
}

extension ActionUse {
    fileprivate var publishes: Bool {
        name != "docker/build-push-action" || literal("push")?.lowercased() == "true"
    }

    fileprivate var restoresCache: Bool {
        func isOn(_ input: String) -> Bool {
            !["", "false"].contains(literal(input)?.lowercased()) && has(input)
        }
        switch name {
        case "actions/cache", "actions/cache/restore", "swatinem/rust-cache", "ramsey/composer-install",
            "mozilla-actions/sccache-action":
            return literal("lookup-only")?.lowercased() != "true"
        case "actions/setup-node": return isOn("cache") || isOn("package-manager-cache")
        case "actions/setup-python", "actions/setup-java", "actions/setup-dotnet":
            return isOn("cache")
        case "actions/setup-go": return literal("cache")?.lowercased() != "false"
        case "astral-sh/setup-uv": return literal("enable-cache")?.lowercased() != "false"
        case "pyo3/maturin-action": return isOn("sccache")
        case "ruby/setup-ruby": return isOn("bundler-cache")
        case "docker/build-push-action": return has("cache-from")
        default: return false
        }
    }

    private func has(_ input: String) -> Bool { with?.value(named: input) != nil }
}

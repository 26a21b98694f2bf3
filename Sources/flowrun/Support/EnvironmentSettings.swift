import Engine
import YAML

/// `environments:` of `flowrun.yaml`: by name, `approval`, `wait-timer` and `branches`.
enum EnvironmentSettings {
    /// - Parameter fault: Makes the error of a message and a place.
    static func read(_ node: Node, fault: (String, Node) -> CommandEnd) throws -> EnvironmentProtections {
        guard let entries = node.entries else {
            throw fault("`environments` is a mapping of names to approval, wait-timer and branches", node)
        }
        var protections = EnvironmentProtections()
        for entry in entries {
            guard let name = entry.key.scalar?.text, let settings = entry.value.entries else {
                throw fault("an environment has approval, wait-timer and branches", entry.key)
            }
            var protection = EnvironmentProtection()
            for setting in settings { try take(setting, into: &protection, fault) }
            protections[name] = protection
        }
        return protections
    }

    private static func take(
        _ setting: Node.Entry,
        into protection: inout EnvironmentProtection,
        _ fault: (String, Node) -> CommandEnd
    ) throws {
        let text = setting.value.scalar?.text
        switch setting.key.scalar?.text {
        case "approval":
            guard let text, ["true", "false"].contains(text) else {
                throw fault("`approval` is true or false", setting.value)
            }
            protection.needsApproval = text == "true"
        case "wait-timer":
            guard let seconds = text.flatMap(Amount.duration) else {
                throw fault("`wait-timer` is a time such as 30s or 10m", setting.value)
            }
            protection.waitTimer = Int(seconds)
        case "branches":
            let patterns = setting.value.items?.map { $0.scalar?.text } ?? [text]
            guard patterns.allSatisfy({ $0?.isEmpty == false }) else {
                throw fault("`branches` is a pattern or a list of them", setting.value)
            }
            protection.branches = patterns.compactMap { $0 }
        case let other:
            let known = "approval, wait-timer, branches"
            throw fault("unknown key `\(other ?? "")`; there is \(known)", setting.key)
        }
    }
}

import YAML

extension Decoder {
    /// The `uses` of a step.
    func actionReference(_ node: Node, _ title: String) -> ActionReference? {
        guard let text = text(node, title) else { return nil }
        guard let form = ActionReference.Form(text) else {
            report(
                node,
                "uses-format",
                "'\(text)' is no reference to an action",
                hint: "write 'owner/repo@ref', 'owner/repo/path@ref', './path' or 'docker://image'"
            )
            return nil
        }
        return ActionReference(text: text, location: node.location, form: form)
    }
}

extension ActionReference.Form {
    /// Reads what stands after `uses:`.
    package init?(_ text: String) {
        if let image = text.dropping("docker://") {
            self = .image(image)
        } else if let path = text.dropping("./") ?? text.dropping(".\\") {
            self = .local(path: path)
        } else if text == "." {
            self = .local(path: "")
        } else if let path = text.dropping("$/") {
            self = .sameRepository(path: path)
        } else {
            let halves = text.split(separator: "@", omittingEmptySubsequences: false)
            guard halves.count == 2, !halves[1].isEmpty else { return nil }
            let parts = halves[0].split { $0 == "/" || $0 == "\\" }.map(String.init)
            guard parts.count >= 2 else { return nil }
            self = .repository(
                owner: parts[0],
                name: parts[1],
                path: parts.dropFirst(2).joined(separator: "/"),
                ref: String(halves[1])
            )
        }
    }
}

extension String {
    fileprivate func dropping(_ prefix: String) -> String? {
        hasPrefix(prefix) ? String(dropFirst(prefix.count)) : nil
    }
}

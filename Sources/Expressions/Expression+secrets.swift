extension Expression {
    /// The secrets that are taken to pieces: `fromJSON(secrets.x).y`.
    package var partsOfSecrets: [Reference] {
        var found: [Reference] = []
        root?.walk { node in
            guard case .builtIn(.fromJSON, let arguments, _) = node,
                let reference = arguments[0].reference, reference.context == "secrets"
            else { return }
            found.append(reference)
        }
        return found
    }
}

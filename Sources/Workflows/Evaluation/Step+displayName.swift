package import Expressions

extension Step {
    /// The step's name as people see it: the one given, else `Run` and the first line of the script or the action.
    ///
    /// Without a scope, or where an expression fails, the text stands as it is written.
    package func displayName(in scope: Scope?) -> String {
        if let name {
            let text = name.displayText(in: scope).firstLine
            if !text.isEmpty { return text }
        }
        switch action {
        case .run(let script):
            return "Run \(script.run.displayText(in: scope).firstLine)"
        case .uses(let reference, _): return "Run \(reference.text)"
        case .wait(let targets):
            return targets.isEmpty
                ? "Wait for all" : "Wait for \(targets.map(\.value).joined(separator: ", "))"
        case .cancel(let target): return "Cancel \(target.value)"
        case .parallel: return "Run in parallel"
        }
    }
}

extension Templated<String> {
    fileprivate func displayText(in scope: Scope?) -> String {
        if let scope, let text = try? evaluate(in: scope) { return text }
        guard case .scalar(let template, _) = tree else { return "" }
        if case .literal(let value) = template.form { return value.text }
        return template.source
    }
}

extension String {
    /// The first line that has something in it, without the blanks before it.
    fileprivate var firstLine: String { String(drop(while: \.isWhitespace).prefix { !$0.isNewline }) }
}

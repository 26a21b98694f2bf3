import Expressions
import YAML

extension Rule {
    /// Text of strangers that becomes part of a script, as code.
    static let templateInjection = Rule { inspection in
        let tracer = inspection.tracer
        return inspection.codeTemplates.findings { place in
            guard let expression = place.template.expression else { return [] }
            return expression.sources.compactMap { source in
                tracer.taint(of: source, in: place.scope).map { inspection.injection(source, $0, place) }
            }
        }
    }
}

/// A text of the file that something runs as code.
private struct CodeTemplate {
    var template: Template
    var location: SourceLocation
    var scope: ExpressionSite.Scope
    var isScript: Bool
}

/// Inputs of actions that are run as code.
private let codeInputs: [String: [String]] = [
    "actions/github-script": ["script"], "azure/cli": ["inlinescript"], "azure/powershell": ["inlinescript"],
    "nick-fields/retry": ["command"], "nick-invision/retry": ["command"], "appleboy/ssh-action": ["script"],
    "mikefarah/yq": ["cmd"], "cloudflare/wrangler-action": ["command", "precommands", "postcommands"],
    "amadevus/pwsh-script": ["script"], "tibdex/backport": ["title_template", "body_template"],
    "jannekem/run-python-script-action": ["script"], "addnab/docker-run-action": ["options", "run"],
    "reactivecircus/android-emulator-runner": ["script"], "lycheeverse/lychee-action": ["args"],
]

extension Inspection {
    private var codeInputsFound: [CodeTemplate] {
        actionUses.flatMap { use -> [CodeTemplate] in
            guard let inputs = codeInputs[use.name] else { return [] }
            return inputs.compactMap { input in
                guard case .scalar(let template, let location)? = use.with?.value(named: input) else {
                    return nil
                }
                let scope = ExpressionSite.Scope.step(list: use.placed.list, place: use.placed.place)
                return CodeTemplate(template: template, location: location, scope: scope, isScript: false)
            }
        }
    }

    fileprivate var codeTemplates: [CodeTemplate] {
        let scripts = scripts.map {
            CodeTemplate(template: $0.template, location: $0.location, scope: $0.scope, isScript: true)
        }
        let shells = steps.compactMap { placed -> CodeTemplate? in
            guard case .run(let script) = placed.step.action,
                case .scalar(let template, let location)? = script.shell?.tree
            else { return nil }
            let scope = ExpressionSite.Scope.step(list: placed.list, place: placed.place)
            return CodeTemplate(template: template, location: location, scope: scope, isScript: false)
        }
        let options = jobs.enumerated().compactMap { index, job -> CodeTemplate? in
            guard case .steps(let steps) = job.kind,
                case .scalar(let template, let location)? = steps.container?.value(named: "options")
            else { return nil }
            return CodeTemplate(template: template, location: location, scope: .job(index), isScript: false)
        }
        return scripts + shells + codeInputsFound + options
    }

    fileprivate func injection(_ source: Reference, _ taint: Taint, _ place: CodeTemplate) -> Diagnostic {
        let way = taint.way.isIndirect ? " (it comes from `\(taint.way.source)`)" : ""
        let isAnybody = if case .anybody = taint { true } else { false }
        let what =
            switch taint {
            case .anybody: "what anybody may have written"
            case .caller: "what whoever starts this may have written"
            case .action: "what an action gave of which nothing is known"
            }
        let owner = place.isScript ? "the script" : "the code"
        return finding(
            "template-injection",
            at: place.location,
            range: source.range,
            "'\(source.text)' is \(what)\(way), and becomes part of \(owner)",
            hint: "hand it over in 'env' and read the variable",
            severity: isAnybody ? .warning : .note,
            fix: place.isScript && (isAnybody || notes)
                ? handingOver(source, at: place.location, in: place.scope) : nil
        )
    }
}

import Expressions
import YAML

extension Rule {
    /// Secrets that reach further than they must, or past the mask.
    static let secrets = Rule { inspection in
        let inherited = inspection.jobs.compactMap { job -> Diagnostic? in
            guard case .call(let call) = job.kind, case .inherit = call.secrets else { return nil }
            return inspection.finding(
                "secrets-inherit",
                at: inspection.node("jobs", job.id, "secrets")?.location ?? call.uses.location,
                "'\(call.uses.value)' is given every secret that there is",
                hint: "hand over those that it needs, by name",
                severity: .note
            )
        }
        return inherited
            + inspection.sites.flatMap { site -> [Diagnostic] in
                guard site.expression.reads("secrets") else { return [] }
                return site.expression.references.filter { $0.context == "secrets" }.compactMap { reference in
                    if reference.path.isEmpty
                        || reference.path == ["*"] && site.expression.passesWhole(reference)
                    {
                        return inspection.finding(
                            "overprovisioned-secrets",
                            at: site.location,
                            range: reference.range,
                            "this hands over every secret that there is",
                            hint: "name the ones that are needed"
                        )
                    }
                    guard reference.path.first == "*" else { return nil }
                    return inspection.finding(
                        "overprovisioned-secrets",
                        at: site.location,
                        range: reference.range,
                        "which secret this is cannot be told from the file, so all of them come to the runner",
                        hint: "name the secret",
                        severity: .note
                    )
                }
                    + site.expression.partsOfSecrets.map { reference in
                        inspection.finding(
                            "unredacted-secrets",
                            at: site.location,
                            range: reference.range,
                            "a part of '\(reference.text)' is no secret to the log: only the whole of it is masked",
                            hint: "make a secret of each part"
                        )
                    }
            }
    }

    /// Passwords that stand in the file for all to read.
    static let containerCredentials = Rule { inspection in
        inspection.jobs.flatMap { job -> [Diagnostic] in
            guard case .steps(let steps) = job.kind else { return [] }
            var containers = [steps.container].compactMap(\.self)
            if case .mapping(let pairs, _)? = steps.services { containers += pairs.map(\.value) }
            return containers.compactMap { container in
                guard let password = container.value(named: "credentials")?.value(named: "password"),
                    !password.texts.isEmpty
                else { return nil }
                return inspection.finding(
                    "hardcoded-container-credentials",
                    at: password.location,
                    "the password for the container's registry stands here for all to read",
                    hint: "put it into a secret"
                )
            }
        }
    }
}

extension Expression {
    /// Whether a reference is `secrets.*` or the context itself, given to a function or shown.
    fileprivate func passesWhole(_ reference: Reference) -> Bool {
        source.contains("secrets.*") || source.contains("secrets[*]")
    }
}

import YAML

extension Rule {
    /// More rights for the token than the work asks for, or rights that nobody has said.
    static let excessivePermissions = Rule { inspection in
        guard let workflow = inspection.workflow else { return [] }
        var found: [Diagnostic] = []
        if let permissions = workflow.permissions {
            found += inspection.findings(permissions, "the workflow", inspection.place(of: "permissions"))
            let writes = permissions.written
            if workflow.jobs.count > 1, !writes.isEmpty, case .scopes = permissions {
                found.append(
                    inspection.finding(
                        "excessive-permissions",
                        at: inspection.place(of: "permissions"),
                        "every job of the workflow may write \(writes.joined(separator: ", "))",
                        hint: "give it to the jobs that need it",
                        severity: .note
                    )
                )
            }
        } else if let job = workflow.jobs.first(where: { $0.permissions == nil }) {
            found.append(
                inspection.finding(
                    "excessive-permissions",
                    at: job.location,
                    "job '\(job.id)' has whatever rights the repository gives by default",
                    hint:
                        "add 'permissions: { contents: read }' to the workflow, and more where it is needed",
                    severity: .note
                )
            )
        }
        for job in workflow.jobs {
            guard let permissions = job.permissions else { continue }
            found += inspection.findings(permissions, "job '\(job.id)'", inspection.place(ofJob: job))
        }
        return found
    }
}

extension Inspection {
    fileprivate func place(of key: String) -> SourceLocation {
        node(key)?.location ?? SourceLocation(file: file, line: 1, column: 1)
    }

    fileprivate func place(ofJob job: Job) -> SourceLocation {
        node("jobs", job.id, "permissions")?.location ?? job.location
    }

    fileprivate func findings(
        _ permissions: Permissions,
        _ who: String,
        _ place: SourceLocation
    ) -> [Diagnostic] {
        switch permissions {
        case .scopes: []
        case .writeAll:
            [
                finding(
                    "excessive-permissions",
                    at: place,
                    "\(who) may write everything",
                    hint: "name the scopes that it needs"
                )
            ]
        case .readAll:
            [
                finding(
                    "excessive-permissions",
                    at: place,
                    "\(who) may read everything",
                    hint: "name the scopes that it needs",
                    severity: .note
                )
            ]
        }
    }
}

extension Permissions {
    fileprivate var written: [String] { PermissionScope.names.filter { level(of: $0) == "write" } }
}

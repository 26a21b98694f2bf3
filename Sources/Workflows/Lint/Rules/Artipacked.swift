import YAML

extension Rule {
    /// Credentials that stay in the workspace, and go out with what is uploaded from it.
    static let artipacked = Rule { inspection in
        inspection.uploadsOfSecrets + inspection.keptCredentials
    }

    fileprivate static let secretFiles = [
        ".git", ".dvc/config.local", ".aws", "*.pem", ".pem", ".netrc", ".docker/config.json", "gcloud",
        ".ssh",
        ".npmrc", ".pypirc", "id_rsa",
    ]
}

extension Inspection {
    fileprivate var uploadsOfSecrets: [Diagnostic] {
        actionUses.filter(\.isUpload).compactMap { use in
            guard let path = use.with?.value(named: "path"), let text = path.sourceText else { return nil }
            let lines = text.split(separator: "\n").map { line in
                line.split(separator: "/", omittingEmptySubsequences: true).map(String.init)
            }
            for parts in lines {
                guard
                    let file = Rule.secretFiles.first(where: { secret in
                        let wanted = secret.split(separator: "/").map(String.init)
                        return parts.suffix(wanted.count) == wanted[...]
                            || wanted.count == 1 && parts.contains(secret)
                    })
                else { continue }
                return finding(
                    "artipacked",
                    at: path.location,
                    "the artifact takes in '\(file)', where credentials are",
                    hint: "upload what was built, file by file"
                )
            }
            return nil
        }
    }

    fileprivate var keptCredentials: [Diagnostic] {
        // The last place of each list of steps that uploads everything.
        var uploads: [Int: Int] = [:]
        for use in actionUses where use.isUpload && use.takesWholeWorkspace {
            uploads[use.placed.list] = use.placed.place
        }
        return actionUses.compactMap { use in
            guard use.name == "actions/checkout", use.literal("persist-credentials")?.lowercased() != "false"
            else { return nil }
            let isUploaded = uploads[use.placed.list].map { $0 > use.placed.place } ?? false
            return finding(
                "artipacked",
                at: use.reference.location,
                !isUploaded
                    ? "the token of this checkout stays in '.git' for all steps that follow"
                    : "the token of this checkout goes out with the artifact of the whole workspace",
                hint: "set 'persist-credentials: false' where nothing is pushed",
                severity: isUploaded ? .warning : .note
            )
        }
    }
}

extension ActionUse {
    fileprivate var isUpload: Bool {
        name == "actions/upload-artifact" || name == "actions/upload-pages-artifact"
    }

    /// Whether hidden files of the workspace's root are among what is uploaded.
    fileprivate var takesWholeWorkspace: Bool {
        // That of pages leaves `.git` out, whatever it is asked for.
        guard name == "actions/upload-artifact" else { return false }
        // From the fourth version on, hidden files stay out unless they are asked for.
        let version = ref.drop { $0 == "v" }.prefix(while: \.isNumber)
        if let number = Int(version), number >= 4, literal("include-hidden-files")?.lowercased() != "true" {
            return false
        }
        guard let text = with?.value(named: "path")?.sourceText else { return false }
        let whole = [".", "./", "./.", "*", "**", "./**", "${{ github.workspace }}", "${{github.workspace}}"]
        return text.split(separator: "\n").contains { line in
            whole.contains(
                line.filter { !$0.isWhitespace } == "${{github.workspace}}"
                    ? "${{github.workspace}}" : String(line)
            )
        }
    }
}

import Foundation
package import Git
package import Workflows
package import YAML

/// A workflow file as it was read: its text, and what it says or what is wrong with it.
package struct WorkflowFile: Sendable {
    /// Relative to the repository where it comes from one, else as it was given.
    package var path: String
    package var text: String
    package var workflow: Workflow?
    package var diagnostics: [Diagnostic]

    package init(path: String, text: String) {
        self.path = path
        self.text = text
        let reading = WorkflowReader.read(text, file: path)
        workflow = reading.value
        diagnostics = reading.diagnostics
    }

    /// The secrets that its expressions read by name, in upper case and in order.
    package var secretNames: [String] {
        // Making the pattern takes longer than most files take to be read.
        guard text.withCString({ strstr($0, "secrets.") != nil }) else { return [] }
        let names = text.matches(of: /\$\{\{[^}]*?\bsecrets\.([A-Za-z_][A-Za-z0-9_-]*)/).map {
            $0.1.uppercased()
        }
        return Set(names).sorted()
    }

    /// What is wrong with it, so that it cannot run.
    package var errors: [Diagnostic] { diagnostics.filter { $0.severity == .error } }
}

/// Finds and reads workflow files.
package enum WorkflowFiles {
    /// The folders that forges read, in the order in which flowrun looks; the first that exists is the one.
    package static let folders = [".github/workflows", ".gitea/workflows", ".forgejo/workflows", "workflows"]

    /// The workflows of a commit.
    package static func at(_ commit: CommitID, in repository: Repository) throws -> [WorkflowFile] {
        for folder in folders {
            let entries = try repository.list(folder, at: commit).filter {
                $0.kind == .blob && isWorkflow($0.name)
            }
            guard !entries.isEmpty else { continue }
            return try entries.map(\.name).sorted().compactMap { name in
                let path = "\(folder)/\(name)"
                guard let bytes = try repository.file(path, at: commit) else { return nil }
                return WorkflowFile(path: path, text: String(decoding: bytes, as: UTF8.self))
            }
        }
        return []
    }

    /// The first of `folders` that is in a folder of this machine.
    package static func folder(under root: String) -> String? {
        folders.first { folder in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: "\(root)/\(folder)", isDirectory: &isFolder)
                && isFolder.boolValue
        }
    }

    /// The workflows under a path of this machine: a file, or a folder of them.
    package static func under(_ path: String, shownAs shown: String) throws(PlanError) -> [WorkflowFile] {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw PlanError("there is no file or folder `\(shown)`")
        }
        guard isFolder.boolValue else { return [try read(path, shownAs: shown)] }
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path).filter(isWorkflow).sorted()
        } catch {
            throw PlanError("folder `\(shown)` cannot be read: \(error.localizedDescription)")
        }
        var files: [WorkflowFile] = []
        for name in names { files.append(try read("\(path)/\(name)", shownAs: "\(shown)/\(name)")) }
        return files
    }

    private static func read(_ path: String, shownAs shown: String) throws(PlanError) -> WorkflowFile {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw PlanError("`\(shown)` cannot be read")
        }
        return WorkflowFile(path: shown, text: String(decoding: data, as: UTF8.self))
    }

    package static func isWorkflow(_ name: String) -> Bool {
        name.hasSuffix(".yml") || name.hasSuffix(".yaml")
    }

    /// The one workflow that a person means: by file name with or without its extension, path, or `name:`, whatever the
    /// case, with `-`, `_` and spaces alike.
    package static func named(_ wanted: String, among files: [WorkflowFile]) throws(PlanError) -> WorkflowFile
    {
        if let exact = files.first(where: { $0.path == wanted }) { return exact }
        let key = loose(wanted)
        let fitting = files.filter { file in
            let name = file.path.split(separator: "/").last.map(String.init) ?? file.path
            return [name, stem(file.path), file.path, file.workflow?.name ?? ""].contains {
                !$0.isEmpty && loose($0) == key
            }
        }
        switch fitting.count {
        case 1: return fitting[0]
        case 0:
            let known = files.map { file in file.workflow?.name.map { "\(file.path) (\($0))" } ?? file.path }
            throw PlanError(
                "there is no workflow `\(wanted)`"
                    + (known.isEmpty
                        ? ": this commit has none in \(folders.joined(separator: ", "))"
                        : "; there is " + known.joined(separator: ", ")),
                isUnknownName: true
            )
        default:
            throw PlanError(
                "`\(wanted)` fits several workflows: \(fitting.map(\.path).joined(separator: ", "))"
            )
        }
    }

    /// The name of a workflow's file without its extension.
    package static func stem(_ path: String) -> String {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.hasSuffix(".yaml") ? String(name.dropLast(5)) : String(name.dropLast(4))
    }

    /// A name as it is compared, the same for all its spellings.
    package static func loose(_ text: String) -> String {
        text.lowercased().replacing("-", with: "_").replacing(" ", with: "_")
    }
}

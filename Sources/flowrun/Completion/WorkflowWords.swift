import Engine
import Foundation
import Workflows

/// What of the workflow files can be typed on a command line.
///
/// The files of the working tree are meant, which a folder's names tell at once. Files are read only for what stands in
/// them, and those that are broken give what can be read of them, or nothing.
struct WorkflowWords {
    /// Each with its folder, in order.
    private let paths: [String]

    init(_ line: UnfinishedLine) {
        let folder = FileManager.default.currentDirectoryPath
        let root = LintFiles.root(around: folder)
        if let given = line.value(of: "-W", "--workflows") ?? Self.configured(root) {
            let names = Self.files(in: given)
            paths = names.isEmpty && FolderNames.of(given) == nil ? [given] : names
        } else {
            paths = WorkflowFiles.folder(under: root).map { Self.files(in: "\(root)/\($0)") } ?? []
        }
    }

    /// Where the project's or the user's own configuration says that workflows are.
    private static func configured(_ root: String) -> String? {
        // One that cannot be read will be complained of by the command itself.
        let environment = ProcessInfo.processInfo.environment
        return (try? Configuration.load(repository: root, environment: environment))?.workflows
    }

    private static func files(in folder: String) -> [String] {
        (FolderNames.of(folder) ?? []).filter(WorkflowFiles.isWorkflow).sorted().map { "\(folder)/\($0)" }
    }

    /// The names of the files without their extensions, then the names that the workflows give themselves.
    var names: [String] {
        let stems = paths.map(WorkflowFiles.stem)
        let own = paths.compactMap(Self.ownName).filter { name in
            !stems.contains { WorkflowFiles.loose($0) == WorkflowFiles.loose(name) }
        }
        return stems + own
    }

    /// The ids of the jobs of a workflow, or of all where none is named.
    func jobs(of workflow: String?) -> [String] { workflows(workflow).flatMap(\.jobs).map(\.id) }

    /// What can stand after `-f`: the names of the inputs with `=`, and the values behind one where they are known.
    func fields(of workflow: String?, typed: String) -> [String] {
        let triggers = workflows(workflow).flatMap(\.triggers).filter { $0.event == "workflow_dispatch" }
        return triggers.flatMap(\.inputs).flatMap { input -> [String] in
            let start = "\(input.name)="
            guard typed.hasPrefix(start) else { return [start] }
            return switch input.kind {
            case .choice: input.options.map { start + $0 }
            case .boolean: ["true", "false"].map { start + $0 }
            case .string, .number, .environment: []
            }
        }
    }

    /// The names that follow `secrets.` or `vars.` in the files.
    func references(to context: String) -> [String] {
        paths.compactMap(PlainFile.text).flatMap { text in
            text.split(separator: "\(context).").dropFirst().map { rest in
                rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }.uppercased()
            }
        }.filter { !$0.isEmpty && $0 != "GITHUB_TOKEN" }
    }

    private func workflows(_ wanted: String?) -> [Workflows.Workflow] {
        var chosen = paths
        if let wanted {
            let key = WorkflowFiles.loose(wanted)
            chosen = paths.filter { path in
                path.hasSuffix(wanted)
                    || [WorkflowFiles.stem(path), Self.ownName(path) ?? ""].contains {
                        WorkflowFiles.loose($0) == key
                    }
            }
        }
        return chosen.compactMap { path in
            PlainFile.text(of: path).flatMap { WorkflowReader.sketch($0, file: path) }
        }
    }

    /// The `name:` of a file, where it stands on a line of its own as text.
    private static func ownName(_ path: String) -> String? {
        guard let text = PlainFile.text(of: path) else { return nil }
        let lines = text.split(separator: "\n", maxSplits: 200)
        guard let line = lines.first(where: { $0.hasPrefix("name:") }) else { return nil }
        let name = line.dropFirst(5).split(separator: " #", maxSplits: 1).first ?? ""
        return name.trimmingCharacters(in: CharacterSet(charactersIn: " \t\r'\""))
    }
}

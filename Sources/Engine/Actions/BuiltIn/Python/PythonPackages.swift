import Expressions
import Foundation

/// Where the package managers of Python keep what they have downloaded or made.
struct PythonPackages {
    private let call: BuiltInCall
    private let shims: String
    private var environment: [String: String]

    /// - Parameter python: The program of the Python that they are to work with.
    init(_ call: BuiltInCall, python: String) {
        self.call = call
        shims = Toolbox(home: call.services.home, program: call.services.program).shims
        let binaries = (python as NSString).deletingLastPathComponent
        environment = call.environment
        environment["FLOWRUN_JOB_PYTHON"] = (binaries as NSString).deletingLastPathComponent
        environment["PATH"] = "\(binaries):\(environment["PATH"] ?? "")"
    }

    /// Nil where the package manager does not tell.
    func folders(of manager: String, pinned: [String: [String]]) async throws -> [String]? {
        switch manager {
        case "pip":
            // What answers `pip install` is uv where the configuration says so.
            let uvs = environment["FLOWRUN_PIP"] == "uv" ? environment["UV_CACHE_DIR"] : nil
            let pips = try await call.folder(
                toldBy: "\(shims)/pip",
                ["cache", "dir"],
                in: call.workspace,
                environment
            )
            let all = [pips, uvs].compactMap { $0 }
            return all.isEmpty ? nil : all
        case "poetry":
            let patterns = call.dependencyPaths.isEmpty ? pinned[manager] ?? [] : call.dependencyPaths
            var folders: [String] = []
            for project in call.folders(ofFiles: patterns) {
                let told = try await call.answer(
                    of: "poetry",
                    ["config", "--list"],
                    in: project,
                    environment
                )
                guard let told else { return nil }
                folders += Self.poetryFolders(told, project: project)
            }
            return folders
        default:
            // The action does not ask pipenv either.
            return ["\(call.home)/.local/share/virtualenvs"]
        }
    }

    /// Of the lines `key = value  # what it comes to`.
    static func poetryFolders(_ settings: String, project: String) -> [String] {
        var values: [String: String] = [:]
        for line in settings.split(whereSeparator: \.isNewline) {
            let words = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
            guard words.count == 2 else { continue }
            let value = words[1].trimmingCharacters(in: CharacterSet(charactersIn: " \t\""))
            values[words[0].trimmingCharacters(in: .whitespaces)] = value
        }
        let environments = (values["virtualenvs.path"] ?? "")
            .replacing("{cache-dir}", with: values["cache-dir"] ?? "")
        let own = values["virtualenvs.in-project"] == "true" ? ["\(project)/.venv"] : []
        return [environments].filter { !$0.isEmpty } + own
    }
}

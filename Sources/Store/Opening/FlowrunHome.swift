import Foundation

/// The folder in which flowrun keeps its state, `$FLOWRUN_HOME`.
///
/// Folders are made when they are first needed, for the user alone.
package struct FlowrunHome: Sendable, Hashable {
    package let path: String
    /// The key that secrets are sealed with, as Base64, where it is given and not kept in a file
    /// (`$FLOWRUN_SECRETS_KEY`).
    let secretsKey: String?

    /// - Parameter path: Absolute.
    package init(path: String) {
        self.path = path
        secretsKey = nil
    }

    /// `$FLOWRUN_HOME`, else `$XDG_STATE_HOME/flowrun`, else `~/.local/state/flowrun`.
    package init(environment: [String: String]) {
        func value(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        secretsKey = value("FLOWRUN_SECRETS_KEY")
        if let own = value("FLOWRUN_HOME") {
            let folder = FileManager.default.currentDirectoryPath
            path = own.hasPrefix("/") ? own : folder + "/" + own
        } else if let state = value("XDG_STATE_HOME"), state.hasPrefix("/") {
            // The XDG specification has a relative path ignored.
            path = state + "/flowrun"
        } else {
            path = (value("HOME") ?? NSHomeDirectory()) + "/.local/state/flowrun"
        }
    }

    package var store: String { path + "/store" }
    var backups: String { store + "/backups" }
    package var keys: String { path + "/keys" }
    package var runs: String { path + "/runs" }
    package var work: String { path + "/work" }
    package var cache: String { path + "/cache" }
    package var cloud: String { path + "/cloud" }
    package var tools: String { path + "/tools" }
    package var blobs: String { path + "/blobs" }

    /// The folder of one run: its journals and logs.
    package func run(_ id: Int64) -> String { "\(runs)/\(id)" }

    /// The name of a job's log in its run's folder, or of the log of one of its steps that ran beside others.
    package static func logName(job: Int64, step: Int? = nil) -> String {
        step.map { "\(job).\($0).log" } ?? "\(job).log"
    }

    /// The names in a folder; none where there is no such folder.
    static func names(in folder: String) throws(StoreError) -> [String] {
        do {
            return try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch  where access(folder, F_OK) != 0 && errno == ENOENT {
            return []
        } catch {
            throw StoreError(.failed, folder, cause: error)
        }
    }

    /// Makes a folder and those above it that are not there yet, readable for the user alone.
    package func make(_ folder: String) throws(StoreError) {
        if mkdir(folder, 0o700) == 0 { return }
        switch errno {
        case EEXIST:
            var status = stat()
            guard stat(folder, &status) == 0, status.st_mode & S_IFMT == S_IFDIR else {
                throw StoreError(.notAllowed, folder, cause: SystemError(code: ENOTDIR))
            }
        case ENOENT:
            guard let slash = folder.lastIndex(of: "/"), slash != folder.startIndex else { fallthrough }
            try make(String(folder[..<slash]))
            try make(folder)
        default:
            throw StoreError(fromSystem: errno, folder)
        }
    }
}

import Engine
import Foundation
import Git

/// A hook of git that flowrun can be called by.
enum GitHook: String, CaseIterable {
    case postCommit = "post-commit"
    case postMerge = "post-merge"
    case prePush = "pre-push"
    case postReceive = "post-receive"

    /// Those of a repository: what happens in a work tree, or what a bare one receives.
    static func suiting(_ repository: Repository) -> [GitHook] {
        repository.isBare ? [.postReceive] : [.postCommit, .postMerge, .prePush]
    }

    /// Whether git tells it something on standard input.
    var hasInput: Bool { self == .prePush || self == .postReceive }

    /// Whether it can keep from happening what it is told of.
    var decides: Bool { self == .prePush }
}

/// The hooks of one repository as files: ours, and those of others that ours still run.
struct GitHookFiles {
    enum State {
        case absent
        /// Ours, of the program with this path.
        case installed(program: String)
        /// Somebody else's.
        case foreign
    }

    private static let mark = "# Written by `flowrun hooks install`; `flowrun hooks uninstall` takes it away."
    private static let keptSuffix = ".before-flowrun"

    let repository: Repository
    let folder: String

    /// - Throws: Where the hooks lie outside of the repository, so that others would run them too.
    init(_ repository: Repository) throws {
        self.repository = repository
        folder = try repository.hooksFolder()
        let roots = [
            repository.folder, try repository.mainFolder(), repository.commonDirectory,
            repository.gitDirectory,
        ]
        guard roots.contains(where: { folder == $0 || folder.hasPrefix($0 + "/") }) else {
            throw CommandEnd(
                .nothingStarted,
                "error: `core.hooksPath` leads to `\(folder)`, outside of this repository: hooks there are those of others, "
                    + "too; `git config core.hooksPath .git/hooks` gives this one its own"
            )
        }
    }

    private func path(_ hook: GitHook) -> String { "\(folder)/\(hook.rawValue)" }
    private func keptPath(_ hook: GitHook) -> String { path(hook) + Self.keptSuffix }

    func state(of hook: GitHook) -> State {
        guard Self.isThere(path(hook)) else { return .absent }
        // What cannot be read, or leads nowhere yet, is somebody's all the same.
        guard let text = PlainFile.text(of: path(hook)), text.contains(Self.mark) else { return .foreign }
        let line = text.split(separator: "\n").first { $0.hasPrefix("program=") }
        let quoted = line?.dropFirst("program=".count) ?? ""
        return .installed(program: String(quoted.dropFirst().dropLast()).replacing("'\\''", with: "'"))
    }

    /// Whether a hook of somebody else is run by ours.
    func keepsAnother(_ hook: GitHook) -> Bool { Self.isThere(keptPath(hook)) }

    /// Whether there is anything of that name, a link that leads nowhere too.
    private static func isThere(_ path: String) -> Bool {
        var facts = stat()
        return lstat(path, &facts) == 0
    }

    /// Puts ours there; one of somebody else is moved aside, and run first.
    func install(_ hook: GitHook, program: String, runsHere: Bool) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let fresh = path(hook) + ".new"
        let isWritten = FileManager.default.createFile(
            atPath: fresh,
            contents: Data(script(hook, program, runsHere).utf8),
            attributes: [.posixPermissions: 0o755]
        )
        guard isWritten else { throw fault(path(hook)) }
        do {
            try put(fresh, inPlaceOf: hook)
        } catch {
            unlink(fresh)
            throw error
        }
    }

    /// Only now is another's hook moved; where ours cannot take its place it is moved back.
    private func put(_ fresh: String, inPlaceOf hook: GitHook) throws {
        var hasMoved = false
        if case .foreign = state(of: hook) {
            guard !keepsAnother(hook) else {
                throw CommandEnd(
                    .nothingStarted,
                    "error: `\(path(hook))` is not ours, and `\(keptPath(hook))` is there already; move one of them away"
                )
            }
            guard rename(path(hook), keptPath(hook)) == 0 else { throw fault(keptPath(hook)) }
            hasMoved = true
        }
        guard rename(fresh, path(hook)) == 0 else {
            let fault = fault(path(hook))
            if hasMoved { rename(keptPath(hook), path(hook)) }
            throw fault
        }
    }

    /// Takes ours away, and puts back what was there before.
    ///
    /// - Returns: Whether there was one of ours, or one that ours had moved aside.
    func uninstall(_ hook: GitHook) throws -> Bool {
        switch state(of: hook) {
        case .installed: break
        // What was cut short between moving one and writing the other.
        case .absent: guard keepsAnother(hook) else { return false }
        case .foreign: return false
        }
        if keepsAnother(hook) {
            guard rename(keptPath(hook), path(hook)) == 0 else { throw fault(path(hook)) }
        } else {
            guard unlink(path(hook)) == 0 else { throw fault(path(hook)) }
        }
        return true
    }

    private func fault(_ path: String) -> CommandEnd {
        CommandEnd(.broken, "error: `\(path)` cannot be written: \(String(cString: strerror(errno)))")
    }

    /// What git is told on standard input goes to both hooks.
    ///
    /// A program that is gone keeps nobody from working.
    private func script(_ hook: GitHook, _ program: String, _ runsHere: Bool) -> String {
        let quoted = "'" + program.replacing("'", with: "'\\''") + "'"
        let call = "\"$program\" hooks run\(runsHere ? " --now" : "") \(hook.rawValue) \"$@\""
        let before = "\"$0\(Self.keptSuffix)\" \"$@\""
        // What the other hook decides stands; where it has no say its failure is its own.
        let other = hook.hasInput ? "printf '%s' \"${input%x}\" | \(before)" : before
        let ours = hook.hasInput ? "printf '%s' \"${input%x}\" | \(call)" : call
        return """
            #!/bin/sh
            \(Self.mark)
            program=\(quoted)
            \(hook.hasInput ? "input=$(cat; echo x)\n" : "")if [ -x "$0\(Self.keptSuffix)" ]; then
                \(other)\(hook.decides ? " || exit $?" : "")
            fi
            [ -x "$program" ] || exit 0
            \(ours)
            """ + (hook.decides ? "\n" : " || exit 0\n")
    }
}

import Foundation
import Git

/// The key that a step gives for repositories by ssh, in the form in which git and ssh read it.
///
/// libgit2 knows neither other hosts than the user's nor a command of ssh's: git itself fetches what the key opens.
struct SSHAccess: Sendable {
    /// For `core.sshCommand`; the shell that git starts it with puts the folder in.
    let command: String
    /// The key and the hosts, which are gone when the job is.
    private let files: [String]
    private let user: String
    private let git: String

    /// Nil where the step gives no key: what is said of hosts and users has no meaning then, as with the action.
    init?(_ call: BuiltInCall) throws {
        let key = call["ssh-key"].trimmingCharacters(in: .whitespacesAndNewlines)
        guard !key.isEmpty else { return nil }
        guard let git = ProgramSearch.find("git", in: call.hostEnvironment),
            let ssh = ProgramSearch.find("ssh", in: call.hostEnvironment)
        else {
            throw StepFailure(
                "Input 'ssh-key' needs git and ssh, which are not both on this machine; install them"
            )
        }
        let isStrict = try call.flag("ssh-strict", orEmpty: true)
        self.git = git
        user = call["ssh-user"].isEmpty ? "git" : call["ssh-user"]
        let name = UUID().uuidString.lowercased()
        let names = [name, "\(name)_known_hosts"]
        files = names.map { "\(call.temp)/\($0)" }
        let known = PlainFile.text(of: "\(call.home)/.ssh/known_hosts") ?? ""
        for (file, text) in zip(
            files,
            [key, [known, call["ssh-known-hosts"], Self.github].joined(separator: "\n")]
        ) {
            // Nobody else's for a moment either, which what Foundation makes is.
            try LastingFile.write(Data("\(text)\n".utf8), to: file)
        }
        command =
            "\"\(ssh)\" -i \"$RUNNER_TEMP/\(names[0])\""
            + (isStrict ? " -o StrictHostKeyChecking=yes -o CheckHostIP=no" : "")
            + " -o \"UserKnownHostsFile=$RUNNER_TEMP/\(names[1])\""
    }

    /// The address of a repository of a forge: `git@github.com:owner/name.git`.
    func address(of repository: String, at server: String) -> String? {
        URL(string: server)?.host.map { "\(user)@\($0):\(repository).git" }
    }

    /// A copy of a repository, with its branches and tags and what else a ref or commit leads to.
    func copy(_ address: String, with ref: String, _ call: BuiltInCall) async throws -> String {
        let folder = "\(call.temp)/checkout-\(UUID().uuidString.lowercased()).git"
        try await run(["clone", "--quiet", "--bare", "--", address, folder], in: call.workspace, call)
        if CommitID(ref) != nil || ref.hasPrefix("refs/") {
            let rule = CommitID(ref) == nil ? "+\(ref):\(ref)" : ref
            try await run(["fetch", "--quiet", "--", address, rule], in: folder, call)
        }
        return folder
    }

    /// Fills the submodules, as the action has git do it.
    ///
    /// - Returns: Their folders.
    func fillSubmodules(
        _ wish: CheckoutWish,
        _ access: RemoteAccess?,
        _ call: BuiltInCall
    ) async throws -> [String] {
        let deep = wish.submodules == .recursive ? ["--recursive"] : []
        let depth = wish.depth > 0 ? ["--depth=\(wish.depth)"] : []
        let more = access?.environment ?? [:]
        try await run(["submodule", "sync"] + deep, in: wish.folder, call, more)
        let update = ["submodule", "update", "--init", "--force"] + depth + deep
        try await run(update, in: wish.folder, call, more)
        let list = ["submodule", "--quiet", "foreach"] + deep + ["pwd"]
        let told = try await call.answer(of: git, list, in: wish.folder, environment(call)) ?? ""
        return told.split(whereSeparator: \.isNewline).map(String.init)
    }

    func persist(in folders: [String]) throws {
        for folder in folders { try Repository(at: folder).setConfig(Self.setting, command) }
    }

    /// Takes the key away, and its mention out of the repositories that are still there.
    func forget(in folders: [String]) -> [String] {
        for file in files { unlink(file) }
        return folders.compactMap { folder in
            guard FileManager.default.fileExists(atPath: "\(folder)/.git") else { return nil }
            do {
                try Repository(at: folder).removeConfig(Self.setting)
                return "Removed the ssh key from \(folder)"
            } catch {
                return "##[warning]The ssh key is still named in \(folder): \(error)"
            }
        }
    }

    static let setting = "core.sshCommand"

    private func environment(_ call: BuiltInCall) -> [String: String] {
        var environment = call.environment
        environment["PATH"] = call.hostEnvironment["PATH"]
        environment["GIT_SSH_COMMAND"] = command
        environment["GIT_TERMINAL_PROMPT"] = "0"
        return environment
    }

    private func run(
        _ arguments: [String],
        in folder: String,
        _ call: BuiltInCall,
        _ more: [String: String] = [:]
    ) async throws {
        let status = try await call.runProcess(
            Command(
                executable: git,
                arguments: arguments,
                workingDirectory: folder,
                environment: environment(call).merging(more) { $1 }
            )
        )
        guard status == 0 else {
            throw StepFailure("git \(arguments.joined(separator: " ")) ended with exit code \(status)")
        }
    }

    /// As GitHub publishes it.
    private static let github =
        "github.com ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl"
}

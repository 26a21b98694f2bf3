import Foundation

/// The files that git-lfs keeps beside a repository, brought by git-lfs itself.
struct LargeFiles {
    private let git: String
    private let call: BuiltInCall

    init(_ call: BuiltInCall) throws(StepFailure) {
        // The machine's own: no step puts a program of its own before those that flowrun calls.
        guard ProgramSearch.find("git-lfs", in: call.hostEnvironment) != nil,
            let git = ProgramSearch.find("git", in: call.hostEnvironment)
        else {
            throw StepFailure(
                "Input 'lfs' needs git and git-lfs, which are not on this machine; install them, for example with "
                    + "`apt install git-lfs`"
            )
        }
        self.git = git
        self.call = call
    }

    /// Puts the files in the place of the pointers that were checked out.
    func pull(in folder: String, with access: RemoteAccess?, ssh: SSHAccess?) async throws {
        var environment = call.environment.merging(access?.environment ?? [:]) { $1 }
        environment["PATH"] = call.hostEnvironment["PATH"]
        environment["GIT_SSH_COMMAND"] = ssh?.command ?? environment["GIT_SSH_COMMAND"]
        for arguments in [["lfs", "install", "--local"], ["lfs", "pull", "origin"]] {
            let status = try await call.runProcess(
                Command(
                    executable: git,
                    arguments: arguments,
                    workingDirectory: folder,
                    environment: environment
                )
            )
            guard status == 0 else {
                throw StepFailure("git \(arguments.joined(separator: " ")) ended with exit code \(status)")
            }
        }
    }
}

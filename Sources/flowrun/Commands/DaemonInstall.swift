import ArgumentParser
import Foundation

struct DaemonInstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "install",
        abstract: "Write a systemd unit for the daemon.",
        discussion: """
            A user's unit goes to ~/.config/systemd/user, with --system to /etc/systemd/system, where the daemon works as the user
            who gives the command (or --user). It is written, not started: the command says how.

            EXAMPLES
              flowrun daemon install && systemctl --user enable --now flowrun
              sudo flowrun daemon install --system --user ci --listen 0.0.0.0:8686
              flowrun daemon install --print
            """
    )

    @Flag(help: "For the whole machine.") var system = false
    @Option(help: "The user as whom it works, with --system.") var user: String?
    @Option(help: "Where it answers: HOST:PORT.") var listen = "127.0.0.1:8686"
    @Option(help: "How many jobs run at a time.") var maxParallel: Int?
    @Flag(help: "Print the unit and write nothing.") var print = false

    func run() throws {
        let surroundings = Surroundings()
        let unit = DaemonUnit(
            program: Surroundings.program,
            home: surroundings.home.path,
            arguments: ["--listen", listen] + (maxParallel.map { ["--max-parallel", "\($0)"] } ?? []),
            path: surroundings.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin",
            user: system ? user ?? surroundings.environment["SUDO_USER"] ?? NSUserName() : nil
        )
        if print { return Console.print(unit.text) }
        let file = DaemonUnit.file(isSystem: system, environment: surroundings.environment)
        try unit.write(to: file)
        let manager = system ? "systemctl" : "systemctl --user"
        Console.print("\(file)\nNext: \(manager) daemon-reload && \(manager) enable --now flowrun")
    }
}

struct DaemonUninstall: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "uninstall",
        abstract: "Remove the systemd unit.",
        discussion: """
            EXAMPLES
              systemctl --user disable --now flowrun; flowrun daemon uninstall
            """
    )

    @Flag(help: "That of the whole machine.") var system = false

    func run() throws {
        let file = DaemonUnit.file(isSystem: system, environment: Surroundings().environment)
        guard let text = FileManager.default.contents(atPath: file) else {
            throw CommandEnd(.nothingStarted, "error: there is no unit `\(file)`")
        }
        guard String(decoding: text, as: UTF8.self).hasPrefix(DaemonUnit.mark) else {
            throw CommandEnd(.nothingStarted, "error: `\(file)` was not written by `flowrun daemon install`")
        }
        try FileManager.default.removeItem(atPath: file)
        Console.print("removed \(file)")
    }
}

/// The unit by which systemd runs the daemon.
struct DaemonUnit {
    static let mark = "# Written by `flowrun daemon install`."

    var program: String
    var home: String
    var arguments: [String]
    var path: String
    /// As whom it works; nil in a user's own unit.
    var user: String?

    var text: String {
        // In a command `$` stands for a variable.
        let command = ([program, "daemon"] + arguments).map { Self.quoted($0.replacing("$", with: "$$")) }
            .joined(separator: " ")
        let isSystem = user != nil
        return """
            \(Self.mark)
            [Unit]
            Description=flowrun: workflows of this machine's repositories
            \(isSystem ? "After=network.target" : "After=default.target")

            [Service]
            Type=notify
            NotifyAccess=main
            \(user.map { "User=\($0)\n" } ?? "")ExecStart=\(command)
            Environment=\(Self.quoted("FLOWRUN_HOME=\(home)"))
            Environment=\(Self.quoted("PATH=\(path)"))
            # Jobs go on while the daemon is restarted or upgraded.
            KillMode=process
            Restart=always
            RestartSec=1
            WatchdogSec=60

            [Install]
            WantedBy=\(isSystem ? "multi-user.target" : "default.target")
            """
    }

    static func file(isSystem: Bool, environment: [String: String]) -> String {
        if isSystem { return "/etc/systemd/system/flowrun.service" }
        let base = environment["XDG_CONFIG_HOME"] ?? "\(environment["HOME"] ?? NSHomeDirectory())/.config"
        return "\(base)/systemd/user/flowrun.service"
    }

    /// Writes it in place of an older one of ours; another's is left.
    func write(to file: String) throws {
        if let there = FileManager.default.contents(atPath: file),
            !String(decoding: there, as: UTF8.self).hasPrefix(Self.mark)
        {
            throw CommandEnd(.nothingStarted, "error: `\(file)` is there and not ours; move it away first")
        }
        let folder = (file as NSString).deletingLastPathComponent
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Data((text + "\n").utf8).write(to: URL(fileURLWithPath: file), options: .atomic)
    }

    /// As systemd reads a word (systemd.syntax): `%` stands for something else there.
    private static func quoted(_ text: String) -> String {
        let escaped = text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("%", with: "%%")
        return "\"\(escaped)\""
    }
}

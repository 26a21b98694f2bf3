import ArgumentParser
import Cloud
import Foundation
import Store

struct Doctor: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Say what this machine has and lacks, and what follows.",
        discussion: """
            EXAMPLES
              flowrun doctor
              flowrun doctor --json
            """
    )

    @Flag(help: "An array of JSON objects.")
    var json = false

    func run() async throws {
        let checks = Machine(Surroundings()).checks()
        if json { return try RunJSON.print(checks) }
        let width = checks.map(\.name.count).max() ?? 0
        for check in checks {
            let mark = check.isThere ? "✓" : check.isNeeded ? "✗" : "–"
            Console.print(
                "\(mark) \(check.name.padding(toLength: width, withPad: " ", startingAt: 0))  \(check.found)"
            )
            if !check.isThere { Console.print("  \(String(repeating: " ", count: width))  \(check.remedy)") }
        }
        if checks.contains(where: { $0.isNeeded && !$0.isThere }) { throw CommandEnd(.runFailed) }
    }
}

/// Looks at this machine.
private struct Machine {
    let surroundings: Surroundings

    init(_ surroundings: Surroundings) { self.surroundings = surroundings }

    func checks() -> [MachineCheck] {
        let engine = ContainerEngine.find(environment: surroundings.environment)
        return [
            program("bash", ["--version"], needed: true, "run steps use it: apt install bash"),
            program("git", ["--version"], needed: false, "steps that call git fail: apt install git"),
            program(
                "python3",
                ["--version"],
                needed: false,
                "Python steps, DVC and the mlops project need it: apt install python3 python3-venv"
            ),
            virtualEnvironments(),
            uv(),
            program(
                "node",
                ["--version"],
                needed: false,
                "JavaScript actions and actions/setup-node fail: apt install nodejs"
            ),
            engine.check,
        ] + BaseImages.checks(folder: surroundings.folder, engine: engine) + [
            registry(),
            program(
                "gcloud",
                ["--version"],
                needed: false,
                "google-github-actions/setup-gcloud fails: https://cloud.google.com/sdk/docs/install"
            ),
            state(), cloud(),
        ]
    }

    private func program(
        _ name: String,
        _ arguments: [String],
        needed: Bool,
        _ remedy: String
    ) -> MachineCheck {
        let said = ProgramOutput.of([name] + arguments)
        return MachineCheck(
            name: name,
            isNeeded: needed,
            isThere: said != nil,
            found: said?.split(separator: "\n").first.map(String.init) ?? "not found",
            remedy: remedy
        )
    }

    /// On PATH, or the one that flowrun installed for itself.
    private func uv() -> MachineCheck {
        let remedy = "pip is used; with `pip: uv` in flowrun.yaml flowrun installs uv by itself"
        let onPath = program("uv", ["--version"], needed: false, remedy)
        guard !onPath.isThere,
            let own = ProgramOutput.of(["\(surroundings.home.tools)/uv/bin/uv", "--version"])
        else {
            return onPath
        }
        return MachineCheck(
            name: "uv",
            isNeeded: false,
            isThere: true,
            found: "\(own), flowrun's own",
            remedy: remedy
        )
    }

    private func virtualEnvironments() -> MachineCheck {
        let works = ProgramOutput.of(["python3", "-c", "import ensurepip, venv"]) != nil
        return MachineCheck(
            name: "python3 venv",
            isNeeded: false,
            isThere: works,
            found: works ? "there" : "not found",
            remedy: "jobs cannot get a Python of their own: apt install python3-venv"
        )
    }

    private func registry() -> MachineCheck {
        let settings: String
        do {
            settings = try LocalCloud(folder: surroundings.home.cloud).registrySettings()
        } catch {
            settings = "CONFIG (\(error))"
        }
        return ImageRegistry.check(at: LocalCloud.registry, serve: "docker-registry serve \(settings)")
    }

    private func state() -> MachineCheck {
        do {
            _ = try surroundings.openStore()
            return MachineCheck(
                name: "state",
                isNeeded: true,
                isThere: true,
                found: surroundings.home.path,
                remedy: ""
            )
        } catch {
            return MachineCheck(
                name: "state",
                isNeeded: true,
                isThere: false,
                found: "\(error)",
                remedy: "nothing can be run; set FLOWRUN_HOME to a folder that can be written"
            )
        }
    }

    private func cloud() -> MachineCheck {
        let status = try? LocalCloud(folder: surroundings.home.cloud).status()
        if case .running(_, let endpoints) = status {
            return MachineCheck(
                name: "local cloud",
                isNeeded: false,
                isThere: true,
                found: endpoints.storage,
                remedy: ""
            )
        }
        return MachineCheck(
            name: "local cloud",
            isNeeded: false,
            isThere: false,
            found: "stopped",
            remedy: "runs with the secret set 'local' start it: or flowrun cloud up"
        )
    }
}

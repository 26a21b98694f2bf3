/// The engine that builds and pushes the images of steps, looked for as the steps' own `docker` looks for it.
struct ContainerEngine {
    /// What answers as it: `docker` or `podman`, nil where neither does.
    var program: String?
    var check: MachineCheck

    static func find(environment: [String: String]) -> ContainerEngine {
        let name = "container engine"
        let found =
            behindDocker(environment).map { ("docker", $0) } ?? podman().map { ("podman", $0) }
        if let (program, found) = found {
            return ContainerEngine(
                program: program,
                check: MachineCheck(name: name, isThere: true, found: found)
            )
        }
        return ContainerEngine(
            check: MachineCheck(
                name: name,
                isThere: false,
                found: fault(environment),
                remedy: "steps that build or push images fail: apt install podman"
            )
        )
    }

    private static func behindDocker(_ environment: [String: String]) -> String? {
        // The package podman-docker calls podman `docker`.
        guard let client = ProgramOutput.of(["docker", "--version"]), !client.hasPrefix("podman"),
            let server = ProgramOutput.of([
                "docker", "version", "--format",
                "{{.Server.Version}} {{range .Server.Components}}{{.Name}} {{end}}",
            ]), let version = server.split(separator: " ").first
        else { return nil }
        guard server.contains("Podman") else { return "docker \(version)" }
        return "podman \(version), through docker at \(socket(environment))"
    }

    private static func podman() -> String? {
        ProgramOutput.of(["podman", "info", "--format", "{{.Version.Version}}"]).map { "podman \($0)" }
    }

    private static func fault(_ environment: [String: String]) -> String {
        if let version = ProgramOutput.of(["podman", "--version"]) {
            let reason = ProgramOutput.lastLine(of: ["podman", "info"]) ?? "it says nothing"
            return "\(version) is there, but fails: \(reason)"
        }
        if ProgramOutput.of(["docker", "--version"]) != nil {
            return "docker is there, but no engine answers at \(socket(environment))"
        }
        return "neither docker nor podman is there"
    }

    private static func socket(_ environment: [String: String]) -> String {
        environment["DOCKER_HOST"].flatMap { $0.isEmpty ? nil : $0 } ?? "its socket"
    }
}

import Foundation
import Testing

/// Container engine and image registry for a site: real ones, whose images, settings and locks lie in its folder.
final class Containers {
    /// Why this machine runs no containers; nil where it does.
    static let lack: String? = {
        let needs = [
            ("podman", "podman"), ("docker-registry", "docker-registry"), (busybox, "busybox-static"),
        ]
        for (program, package) in needs where which(program) == nil {
            return "\(program) is missing: apt install \(package)"
        }
        do {
            let containers = try Containers(Site())
            let done = try containers.podman("run", "--rm", baseImage, "true")
            let reason = done.errors.split(separator: "\n").last ?? "it says nothing"
            return done.status == 0 ? nil : "podman runs no container here: \(reason)"
        } catch {
            return "\(error)"
        }
    }()

    /// Docker's own client, which may stand in front of podman's service.
    static let hasDockerClient: Bool = {
        let said = try? SiteProcess("/usr/bin/env", ["docker", "--version"], in: "/", environment: path)
            .wait()
        return said?.output.hasPrefix("Docker version") == true
    }()

    /// An image of a shell, and of a `pip` that installs nothing.
    static let baseImage = "localhost/python:3.11-slim"
    /// The registry's address, as images are named for it.
    let registry: String
    private let site: Site
    private let server: SiteProcess

    private static let busybox = "/bin/busybox"
    private static let path = ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? ""]

    init(_ site: Site) throws {
        self.site = site
        let folder = "\(site.folder)/containers"
        let runtime = Self.which("runc") == nil ? "" : "runtime = \"runc\"\n"
        try site.write(
            [
                // Podman asks for more open files than a process may have on some machines.
                "containers.conf": """
                [containers]
                default_ulimits = ["nofile=1024:1024", "nproc=4096:4096"]
                [engine]
                lock_type = "file"
                tmp_dir = "\(folder)/tmp"
                cgroup_manager = "cgroupfs"
                events_logger = "none"
                \(runtime)
                """,
                // Slow, and works everywhere; the images are small.
                "storage.conf": """
                [storage]
                driver = "vfs"
                graphroot = "\(folder)/images"
                runroot = "\(folder)/run"

                """,
                "registry.yml": """
                version: 0.1
                storage: { filesystem: { rootdirectory: '\(folder)/registry' } }
                http: { addr: '127.0.0.1:0' }

                """,
                "base/etc/passwd": "nobody:x:65534:65534:nobody:/:/bin/sh\n",
                "base/bin/pip": "#!/bin/sh\necho \"pip $*\"\n",
            ],
            to: folder
        )
        site.environment["CONTAINERS_CONF"] = "\(folder)/containers.conf"
        site.environment["CONTAINERS_STORAGE_CONF"] = "\(folder)/storage.conf"
        server = try SiteProcess(
            "/usr/bin/env",
            ["sh", "-c", "exec docker-registry serve registry.yml 2>&1"],
            in: folder,
            environment: site.environment
        )
        try server.waitFor("listening on ")
        let said = server.outputSoFar.firstMatch(of: /listening on (127\.0\.0\.1:\d+)/)
        registry = String(try #require(said).1)

        let make = """
            chmod 755 base/bin/pip && cp \(Self.busybox) base/bin/busybox
            for name in sh cat md5sum true; do ln -s busybox base/bin/$name; done
            tar -C base -c . | podman import -q - \(Self.baseImage)
            """
        let done = try SiteProcess(
            "/usr/bin/env",
            ["sh", "-e", "-c", make],
            in: folder,
            environment: site.environment
        ).wait()
        guard done.status == 0 else { throw SiteError(message: "no base image: \(done.errors)") }
    }

    deinit {
        server.signal(SIGKILL)
        _ = try? server.wait(seconds: 10)
    }

    func podman(_ arguments: String...) throws -> SiteResult {
        try SiteProcess(
            "/usr/bin/env",
            ["podman"] + arguments,
            in: site.folder,
            environment: site.environment
        ).wait()
    }

    /// Starts podman's service, for which Docker's client asks at the given address.
    func service() throws -> (process: SiteProcess, address: String) {
        let address = "unix://\(site.folder)/containers/docker.sock"
        let process = try SiteProcess(
            "/usr/bin/env",
            ["podman", "system", "service", "--time=60", address],
            in: site.folder,
            environment: site.environment
        )
        return (process, address)
    }

    /// What the registry's own API gives for an image's manifest.
    func manifest(of image: String, tag: String) throws -> [String: Any] {
        let types = ["vnd.oci.image.manifest.v1", "vnd.docker.distribution.manifest.v2"]
        let accept = "Accept: " + types.map { "application/\($0)+json" }.joined(separator: ", ")
        let address = "http://\(registry)/v2/\(image)/manifests/\(tag)"
        let done = try SiteProcess(
            "/usr/bin/env",
            ["curl", "-sS", "--fail", "-H", accept, address],
            in: site.folder,
            environment: site.environment
        ).wait()
        guard done.status == 0 else { throw SiteError(message: done.errors) }
        let value = try JSONSerialization.jsonObject(with: Data(done.output.utf8))
        return try #require(value as? [String: Any])
    }

    private static func which(_ program: String) -> String? {
        let words = ["sh", "-c", "command -v \"$1\"", "sh", program]
        let done = try? SiteProcess("/usr/bin/env", words, in: "/", environment: path).wait()
        return done?.status == 0 ? done?.output : nil
    }
}

extension Site {
    /// Makes programs of this machine fail as those of an engine do that does not answer.
    func shadow(_ programs: String...) throws {
        let folder = "\(folder)/shadow"
        for program in programs {
            try write([program: "#!/bin/sh\necho 'cannot connect' >&2\nexit 1\n"], to: folder)
            guard chmod("\(folder)/\(program)", 0o755) == 0 else { throw SiteError(message: "chmod") }
        }
        if environment["PATH"]?.hasPrefix(folder) != true {
            environment["PATH"] = "\(folder):\(environment["PATH"] ?? "")"
        }
    }
}

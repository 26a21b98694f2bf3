import Foundation

/// A server that takes every connection and never says a word; for each it prints `asked`.
final class SilentServer {
    let process: SiteProcess
    let port: String

    init(_ site: Site) throws {
        let script = """
            import socket
            s = socket.socket(); s.bind(('127.0.0.1', 0)); s.listen(64); print('port', s.getsockname()[1], flush=True)
            held = []
            while True: held.append(s.accept()); print('asked', flush=True)
            """
        process = try SiteProcess(
            "/usr/bin/env",
            ["python3", "-uc", script],
            in: site.folder,
            environment: ["PATH": site.environment["PATH"] ?? ""]
        )
        try process.waitFor("\n")
        port = process.outputSoFar.split(separator: "\n")[0].split(separator: " ").last.map(String.init) ?? ""
    }

    deinit { process.signal(SIGKILL) }
}

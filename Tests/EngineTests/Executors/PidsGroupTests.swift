import Foundation
import Synchronization
import Testing

@testable import Engine

/// Processes of a job that is bounded: they are as any other's, but for their number.
@Suite(
    .serialized,
    .enabled("no control group can bound processes here") { (try? PidsGroup.check()) != nil }
)
struct PidsGroupTests {
    /// What a script prints as a process of a job, and how it ends.
    private func run(
        _ command: Command,
        of job: JobProcesses
    ) async throws(ExecutorError) -> (text: String, exit: ProcessResult.Exit) {
        let bytes = Mutex<[UInt8]>([])
        let result = try await HostExecutor(job: job).run(command, stop: StopSignal()) { piece in
            bytes.withLock { $0 += Array(piece) }
        }
        return (bytes.withLock { String(decoding: $0, as: UTF8.self) }, result.exit)
    }

    private func shell(_ script: String) -> Command {
        Command(
            executable: "/bin/sh",
            arguments: ["-c", script],
            workingDirectory: "/usr",
            environment: ["PATH": "/usr/bin:/bin"]
        )
    }

    @Test func aBoundedProcessIsAsAnyOther() async throws {
        // Two signals above these are the C library's own.
        let script = #"""
            pwd; cat; test "$(ps -o sid= -p $$ | tr -d ' ')" = $$ && echo leads; env | cut -d= -f1 | sort
            grep -E '^(Sig(Blk|Ign)|CapEff|NoNewPrivs)' /proc/self/status | sed -E '/SigIgn/s/:.*(.{7})$/ \1/'
            ls /proc/$$/fd; echo error >&2
            """#
        let (free, bounded) = (JobProcesses(), JobProcesses())
        try bounded.bound(to: 50)
        let expected = try await run(shell(script), of: free).text
        #expect(expected.hasPrefix("/usr\nleads\n") && expected.hasSuffix("error\n"), "\(expected)")
        let text = try await run(shell(script), of: bounded).text
        #expect(text == expected, "\(text)\nand not\n\(expected)")
        #expect(try await run(shell("kill -9 $$"), of: bounded).exit == .signalled(9))
        #expect(await bounded.sweep() == [])
        #expect(await free.sweep() == [])
    }

    @Test func whatCannotBeRunIsNamedAsEverywhere() async throws {
        let folder = NSTemporaryDirectory() + "bounded-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "#!/nonexistent/shell\n".write(toFile: folder + "/script", atomically: false, encoding: .utf8)
        chmod(folder + "/script", 0o755)
        let job = JobProcesses()
        try job.bound(to: 50)
        var command = shell("true")
        command.executable = folder + "/script"
        let error = await #expect(throws: ExecutorError.self) { try await self.run(command, of: job) }
        #expect(error?.reason == .interpreterNotFound)
        #expect(await job.sweep() == [])
    }

    @Test func whatIsRefusedIsCountedAndWhatIsLeftIsEnded() async throws {
        let job = JobProcesses()
        try job.bound(to: 8)
        let group = try #require(job.bounds)
        let (text, exit) = try await run(shell("while :; do sleep 300 >/dev/null 2>&1 & done"), of: job)
        #expect(exit == .exited(2), "\(text)")
        #expect(group.pids.count == 7 && job.refusedStarts >= 1)
        #expect(await job.sweep().count == 7)
        #expect(access(group.path, F_OK) != 0)
        // Nothing is started outside of its bound.
        try job.bound(to: 8)
        #expect(job.bounds?.remove() == true)
        let error = await #expect(throws: ExecutorError.self) {
            try await self.run(self.shell("true"), of: job)
        }
        #expect(error?.reason == .limitUnusable, "\(String(describing: error))")
    }
}

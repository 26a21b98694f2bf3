import Foundation
import Synchronization
import Testing

@testable import Engine

/// Collects what a process prints and what the executor says.
private final class Recorder: Sendable {
    private let state = Mutex((bytes: [UInt8](), notices: [ExecutorNotice]()))

    var text: String { state.withLock { String(decoding: $0.bytes, as: UTF8.self) } }
    var notices: [ExecutorNotice] { state.withLock { $0.notices } }
    var signals: [Int32] {
        notices.compactMap { if case .sent(let signal, _) = $0 { signal } else { nil } }
    }

    func take(_ bytes: UnsafeRawBufferPointer) { state.withLock { $0.bytes += Array(bytes) } }
    func take(_ notice: ExecutorNotice) { state.withLock { $0.notices.append(notice) } }

    /// Waits until the process has printed `word`, so that no test depends on how fast it starts.
    func waits(for word: String) async throws {
        let limit = ContinuousClock.now + .seconds(20)
        while !text.contains(word) {
            try #require(ContinuousClock.now < limit, "`\(word)` was not printed")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

private let quick = StopTiming(
    interrupt: .milliseconds(300),
    terminate: .milliseconds(300),
    kill: .seconds(5),
    heldOutput: .milliseconds(300)
)

private func bash(_ script: String, environment: [String: String] = [:]) -> Command {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return Command(
        executable: "bash",
        arguments: ["-c", script],
        workingDirectory: "/",
        environment: ["PATH": path].merging(environment) { $1 }
    )
}

private func run(
    _ command: Command,
    timing: StopTiming = quick,
    job: JobProcesses? = nil,
    stop: StopSignal = StopSignal(),
    recorder: Recorder = Recorder()
) async throws(ExecutorError) -> (result: ProcessResult, recorder: Recorder) {
    let result = try await HostExecutor(job: job, timing: timing)
        .run(command, stop: stop, notice: { recorder.take($0) }, output: { recorder.take($0) })
    return (result, recorder)
}

/// Set in the process that is given up to the tests of one job.
private let ownProcessVariable = "ENGINE_TESTS_OWN_PROCESS"
private let isOwnProcess = ProcessInfo.processInfo.environment[ownProcessVariable] != nil

/// Whether a process lives, other than as a zombie.
private func isAlive(_ pid: Int32) -> Bool { ProcessTable.entry(pid).map { !$0.isZombie } ?? false }

@Suite(.serialized) struct HostExecutorTests {
    @Test(arguments: [0, 1, 42, 126, 127, 137, 255] as [Int32])
    func exitCodesAreToldAsTheyAre(code: Int32) async throws {
        #expect(try await run(bash("exit \(code)")).result == ProcessResult(exit: .exited(code)))
    }

    @Test func aSignalIsNoExitCode() async throws {
        #expect(try await run(bash("kill -9 $$")).result.exit == .signalled(9))
        #expect(ProcessResult.Exit.signalled(9).code == 137)
    }

    @Test func orderOfBothStreamsIsKept() async throws {
        let (_, recorder) = try await run(bash("for i in $(seq 2000); do echo o$i; echo e$i >&2; done"))
        let expected = (1...2000).map { "o\($0)\ne\($0)\n" }.joined()
        #expect(recorder.text == expected)
    }

    @Test func aProcessHasWhatItIsGivenAndNothingElse() async throws {
        let command = Command(
            executable: "/bin/sh",
            arguments: [
                "-c", #"pwd; env | sort; cat; ps -o sid= -p $$ | tr -d ' '; echo $$; ls /proc/$$/fd | wc -l"#,
            ],
            workingDirectory: "/usr",
            environment: ["PATH": "/usr/bin:/bin", "A": "b c\n\"'$x", "PWD": "/usr"]
        )
        let (_, recorder) = try await run(command)
        let lines = recorder.text.split(separator: "\n").map(String.init)
        #expect(lines.prefix(5) == ["/usr", "\"'$x", "A=b c", "PATH=/usr/bin:/bin", "PWD=/usr"])
        #expect(lines.count == 8)
        #expect(lines[5] == lines[6], "it leads a session")
    }

    @Test func nothingIsOnStandardInput() async throws {
        #expect(try await run(bash("cat; echo done")).recorder.text == "done\n")
    }

    @Test func muchOutputArrivesWhole() async throws {
        let count = Mutex(0)
        _ = try await HostExecutor().run(bash("head -c 50000000 /dev/zero"), stop: StopSignal()) { bytes in
            count.withLock { $0 += bytes.count }
        }
        #expect(count.withLock { $0 } == 50_000_000)
    }

    @Test func whatCannotBeRunIsNamed() async throws {
        let folder = NSTemporaryDirectory() + "executor-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "#!/nonexistent/shell\n".write(toFile: folder + "/script", atomically: false, encoding: .utf8)
        chmod(folder + "/script", 0o755)
        try "text".write(toFile: folder + "/plain", atomically: false, encoding: .utf8)
        let path = ["PATH": "/usr/bin:/bin:\(folder)"]
        let cases: [(Command, ExecutorError.Reason, Int32)] = [
            (
                .init(executable: "no-such-program", workingDirectory: "/", environment: path),
                .executableNotFound, 127
            ),
            (
                .init(executable: "/no/such", workingDirectory: "/", environment: path), .executableNotFound,
                127
            ),
            (
                .init(executable: "./script", workingDirectory: folder, environment: path),
                .interpreterNotFound, 127
            ),
            (.init(executable: "plain", workingDirectory: folder, environment: path), .notExecutable, 126),
            (.init(executable: "/usr", workingDirectory: "/", environment: path), .notExecutable, 126),
            (
                .init(executable: "true", workingDirectory: "/no/such", environment: path),
                .workingDirectoryUnusable, 1
            ),
            (
                .init(executable: "true", workingDirectory: folder + "/plain", environment: path),
                .workingDirectoryUnusable, 1
            ),
            (
                .init(
                    executable: "true",
                    workingDirectory: "/",
                    environment: path.merging(["A=B": "c"]) { $1 }
                ),
                .unusableEnvironment, 1
            ),
            (
                .init(
                    executable: "true",
                    workingDirectory: "/",
                    environment: path.merging(["A": String(repeating: "x", count: 4 << 20)]) { $1 }
                ),
                .argumentsTooLarge, 126
            ),
        ]
        for (command, reason, code) in cases {
            let error = await #expect(throws: ExecutorError.self) { try await run(command) }
            #expect(error?.reason == reason, "\(String(describing: error))")
            #expect(error?.exitCode == code)
        }
    }

    @Test func aChildThatHoldsTheOutputIsNamedAndNotHarmed() async throws {
        let job = JobProcesses()
        let (result, recorder) = try await run(
            bash("(sleep 0.1; echo late; exec sleep 300) & echo done"),
            job: job
        )
        #expect(result.exit == .exited(0))
        #expect(result.heldOutput.map(\.name) == ["sleep"])
        #expect(recorder.text == "done\nlate\n")
        #expect(recorder.notices == [.outputHeld(by: result.heldOutput)])
        let pid = try #require(result.heldOutput.first?.pid)
        #expect(isAlive(pid))
        #expect(await job.sweep() == result.heldOutput)
        #expect(!isAlive(pid))
    }

    @Test func stoppingBeforeTheStartRunsNothing() async throws {
        let stop = StopSignal()
        stop.stop(.timedOut)
        let (result, recorder) = try await run(bash("echo ran"), stop: stop)
        #expect(result.stopped == .timedOut)
        #expect(recorder.text == "")
    }

    @Test func aStepMayCleanUpOnAnInterrupt() async throws {
        let stop = StopSignal()
        let recorder = Recorder()
        async let running = run(
            bash("trap 'echo cleanup; exit 0' INT; echo ready; while :; do sleep .05; done"),
            timing: StopTiming(heldOutput: .milliseconds(300)),
            stop: stop,
            recorder: recorder
        )
        try await recorder.waits(for: "ready")
        stop.stop(.cancelled)
        let result = try await running.result
        #expect(result == ProcessResult(exit: .exited(0), stopped: .cancelled))
        #expect(recorder.text == "ready\ncleanup\n")
        #expect(recorder.signals == [SIGINT])
    }

    @Test func whatIgnoresSignalsIsKilledWithAllItStarted() async throws {
        let stop = StopSignal()
        let recorder = Recorder()
        async let running = run(
            bash("trap '' INT TERM; setsid sleep 300 & sleep 301 & echo $! ready; wait; sleep 302"),
            job: JobProcesses(),
            stop: stop,
            recorder: recorder
        )
        try await recorder.waits(for: "ready")
        let start = ContinuousClock.now
        stop.stop(.timedOut)
        let result = try await running.result
        let time = ContinuousClock.now - start
        #expect(result.exit == .signalled(SIGKILL))
        #expect(result.stopped == .timedOut)
        #expect(recorder.signals == [SIGINT, SIGTERM, SIGKILL])
        #expect(time >= .milliseconds(600) && time < .seconds(5))
        let left = ProcessTable.now().entries.filter {
            $0.name == "sleep" && !$0.isZombie && $0.parent == getpid()
        }
        #expect(left.isEmpty)
    }

    @Test func forceKillsAtOnceEvenInTheMiddleOfStopping() async throws {
        let stop = StopSignal()
        let recorder = Recorder()
        async let running = run(
            bash("trap '' INT TERM; echo ready; while :; do sleep .05; done"),
            timing: .github,
            stop: stop,
            recorder: recorder
        )
        try await recorder.waits(for: "ready")
        let start = ContinuousClock.now
        stop.stop(.cancelled)
        try await Task.sleep(for: .milliseconds(100))
        #expect(stop.escalates)
        stop.stop(.force)
        let result = try await running.result
        #expect(result == ProcessResult(exit: .signalled(SIGKILL), stopped: .cancelled))
        #expect(ContinuousClock.now - start < .seconds(4))
    }

    @Test func theEndOfTheCallingTaskStopsTheProcess() async throws {
        let recorder = Recorder()
        let task = Task { try await run(bash("echo ready; sleep 300"), recorder: recorder).result }
        try await recorder.waits(for: "ready")
        task.cancel()
        let result = try await task.value
        #expect(result.stopped == .cancelled)
        #expect(result.exit == .signalled(SIGINT))
    }

    @Test func manyAtOnceDoNotDisturbEachOther() async throws {
        try await withThrowingTaskGroup(of: (Int, String, ProcessResult).self) { group in
            for number in 0..<40 {
                group.addTask {
                    let (result, recorder) = try await run(bash("echo \(number); exit \(number)"))
                    return (number, recorder.text, result)
                }
            }
            for try await (number, text, result) in group {
                #expect(text == "\(number)\n")
                #expect(result == ProcessResult(exit: .exited(Int32(number))))
            }
        }
    }
}

@Suite(.serialized) struct JobProcessesTests {
    @Test func daemonsAreEndedWithTheJob() async throws {
        let job = JobProcesses()
        let (_, recorder) = try await run(
            bash("setsid nohup sleep 300 >/dev/null 2>&1 </dev/null & sleep 0.2"),
            job: job
        )
        let ended = await job.sweep()
        #expect(ended.map(\.name) == ["sleep"], "\(recorder.text)")
        for process in ended { #expect(!isAlive(process.pid)) }
        #expect(await job.sweep() == [])
    }

    @Test func theMarkOfAJobIsInItsProcessesAndNotInOthers() async throws {
        let job = JobProcesses()
        let other = JobProcesses()
        let script = "setsid sleep 300 >/dev/null 2>&1 & echo $RUNNER_TRACKING_ID; sleep 0.2"
        let (_, recorder) = try await run(bash(script), job: job)
        #expect(recorder.text == "\(job.cookie).1\n")
        #expect(await other.sweep() == [])
        #expect(await JobProcesses.sweep(cookie: job.cookie).map(\.name) == ["sleep"])
        #expect(await job.sweep() == [])
    }

    @Test func zombiesOfAJobAreReaped() async throws {
        let job = JobProcesses()
        _ = try await run(bash("for i in $(seq 50); do (/bin/true &) ; done; sleep 0.2"), job: job)
        _ = await job.sweep()
        #expect(
            ProcessTable.now().entries.filter { $0.parent == getpid() && $0.isZombie && $0.name == "true" }
                .isEmpty
        )
    }

    @Test func exitStatusesOfRunningStepsAreNotTaken() async throws {
        let job = JobProcesses()
        async let running = run(bash("sleep 0.3; exit 7"), job: JobProcesses())
        for _ in 0..<20 {
            _ = await job.sweep()
            try await Task.sleep(for: .milliseconds(20))
        }
        #expect(try await running.result.exit == .exited(7))
    }

    /// A worker's process has only one job, and what falls to it is that job's: these need a process of their own.
    @Test(.enabled(if: !isOwnProcess))
    func aProcessThatHasOneJobEndsAllThatFallsToIt() async throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        let environment = ProcessInfo.processInfo.environment.merging([ownProcessVariable: "1"]) {
            $1
        }
        let (result, recorder) = try await run(
            Command(
                executable: program,
                arguments: ["--testing-library", "swift-testing", "--filter", "OwnedProcessTests"],
                workingDirectory: "/",
                environment: environment
            ),
            timing: .github
        )
        #expect(result == ProcessResult(exit: .exited(0)), "\(recorder.text)")
        #expect(recorder.text.contains("Test run with 4 tests"), "\(recorder.text)")
    }
}

/// What only a process that is given up to one job can be tested in; run by a test that starts one.
@Suite(.serialized, .enabled(if: isOwnProcess)) struct OwnedProcessTests {
    @Test func noDescriptorIsLeftOpen() async throws {
        func open() throws -> Int {
            try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count
        }
        _ = try await run(bash("true"))
        let before = try open()
        for _ in 0..<30 { _ = try await run(bash("echo x")) }
        for _ in 0..<10 {
            _ = try? await run(Command(executable: "none", workingDirectory: "/", environment: [:]))
        }
        // The thread that has read to the end closes its own a moment later.
        let limit = ContinuousClock.now + .seconds(5)
        while try open() > before, ContinuousClock.now < limit { try await Task.sleep(for: .milliseconds(5)) }
        #expect(try open() <= before)
    }

    @Test func nothingIsLeftOfProcessesThatHideFromAJobWithAControlGroup() async throws {
        let job = JobProcesses(ownsProcess: true)
        // Where no control group can be had, the other test shows what there is.
        if job.hasControlGroup { try await endProcessesThatHide(job) }
    }

    @Test func nothingIsLeftOfProcessesThatHideFromAJobWithoutControlGroup() async throws {
        try await endProcessesThatHide(
            JobProcesses(cookie: "flowrun_test-\(getpid())", ownsProcess: true, group: nil)
        )
    }

    @Test func aJobThatDiedIsEndedByItsMark() async throws {
        let job = JobProcesses(ownsProcess: true)
        _ = try await run(bash("setsid sleep 300 >/dev/null 2>&1 & sleep 0.2"), job: job)
        // As another process would, which is in no control group of the job's.
        if job.hasControlGroup { #expect(ControlGroup.left(named: job.cookie)?.leave() == true) }
        #expect(await JobProcesses.sweep(cookie: job.cookie).map(\.name) == ["sleep"])
        #expect(ControlGroup.left(named: job.cookie) == nil)
    }
}

/// Runs a step whose processes are born all the time, in sessions of their own and without the job's mark.
private func endProcessesThatHide(_ job: JobProcesses) async throws {
    let script = """
        setsid env -u RUNNER_TRACKING_ID bash -c 'while :; do setsid sleep 47.11 & sleep .02; done' \
        >/dev/null 2>&1 &
        sleep 0.3; echo ok
        """
    let (result, _) = try await run(bash(script), job: job)
    #expect(result == ProcessResult(exit: .exited(0)))
    let start = ContinuousClock.now
    let ended = await job.sweep()
    #expect(ended.contains { $0.name == "bash" } && ended.contains { $0.name == "sleep" })
    #expect(ContinuousClock.now - start < .seconds(3))
    try await Task.sleep(for: .milliseconds(100))
    #expect(ProcessTable.now().entries.filter { $0.parent == getpid() }.map(\.name) == [])
}

@Suite struct StopSignalTests {
    @Test func theFirstReasonStandsAndForceEscalates() {
        let stop = StopSignal()
        let heard = Mutex<[StopReason]>([])
        let listener = stop.onStop { reason in heard.withLock { $0.append(reason) } }
        stop.stop(.timedOut)
        stop.stop(.cancelled)
        #expect(stop.reason == .timedOut)
        #expect(stop.escalates)
        stop.stop(.force)
        stop.stop(.force)
        #expect(stop.reason == .timedOut)
        #expect(stop.isForced && !stop.escalates)
        #expect(heard.withLock { $0 } == [.timedOut, .force])
        stop.remove(listener)
    }

    @Test func whoListensLateHearsItAtOnce() {
        let stop = StopSignal()
        stop.stop(.cancelled)
        let step = StopSignal()
        _ = stop.forward(to: step)
        #expect(step.reason == .cancelled)
    }
}

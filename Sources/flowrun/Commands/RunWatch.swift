import ArgumentParser
import Engine
import Foundation
import Reports
import Store

struct RunWatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "watch",
        abstract: "Follow a run that goes on, from any terminal.",
        discussion: """
            It shows what the terminal that started the run shows, from its beginning, and ends as the run does: with status 0
            where it went well (as gh's does with --exit-status). Ctrl-C ends the watching, not the run.

            EXAMPLES
              flowrun run watch             the newest run
              flowrun run watch 7 --format json
            """
    )

    @OptionGroup var choice: RunChoice

    @Option(help: "pretty, plain or json (default: as the terminal can).")
    var format: RenderFormat?

    @Flag(help: "End with status 1 where the run fails: it does so in any case.")
    var exitStatus = false

    func run() async throws {
        let surroundings = Surroundings()
        let store = try await surroundings.openSettledStore()
        let run = try choice.find(surroundings, store)
        let console = makeRenderer(format, on: Terminal(environment: surroundings.environment))
        let source = Self.endingOnInterrupt()
        defer { source.cancel() }
        let ended = try await RunWatch.follow(run.id, store) { console.observe($0) }
        console.finish()
        if let fault = console.fault { throw CommandEnd(.broken, "error: \(Console.lostOutput(fault))") }
        if !ended.isFine { throw CommandEnd(.runFailed) }
    }

    /// Follows a run to its end; one whose process dies is brought to its end.
    static func follow(
        _ run: Int64,
        _ store: Store,
        _ tell: (RunEvent) -> Void
    ) async throws -> RunRecord {
        let follower = RunFollower(run: run, store: store)
        var looks = 0
        while true {
            if let ended = try follower.advance(tell) { return ended }
            try await Task.sleep(for: .milliseconds(50))
            looks += 1
            guard looks % 20 == 0 else { continue }
            try await LostRuns.settle(in: store, home: store.home)
            if try follower.isGone() {
                throw CommandEnd(.nothingStarted, "error: run \(run) is gone")
            }
        }
    }

    private static func endingOnInterrupt() -> any DispatchSourceSignal {
        signal(SIGINT, SIG_IGN)
        let source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
        source.setEventHandler {
            if Terminal(environment: [:]).isInteractive { PrettyRenderer.restoreCursor() }
            _exit(ExitStatus.interrupted.rawValue)
        }
        source.resume()
        return source
    }
}

/// Prints the lines of a run's steps, each with its job's name in front.
final class LineFollower {
    private var names: [Int64: String] = [:]
    private let wanted: String?

    /// - Parameter job: Only this one, by its key, name or id.
    init(job: String?) { wanted = job }

    func observe(_ event: RunEvent) {
        switch event.what {
        case .jobStarted(let job):
            if job.isMeant(by: wanted) {
                names[job.id] = SafeText.line(job.name)
            }
        case .log(let job, _, let lines):
            guard let name = names[job] else { return }
            for line in String(decoding: lines, as: UTF8.self)
                .split(separator: "\n", omittingEmptySubsequences: false)
            {
                let styling: SafeText.Styling = Console.usesColour ? .kept : .removed
                Console.print("\(name) | " + SafeText.line(String(line), styling: styling))
            }
        default: return
        }
    }
}

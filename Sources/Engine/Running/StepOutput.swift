import Foundation
import Store
import Synchronization

/// What becomes of one step's output: lines go to the log and the observers, commands into what the step has said.
///
/// It is fed by one thread while the step's process runs, and read once that has ended.
final class StepOutput: Sendable {
    /// What a step asked for by commands.
    struct Said {
        var environment: [(name: String, value: String)] = []
        var paths: [String] = []
        var outputs: [(name: String, value: String)] = []
        /// For later stages of the same action.
        var state: [(name: String, value: String)] = []
        /// Commands that could not be processed: each fails the step and stands in the log already.
        var failures: [String] = []
    }

    private struct State {
        var said = Said()
        /// The beginning of a line that came in pieces: observers get lines whole, up to a limit.
        var begun: [UInt8] = []
        var cut = 0
        var annotations = AnnotationLimit()
        var log = LogLimit()
        /// Lines that the observers have not been told yet, each with its newline: what anybody was shown is in the
        /// log already.
        var untold: [UInt8] = []
    }

    /// A longer line is shown cut; the raw log has all of it.
    private static let longestShown = 1 << 20
    private static let mostUntold = 1 << 20

    let step: Int
    private let recorder: JobRecorder
    private let log: JobLog
    private let isDebugging: Bool
    /// Apart from the rest of the state, so that it is changed in place: a copy would copy its buffers with each chunk.
    private let processor: Mutex<OutputProcessor>
    private let state = Mutex(State())

    init(
        step: Int,
        context: CommandContext,
        recorder: JobRecorder,
        masker: Masker,
        matchers: ProblemMatcherSet
    ) {
        self.step = step
        self.recorder = recorder
        log = recorder.log(of: step)
        isDebugging = context.isDebugging
        processor = Mutex(OutputProcessor(context: context, masker: masker, matchers: matchers))
    }

    func consume(_ bytes: UnsafeRawBufferPointer) {
        processor.withLock { processor in
            // What was read is in the file before more is: whatever becomes of this process, the log has it.
            state.withLock { state in
                processor.process(bytes) { take($0, &state) }
                tell(&state)
            }
        }
    }

    /// The process has ended: what was held back is given out, and what was left out is told.
    func finish() {
        processor.withLock { processor in
            state.withLock { state in
                processor.finish { take($0, &state) }
                tell(&state)
            }
        }
        state.withLock { state in
            for level in [Annotation.Level.error, .warning, .notice] {
                let omitted = state.annotations.omitted(level.rawValue)
                guard omitted > 0 else { continue }
                recorder.line(
                    Array("##[warning]\(omitted) more annotations of level \(level.rawValue)".utf8),
                    step: step
                )
            }
            if let marker = state.log.marker { recorder.line(Array(marker.utf8), step: step) }
        }
    }

    func take() -> Said { state.withLock { $0.said } }

    private func take(_ event: OutputEvent, _ state: inout State) {
        switch event {
        case .lines(let lines): show(lines, &state)
        case .line(let line): show(line, &state)
        case .effect(let effect): perform(effect, &state)
        }
    }

    private func show(_ lines: [UInt8], _ state: inout State) {
        let admitted = state.log.admit(lines.count)
        guard admitted < lines.count else {
            log.append(lines, endsLine: false)
            return tell(lines, &state)
        }
        log.append(lines.prefix(admitted), endsLine: false)
        // The line in which the log is full is the last to be shown.
        if admitted > 0, let end = lines[(admitted - 1)...].firstIndex(of: UInt8(ascii: "\n")) {
            tell(lines[...end], &state)
        }
    }

    private func show(_ line: OutputLine, _ state: inout State) {
        let size = line.bytes.count + (line.endsLine ? 1 : 0)
        let admitted = state.log.admit(size)
        if admitted > 0 {
            log.append(line.bytes.prefix(admitted), endsLine: line.endsLine && admitted == size)
        }
        guard state.log.dropped == 0 || admitted > 0 else { return }
        let room = Self.longestShown - state.begun.count
        state.begun += line.bytes.prefix(room)
        state.cut += max(0, line.bytes.count - room)
        guard line.endsLine else { return }
        if state.cut > 0 { state.begun += Array(" [\(state.cut) bytes more in the log]".utf8) }
        state.begun.append(UInt8(ascii: "\n"))
        tell(state.begun, &state)
        state.begun = []
        state.cut = 0
    }

    private func tell(_ lines: some Sequence<UInt8>, _ state: inout State) {
        state.untold.append(contentsOf: lines)
        if state.untold.count >= Self.mostUntold { tell(&state) }
    }

    /// Writes the log and then tells its lines.
    private func tell(_ state: inout State) {
        log.flush()
        guard !state.untold.isEmpty else { return }
        state.untold.removeLast()
        recorder.tell(lines: state.untold, step: step)
        state.untold = []
    }

    private func perform(_ effect: CommandEffect, _ state: inout State) {
        switch effect {
        case .annotation(var annotation):
            guard state.annotations.admit(annotation.level.rawValue) else { return }
            annotation.step = step
            tell(&state)
            recorder.annotation(annotation)
        case .setOutput(let name, let value):
            state.said.outputs.set(name, to: value)
        case .setEnvironment(let name, let value): state.said.environment.append((name, value))
        case .addPath(let path): state.said.paths.append(path)
        case .failStep(let message): state.said.failures.append(message)
        case .saveState(let name, let value): state.said.state.append((name, value))
        // Groups and debug lines are in the log.
        case .debug, .group, .endGroup, .setRepositoryPath: return
        // Done by the processor itself.
        case .text, .addMask, .addMatcher, .removeMatcher, .removeMatchers: return
        }
    }
}

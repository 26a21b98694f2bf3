import Foundation
import Store

/// What comes out of a step's output, in order.
package enum OutputEvent: Sendable, Equatable {
    /// Whole lines to be stored and shown, masked, each with its newline.
    case lines([UInt8])
    /// A line that comes in pieces or that no newline ends, likewise.
    case line(OutputLine)
    /// Something that a line asked for. `.text`, `.addMask` and the matchers' effects have been done already and do
    /// not come here.
    case effect(CommandEffect)
}

/// Takes the bytes of one step's output: commands out of them, secrets hidden, problems noticed, cut into
/// lines.
///
/// Memory stays bounded whatever is printed.
package struct OutputProcessor {
    /// The longest line that can be a command, if it begins as one: an output may be long.
    private static let longestCommand = 1 << 20

    private let masker: Masker
    private let matchers: ProblemMatcherSet
    private let context: CommandContext
    private let hostPath: @Sendable (String) -> String
    private var commands: CommandProcessor
    private var scanner: ProblemScanner
    private var splitter = LineSplitter()
    private var stream: MaskStream
    private var shown = LineSplitter()
    /// Text that waits to be masked, so that many short lines make one piece of work.
    private var pending: [UInt8] = []
    /// The pieces so far of a long line that begins as a command.
    private var longCommand: [UInt8]?

    /// A processor for one step.
    ///
    /// - Parameters:
    ///   - context: What of the step commands depend on.
    ///   - masker: The job's secrets, shared with its other steps.
    ///   - matchers: The job's problem matchers, shared likewise.
    ///   - hostPath: The path on this machine of one that the step names: the same, unless it runs in a container.
    package init(
        context: CommandContext,
        masker: Masker,
        matchers: ProblemMatcherSet,
        hostPath: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.context = context
        self.masker = masker
        self.matchers = matchers
        self.hostPath = hostPath
        commands = CommandProcessor(context)
        scanner = ProblemScanner(matchers, context: context, hostPath: hostPath)
        stream = MaskStream(masker)
    }

    /// Takes a chunk as it was read.
    package mutating func process(_ bytes: UnsafeRawBufferPointer, _ emit: (OutputEvent) -> Void) {
        // Taken out, not copied: what it holds of an unfinished line would be copied with every chunk.
        var splitter = LineSplitter()
        swap(&splitter, &self.splitter)
        splitter.split(bytes, whole: { take(lines: $0, emit) }, others: { take($0, emit) })
        self.splitter = splitter
        show(emit)
    }

    /// Takes whole lines: those that may be commands one by one, what stands between them in one piece.
    private mutating func take(lines: UnsafeRawBufferPointer, _ emit: (OutputEvent) -> Void) {
        let newline = UInt8(ascii: "\n")
        var marks = WorkflowCommand.Marks()
        var start = 0
        while start < lines.count {
            // Where a matcher looks at every line, every line is of interest.
            let mark = scanner.isIdle() ? marks.first(in: lines, from: start) : start
            guard let mark else { return text(lines[start...], emit) }
            let lineStart = lines[start..<mark].lastIndex(of: newline).map { $0 + 1 } ?? start
            let lineEnd = lines[mark...].firstIndex(of: newline) ?? lines.count - 1
            if lineStart > start { text(lines[start..<lineStart], emit) }
            line(Array(lines[lineStart..<lineEnd]), hadNewline: true, emit)
            start = lineEnd + 1
        }
    }

    /// Takes a line of the engine's own (`Run make`, a warning): masked, but never a command.
    package mutating func print(_ text: String, _ emit: (OutputEvent) -> Void) {
        pending.append(contentsOf: text.utf8)
        pending.append(UInt8(ascii: "\n"))
        show(emit)
    }

    /// The output has ended: gives what was held back.
    package mutating func finish(_ emit: (OutputEvent) -> Void) {
        var splitter = LineSplitter()
        swap(&splitter, &self.splitter)
        splitter.finish { take($0, emit) }
        self.splitter = splitter
        if let command = longCommand {
            longCommand = nil
            line(command, hadNewline: false, emit)
        }
        show(emit)
        var rest: [UInt8] = []
        stream.finish(into: &rest)
        show(rest, emit)
        shown.finish { emit(.line($0)) }
    }

    private mutating func take(_ piece: OutputLine, _ emit: (OutputEvent) -> Void) {
        if var command = longCommand {
            command += piece.bytes
            if piece.endsLine {
                longCommand = nil
                line(command, hadNewline: piece.hadNewline, emit)
            } else if command.count > Self.longestCommand {
                longCommand = nil
                text(command, hadNewline: false, emit)
            } else {
                longCommand = command
            }
        } else if !piece.isContinuation, !piece.endsLine, !commands.isStopped,
            WorkflowCommand.begins(piece.bytes)
        {
            longCommand = piece.bytes
        } else if !piece.isContinuation, piece.endsLine {
            line(piece.bytes, hadNewline: piece.hadNewline, emit)
        } else {
            text(piece.bytes, hadNewline: piece.hadNewline, emit)
        }
    }

    /// A whole line.
    private mutating func line(_ bytes: [UInt8], hadNewline: Bool, _ emit: (OutputEvent) -> Void) {
        if WorkflowCommand.mayBe(bytes) {
            var command = bytes[...]
            if command.last == UInt8(ascii: "\r") { command.removeLast() }
            if let effects = commands.process(String(decoding: command, as: UTF8.self)) {
                show(emit)
                for effect in effects { perform(effect, emit) }
                return
            }
        }
        text(bytes, hadNewline: hadNewline, emit)
        guard !scanner.isIdle() else { return }
        let line = bytes.last == UInt8(ascii: "\r") ? Array(bytes.dropLast()) : bytes
        for finding in scanner.scan(line) {
            show(emit)
            switch finding {
            case .problem(let annotation): emit(.effect(.annotation(masked(annotation))))
            case .removed(let owner):
                warn("Removing issue matcher '\(owner)': it took too long for too many lines.", emit)
            }
        }
    }

    private mutating func text(_ bytes: [UInt8], hadNewline: Bool, _ emit: (OutputEvent) -> Void) {
        pending.append(contentsOf: bytes)
        if hadNewline { pending.append(UInt8(ascii: "\n")) }
        if pending.count >= LineSplitter.standardLimit { show(emit) }
    }

    private mutating func text(_ lines: Slice<UnsafeRawBufferPointer>, _ emit: (OutputEvent) -> Void) {
        pending.append(contentsOf: UnsafeRawBufferPointer(rebasing: lines))
        if pending.count >= LineSplitter.standardLimit { show(emit) }
    }

    /// Masks and passes on the text that waits.
    private mutating func show(_ emit: (OutputEvent) -> Void) {
        guard !pending.isEmpty else { return }
        var masked: [UInt8] = []
        masked.reserveCapacity(pending.count)
        pending.withUnsafeBytes { stream.write($0, into: &masked) }
        pending.removeAll(keepingCapacity: true)
        show(masked, emit)
    }

    private mutating func show(_ masked: [UInt8], _ emit: (OutputEvent) -> Void) {
        masked.withUnsafeBytes { bytes in
            shown.split(bytes, whole: { emit(.lines(Array($0))) }, others: { emit(.line($0)) })
        }
    }

    private mutating func perform(_ effect: CommandEffect, _ emit: (OutputEvent) -> Void) {
        switch effect {
        case .text(let text):
            print(text, emit)
        case .addMask(let value):
            // The token of `stop-commands` is masked where it can be; a step's own value that cannot is told of.
            if let refusal = masker.add(value) { warn(refusal.description, emit) }
        case .addMatcher(let file):
            if let added = readMatchers(file, of: "add-matcher", emit, ProblemMatcher.read) {
                matchers.add(added)
            }
        case .removeMatchers(let file):
            for owner in readMatchers(file, of: "remove-matcher", emit, ProblemMatcher.owners) ?? [] {
                matchers.remove(owner: owner)
            }
        case .removeMatcher(let owner):
            matchers.remove(owner: owner)
        case .annotation(let annotation):
            emit(.effect(.annotation(masked(annotation))))
        case .failStep(let message):
            emit(.effect(.failStep(masker.maskedText(message))))
        case .debug(let message):
            emit(.effect(.debug(masker.maskedText(message))))
        case .group(let title):
            emit(.effect(.group(masker.maskedText(title))))
        case .setOutput, .saveState, .setEnvironment, .addPath, .endGroup, .setRepositoryPath:
            emit(.effect(effect))
        }
    }

    /// What `read` takes from a file of matchers; nil where it cannot be used, which is told.
    private mutating func readMatchers<Content>(
        _ name: String,
        of command: String,
        _ emit: (OutputEvent) -> Void,
        _ read: ([UInt8], _ file: String) throws(ProblemMatcher.ConfigurationError) -> Content
    ) -> Content? {
        let named = hostPath(name)
        let path = named.hasPrefix("/") ? named : "\(hostPath(context.workspace))/\(named)"
        do {
            return try read(try ProblemMatcherFile.bytes(of: path), path)
        } catch {
            tell(.error, "Unable to process command '::\(command)::\(name)' successfully.", emit)
            tell(.error, error.description, emit)
            emit(.effect(.failStep(masker.maskedText(error.description))))
            return nil
        }
    }

    private mutating func warn(_ message: String, _ emit: (OutputEvent) -> Void) {
        tell(.warning, message, emit)
    }

    private mutating func tell(_ level: Annotation.Level, _ message: String, _ emit: (OutputEvent) -> Void) {
        print("##[\(level.rawValue)]\(message)", emit)
        emit(.effect(.annotation(masked(Annotation(level: level, message: message, step: context.step)))))
    }

    private func masked(_ annotation: Annotation) -> Annotation {
        var annotation = annotation
        annotation.message = masker.maskedText(annotation.message)
        annotation.title = annotation.title.map { masker.maskedText($0) }
        annotation.file = annotation.file.map { masker.maskedText($0) }
        return annotation
    }
}

/// Reads files of problem matchers, which a step names and may have made.
enum ProblemMatcherFile {
    static let sizeLimit = 1 << 20

    static func bytes(of path: String) throws(ProblemMatcher.ConfigurationError) -> [UInt8] {
        func fault(_ cause: String) -> ProblemMatcher.ConfigurationError { .init(file: path, cause: cause) }
        let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { throw fault(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw fault("it is not a regular file")
        }
        guard status.st_size <= sizeLimit else { throw fault("it is larger than 1 MiB") }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
        do {
            return [UInt8](try handle.readToEnd() ?? Data())
        } catch {
            throw fault("it cannot be read (\(error))")
        }
    }
}

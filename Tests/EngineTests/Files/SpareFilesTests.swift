import Foundation
import Testing

@testable import Engine

@Suite struct SpareFilesTests {
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("spares-\(UUID())")
        .path

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        try text.write(toFile: "\(folder)/\(name)", atomically: false, encoding: .utf8)
        return "\(folder)/\(name)"
    }

    private func number(of path: String) -> UInt64 {
        var facts = stat()
        return lstat(path, &facts) == 0 ? UInt64(facts.st_ino) : 0
    }

    @Test func whatAJobHasLeftIsEmptyAndTheNextOneHasIt() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let script = try write("echo s3cret", "one.sh")
        let node = number(of: script)
        let first = SpareFiles(in: "\(folder)/spare", of: 1)
        #expect(!first.take(as: "\(folder)/none"), "there is none yet")
        #expect(first.keep(script))
        #expect(!FileManager.default.fileExists(atPath: script))
        let kept = try FileManager.default.contentsOfDirectory(atPath: "\(folder)/spare")
        #expect(kept.count == 1)
        for name in kept {
            #expect(FileManager.default.contents(atPath: "\(folder)/spare/\(name)") == Data())
        }
        let second = SpareFiles(in: "\(folder)/spare", of: 1)
        #expect(second.take(as: "\(folder)/two.sh", text: "ls"))
        #expect(number(of: "\(folder)/two.sh") == node)
        #expect(FileManager.default.contents(atPath: "\(folder)/two.sh") == Data("ls".utf8))
        #expect(!second.take(as: "\(folder)/three.sh"), "it is had once")
    }

    @Test func whatOthersMayHaveIsLeftAlone() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spares = SpareFiles(in: "\(folder)/spare", of: 1)
        #expect(!spares.take(as: "\(folder)/none"))
        let linked = try write("mine", "linked")
        #expect(link(linked, "\(folder)/other") == 0)
        #expect(symlink("other", "\(folder)/symbolic") == 0)
        #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
        let open = try #require(FileHandle(forReadingAtPath: try write("read", "open")))
        defer { try? open.close() }
        for name in ["linked", "other", "symbolic", "pipe", "open", "spare", "absent"] {
            #expect(!spares.keep("\(folder)/\(name)"), "\(name)")
        }
        #expect(FileManager.default.contents(atPath: linked) == Data("mine".utf8))
        #expect(FileManager.default.contents(atPath: "\(folder)/open") == Data("read".utf8))
    }

    @Test func noMoreThanAFewAreKept() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let spares = SpareFiles(in: "\(folder)/spare", of: 1)
        #expect(!spares.take(as: "\(folder)/none"))
        let kept = try (0..<20).filter { spares.keep(try write("x", "\($0)")) }
        #expect(kept.count == 8)
    }
}

import Foundation
import Testing

@testable import Store

/// Archives of others: unpacked as they are, or not at all.
struct ZipArchiveTests {
    /// A folder with what a Python script wrote to `sys.argv[1]`, an archive; it goes with the last that holds it.
    private final class Made {
        let folder = NSTemporaryDirectory() + "/flowrun-zip-\(UUID().uuidString)"
        var target: String { folder + "/out" }

        init(_ script: String) throws {
            try FileManager.default.createDirectory(atPath: target, withIntermediateDirectories: true)
            let process = Process()
            process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
            process.arguments = [
                "python3", "-W", "ignore", "-c", "import io, os, stat, sys, zipfile\n" + script,
                folder + "/a.zip",
            ]
            try process.run()
            while process.isRunning { usleep(2000) }
            try #require(process.terminationStatus == 0)
        }

        deinit { try? FileManager.default.removeItem(atPath: folder) }

        func extract(limit: Int64? = nil) throws {
            try ZipArchive(.reading(folder + "/a.zip")).extract(to: target, limit: limit)
        }

        func text(_ name: String) -> String? {
            FileManager.default.contents(atPath: "\(target)/\(name)").map {
                String(decoding: $0, as: UTF8.self)
            }
        }

        var names: [String] {
            (FileManager.default.enumerator(atPath: folder)?.compactMap { $0 as? String } ?? []).sorted()
        }
    }

    @Test(arguments: ["ZIP_STORED", "ZIP_DEFLATED"])
    func filesComeOutAsTheyWentIn(_ method: String) throws {
        let made = try Made(
            """
            with zipfile.ZipFile(sys.argv[1], 'w', zipfile.\(method)) as z:
                z.writestr('a.txt', 'hello ' * 100)
                z.writestr('sub/ü.txt', b'')
                z.writestr('sub/empty/', b'')
                tool = zipfile.ZipInfo('tool'); tool.create_system = 3
                tool.external_attr = 0o100755 << 16; tool.compress_type = zipfile.\(method)
                z.writestr(tool, bytes((i * i >> 7) & 255 for i in range(700000)))
            """
        )
        try made.extract()
        #expect(made.text("a.txt") == String(repeating: "hello ", count: 100))
        #expect(made.text("sub/ü.txt") == "")
        #expect(access("\(made.target)/sub/empty", F_OK) == 0 && access("\(made.target)/tool", X_OK) == 0)
        let bytes = try #require(FileManager.default.contents(atPath: "\(made.target)/tool"))
        // Of so many bytes the difference would take for ever to be told.
        let isSame = bytes == Data((0..<700_000).map { UInt8(truncatingIfNeeded: ($0 * $0) >> 7) })
        #expect(isSame)
        // Unpacked once more, what is there is not touched.
        #expect(throws: StoreError.self) { try made.extract() }
        #expect(!made.names.contains { $0.contains(".flowrun-") })
    }

    @Test func anArchiveThatIsWrittenAsAStreamIsRead() throws {
        let made = try Made(
            """
            class Pipe(io.RawIOBase):
                def __init__(self, f): self.f = f
                def writable(self): return True
                def write(self, b): return self.f.write(b)
            with open(sys.argv[1], 'wb') as f:
                with zipfile.ZipFile(Pipe(f), 'w', zipfile.ZIP_DEFLATED) as z: z.writestr('a', os.urandom(300000))
            """
        )
        try made.extract()
        #expect(FileManager.default.contents(atPath: "\(made.target)/a")?.count == 300_000)
    }

    @Test(
        "I3, I4: what would leave its folder is refused whole",
        arguments: [
            "z.writestr('../x', 'x')", "z.writestr('/abs', 'x')", "z.writestr('a/../../x', 'x')",
            "z.writestr('a/./x', 'x')", "z.writestr('a//x', 'x')", "z.writestr('..\\\\x', 'x')",
            "z.writestr('x', '1'); z.writestr('x', '2')", "z.writestr('a\\\\b', 'x')",
            "z.writestr('x', '1'); z.writestr('x/', '')",
            "i = zipfile.ZipInfo('l'); i.create_system = 3; i.external_attr = (stat.S_IFLNK | 0o777) << 16; z.writestr(i, '/etc')",
            "i = zipfile.ZipInfo('f'); i.create_system = 3; i.external_attr = (stat.S_IFIFO | 0o777) << 16; z.writestr(i, '')",
        ]
    )
    func whatWouldLeaveItsFolderIsRefusedWhole(_ entry: String) throws {
        let made = try Made(
            "z = zipfile.ZipFile(sys.argv[1], 'w')\nz.writestr('ok', 'x')\n\(entry)\nz.close()"
        )
        let error = #expect(throws: StoreError.self) { try made.extract() }
        guard case .badArchive = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(made.names == ["a.zip", "out"], "\(made.names)")
    }

    @Test(
        "I4: what is damaged is refused whole",
        arguments: [
            // Another name in the entry's own head, other bytes, an end that is cut, and no archive.
            "b = b.replace(b'good', b'evil', 1)", "b = b.replace(b'text', b'TEXT', 1)", "b = b[:-5]",
            "b = b'PK'",
            "b = b''", "b = b[:40] + b[60:]", "b = os.urandom(1000)",
        ]
    )
    func whatIsDamagedIsRefusedWhole(_ change: String) throws {
        let made = try Made(
            """
            m = io.BytesIO(); z = zipfile.ZipFile(m, 'w'); z.writestr('good', 'text'); z.close(); b = m.getvalue()
            \(change)
            open(sys.argv[1], 'wb').write(b)
            """
        )
        #expect(throws: StoreError.self) { try made.extract() }
        #expect(made.names == ["a.zip", "out"], "\(made.names)")
    }

    @Test("I3: no more of a mode is taken than whether it may be run")
    func noMoreOfAModeIsTaken() throws {
        let made = try Made(
            """
            z = zipfile.ZipFile(sys.argv[1], 'w')
            for name, mode in (('suid', 0o106755), ('open', 0o101777), ('none', 0o100000)):
                i = zipfile.ZipInfo(name); i.create_system = 3; i.external_attr = mode << 16; z.writestr(i, 'x')
            z.close()
            """
        )
        try made.extract()
        for (name, mode) in [("suid", 0o755), ("open", 0o755), ("none", 0o644)] {
            var facts = stat()
            #expect(
                lstat("\(made.target)/\(name)", &facts) == 0 && Int(facts.st_mode & 0o7777) == mode,
                "\(name)"
            )
        }
    }

    @Test("I5: a bomb is not unpacked")
    func aBombIsNotUnpacked() throws {
        let made = try Made(
            "z = zipfile.ZipFile(sys.argv[1], 'w', zipfile.ZIP_DEFLATED); z.writestr('a', bytes(5000000)); z.close()"
        )
        let error = #expect(throws: StoreError.self) { try made.extract(limit: 4_999_999) }
        #expect(error?.description.contains("too large") == true)
        #expect(made.names == ["a.zip", "out"])
        // One that says less than it holds.
        let liar = try Made(
            """
            m = io.BytesIO(); z = zipfile.ZipFile(m, 'w', zipfile.ZIP_DEFLATED); z.writestr('a', bytes(5000000)); z.close()
            open(sys.argv[1], 'wb').write(m.getvalue().replace((5000000).to_bytes(4, 'little'), (10).to_bytes(4, 'little')))
            """
        )
        #expect(throws: StoreError.self) { try liar.extract() }
    }

    @Test func anyBytesEndInAWordAndNotInATrap() throws {
        let made = try Made(
            """
            m = io.BytesIO(); z = zipfile.ZipFile(m, 'w', zipfile.ZIP_DEFLATED)
            z.writestr('a', b'abcabcabd' * 50); z.writestr('b/c', 'x'); z.close()
            open(sys.argv[1], 'wb').write(m.getvalue())
            """
        )
        let path = made.folder + "/a.zip"
        let whole = Array(try #require(FileManager.default.contents(atPath: path)))
        var state: UInt64 = 42
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        for _ in 0..<400 {
            var bytes = whole
            for _ in 0...random(3) { bytes[random(bytes.count)] = UInt8(random(256)) }
            try Data(bytes).write(to: URL(fileURLWithPath: path))
            try? FileManager.default.removeItem(atPath: made.target)
            do {
                try made.extract()
            } catch is StoreError {
                continue
            }
        }
        #expect(made.names.allSatisfy { $0 == "a.zip" || $0.hasPrefix("out") })
    }
}

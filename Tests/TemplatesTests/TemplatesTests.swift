import CTemplates
import Crypto
import Foundation
import Testing

/// The repository's root, found from this file.
private let root = URL(filePath: #filePath).resolvingSymlinksInPath()
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

private struct File {
    let template: String
    let path: String
    let content: Data

    static let all: [File] = {
        var count = 0
        guard let first = flowrun_template_files(&count) else { return [] }
        return UnsafeBufferPointer(start: first, count: count).map {
            File(
                template: String(cString: $0.template_name),
                path: String(cString: $0.path),
                content: Data(bytes: $0.bytes, count: $0.length)
            )
        }
    }()

    static func text(_ path: String, of template: String = "mlops") -> String? {
        all.first { $0.template == template && $0.path == path }.map {
            String(decoding: $0.content, as: UTF8.self)
        }
    }
}

private struct Object {
    let bucket: String
    let name: String
    let path: String
    let content: Data?

    static let all: [Object] = {
        var count = 0
        guard let first = flowrun_template_objects(&count) else { return [] }
        return UnsafeBufferPointer(start: first, count: count).map {
            Object(
                bucket: String(cString: $0.bucket),
                name: String(cString: $0.name),
                path: String(cString: $0.path),
                content: $0.bytes.map { [length = $0.length] in Data(bytes: $0, count: length) }
            )
        }
    }()

    /// The MD5 that the object's name spells.
    var md5: String { name.split(separator: "/").suffix(2).joined() }
}

private func hexadecimalMD5(_ data: Data) -> String {
    Insecure.MD5.hash(data: data).map { String(format: "%02x", $0) }.joined()
}

@Suite struct TemplatesTests {
    @Test func noPathIsWrittenTwice() {
        let places = File.all.map { "\($0.template) \($0.path)" }
        #expect(places.count == Set(places).count)
        #expect(Set(File.all.map(\.template)) == ["mlops", "minimal"])
    }

    @Test(arguments: ["src-pipeline", "workflows", "Sources/CTemplates/minimal"])
    func everyFileOfTheDemoTravelsInTheBinary(folder: String) throws {
        let carried = Set(File.all.map(\.content)).union(Object.all.compactMap(\.content))
        let base = root.appending(path: folder)
        let names = try #require(FileManager.default.enumerator(atPath: base.path))
        for case let name as String in names where !name.contains("__pycache__") {
            let url = base.appending(path: name)
            guard try url.resourceValues(forKeys: [.isRegularFileKey]).isRegularFile == true else { continue }
            #expect(
                carried.contains(try Data(contentsOf: url)),
                "\(folder)/\(name) is in no template, or the build is old"
            )
        }
    }

    @Test(arguments: Object.all.map(\.path))
    func anObjectIsWhatItsDvcFileNames(path: String) throws {
        let object = try #require(Object.all.first { $0.path == path })
        let pointer = try #require(File.text("\(path).dvc"))
        #expect(pointer.contains("md5: \(object.md5)\n"))
        #expect(
            try #require(File.text(".dvc/config")).contains(
                "url = gs://\(object.bucket)/\(object.name.prefix { $0 != "/" })\n"
            )
        )
        if let content = object.content {
            #expect(hexadecimalMD5(content) == object.md5)
            #expect(pointer.contains("size: \(content.count)\n"))
        }
    }

    @Test func theGeneratorMakesTheDataThatTheObjectsName() throws {
        let folder = FileManager.default.temporaryDirectory.appending(
            path: "flowrun-data-\(UUID().uuidString)"
        )
        defer { try? FileManager.default.removeItem(at: folder) }
        let python = Process()
        python.executableURL = URL(filePath: "/usr/bin/env")
        python.arguments = [
            "python3", root.appending(path: "src-pipeline/make_dataset.py").path, "--out", folder.path,
        ]
        python.standardOutput = FileHandle.nullDevice
        try python.run()
        python.waitUntilExit()
        #expect(python.terminationStatus == 0)
        for object in Object.all where object.content == nil {
            let file = folder.appending(path: URL(filePath: object.path).lastPathComponent)
            #expect(hexadecimalMD5(try Data(contentsOf: file)) == object.md5, "\(object.path)")
        }
    }
}

import CTemplates
import Cloud
import Foundation

/// A project that travels inside the program.
struct ProjectTemplate {
    private struct File {
        var path: String
        var isExecutable: Bool
        var content: Data
    }

    /// What the project's bucket holds from the start; `content` is absent for what the project's generator makes.
    struct Object {
        var bucket: String
        var name: String
        var path: String
        var content: Data?
    }

    private let files: [File]
    let objects: [Object]

    init(named name: String) {
        var count = 0
        let table = UnsafeBufferPointer(start: flowrun_template_files(&count), count: count)
        files = table.filter { String(cString: $0.template_name) == name }.map { entry in
            File(
                path: String(cString: entry.path),
                isExecutable: entry.executable != 0,
                content: Data(bytes: entry.bytes, count: entry.length)
            )
        }
        var objectCount = 0
        let objectTable = UnsafeBufferPointer(
            start: flowrun_template_objects(&objectCount),
            count: objectCount
        )
        objects = objectTable.filter { String(cString: $0.template_name) == name }.map { entry in
            Object(
                bucket: String(cString: entry.bucket),
                name: String(cString: entry.name),
                path: String(cString: entry.path),
                content: entry.bytes.map { Data(bytes: $0, count: entry.length) }
            )
        }
    }

    func write(to folder: String) throws {
        for file in files {
            let url = URL(fileURLWithPath: "\(folder)/\(file.path)")
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(),
                withIntermediateDirectories: true
            )
            try file.content.write(to: url)
            if file.isExecutable { chmod(url.path, 0o755) }
        }
    }

    /// Fills the project's bucket: what its data versions name is there before the first run asks for it.
    func seed(_ cloud: LocalCloud, project: String) throws {
        let made = "\(project)/.generated"
        // A leftover would be a folder of data, nothing more.
        defer { try? FileManager.default.removeItem(atPath: made) }
        if objects.contains(where: { $0.content == nil }) { try generate(into: made, project: project) }
        for (bucket, objects) in Dictionary(grouping: objects, by: \.bucket) {
            try cloud.seed(
                bucket: bucket,
                objects: try objects.map { object in
                    if let content = object.content { return (object.name, .bytes(content)) }
                    let file = "\(made)/\(URL(fileURLWithPath: object.path).lastPathComponent)"
                    guard let content = FileManager.default.contents(atPath: file) else {
                        throw CommandEnd(.broken, "error: the project's generator made no `\(object.path)`")
                    }
                    return (object.name, .bytes(content))
                }
            )
        }
    }

    private func generate(into folder: String, project: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "\(project)/\(FLOWRUN_TEMPLATE_GENERATOR)", "--out", folder]
        process.standardOutput = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            throw CommandEnd(
                .nothingStarted,
                "error: python3 is needed to make the project's data: apt install python3"
            )
        }
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw CommandEnd(
                .nothingStarted,
                "error: the project's data could not be made: is there a python3? (apt install python3)"
            )
        }
    }
}

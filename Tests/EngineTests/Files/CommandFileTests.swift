import Foundation
import Testing

@testable import Engine

@Suite struct CommandFileTests {
    private func entries(_ text: String) throws(CommandFileError) -> [[String]] {
        var entries: [CommandFileEntry] = []
        try CommandFileReader.read(Array(text.utf8), of: .output, into: &entries)
        return entries.map { [$0.name, $0.value] }
    }

    @Test(arguments: [
        ("A=x<<y\nB<<E=F\ntwo words\nE=F\n", [["A", "x<<y"], ["B", "two words"]]),
        ("V<<.\none\n\nthree=3\n.\n", [["V", "one\n\nthree=3"]]),
        ("V<<E\nE\nW=w\n", [["V", ""], ["W", "w"]]),
        ("A<<E\nvalue\nE", [["A", "value"]]),
        ("A= x \nB=\"q\"\nC=a=b=c\nD=\n", [["A", " x "], ["B", "\"q\""], ["C", "a=b=c"], ["D", ""]]),
        ("\u{FEFF}A=1\n", [["A", "1"]]),
        ("A=1\r\nB<<E\r\nx\r\nE\r\n", [["A", "1\r"], ["B", "x\r"]]),
        ("\n\nA=1\n\n", [["A", "1"]]),
        ("A=1", [["A", "1"]]),
        ("", []),
        ("V<<E\n\nE\n", [["V", ""]]),
        ("V<<E\n\n\nE\n", [["V", "\n"]]),
        ("v=1\nv=2\n", [["v", "1"], ["v", "2"]]),
        ("A<B=1\n", [["A<B", "1"]]),
    ])
    func entriesAreReadAsTheyStand(text: String, expected: [[String]]) throws {
        #expect(try entries(text) == expected)
    }

    @Test(arguments: [
        ("just words\n", "Invalid format 'just words'"),
        ("=x\n", "Value cannot be null. (Parameter 'name')"),
        ("=\n", "Value cannot be null. (Parameter 'name')"),
        ("A<<E\nvalue", "Invalid value. EOF marker missing new line."),
        ("A<<E", "Invalid value. Matching delimiter not found 'E'"),
        ("A=1\nB<<E\nvalue\nEE\n", "Invalid value. Matching delimiter not found 'E'"),
        ("A<<\nx\n", "Invalid format 'A<<'. Name must not be empty and delimiter must not be empty"),
        ("<<E\nx\nE\n", "Invalid format '<<E'. Name must not be empty and delimiter must not be empty"),
    ])
    func faultsAreToldInGitHubsWords(text: String, message: String) {
        let error = #expect(throws: CommandFileError.self) { try entries(text) }
        #expect(error?.messages == ["Unable to process file command 'output' successfully.", message])
    }

    @Test func aNameMayBeEmptyInAStateAlone() throws {
        let report = try report { files in
            for file in [CommandFile.environment, .output, .state] {
                try write("a=1\n=x\nb=2\n", to: file, of: files)
            }
        }
        #expect(report.failures.map(\.file) == [.environment, .output])
        #expect(report.environment.map(\.name) == ["a"])
        #expect(report.outputs.map(\.name) == ["a"])
        #expect(report.state.map { [$0.name, $0.value] } == [["a", "1"], ["", "x"], ["b", "2"]])
    }

    @Test func aCarriageReturnEndsAPathAsWell() {
        #expect(CommandFileReader.paths(of: Array("/a b\r\n\n/c\r/d".utf8)) == ["/a b", "/c", "/d"])
    }

    /// Makes the files of a step, lets `change` do what a step might, and reads them.
    private func report(_ change: (StepCommandFiles) throws -> Void) throws -> CommandFileReport {
        let folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)/_runner_file_commands"
        defer { try? FileManager.default.removeItem(atPath: (folder as NSString).deletingLastPathComponent) }
        let files = try StepCommandFiles(in: folder)
        try change(files)
        let report = files.read()
        files.remove()
        return report
    }

    private func write(_ text: String, to file: CommandFile, of files: StepCommandFiles) throws {
        try text.write(toFile: files.path(of: file), atomically: false, encoding: .utf8)
    }

    @Test func aStepHasEmptyFilesOfItsOwn() throws {
        let folder = NSTemporaryDirectory() + "files-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let one = try StepCommandFiles(in: folder)
        let two = try StepCommandFiles(in: folder)
        #expect(Set(one.environment().values).isDisjoint(with: two.environment().values))
        #expect(
            Set(one.environment().keys) == [
                "GITHUB_ENV", "GITHUB_PATH", "GITHUB_OUTPUT", "GITHUB_STATE", "GITHUB_STEP_SUMMARY",
            ]
        )
        for path in one.environment().values { #expect(FileManager.default.contents(atPath: path) == Data()) }
        one.remove()
        two.remove()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }

    @Test func allFilesAreRead() throws {
        let report = try report { files in
            try write("A=1\n", to: .environment, of: files)
            try write("/opt/a\n\n/opt/b\n", to: .path, of: files)
            try write("o=1\n", to: .output, of: files)
            try write("s=1\n", to: .state, of: files)
            try write("\u{FEFF}# Title\n", to: .summary, of: files)
        }
        #expect(report.environment == [CommandFileEntry(name: "A", value: "1")])
        #expect(report.paths == ["/opt/a", "/opt/b"])
        #expect(report.outputs == [CommandFileEntry(name: "o", value: "1")])
        #expect(report.state == [CommandFileEntry(name: "s", value: "1")])
        #expect(report.summary == "# Title\n")
        #expect(report.failures.isEmpty && report.annotations.isEmpty)
    }

    @Test func whatStandsBeforeAFaultIsTaken() throws {
        let report = try report { files in
            try write("A=1\njust words\nB=2\n", to: .environment, of: files)
            try write("o=1\n", to: .output, of: files)
        }
        #expect(report.environment == [CommandFileEntry(name: "A", value: "1")])
        #expect(report.outputs.count == 1, "the other files count")
        #expect(report.failures.map(\.file) == [.environment])
        #expect(report.annotations.count == 2)
    }

    @Test func nodeOptionsAndReservedNamesAreRefusedWithoutFailing() throws {
        let report = try report {
            try write(
                "NODE_OPTIONS=--inspect\nB=1\nGITHUB_SHA=0\nRUNNER_TEMP=/x\nFLOWRUN_HOME=/y\nGITHUB_TOKEN=t\nGITHUB_MINE=m\n",
                to: .environment,
                of: $0
            )
        }
        #expect(report.environment.map(\.name) == ["B", "GITHUB_TOKEN", "GITHUB_MINE"])
        #expect(report.annotations.map(\.level) == [.error, .warning, .warning, .warning])
        #expect(report.failures.isEmpty)
    }

    @Test func removedFilesAreIgnored() throws {
        let report = try report { files in
            for file in CommandFile.allCases {
                try FileManager.default.removeItem(atPath: files.path(of: file))
            }
        }
        #expect(report.failures.isEmpty && report.annotations.isEmpty)
    }

    @Test(arguments: ["link", "pipe", "folder", "sparse"])
    func replacedFilesFailByName(kind: String) throws {
        let report = try report { files in
            let path = files.path(of: .environment)
            if kind != "sparse" { try FileManager.default.removeItem(atPath: path) }
            switch kind {
            case "link":
                try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: "/etc/passwd")
            case "pipe": #expect(mkfifo(path, 0o600) == 0)
            case "folder":
                try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            default: #expect(truncate(path, 5 << 30) == 0)
            }
        }
        let reasons: [String: CommandFileError.Reason] = [
            "link": .symbolicLink, "pipe": .notRegular, "folder": .notRegular,
            "sparse": .tooLarge(bytes: 5 << 30, limit: 16 << 20),
        ]
        #expect(report.failures.map(\.reason) == [reasons[kind]])
        #expect(report.environment.isEmpty)
    }

    @Test func aSummaryThatIsTooLargeIsOnlyAnnotated() throws {
        let report = try report { try write(String(repeating: "x", count: 5 << 20), to: .summary, of: $0) }
        #expect(report.summary == nil)
        #expect(report.failures.isEmpty)
        #expect(
            report.annotations.map(\.message) == [
                "$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got 5120k. "
                    + "For more information see: https://docs.github.com/actions/using-workflows/"
                    + "workflow-commands-for-github-actions#adding-a-markdown-summary"
            ]
        )
    }
}

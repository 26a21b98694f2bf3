import Foundation
import Testing

@testable import Store
@testable import flowrun

struct JSONRendererTests {
    let story = Story()

    @Test func eachEventIsOneObjectWithTheNamesOfTheContract() throws {
        let text = try written({ JSONRenderer(BufferedOutput($0)) }, story.failing)
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.count == story.failing.count - 1)
        #expect(
            lines[0]
                == #"{"event":"run.started","time":"2027-01-15T08:00:00.250Z","run":{"id":7,"run_number":3,"run_attempt":1,"name":"Train","display_title":"t","path":"workflows/t.yaml","event":"push","head_sha":"1a2b3c4d5e","head_branch":"main"}}"#
        )
        let expected = [
            1:
                #"{"event":"job.started","time":"2027-01-15T08:00:00.250Z","run_id":7,"job":{"id":1,"key":"train","name":"train"}}"#,
            2:
                #"{"event":"step.started","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":{"number":1,"name":"Set up job"}}"#,
            3:
                #"{"event":"log","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":1,"line":"Runner: host"}"#,
            4:
                #"{"event":"step.completed","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":{"number":1,"name":"Set up job","status":"completed","conclusion":"success","outcome":"success","duration_ms":1234}}"#,
            6:
                ###"{"event":"log","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":2,"line":"##[group]Run make"}"###,
            9:
                #"{"event":"log","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":2,"line":"\u001b[2J\u001b[31mred"}"#,
            12:
                #"{"event":"annotation","time":"2027-01-15T08:00:00.250Z","run_id":7,"job_id":1,"step":2,"level":"warning","message":"old","title":"T","file":"a.py","line":3,"column":5}"#,
        ]
        for (index, line) in expected { #expect(lines[index] == line) }
        for line in lines {
            #expect(throws: Never.self) { try JSONSerialization.jsonObject(with: Data(line.utf8)) }
        }
        let last = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[lines.count - 1].utf8)) as? [String: Any]
        )
        let run = try #require(last["run"] as? [String: Any])
        #expect(run["conclusion"] as? String == "failure" && (run["jobs"] as? [Any])?.count == 2)
        #expect(
            lines[lines.count - 1].hasSuffix(
                jsonText(
                    of: story.run(
                        .failure,
                        jobs: [story.job(1, "train", .failure), story.job(2, "deploy", .skipped)]
                    )
                ) + "}"
            )
        )
        #expect(
            lines[lines.count - 2].contains(#""outputs":{"a":"1\n","b":"2"},"steps":[],"annotations":[]"#)
        )
    }

    @Test func textsComeThroughAsTheyAre() throws {
        var generator = SystemRandomNumberGenerator()
        let pieces: [[UInt8]] = [
            [0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80],
            [0xf4, 0x90, 0x80, 0x80],
            Array("é".utf8), Array("日".utf8), Array("😀".utf8), [0], [0x1b], [0x7f],
            Array("\"\\/\t\r\n\u{8}\u{c}".utf8), Array("abc".utf8),
            [0x80], [0xe0, 0x9f], [0xf5],
        ]
        for _ in 0..<2000 {
            var line: [UInt8] = []
            for _ in 0..<Int.random(in: 0...8, using: &generator) {
                line += pieces.randomElement(using: &generator) ?? []
            }
            var bytes = Array("[\"".utf8)
            line.withUnsafeBufferPointer { bytes.appendEscaped($0) }
            bytes += Array("\"]".utf8)
            let read = try JSONDecoder().decode([String].self, from: Data(bytes))
            #expect(read == [String(decoding: line, as: UTF8.self)], "\(line)")
        }
    }

    @Test(arguments: [
        (0.0, "1970-01-01T00:00:00.000Z"), (1_800_000_000.9999, "2027-01-15T08:00:00.999Z"),
        (951_782_400, "2000-02-29T00:00:00.000Z"),
        (-0.5, "1969-12-31T23:59:59.500Z"),
    ])
    func timesAreInUTCWithMilliseconds(seconds: Double, text: String) {
        var stamp = TimeStamp()
        var bytes: [UInt8] = []
        stamp.append(Date(timeIntervalSince1970: seconds), to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == text)
    }

    @Test func aLineIsSeenBeforeAnythingFollowsIt() throws {
        let pipe = Pipe()
        let renderer = JSONRenderer(BufferedOutput(pipe.fileHandleForWriting.fileDescriptor))
        renderer.observe(story.log(1, 1, "first"))
        var waiting = pollfd(fd: pipe.fileHandleForReading.fileDescriptor, events: Int16(POLLIN), revents: 0)
        #expect(poll(&waiting, 1, 2000) == 1)
        #expect(
            String(decoding: pipe.fileHandleForReading.availableData, as: UTF8.self).hasSuffix(
                "\"line\":\"first\"}\n"
            )
        )
        renderer.finish()
    }

    @Test func aReaderThatLeavesDoesNotHoldUpTheRun() throws {
        signal(SIGPIPE, SIG_IGN)
        let pipe = Pipe()
        try pipe.fileHandleForReading.close()
        let output = BufferedOutput(pipe.fileHandleForWriting.fileDescriptor)
        let renderer = JSONRenderer(output)
        for _ in 0..<5000 { renderer.observe(story.log(1, 1, "a line that nobody reads any more")) }
        renderer.finish()
        #expect(output.problem == EPIPE)
    }
}

import Foundation
import Testing

@testable import Store

/// Archives that are written here, read by others.
struct ZipWriterTests {
    private let place = TemporaryHome()

    @Test(arguments: [0, 1, 6, 9])
    func pythonReadsWhatIsWritten(_ level: Int) throws {
        let store = try place.store()
        let blob = try IncomingBlobs(home: place.home).upload()
        var zip = try ZipWriter(into: try blob.part(), level: level)
        let files: [(String, [UInt8])] = [
            ("a.txt", Array("hello ".utf8)), ("sub/ü.txt", []),
            ("big.bin", (0..<3_000_000).map { UInt8(truncatingIfNeeded: ($0 &* 31) >> 3) }),
        ]
        for (name, bytes) in files {
            var pieces = [bytes.prefix(1_000_000), bytes.dropFirst(1_000_000)].map(Array.init).filter {
                !$0.isEmpty
            }
            try zip.add(name, modified: Date(), expectedSize: Int64(bytes.count)) {
                pieces.isEmpty ? [] : pieces.removeFirst()
            }
        }
        try blob.setWhole(try zip.finish(), contentType: nil)
        let run = try store.createRun(newRun())
        let saved = try store.saveArtifact(
            NewArtifact(
                runID: run.id,
                jobID: nil,
                name: "a",
                contentType: "application/zip",
                expiresAt: .distantFuture
            ),
            blob
        )
        let path = try store.bytes(ofBlob: saved.blob).path
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-c",
            """
            import sys, zipfile
            z = zipfile.ZipFile(sys.argv[1])
            assert z.testzip() is None
            assert z.namelist() == ['a.txt', 'sub/ü.txt', 'big.bin'], z.namelist()
            assert z.read('a.txt') == b'hello ' and z.read('sub/ü.txt') == b''
            big = z.read('big.bin')
            assert len(big) == 3000000 and all(big[i] == (i * 31 >> 3) & 255 for i in range(0, 3000000, 997))
            assert z.getinfo('a.txt').date_time[0] >= 2025
            """, path,
        ]
        try process.run()
        while process.isRunning { usleep(2000) }
        #expect(process.terminationStatus == 0)
        let out = "\(place.home.store)/out"
        try ZipArchive(store.bytes(ofBlob: saved.blob)).extract(to: out)
        #expect(FileManager.default.contents(atPath: out + "/big.bin") == Data(files[2].1))
        try ZipArchive(store.bytes(ofBlob: saved.blob)).extract(to: out, isReplacing: true)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: out).sorted() == ["a.txt", "big.bin", "sub"]
        )
    }
}

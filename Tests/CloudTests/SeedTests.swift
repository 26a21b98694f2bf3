import Foundation
import Testing

@testable import Cloud

struct SeedTests {
    @Test func seedIsServedWhetherItCameBeforeOrAfterTheServer() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/cloud"
        let cloud = LocalCloud(folder: path)
        let file = folder.path + "/data.bin"
        let data = pattern(600_000)
        try data.write(to: URL(fileURLWithPath: file))
        try cloud.seed(bucket: bucket, objects: [("model/a.txt", .bytes(Data("early".utf8)))])
        try await withCloud(in: path) { base, _ in
            try cloud.seed(bucket: "other-bucket", objects: [("data", .file(path: file))])
            #expect(try await curl("\(base)/\(bucket)/model/a.txt").text == "early")
            #expect(try await curl("\(base)/other-bucket/data").body == data)
        }
    }

    @Test func seedWithoutItsFileIsNamedAndLeavesNothing() throws {
        let folder = try TemporaryFolder()
        #expect {
            try LocalCloud(folder: folder.path).seed(
                bucket: bucket,
                objects: [("a", .file(path: folder.path + "/missing"))]
            )
        } throws: { error in
            "\(error)".contains("/missing")
        }
        #expect(folder.files == ["objects/.lock", "objects/\(bucket)/,bucket"])
    }
}

import Foundation
import Testing

@testable import Cloud

struct LocalRegistryTests {
    @Test func settingsAreForTheRegistryThatTheSecretsName() throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path + "/it's/cloud")
        let path = try cloud.registrySettings()
        let text = try String(contentsOfFile: path, encoding: .utf8)
        let secrets = try cloud.localSecrets()
        #expect(secrets["REGISTRY_NAME"]?.hasPrefix(LocalCloud.registry + "/") == true)
        #expect(text.contains("addr: \(LocalCloud.registry)\n"))
        #expect(text.contains("rootdirectory: '\(folder.path)/it''s/cloud/registry'\n"))
    }
}

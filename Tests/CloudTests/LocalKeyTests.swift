import Foundation
import Testing

@testable import Cloud

struct LocalKeyTests {
    @Test(arguments: [
        ("http://127.0.0.1:9026/token", true), ("http://localhost:1/token", true),
        ("http://[::1]:5/token", true),
        ("HTTP://127.0.0.1/token", true),
        ("https://oauth2.googleapis.com/token", false), ("http://127.0.0.1.evil.example/token", false),
        ("http://127.0.0.1@evil.example/token", false), ("http://evil.example\\@127.0.0.1/token", false),
        ("http://evil.example/127.0.0.1", false), ("ftp://127.0.0.1/token", false), ("127.0.0.1", false),
        ("", false), (" http://127.0.0.1/", false),
    ])
    func hostOfTheTokenAddressDecides(_ address: String, _ isLocal: Bool) throws {
        let json = try String(
            decoding: JSONSerialization.data(withJSONObject: [
                "token_uri": address, "type": "service_account",
            ]),
            as: UTF8.self
        )
        #expect(LocalCloud.isLocalKey(base64OrJSON: json) == isLocal)
        #expect(LocalCloud.isLocalKey(base64OrJSON: "\n  " + json) == isLocal)
        let base64 = Data(json.utf8).base64EncodedString(options: .lineLength64Characters)
        #expect(LocalCloud.isLocalKey(base64OrJSON: base64 + "\n") == isLocal)
    }

    @Test(arguments: ["", "{}", "{", "nonsense", "e30=", #"{"token_uri":5}"#, "[]"])
    func whatIsNoKeyIsNoLocalKey(_ text: String) {
        #expect(!LocalCloud.isLocalKey(base64OrJSON: text))
    }

    @Test func secretsAndEnvironmentAreThereBeforeTheServer() throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path + "/cloud")
        let secrets = try cloud.localSecrets()
        #expect(
            Set(secrets.keys) == [
                "SERVICE_ACCOUNT_KEY", "REGISTRY_NAME", "REGION", "PROJECT_ID", "SERVICE_NAME",
            ]
        )
        let key = try #require(secrets["SERVICE_ACCOUNT_KEY"])
        #expect(LocalCloud.isLocalKey(base64OrJSON: key))
        let again = try cloud.localSecrets()
        #expect(again == secrets, "the key is made once")

        let json = try #require(Data(base64Encoded: key))
        let fields = try #require(try JSONSerialization.jsonObject(with: json) as? [String: String])
        #expect(
            Set(fields.keys) == [
                "type", "project_id", "private_key_id", "private_key", "client_email", "client_id",
                "auth_uri",
                "token_uri", "universe_domain",
            ]
        )
        #expect(fields["private_key"]?.hasPrefix("-----BEGIN PRIVATE KEY-----\n") == true)

        let environment = Dictionary(uniqueKeysWithValues: try cloud.localEnvironment())
        let storage = try #require(environment["STORAGE_EMULATOR_HOST"])
        #expect(storage + "/token" == fields["token_uri"])
        #expect(environment["GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT"] == "false")
    }

    @Test func onlyTheUserMayReadKeyAndState() throws {
        let folder = try TemporaryFolder()
        _ = try LocalCloud(folder: folder.path + "/cloud").localSecrets()
        for (name, mode) in [("", 0o700), ("/service-account.json", 0o600), ("/state.json", 0o600)] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/cloud" + name)
            #expect(attributes[.posixPermissions] as? Int == mode)
        }
    }

    @Test func damagedKeyIsNamed() throws {
        let folder = try TemporaryFolder()
        let cloud = LocalCloud(folder: folder.path)
        _ = try cloud.localSecrets()
        try Data("{}".utf8).write(to: URL(fileURLWithPath: folder.path + "/service-account.json"))
        #expect {
            try cloud.localSecrets()
        } throws: { error in
            "\(error)".contains("service-account.json")
        }
    }
}

import Foundation
import Testing

@testable import Store

@Suite struct SettingsTests {
    private let place = TemporaryHome()
    private let value = #"p@ss w0rd"&<x>/y\z"#
    private var keyPath: String { place.home.keys + "/secrets.key" }

    @Test func narrowerScopesWin() throws {
        let store = try place.store()
        try store.setSecret("a", "global", scope: .global)
        try store.setSecret("A", "repository", scope: .repository("/r"))
        try store.setSecret("A", "production", scope: .environment(repository: "/r", name: "Production"))
        try store.setSecret("b", "global", scope: .global)
        try store.setSecret("A", "other set", scope: .global, set: "local")
        #expect(try store.secrets(for: "/r") == ["A": "repository", "B": "global"])
        #expect(
            try store.secrets(for: "/r", environment: "production") == ["A": "production", "B": "global"]
        )
        #expect(try store.secrets(for: "/s") == ["A": "global", "B": "global"])
        #expect(try store.secrets(for: "/r", set: "local") == ["A": "other set"])
        #expect(try store.secrets(for: "/r", set: "none").isEmpty)

        try store.setVariable("v", "global", scope: .global)
        try store.setVariable("V", "repository", scope: .repository("/r"))
        #expect(try store.variables(for: "/r") == ["V": "repository"])
        #expect(try store.variables(for: "/s") == ["V": "global"])
        #expect(try store.variable("v", scope: .repository("/r"))?.value == "repository")
        #expect(try store.deleteVariable("v", scope: .repository("/r")))
        #expect(try store.variables(for: "/r") == ["V": "global"])
    }

    @Test func secretsAreListedByNameAndDeleted() throws {
        let store = try place.store()
        try store.setSecret("b", "1", scope: .repository("/r"))
        try store.setSecret("a", "2", scope: .repository("/r"))
        try store.setSecret("a", "3", scope: .repository("/r"))
        #expect(try store.secretNames(scope: .repository("/r")).map(\.name) == ["A", "B"])
        #expect(try store.secrets(for: "/r")["A"] == "3")
        #expect(try store.deleteSecret("A", scope: .repository("/r")))
        #expect(try !store.deleteSecret("A", scope: .repository("/r")))
        #expect(try store.secretNames(scope: .repository("/r")).map(\.name) == ["B"])
    }

    @Test func valuesAreNowhereInTheStore() throws {
        let store = try place.store()
        try store.setSecret("s", value, scope: .global)
        #expect(try store.secrets(for: "/r") == ["S": value])
        for file in try FileManager.default.contentsOfDirectory(atPath: place.home.store) {
            let data = try Data(contentsOf: URL(fileURLWithPath: place.home.store + "/" + file))
            #expect(data.range(of: Data(value.utf8)) == nil, "\(file)")
        }
        let attributes = try FileManager.default.attributesOfItem(atPath: keyPath)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(attributes[.size] as? Int == 32)
    }

    @Test(arguments: [0o640, 0o604, 0o660, 0o644])
    func keysThatOthersCanReadAreRefused(mode: Int) throws {
        let store = try place.store()
        try store.setSecret("s", value, scope: .global)
        try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: keyPath)
        let error = try #require(throws: StoreError.self) { try store.secrets(for: "/r") }
        #expect(error.reason == .keyExposed(mode: mode))
        #expect(error.description.contains("chmod 600"))
        #expect(throws: StoreError.self) { try store.setSecret("t", "1", scope: .global) }
    }

    @Test func aLostKeyIsNeverReplacedWhileSecretsNeedIt() throws {
        let store = try place.store()
        try store.setSecret("s", value, scope: .global)
        try FileManager.default.removeItem(atPath: keyPath)
        for attempt in [
            { _ = try store.secrets(for: "/r") }, { try store.setSecret("t", "1", scope: .global) },
        ] {
            let error = try #require(throws: StoreError.self, performing: attempt)
            #expect(error.reason == .keyMissing)
        }
        try store.deleteSecret("s", scope: .global)
        try store.setSecret("t", "1", scope: .global)
        #expect(try store.secrets(for: "/r") == ["T": "1"])
    }

    @Test func damagedAndForeignKeysAreTold() throws {
        let store = try place.store()
        try store.setSecret("s", value, scope: .global)
        let file = URL(fileURLWithPath: keyPath)
        for (size, reason) in [
            (31, StoreError.Reason.keyDamaged), (33, .keyDamaged), (32, .unreadableSecret),
        ] {
            try Data(repeating: 1, count: size).write(to: file)
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: keyPath)
            let error = try #require(throws: StoreError.self) { try store.secrets(for: "/r") }
            #expect(error.reason == reason)
            #expect(!error.description.contains(value))
        }
    }

    @Test func sealedValuesOpenInTheirOwnPlaceOnly() throws {
        let store = try place.store()
        try store.setSecret("s", value, scope: .global)
        try store.write { try $0.execute(sql: "UPDATE secrets SET name = 'T'") }
        let error = try #require(throws: StoreError.self) { try store.secrets(for: "/r") }
        #expect(error.reason == .unreadableSecret)
        #expect(error.subject == "T")
    }

    @Test(arguments: [
        ("", StoreError.NameFault.empty), ("1A", .startsWithDigit), ("github_x", .reservedPrefix),
        ("A-B", .character("-")), ("Ä", .character("Ä")), ("A B", .character(" ")), ("A\n", .character("\n")),
    ])
    func namesThatGitHubRefusesAreRefused(name: String, fault: StoreError.NameFault) throws {
        let store = try place.store()
        for attempt in [
            { try store.setSecret(name, value, scope: .global) },
            { try store.setVariable(name, value, scope: .global) },
        ] {
            let error = try #require(throws: StoreError.self, performing: attempt)
            #expect(error.reason == .invalidName(fault))
            #expect(!error.description.contains(value))
        }
    }

    @Test func valuesHave48KilobytesAtMost() throws {
        let store = try place.store()
        let most = String(repeating: "x", count: 48 * 1024)
        try store.setSecret("s", most, scope: .global)
        #expect(try store.secrets(for: "/r")["S"] == most)
        let error = try #require(throws: StoreError.self) {
            try store.setSecret("s", most + "x", scope: .global)
        }
        #expect(error.description == "the value of `S` is larger than 48 KB")
    }

    @Test func keysMadeAtOnceAreOne() async throws {
        let home = place.home
        try await withThrowingTaskGroup { group in
            for index in 1...6 {
                group.addTask { try Store(home: home).setSecret("S\(index)", "\(index)", scope: .global) }
            }
            try await group.waitForAll()
        }
        #expect(try place.store().secrets(for: "/r").count == 6)
        #expect(try FileManager.default.contentsOfDirectory(atPath: home.keys) == ["secrets.key"])
    }
}

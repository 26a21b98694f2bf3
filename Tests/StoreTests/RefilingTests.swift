import Foundation
import Testing

@testable import Store

/// One repository's rows under two paths.
@Suite struct RefilingTests {
    private let place = TemporaryHome()

    @Test func whatIsFreeMovesAndNothingIsOverwritten() throws {
        let store = try place.store()
        let old = SettingScope.repository("/linked")
        try store.setSecret("both", "linked", scope: old)
        try store.setSecret("both", "main", scope: .repository("/main"))
        try store.setSecret("one", "1", scope: old)
        try store.setSecret("deep", "2", scope: .environment(repository: "/linked", name: "Prod"))
        try store.setVariable("v", "3", scope: old)
        _ = try store.addRepository("/linked")
        let moved = try store.createRun(newRun("a.yml", repository: "/linked")).id
        let kept = try store.createRun(newRun("b.yml", repository: "/linked")).id
        _ = try store.createRun(newRun("b.yml", repository: "/main"))

        for _ in 1...2 {
            try store.refile("/linked", as: "/main")
            #expect(
                try store.secrets(for: "/main", environment: "prod") == [
                    "BOTH": "main", "ONE": "1", "DEEP": "2",
                ]
            )
            #expect(try store.secrets(for: "/linked") == ["BOTH": "linked"])
            #expect(try store.variables(for: "/main") == ["V": "3"])
            #expect(try store.repositories().map(\.path) == ["/main"])
            #expect(try store.run(moved)?.repository == "/main")
            #expect(try store.run(kept)?.repository == "/linked")
        }
        #expect(try store.createRun(newRun("a.yml", repository: "/main")).runNumber == 2)
    }

    @Test func aSecretThatCannotBeOpenedStaysAlone() throws {
        let store = try place.store()
        for name in ["one", "two"] { try store.setSecret(name, "1", scope: .repository("/linked")) }
        try store.write { db in try db.execute(sql: "UPDATE secrets SET sealed = x'00' WHERE name = 'ONE'") }
        try store.refile("/linked", as: "/main")
        #expect(try store.secretNames(scope: .repository("/linked")).map(\.name) == ["ONE"])
        #expect(try store.secrets(for: "/main") == ["TWO": "1"])
    }

    @Test func withoutItsKeyASecretStays() throws {
        let store = try place.store()
        try store.setSecret("one", "1", scope: .repository("/linked"))
        try FileManager.default.removeItem(atPath: place.home.keys + "/secrets.key")
        try store.refile("/linked", as: "/main")
        #expect(try store.secretNames(scope: .repository("/linked")).map(\.name) == ["ONE"])
    }
}

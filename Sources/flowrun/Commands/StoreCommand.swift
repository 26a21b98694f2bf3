import ArgumentParser
import Foundation
import Store

struct StoreCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "store",
        abstract: "The database of what ran and what is kept.",
        discussion: """
            EXAMPLES
              flowrun store backup ~/flowrun.db
            """,
        subcommands: [StoreBackup.self]
    )
}

struct StoreBackup: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backup",
        abstract: "Copy the store as it is now into a new file, whatever goes on meanwhile.",
        discussion: """
            Put back as `store/flowrun.db` of the state folder, while nothing of flowrun runs and without the files
            `flowrun.db-wal` and `flowrun.db-shm`, it is the store again. Secrets stay sealed in it, and the key that opens them
            is not in it: keep that elsewhere. Logs, reports and artifacts are files beside the store; copy the state folder
            for them.

            EXAMPLES
              flowrun store backup ~/flowrun.db
            """
    )

    @Argument(help: "The file, which must not be there yet.", completion: .file()) var file: String

    func run() throws {
        let home = Surroundings().home
        guard access(home.store + "/flowrun.db", F_OK) == 0 else {
            throw CommandEnd(.nothingStarted, "error: there is no store in `\(home.path)` yet")
        }
        try Store(home: home).backUp(to: file)
    }
}

import Foundation
import GRDB
import GRDBSQLite
import Synchronization

/// What has happened and what is kept: runs, reports, secrets and variables, in SQLite.
///
/// What is not in it did not happen.
///
/// One connection reads and writes: readers may have to wait for a commit, but opening a second one costs more than
/// most commands read. A pool would write at every opening, to make sure that there is a write-ahead log. Calls block
/// for as long as they take.
package final class Store: Sendable {
    package let home: FlowrunHome
    /// The database's file.
    package let path: String
    private let queue: DatabaseQueue
    /// Absent where nothing may be written.
    private let lock: WriteLock?
    /// Held by a reader that counts on it that nobody writes.
    private let silence: WriteLock?
    /// Whether a commit waits for the disk, as the connection is set now.
    private let waitsForDisk = Mutex(true)
    /// The database's file as SQLite names it, without symbolic links.
    private let truePath: String

    /// So long SQLite waits for a lock of its own, in seconds.
    private static let busyLimit = 10

    /// Opens the store, and makes it or brings it up to date where needed.
    ///
    /// With `readOnly` nothing is written, and a store that is not there yet reads as an empty one. Such a reader may keep
    /// writers waiting, so it should not live long.
    package init(home: FlowrunHome, readOnly: Bool = false) throws(StoreError) {
        let path = home.store + "/flowrun.db"
        self.home = home
        self.path = path
        FailedSyncs.listen()
        do {
            if readOnly {
                lock = nil
                (queue, silence) = try Self.openForReading(path, home)
            } else {
                silence = nil
                (queue, lock) = try Self.openForWriting(path, home)
            }
            Self.endAuthorization(queue)
        } catch {
            throw StoreError(error, path: path, busyLimit: Self.busyLimit)
        }
        truePath = Self.truePath(path)
    }

    deinit {
        // The last connection to be closed folds the write-ahead log into the database, which only one that may write
        // does, under its lock.
        guard let lock else { return }
        guard failedSync == nil else {
            // A log that the disk may not have is to stay as it is: the connection ends with the process.
            _ = Unmanaged.passRetained(queue)
            return
        }
        do {
            try lock.withLock { try queue.close() }
        } catch {
            // Nothing is lost: the write-ahead log stays, and the next opening reads it.
        }
    }

    /// Reads in one snapshot.
    func read<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        do {
            return try queue.unsafeRead { db in try Self.transaction("BEGIN DEFERRED", db, body) }
        } catch {
            throw StoreError(error, path: path, busyLimit: Self.busyLimit)
        }
    }

    /// Reads one value, for which no snapshot is needed.
    func readOutsideTransaction<T>(_ body: (Database) throws -> T) throws(StoreError) -> T {
        do {
            return try queue.unsafeRead(body)
        } catch {
            throw StoreError(error, path: path, busyLimit: Self.busyLimit)
        }
    }

    /// Writes all or nothing: what returns is on the disk.
    ///
    /// - Parameter isLasting: Where it is false, a loss of power may take what was written until the next write that lasts.
    func write<T>(isLasting: Bool = true, _ body: (Database) throws -> T) throws(StoreError) -> T {
        guard let lock else { throw StoreError(.readOnly, path) }
        do {
            return try queue.writeWithoutTransaction { db in
                try lock.withLock {
                    if let failedSync { throw failedSync }
                    try setWaitsForDisk(isLasting, db)
                    return try Self.transaction("BEGIN IMMEDIATE", db, body)
                }
            }
        } catch {
            throw failedSync ?? StoreError(error, path: path, busyLimit: Self.busyLimit)
        }
    }
}

extension Database {
    /// Runs one statement.
    ///
    /// GRDB's `execute(sql:)` takes several, and takes longer for one than SQLite does.
    func run(_ sql: String, _ arguments: StatementArguments = StatementArguments()) throws {
        try makeStatement(sql: sql).execute(arguments: arguments)
    }
}

extension Store {
    /// Finds out whether the store can be read and written.
    package func probe() throws(StoreError) {
        try write { db in try db.execute(sql: "PRAGMA user_version = \(Schema.version)") }
    }

    /// Returns once all that was written so far is on the disk.
    func makeLasting() throws(StoreError) {
        if let failedSync { throw failedSync }
        // Where there is no write-ahead log, it was folded into the database, which waits for the disk.
        let log = open(path + "-wal", O_RDONLY | O_CLOEXEC)
        guard log >= 0 || errno != ENOENT else { return }
        guard log >= 0 else { throw StoreError(fromSystem: errno, path) }
        defer { close(log) }
        guard fdatasync(log) == 0 else {
            FailedSyncs.note(truePath, String(cString: strerror(errno)))
            throw failedSync ?? StoreError(fromSystem: errno, path)
        }
    }

    /// The sync of the store that failed, in this process or another; nil where none did.
    ///
    /// From then on nothing is written, since no later sync is believed. What was on the disk before is kept.
    package var failedSync: StoreError? {
        let reason = FailedSyncs.reason(of: truePath) ?? lock?.complaint
        return reason.map { StoreError(.failedSync(reason: $0), path) }
    }

    private static func truePath(_ path: String) -> String {
        guard let found = realpath(path, nil) else { return path }
        defer { free(found) }
        return String(cString: found)
    }

    private func setWaitsForDisk(_ isLasting: Bool, _ db: Database) throws {
        guard waitsForDisk.withLock({ $0 != isLasting }) else { return }
        try db.run("PRAGMA synchronous = \(isLasting ? "FULL" : "NORMAL")")
        waitsForDisk.withLock { $0 = isLasting }
    }

    /// Does all of `body` or nothing.
    ///
    /// As GRDB's own `inTransaction`, but with statements that are compiled once.
    private static func transaction<T>(
        _ begin: String,
        _ db: Database,
        _ body: (Database) throws -> T
    ) throws -> T {
        try db.cachedStatement(sql: begin).execute()
        do {
            let result = try body(db)
            try db.cachedStatement(sql: "COMMIT").execute()
            return result
        } catch {
            // SQLite itself has ended the transaction after some errors.
            if db.isInsideTransaction { try db.execute(sql: "ROLLBACK") }
            throw error
        }
    }

    /// Has GRDB no longer told of each column that a statement reads.
    ///
    /// It wants to know for those who observe a database, and for changes of tables, which nobody and nothing does once a
    /// store is open; a tenth of what a short run does was this.
    private static func endAuthorization(_ queue: DatabaseQueue) {
        queue.inDatabase { db in _ = sqlite3_set_authorizer(db.sqliteConnection, nil, nil) }
    }

    private static func configuration(readOnly: Bool) -> Configuration {
        var configuration = Configuration()
        configuration.readonly = readOnly
        configuration.busyMode = .timeout(TimeInterval(busyLimit))
        // GRDB would put this one together in a way that makes Swift search all types of the program.
        configuration.foreignKeysEnabled = false
        configuration.prepareDatabase { db in
            try db.run("PRAGMA foreign_keys = ON")
            guard !readOnly else { return }
            // A commit is on the disk when it returns, whatever the power does.
            try db.run("PRAGMA synchronous = FULL")
            // Whoever opens the store next reads the whole write-ahead log, so that is kept short.
            try db.run("PRAGMA wal_autocheckpoint = 200")
            try db.run("PRAGMA journal_size_limit = 16777216")
        }
        return configuration
    }

    private static func openForWriting(
        _ path: String,
        _ home: FlowrunHome
    ) throws -> (DatabaseQueue, WriteLock) {
        try home.make(home.store)
        let lock = try WriteLock(path: "\(home.store)/\(WriteLock.name)")
        try createFile(path)
        let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: false))
        if try !isUpToDate(queue, path) {
            try lock.withLock {
                try queue.writeWithoutTransaction { db in try db.execute(sql: "PRAGMA journal_mode = WAL") }
                try backUp(queue, home)
                try Schema.migrate(queue)
            }
        }
        // A daemon goes by what it was told for as long as it lives: what is there can be read, and nothing is written.
        if let reason = lock.complaint, !DaemonBell(home: home).isHeard {
            try lock.withLock {
                try writeAnew(queue, lock, path, StoreError(.failedSync(reason: reason), path))
            }
        }
        return (queue, lock)
    }

    /// Writes all that a sync which failed may have left unwritten, from what the system remembers, and makes sure of it.
    private static func writeAnew(
        _ queue: DatabaseQueue,
        _ lock: WriteLock,
        _ path: String,
        _ failed: StoreError
    ) throws {
        try queue.writeWithoutTransaction { db in
            // The pages of the log go into the database again, and the log goes only once they are there.
            let isHeld: Bool? = try Row.fetchOne(db, sql: "PRAGMA wal_checkpoint(TRUNCATE)")?["busy"]
            guard isHeld == false else { throw StoreError(.busy(seconds: busyLimit), path) }
            let found = try String.fetchOne(db, sql: "PRAGMA quick_check") ?? ""
            guard found == "ok" else { throw StoreError(.damaged, path, cause: DamageFound(words: found)) }
        }
        guard FailedSyncs.reason(of: truePath(path)) == nil else { throw failed }
        try lock.endComplaint()
    }

    /// What SQLite finds wrong with a database.
    private struct DamageFound: Error, CustomStringConvertible {
        var words: String
        var description: String { words }
    }

    /// Copies a store whose tables are about to be changed, whole, beside it.
    private static func backUp(_ queue: DatabaseQueue, _ home: FlowrunHome) throws {
        let version = try queue.read { db in try Int.fetchOne(db, sql: "PRAGMA user_version") } ?? 0
        guard version > 0 else { return }
        try home.make(home.backups)
        try copy(queue, to: "\(home.backups)/flowrun-\(version)-\(Date().milliseconds).db")
    }

    /// Copies the store as it is at one moment into a new file, while others go on writing.
    ///
    /// The file is for the user alone, and on the disk when this returns. What is sealed stays so in it, and the key is not
    /// in it; nor are journals, logs and artifacts, which are files of their own.
    ///
    /// - Throws: `alreadyThere` where there is something at the path, which stays as it is.
    package func backUp(to path: String) throws(StoreError) {
        do {
            try Self.copy(queue, to: path)
        } catch {
            throw StoreError(error, path: path, busyLimit: Self.busyLimit)
        }
    }

    private static func copy(_ queue: DatabaseQueue, to path: String) throws {
        // SQLite fills an empty file; one that it makes itself others could read.
        let file = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else {
            throw errno == EEXIST ? StoreError(.alreadyThere, path) : StoreError(fromSystem: errno, path)
        }
        defer { close(file) }
        do {
            try queue.unsafeRead { db in try db.run("VACUUM INTO ?", [path]) }
            guard fsync(file) == 0 else { throw StoreError(fromSystem: errno, path) }
        } catch {
            unlink(path)
            throw error
        }
    }

    private static func openForReading(
        _ path: String,
        _ home: FlowrunHome
    ) throws -> (DatabaseQueue, WriteLock?) {
        guard access(path, F_OK) == 0 || errno != ENOENT else {
            let empty = try DatabaseQueue()
            try Schema.migrate(empty)
            return (empty, nil)
        }
        if let (queue, silence) = try openInSilence(path, home) { return (queue, silence) }
        let queue = try DatabaseQueue(path: path, configuration: configuration(readOnly: true))
        if try !isUpToDate(queue, path) { _ = try Store(home: home) }
        return (queue, nil)
    }

    /// Opens a store that nobody else has open and that is up to date; `nil` for any other.
    ///
    /// Even to read, SQLite makes a write-ahead log and a file of shared memory where there are none, and leaves them. It
    /// does not where it is told that the database's file never changes, which is true as long as the lock is held.
    private static func openInSilence(
        _ path: String,
        _ home: FlowrunHome
    ) throws -> (DatabaseQueue, WriteLock)? {
        let lockPath = "\(home.store)/\(WriteLock.name)"
        func hasLog() -> Bool { access(path + "-wal", F_OK) == 0 }
        guard access(lockPath, R_OK | W_OK) == 0, !hasLog() else { return nil }
        let silence = try WriteLock(path: lockPath)
        try silence.hold()
        guard !hasLog() else { return nil }
        let queue = try DatabaseQueue(
            path: URL(fileURLWithPath: path).absoluteString + "?immutable=1",
            configuration: configuration(readOnly: true)
        )
        return try isUpToDate(queue, path) ? (queue, silence) : nil
    }

    private static func isUpToDate(_ queue: DatabaseQueue, _ path: String) throws -> Bool {
        let version = try queue.unsafeRead { db in try Int.fetchOne(db, sql: "PRAGMA user_version") } ?? 0
        guard version <= Schema.version else {
            throw StoreError(.newerSchema(found: version, known: Schema.version), path)
        }
        return version == Schema.version
    }

    /// SQLite gives its other files the rights of this one.
    private static func createFile(_ path: String) throws(StoreError) {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StoreError(fromSystem: errno, path) }
        close(descriptor)
    }
}

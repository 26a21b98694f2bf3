import Foundation
package import Store

/// Places of jobs that did not end well: nobody else works in them until they are resumed, or removed.
///
/// A file beside a place says whose it is.
package struct KeptPlaces: Sendable {
    /// Older ones go when another is kept.
    private static let longest: TimeInterval = 7 * 86_400

    private let home: FlowrunHome

    package init(home: FlowrunHome) { self.home = home }

    private func marker(_ place: Int) -> String { "\(home.work)/\(place).kept" }

    /// Whether somebody may come back to a place.
    func isKept(_ place: Int) -> Bool { access(marker(place), F_OK) == 0 }

    func holds(_ place: Int, for job: Int64, of run: Int64) -> Bool {
        PlainFile.text(of: marker(place)) == "\(run) \(job)"
    }

    /// Keeps the place that a job works in, should it not get to its end; an attempt before that had it has it no more.
    func keep(_ place: Int, for job: Int64, of run: Int64) throws {
        guard let owner = owner(of: place), owner != (run, job) else {
            return try PlainFile.write("\(run) \(job)", to: marker(place))
        }
        try LastingFile.write(Data("\(run) \(job)".utf8), to: marker(place))
        unlink(KeptJob.path(run: owner.run, job: owner.job, home))
    }

    /// Brings to the disk whose a place is.
    func secure(_ place: Int) throws {
        guard let owner = PlainFile.text(of: marker(place)) else { return }
        try LastingFile.write(Data(owner.utf8), to: marker(place))
    }

    /// Removes scripts and command files that steps were given, for secrets may stand in them.
    ///
    /// - Parameter temp: The job's folder for such files.
    static func removeGivenFiles(under temp: String) {
        let commandFiles = "\(temp)/_runner_file_commands"
        for name in FolderNames.of(commandFiles) ?? [] { unlink("\(commandFiles)/\(name)") }
        for name in FolderNames.of(temp) ?? [] where UUID(uuidString: String(name.prefix(36))) != nil {
            unlink("\(temp)/\(name)")
        }
    }

    /// Removes what a process that died has left of such files in a place that is kept.
    func removeGivenFiles(of place: Int) { Self.removeGivenFiles(under: "\(home.work)/\(place)/_temp") }

    /// Gives a place back to everybody; what is in it stays until somebody works there.
    func release(_ place: Int) { unlink(marker(place)) }

    /// Whether a job of a run can go on.
    package func hasPlace(ofRun run: Int64) -> Bool { places().contains { owner(of: $0)?.run == run } }

    /// Removes the places of a run.
    package func remove(run: Int64) throws {
        for place in places() where owner(of: place)?.run == run { try remove(place) }
    }

    /// Removes those that are too many or too old, and those of runs that are no more; a place in which a job works is not
    /// among them.
    package func prune(keeping count: Int) throws {
        let newest = places().filter { !isHeld($0) }.sorted { age(of: $0) < age(of: $1) }
        for (index, place) in newest.enumerated() {
            let isGone = owner(of: place).map { access(home.run($0.run), F_OK) != 0 } ?? true
            if index >= count || age(of: place) > Self.longest || isGone { try remove(place) }
        }
    }

    private func remove(_ place: Int) throws {
        let path = "\(home.work)/\(place).lock"
        let lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard lock >= 0 else { throw FolderError(path: path, reason: String(cString: strerror(errno))) }
        defer { close(lock) }
        // One that is being resumed is nobody's to remove.
        guard flock(lock, LOCK_EX | LOCK_NB) == 0 else { return }
        if let owner = owner(of: place) { unlink(KeptJob.path(run: owner.run, job: owner.job, home)) }
        try JobFolders.remove("\(home.work)/\(place)")
        release(place)
    }

    private func isHeld(_ place: Int) -> Bool {
        let lock = open("\(home.work)/\(place).lock", O_RDWR | O_CLOEXEC)
        guard lock >= 0 else { return false }
        defer { close(lock) }
        return flock(lock, LOCK_EX | LOCK_NB) != 0
    }

    private func owner(of place: Int) -> (run: Int64, job: Int64)? {
        let words = PlainFile.text(of: marker(place))?.split(separator: " ").compactMap { Int64($0) } ?? []
        return words.count == 2 ? (words[0], words[1]) : nil
    }

    private func age(of place: Int) -> TimeInterval {
        var facts = stat()
        guard stat(marker(place), &facts) == 0 else { return .infinity }
        return Date().timeIntervalSince1970 - TimeInterval(facts.st_mtim.tv_sec)
            - TimeInterval(facts.st_mtim.tv_nsec) / 1e9
    }

    private func places() -> [Int] {
        (FolderNames.of(home.work) ?? []).filter { $0.hasSuffix(".kept") }.compactMap { Int($0.dropLast(5)) }
    }
}

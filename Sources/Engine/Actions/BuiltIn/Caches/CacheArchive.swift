import Foundation
import Store
import Synchronization

/// The archive of a cache, made and unpacked by the machine's `tar`, as `@actions/cache` does: paths are relative to the
/// workspace, those outside it lead there.
///
/// Before anything is unpacked the archive's list is read: it comes from other jobs.
struct CacheArchive: Sendable {
    private let wish: CacheWish
    private let call: BuiltInCall

    init(_ wish: CacheWish, _ call: BuiltInCall) {
        self.wish = wish
        self.call = call
    }

    private var patterns: [GlobPattern] {
        wish.paths.map { GlobPattern($0, workspace: call.workspace, home: call.home) }
    }

    /// The files and folders to keep, relative to the workspace.
    func places() -> [String] {
        GlobWalk(patterns: patterns, followsLinks: true).places().map(relative)
    }

    func pack(_ places: [String], into blob: IncomingBlob) async throws {
        let list = "\(call.temp)/cache-\(UUID().uuidString.lowercased()).txt"
        defer { unlink(list) }
        try Data((places.joined(separator: "\0") + "\0").utf8).write(to: URL(fileURLWithPath: list))
        let file = try blob.ranged()
        var words = ["--posix", "-cf", file.path, "-P", "-C", call.workspace, "--null", "--files-from", list]
        switch wish.packing {
        case .zstd(let program): words += ["--use-compress-program", "\(program) -T0"]
        case .gzip: words.append("-z")
        }
        let status = try await call.runProcess(tar(words))
        try call.checkGoingOn()
        guard status == 0 else { throw StepFailure("tar ended with exit code \(status)") }
        try await BlockingWork.run {
            let size = try file.size()
            if size > 0 { blob.mark(0..<size) }
            try blob.setWhole(rangedSize: size)
        }
    }

    func unpack(_ file: BlobFile) async throws {
        let read: [String] =
            switch wish.packing {
            case .zstd(let program): ["--use-compress-program", "\(program) -d"]
            case .gzip: ["-z"]
            }
        let check = Mutex(
            CacheListing(
                workspace: call.workspace,
                roots: GlobWalk(patterns: patterns, followsLinks: true).searchRoots,
                limit: max(2 << 30, try file.size().multipliedReportingOverflow(by: 200).partialValue)
            )
        )
        let lister = tar(
            ["-tvf", file.path, "-P", "--quoting-style=c", "--numeric-owner", "--full-time"] + read
        )
        let status = try await call.readProcess(lister) { bytes in check.withLock { $0.take(bytes) } }
        try call.checkGoingOn()
        try check.withLock { listing throws(StepFailure) in try listing.finish(status: status) }
        let ending = try await call.runProcess(
            tar(
                ["-xf", file.path, "-P", "-C", call.workspace, "--no-same-owner", "--no-same-permissions"]
                    + read
            )
        )
        try call.checkGoingOn()
        guard ending == 0 else { throw StepFailure("tar ended with exit code \(ending)") }
    }

    private func tar(_ words: [String]) -> Command {
        var environment = call.hostEnvironment
        environment["LC_ALL"] = "C"
        // Options of a person's own would change what is read and written.
        environment["TAR_OPTIONS"] = nil
        return Command(
            executable: ProgramSearch.find("tar", in: environment) ?? "tar",
            arguments: words,
            workingDirectory: call.workspace,
            environment: environment
        )
    }

    private func relative(_ path: String) -> String {
        guard path != call.workspace else { return "." }
        let (from, to) = (call.workspace.split(separator: "/"), path.split(separator: "/"))
        let common = zip(from, to).prefix { $0 == $1 }.count
        return (Array(repeating: "..", count: from.count - common) + to.dropFirst(common).map(String.init))
            .joined(separator: "/")
    }
}

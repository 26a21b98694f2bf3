import Foundation

/// A small file system in memory, for tests of a disk that is full.
struct FullDisk {
    let path: String

    /// Whether one can be mounted here, which takes the right to.
    static let isPossible: Bool = {
        guard getuid() == 0 else { return false }
        let path = NSTemporaryDirectory() + "/flowrun-mount-\(UUID().uuidString)"
        guard mkdir(path, 0o700) == 0 else { return false }
        defer { rmdir(path) }
        guard mount("tmpfs", path, "tmpfs", 0, "size=1m") == 0 else { return false }
        return umount(path) == 0
    }()

    /// - Parameter files: How many files and folders it takes, itself among them; as many as there is room for where absent.
    init(at path: String, megabytes: Int, files: Int? = nil) throws {
        self.path = path
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        let limit = files.map { ",nr_inodes=\($0)" } ?? ""
        guard mount("tmpfs", path, "tmpfs", 0, "size=\(megabytes)m,mode=0700\(limit)") == 0 else {
            throw SiteError(message: "mount: \(String(cString: strerror(errno)))")
        }
    }

    /// Takes all the room that is left, and none of what a daemon gives up when it sees that.
    func fill() {
        let file = open(filler, O_WRONLY | O_CREAT, 0o600)
        defer { close(file) }
        var system = statvfs()
        // Somebody else may take some of it first.
        repeat {
            guard fstatvfs(file, &system) == 0, system.f_bavail > 0 else { return }
        } while posix_fallocate(file, 0, off_t(system.f_bavail) * off_t(system.f_frsize)) != 0
    }

    func free() { unlink(filler) }

    private var filler: String { "\(path)/filler" }

    func unmount() { umount2(path, Int32(MNT_DETACH)) }
}

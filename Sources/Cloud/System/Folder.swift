import Foundation

/// What the local cloud does with folders and whole small files.
enum Folder {
    /// Makes `path` and what is missing above it, for the user's eyes only.
    static func make(_ path: String) throws(CloudError) {
        var status = stat()
        if stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFDIR { return }
        let parent = (path as NSString).deletingLastPathComponent
        if !parent.isEmpty, parent != path { try make(parent) }
        if mkdir(path, 0o700) != 0 {
            guard errno == EEXIST else { throw .system("create the folder", path) }
            return
        }
        if !parent.isEmpty { try synchronize(parent) }
    }

    /// Makes names created, moved or removed in the folder outlive a power cut.
    static func synchronize(_ path: String) throws(CloudError) {
        try OpenFile(path: path, flags: O_RDONLY | O_DIRECTORY).synchronize()
    }

    /// As `synchronize`, or false where there is no such folder.
    static func synchronizeIfPresent(_ path: String) throws(CloudError) -> Bool {
        do throws(CloudError) {
            try synchronize(path)
            return true
        } catch  where error.code == ENOENT {
            return false
        }
    }

    /// The names in a folder, none where there is no such folder.
    static func names(in path: String) throws(CloudError) -> [String] {
        guard let stream = opendir(path) else {
            if errno == ENOENT { return [] }
            throw .system("list", path)
        }
        defer { closedir(stream) }
        var names: [String] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                guard errno == 0 else { throw .system("list", path) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
    }

    /// Moves a file over another, or to a new name.
    static func move(_ old: String, to new: String) throws(CloudError) {
        guard rename(old, new) == 0 else { throw .system("replace", new) }
    }

    /// Removes a file; one that is gone already is no fault.
    static func remove(_ path: String) throws(CloudError) {
        guard unlink(path) == 0 || errno == ENOENT else { throw .system("remove", path) }
    }

    /// Replaces a small file as a whole: a reader sees the old text or the new one, after a crash too.
    static func replace(_ path: String, with bytes: Data) throws(CloudError) {
        let fresh = "\(path).\(UUID().uuidString).new"
        do throws(CloudError) {
            let file = try OpenFile(path: fresh, flags: O_WRONLY | O_CREAT | O_EXCL)
            try file.write(Array(bytes), at: 0)
            try file.synchronize()
            try move(fresh, to: path)
        } catch {
            unlink(fresh)
            throw error
        }
        try synchronize((path as NSString).deletingLastPathComponent)
    }

    /// The bytes of a small file, nil where there is none.
    static func read(_ path: String) throws(CloudError) -> Data? {
        do throws(CloudError) {
            let file = try OpenFile(path: path, flags: O_RDONLY)
            return Data(try file.read(count: Int(file.size()), at: 0))
        } catch  where error.code == ENOENT {
            return nil
        }
    }
}

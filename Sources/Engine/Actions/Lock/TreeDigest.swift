import Crypto
import Foundation

/// A digest of a folder's files: their paths, whether they are programs, and what they hold.
enum TreeDigest {
    private static let prefix = "sha256:"

    static func isOne(_ text: some StringProtocol) -> Bool {
        text.hasPrefix(prefix) && text.utf8.count == prefix.utf8.count + 64
            && text.dropFirst(prefix.count).allSatisfy(\.isHexDigit)
    }

    static func of(_ folder: String) throws(FolderError) -> String {
        var whole = SHA256()
        guard let walk = FileManager.default.enumerator(atPath: folder) else {
            throw FolderError(path: folder, reason: "it cannot be read")
        }
        // By bytes, so that the order is the same everywhere.
        let paths = walk.compactMap { $0 as? String }.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for path in paths {
            guard let line = try line(of: path, in: folder) else { continue }
            whole.update(data: Data(line.utf8))
        }
        return prefix + whole.finalize().hex
    }

    /// Nil for folders, which are there by their files alone, as in git.
    private static func line(of path: String, in folder: String) throws(FolderError) -> String? {
        let full = "\(folder)/\(path)"
        var facts = stat()
        guard lstat(full, &facts) == 0 else {
            throw FolderError(path: full, reason: String(cString: strerror(errno)))
        }
        let kind: String
        let content: Data
        do {
            switch facts.st_mode & S_IFMT {
            case S_IFDIR: return nil
            case S_IFLNK:
                kind = "link"
                content = Data(try FileManager.default.destinationOfSymbolicLink(atPath: full).utf8)
            case S_IFREG:
                kind = facts.st_mode & S_IXUSR == 0 ? "file" : "program"
                content = try Data(contentsOf: URL(fileURLWithPath: full), options: .mappedIfSafe)
            default: throw FolderError(path: full, reason: "it is neither a file nor a folder nor a link")
            }
        } catch let error as FolderError {
            throw error
        } catch {
            throw FolderError(path: full, reason: error.localizedDescription)
        }
        return "\(kind) \(SHA256.hash(data: content).hex) \(path)\0"
    }
}

import Foundation

/// What lies in a folder.
enum FolderSize {
    /// The bytes of the files in a folder and those below it; links are not followed, what cannot be read counts nothing.
    static func of(_ folder: String) -> Int64 {
        (FolderNames.of(folder) ?? []).reduce(0) { total, name in
            var facts = stat()
            guard lstat("\(folder)/\(name)", &facts) == 0 else { return total }
            return switch facts.st_mode & S_IFMT {
            case S_IFDIR: total + of("\(folder)/\(name)")
            case S_IFREG: total + Int64(facts.st_size)
            default: total
            }
        }
    }
}

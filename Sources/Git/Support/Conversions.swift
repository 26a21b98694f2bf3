import CLibGit2
import Foundation

extension CommitID {
    init(_ oid: git_oid) {
        let digits = Array("0123456789abcdef".utf8)
        let hex = withUnsafeBytes(of: oid.id) { bytes in
            bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
        }
        self.init(digits: String(decoding: hex, as: UTF8.self))
    }

    /// As libgit2 has it.
    ///
    /// `init` has made sure of the digits, so this cannot fail.
    var oid: git_oid {
        var oid = git_oid()
        git_oid_fromstr(&oid, hex)
        return oid
    }
}

extension Signature {
    init(_ signature: git_signature) {
        self.init(
            name: signature.name.map { String(cString: $0) } ?? "",
            email: signature.email.map { String(cString: $0) } ?? "",
            time: Date(timeIntervalSince1970: TimeInterval(signature.when.time)),
            offset: Int(signature.when.offset)
        )
    }

    /// Lends the signature to libgit2.
    func withGit<T>(
        _ body: (UnsafeMutablePointer<git_signature>) throws(GitError) -> T
    ) throws(GitError) -> T {
        var signature: UnsafeMutablePointer<git_signature>?
        let seconds = git_time_t(time.timeIntervalSince1970.rounded(.down))
        try git("sign as `\(name) <\(email)>`") {
            git_signature_new(&signature, name, email, seconds, Int32(clamping: offset))
        }
        defer { git_signature_free(signature) }
        guard let signature else {
            throw GitError(reason: .other, subject: "sign as `\(name)`", message: "libgit2 gave no signature")
        }
        return try body(signature)
    }
}

/// Lends a list of texts to libgit2.
func withStrings<T>(
    _ texts: [String],
    _ body: (inout git_strarray) throws(GitError) -> T
) throws(GitError) -> T {
    var copies: [UnsafeMutablePointer<CChar>?] = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    let count = copies.count
    // A buffer of our own, as a closure that the standard library rethrows from would lose the type of the
    // error.
    let list = UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>.allocate(capacity: max(count, 1))
    defer { list.deallocate() }
    list.initialize(from: &copies, count: count)
    var array = git_strarray(strings: list, count: count)
    return try body(&array)
}

/// The texts of a list that libgit2 made, which is freed.
func take(_ list: inout git_strarray) -> [String] {
    defer { git_strarray_dispose(&list) }
    return (0..<list.count).compactMap { index in list.strings[index].map { String(cString: $0) } }
}

/// The text of a buffer that libgit2 made, which is freed.
func take(_ buffer: inout git_buf) -> String {
    defer { git_buf_dispose(&buffer) }
    guard let start = buffer.ptr else { return "" }
    return String(decoding: UnsafeRawBufferPointer(start: start, count: buffer.size), as: UTF8.self)
}

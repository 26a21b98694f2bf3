import Foundation

/// Which of a bucket's names are asked for.
struct ListingRequest: Sendable {
    var prefix: [UInt8] = []
    /// Names that hold it behind the prefix are folded into one common prefix; empty folds none.
    var delimiter: [UInt8] = []
    /// The first name wanted.
    var start: [UInt8] = []
    /// The first name no longer wanted.
    var end: [UInt8]?
    /// The last entry of the page before.
    var after: [UInt8]?
    var limit = 1000
    /// Whether a name that ends in the delimiter is an item too.
    var includesTrailingDelimiter = false
}

/// One page of a bucket's names, sorted by their bytes.
struct Listing: Sendable {
    enum Entry: Sendable { case object(ObjectName), prefix(String) }

    var entries: [Entry]
    /// The page's last entry, where another page follows.
    var next: [UInt8]?
}

extension ObjectStore {
    func list(_ bucket: String, _ request: ListingRequest) throws -> Listing {
        var walk = Walk(request: request)
        try walk.visit(folder(of: bucket), named: [])
        let after = request.after
        let sorted = walk.found.filter { entry in
            after.map { $0.lexicographicallyPrecedes(entry.key) } ?? true
        }.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let page = sorted.prefix(request.limit)
        return Listing(
            entries: try page.map { bytes, isPrefix in
                let text = String(decoding: bytes, as: UTF8.self)
                return isPrefix ? .prefix(text) : .object(try ObjectName(text))
            },
            next: page.count < sorted.count ? page.last?.key : nil
        )
    }
}

/// A way through a bucket's folders that enters only those which can hold what is asked for.
private struct Walk {
    let request: ListingRequest
    /// The names found, and whether each is a common prefix.
    private(set) var found: [[UInt8]: Bool] = [:]

    init(request: ListingRequest) {
        self.request = request
    }

    mutating func visit(_ folder: String, named name: [UInt8]) throws {
        for component in try Folder.names(in: folder) {
            if let ending = ObjectPath.nameBytes(ofFile: component) {
                take(name + ending)
            } else if component != ",bucket", let part = ObjectPath.nameBytes(ofFolder: component) {
                let inner = name + part
                guard inner.starts(with: request.prefix) || request.prefix.starts(with: inner) else {
                    continue
                }
                if let common = commonPrefix(of: inner), request.start.isEmpty, request.end == nil {
                    // All below folds into one entry: it is enough to know that there is something.
                    if found[common] == nil, try holdsObject("\(folder)/\(component)") {
                        found[common] = true
                    }
                } else {
                    try visit("\(folder)/\(component)", named: inner)
                }
            }
        }
    }

    private mutating func take(_ name: [UInt8]) {
        guard name.starts(with: request.prefix), !name.lexicographicallyPrecedes(request.start),
            request.end.map({ name.lexicographicallyPrecedes($0) }) ?? true
        else { return }
        guard let common = commonPrefix(of: name) else {
            found[name] = false
            return
        }
        if common.count == name.count, request.includesTrailingDelimiter {
            found[name] = false
        } else {
            found[common] = true
        }
    }

    /// The name up to and with the first delimiter behind the prefix.
    private func commonPrefix(of name: [UInt8]) -> [UInt8]? {
        let delimiter = request.delimiter
        guard !delimiter.isEmpty, name.starts(with: request.prefix) else { return nil }
        var start = request.prefix.count
        while start + delimiter.count <= name.count {
            if name[start...].starts(with: delimiter) { return Array(name[..<(start + delimiter.count)]) }
            start += 1
        }
        return nil
    }

    private func holdsObject(_ folder: String) throws -> Bool {
        let components = try Folder.names(in: folder)
        if components.contains(where: { ObjectPath.nameBytes(ofFile: $0) != nil }) { return true }
        for component in components where ObjectPath.nameBytes(ofFolder: component) != nil {
            if try holdsObject("\(folder)/\(component)") { return true }
        }
        return false
    }
}

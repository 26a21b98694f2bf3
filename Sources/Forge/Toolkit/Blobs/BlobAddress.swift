import Crypto
import Foundation

/// Where bytes are sent to or fetched from.
enum BlobAddress: Hashable, Sendable {
    case upload(String)
    case artifact(Int64)
    case cache(Int64)

    static let root = "_blobs"

    /// The path without its last part, which only tells clients of what kind the bytes are.
    var path: String {
        switch self {
        case .upload(let id): "/\(Self.root)/uploads/\(id)"
        case .artifact(let id): "/\(Self.root)/artifacts/\(id)"
        case .cache(let id): "/\(Self.root)/caches/\(id)"
        }
    }

    /// Reads `[_blobs, artifacts, 7, artifact.zip]`.
    init?(_ path: [String]) {
        guard path.count == 4, path[0] == Self.root else { return nil }
        switch path[1] {
        case "uploads": self = .upload(path[2])
        case "artifacts":
            guard let id = Int64(path[2]) else { return nil }
            self = .artifact(id)
        case "caches":
            guard let id = Int64(path[2]) else { return nil }
            self = .cache(id)
        default: return nil
        }
    }
}

/// Addresses that carry their own right, for some time: who has one needs no token.
struct BlobSignatures: Sendable {
    /// Artifacts may be large and machines slow.
    private static let lifetime: TimeInterval = 6 * 3600

    private let key = SymmetricKey(size: .bits256)

    /// - Parameter file: The last part of the path: by `.zip` the newest clients know what to unpack.
    func url(_ address: BlobAddress, file: String, host: String, at now: Date = Date()) -> String {
        let end = Int(now.timeIntervalSince1970 + Self.lifetime)
        // A query has to be there: the client of the blob store appends `&comp=`.
        return "http://\(host)\(address.path)/\(file)?se=\(end)&sig=\(code(address, end).base64URL)"
    }

    /// Whether a request may use the address.
    func allow(_ address: BlobAddress, expiry: String?, signature: String?, at now: Date = Date()) -> Bool {
        guard let expiry, let end = Int(expiry), let signature, let given = Data(base64URL: signature),
            HMAC<SHA256>.isValidAuthenticationCode(given, authenticating: text(address, end), using: key)
        else { return false }
        return now.timeIntervalSince1970 < Double(end)
    }

    private func code(_ address: BlobAddress, _ end: Int) -> Data {
        Data(HMAC<SHA256>.authenticationCode(for: text(address, end), using: key))
    }

    private func text(_ address: BlobAddress, _ end: Int) -> Data { Data("\(address.path)\n\(end)".utf8) }
}

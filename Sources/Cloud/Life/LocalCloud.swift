package import Foundation
import NIOCore
import Serving

/// The cloud that a project needs, on this machine: an object store and a token endpoint in one process at one
/// port of 127.0.0.1, with a key of its own.
package struct LocalCloud: Sendable {
    /// The project that the local key belongs to.
    package static let project = "demo-project"
    /// The buckets that are there from the start.
    package static let defaultBuckets = ["model-datasets-tracker"]

    let folder: CloudFolder
    let buckets: [String]

    /// - Parameters:
    ///   - folder: Where all of it is kept; made when it is first needed.
    ///   - buckets: The buckets that are made where they are missing.
    package init(folder: String, buckets: [String] = LocalCloud.defaultBuckets) {
        self.folder = CloudFolder(path: folder)
        self.buckets = buckets
    }

    /// The secret set that stands for this cloud.
    ///
    /// Read it anew for each run: the key follows its server to another port.
    package func localSecrets() throws -> [String: String] {
        let key = try folder.prepare().key
        return [
            "SERVICE_ACCOUNT_KEY": try key.json().base64EncodedString(),
            "REGISTRY_NAME": "\(Self.registry)/intro-deployment-ml",
            "REGION": "us-central1",
            "PROJECT_ID": key.projectID,
            "SERVICE_NAME": "deployment-intro-ml-service",
        ]
    }

    /// What steps find in their environment while the secret set `local` is in use, and never beside a real key.
    package func localEnvironment() throws -> [(String, String)] {
        let endpoints = CloudEndpoints(port: try folder.prepare().state.port)
        return [
            ("STORAGE_EMULATOR_HOST", endpoints.storage),
            // Otherwise gcsfs asks over gRPC and TLS for the kind of each bucket, for 30 s a time.
            ("GCSFS_EXPERIMENTAL_ZB_HNS_SUPPORT", "false"),
            ("NO_GCE_CHECK", "true"),
            ("DVC_NO_ANALYTICS", "1"),
            ("CLOUDSDK_AUTH_TOKEN_HOST", endpoints.token),
            ("CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE", "\(endpoints.storage)/storage/v1/"),
            ("CLOUDSDK_CORE_DISABLE_PROMPTS", "1"),
            ("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true"),
            ("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true"),
        ]
    }

    /// Whether a service account's key, as JSON or in base64, sends its holder to this machine for tokens.
    ///
    /// What cannot be read is no local key: it is treated with the care that a real one gets.
    package static func isLocalKey(base64OrJSON text: String) -> Bool {
        let json = text.drop { $0.isWhitespace }.first == "{" ? Data(text.utf8) : Data(base64Forgiving: text)
        guard let json, let key = try? JSONDecoder().decode(TokenAddress.self, from: json) else {
            return false
        }
        // Readers of addresses differ on a user's name and on `\`: with either, the host is in doubt.
        guard !key.tokenURI.contains(where: { $0 == "\\" || $0 == "@" || $0.isWhitespace }),
            let address = URLComponents(string: key.tokenURI), let host = address.host,
            ["http", "https"].contains(address.scheme?.lowercased())
        else { return false }
        return Loopback.isLoopback(host)
    }

    /// What an object is made of.
    package enum Content: Sendable {
        case bytes(Data)
        case file(path: String)
    }

    /// Puts objects into the store's folder, whether the server is there or not; the bucket is made if needed.
    package func seed(bucket: String, objects: [(name: String, content: Content)]) throws {
        try Folder.make(folder.path)
        let store = ObjectStore(cloudFolder: folder.path)
        try store.prepare(buckets: [bucket])
        for object in objects {
            let name = try ObjectName(object.name)
            let incoming = try store.receive()
            _ = try incoming.settle { incoming in
                switch object.content {
                case .bytes(let data):
                    try incoming.append(ByteBuffer(bytes: data))
                case .file(let path):
                    try incoming.append(fileAt: path)
                }
                return try store.commit(
                    incoming,
                    as: name,
                    in: bucket,
                    description: ObjectDescription(contentType: "application/octet-stream")
                )
            }
        }
    }

    private struct TokenAddress: Decodable {
        var tokenURI: String

        enum CodingKeys: String, CodingKey { case tokenURI = "token_uri" }
    }
}

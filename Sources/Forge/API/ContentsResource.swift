import Foundation
import Git
import HTTPTypes
import Hummingbird
import Store

/// `GET /contents/{path}?ref=`: a file with its bytes, or what is in a folder.
enum ContentsResource {
    private enum Found: Sendable {
        case file([UInt8])
        case folder([TreeEntry])
    }

    static func answer(_ call: APICall) async throws -> Response {
        guard call.method == .get else { throw ToolkitFault.absent }
        try call.require(.read, of: "contents")
        let parts = call.path.dropFirst()
        guard
            !parts.contains(where: {
                $0.isEmpty || $0 == "." || $0 == ".." || $0.contains("\0") || $0.contains("/")
            })
        else { throw ToolkitFault.absent }
        let path = parts.joined(separator: "/")
        let found: Found? = try await call.git(at: call.query["ref"]) { repository, commit in
            if !path.isEmpty, let bytes = try repository.file(path, at: commit) { return .file(bytes) }
            let entries = try repository.list(path, at: commit)
            return entries.isEmpty ? nil : .folder(entries)
        }
        switch found {
        case .file(let bytes) where call.accept.contains("raw"):
            return Response(
                status: .ok,
                headers: [.contentType: "application/vnd.github.raw+json; charset=utf-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        case .file(let bytes):
            return .json { json in
                write("file", path, call, &json)
                json.field("size", bytes.count)
                json.field("encoding", "base64")
                json.field("content", Data(bytes).base64EncodedString())
            }
        case .folder(let entries):
            return .list(entries, call) { json, entry in
                let below = path.isEmpty ? entry.name : "\(path)/\(entry.name)"
                write(kind(entry), below, call, &json)
            }
        case nil: throw ToolkitFault.absent
        }
    }

    private static func kind(_ entry: TreeEntry) -> String {
        switch entry.kind {
        case .blob: "file"
        case .tree: "dir"
        case .link: "symlink"
        case .submodule: "submodule"
        }
    }

    private static func write(_ type: String, _ path: String, _ call: APICall, _ json: inout JSONWriter) {
        json.field("type", type)
        json.field("name", path.split(separator: "/").last.map(String.init) ?? "")
        json.field("path", path)
        json.field("url", "\(call.url)/contents/\(path)")
    }
}

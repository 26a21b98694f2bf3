import Git
import HTTPTypes
import Hummingbird
import Store

/// Branches, tags and refs: `/branches`, `/tags`, `/git/ref/{ref}`, `/git/matching-refs/{ref}`.
enum RefsResource {
    static func answer(_ call: APICall) async throws -> Response {
        guard call.method == .get else { throw ToolkitFault.absent }
        try call.require(.read, of: "contents")
        let rest = call.path.dropFirst().joined(separator: "/")
        switch call.path[0] {
        case "branches" where rest.isEmpty:
            let all = try await call.git { try $0.references(under: "refs/heads/") }
            return .list(all, call) { write($1, named: "refs/heads/", call, &$0) }
        case "branches":
            let ref = try await one("refs/heads/" + rest, call)
            return .json { write(ref, named: "refs/heads/", call, &$0) }
        case "tags" where rest.isEmpty:
            let all = try await call.git { try $0.references(under: "refs/tags/") }
            return .list(all, call) { write($1, named: "refs/tags/", call, &$0) }
        case "git":
            let name = "refs/" + call.path.dropFirst(2).joined(separator: "/")
            if call.path[1] == "matching-refs" {
                let all = try await call.git { try $0.references(under: name) }
                return .list(all.filter { OpenRefs.hold($0.name) }, call) { write($1, call, &$0) }
            }
            let ref = try await one(name, call)
            return .json { write(ref, call, &$0) }
        default:
            throw ToolkitFault.absent
        }
    }

    private static func one(_ name: String, _ call: APICall) async throws -> Reference {
        guard OpenRefs.hold(name), RefName.isValidFull(name),
            let commit = try await call.git({ try $0.commitOfReference(name) })
        else { throw ToolkitFault.absent }
        return Reference(name: name, commit: commit)
    }

    private static func write(_ ref: Reference, _ call: APICall, _ json: inout JSONWriter) {
        json.field("ref", ref.name)
        json.field("url", "\(call.url)/git/\(ref.name)")
        json.object("object") { json in
            json.field("type", "commit")
            json.field("sha", ref.commit.hex)
            json.field("url", "\(call.url)/git/commits/\(ref.commit.hex)")
        }
    }

    private static func write(
        _ ref: Reference,
        named prefix: String,
        _ call: APICall,
        _ json: inout JSONWriter
    ) {
        json.field("name", String(ref.name.dropFirst(prefix.count)))
        json.object("commit") { json in
            json.field("sha", ref.commit.hex)
            json.field("url", "\(call.url)/commits/\(ref.commit.hex)")
        }
        json.field("protected", false)
    }
}

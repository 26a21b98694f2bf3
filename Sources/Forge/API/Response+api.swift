import HTTPTypes
import Hummingbird
import Store

extension Response {
    /// A fault as GitHub's REST API tells it.
    static func apiFault(_ fault: ToolkitFault) -> Response {
        .json(fault.status) { json in
            json.field("message", fault.message)
            json.field("documentation_url", "https://docs.github.com/rest")
            json.field("status", String(fault.status.code))
        }
    }

    /// A list as GitHub's REST API gives it: those of its things that the page asks for.
    static func list<Thing>(
        _ things: [Thing],
        _ call: APICall,
        _ write: (inout JSONWriter, Thing) -> Void
    ) -> Response {
        let (first, count) = call.page
        var json = JSONWriter()
        json.array { json in
            for thing in things.dropFirst(first).prefix(count) { json.object { write(&$0, thing) } }
        }
        var response = Response.ofJSON(json.bytes)
        if first + count < things.count { response.headers.append(call.nextPage) }
        return response
    }

    /// The same where the list stands in an object beside the count of all.
    static func counted<Thing>(
        _ key: StaticString,
        _ things: [Thing],
        _ call: APICall,
        _ write: (inout JSONWriter, Thing) -> Void
    ) -> Response {
        let (first, count) = call.page
        var response = Response.json { json in
            json.field("total_count", things.count)
            json.array(key) { json in
                for thing in things.dropFirst(first).prefix(count) { json.object { write(&$0, thing) } }
            }
        }
        if first + count < things.count { response.headers.append(call.nextPage) }
        return response
    }

    private static func ofJSON(_ bytes: [UInt8]) -> Response {
        Response(
            status: .ok,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}

extension APICall {
    /// The header by which clients find the rest of a list.
    fileprivate var nextPage: HTTPField {
        let (first, count) = page
        let address = "\(url)/\(path.joined(separator: "/"))?per_page=\(count)&page=\(first / count + 2)"
        return HTTPField(name: .link, value: "<\(address)>; rel=\"next\"")
    }
}

extension HTTPField.Name {
    fileprivate static let link: HTTPField.Name = {
        guard let name = HTTPField.Name("Link") else { preconditionFailure("`Link` is a header's name") }
        return name
    }()
}

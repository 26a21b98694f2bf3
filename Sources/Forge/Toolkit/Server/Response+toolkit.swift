import Foundation
import HTTPTypes
import Hummingbird
import Store

extension Response {
    /// An object as JSON.
    static func json(
        _ status: HTTPResponse.Status = .ok,
        _ content: (inout JSONWriter) -> Void
    ) -> Response {
        var json = JSONWriter()
        json.object(nil, content)
        return Response(
            status: status,
            headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: json.bytes))
        )
    }

    /// A fault as twirp tells it; `message` is for the clients of the older services.
    static func fault(_ fault: ToolkitFault) -> Response {
        .json(fault.status) { json in
            json.field("code", fault.code.rawValue)
            json.field("msg", fault.message)
            json.field("message", fault.message)
        }
    }

    /// A fault as Azure's blob store tells it.
    static func blobFault(_ fault: ToolkitFault) -> Response {
        let message = fault.message.replacingOccurrences(of: "&", with: "&amp;")
            .replacingOccurrences(of: "<", with: "&lt;").replacingOccurrences(of: ">", with: "&gt;")
        let text =
            "<?xml version=\"1.0\" encoding=\"utf-8\"?>"
            + "<Error><Code>\(fault.code.rawValue)</Code><Message>\(message)</Message></Error>"
        return Response(
            status: fault.status,
            headers: [.contentType: "application/xml"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: text))
        )
    }
}

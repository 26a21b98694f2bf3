import HTTPTypes
import Hummingbird
import NIOCore

extension Response {
    /// A fault in words that git shows as the remote's.
    ///
    /// Without a challenge git would not send the name and the password that an address has.
    static func gitFault(_ fault: ToolkitFault) -> Response {
        var headers: HTTPFields = [.contentType: "text/plain; charset=utf-8"]
        if fault.code == .unauthenticated { headers[.wwwAuthenticate] = "Basic realm=\"flowrun\"" }
        return Response(
            status: fault.status,
            headers: headers,
            body: ResponseBody(byteBuffer: ByteBuffer(string: fault.message + "\n"))
        )
    }
}

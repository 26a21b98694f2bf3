import Foundation
import HTTPTypes
import Hummingbird

extension Response {
    /// A value as JSON.
    static func json(_ value: some Encodable, status: HTTPResponse.Status) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            let bytes = try encoder.encode(value)
            return Response(
                status: status,
                headers: [.contentType: "application/json; charset=UTF-8"],
                body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
            )
        } catch {
            preconditionFailure("the local cloud's answers are plain values that JSON can hold: \(error)")
        }
    }

    /// A fault in Google's form.
    static func fault(_ fault: StorageFault) -> Response {
        let body = FaultBody(
            error: FaultBody.Fault(
                code: fault.status,
                message: fault.message,
                errors: [FaultBody.Item(domain: "global", reason: fault.reason, message: fault.message)]
            )
        )
        return json(body, status: HTTPResponse.Status(code: fault.status))
    }
}

private struct FaultBody: Encodable {
    struct Item: Encodable {
        var domain: String
        var reason: String
        var message: String
    }

    struct Fault: Encodable {
        var code: Int
        var message: String
        var errors: [Item]
    }

    var error: Fault
}

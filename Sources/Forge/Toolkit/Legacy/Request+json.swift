import Expressions
import Hummingbird

extension Request {
    /// The body of a call to one of the older services.
    func json() async throws -> Value {
        let text = String(buffer: try await body.collect(upTo: 1 << 20))
        do {
            return try Value(json: text)
        } catch {
            throw ToolkitFault(.malformed, "The request is no JSON: \(error)")
        }
    }
}

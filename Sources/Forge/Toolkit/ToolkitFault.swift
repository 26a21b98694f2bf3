import Foundation
import HTTPTypes
import Hummingbird
import Serving
import Store

/// Why a request to the toolkit's services is refused or failed, in words for the client.
struct ToolkitFault: Error, CustomStringConvertible {
    /// The codes of twirp; with each goes one HTTP status.
    enum Code: String {
        case invalid = "invalid_argument"
        case malformed
        case unauthenticated
        case denied = "permission_denied"
        case notFound = "not_found"
        case badRoute = "bad_route"
        case unprocessable
        case alreadyThere = "already_exists"
        case unfit = "failed_precondition"
        case tooLarge = "out_of_range"
        case noRoom = "resource_exhausted"
        case broken = "internal"
    }

    var code: Code
    var message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    var description: String { message }

    var status: HTTPResponse.Status {
        switch code {
        case .invalid, .malformed, .unfit: .badRequest
        case .unauthenticated: .unauthorized
        case .denied: .forbidden
        case .notFound, .badRoute: .notFound
        case .alreadyThere: .conflict
        case .unprocessable: .unprocessableContent
        case .tooLarge: .contentTooLarge
        case .noRoom: HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
        case .broken: .internalServerError
        }
    }

    /// What an error of the rooms below means to a client.
    init(of error: any Error) {
        switch error {
        case let fault as ToolkitFault: self = fault
        case let lack as IncompleteBody: self.init(.malformed, lack.description)
        case let error as StoreError:
            let code: Code =
                switch error.reason {
                case .alreadyThere: .alreadyThere
                case .unfit: .unfit
                case .tooLarge: .tooLarge
                case .diskFull: .noRoom
                default: .broken
                }
            self.init(code, error.description)
        case is any HTTPResponseError: self.init(.tooLarge, "The request's body is too large")
        default: self.init(.broken, "\(error)")
        }
    }
}

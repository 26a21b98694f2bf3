import Foundation
import Hummingbird
import Serving

/// Hands out access tokens for the local key, in the way Google's `https://oauth2.googleapis.com/token` does.
struct TokenEndpoint: Sendable {
    let key: ServiceAccountKey

    func respond(to request: Request, now: Date = Date()) async throws -> Response {
        guard request.method == .post else {
            return .json(
                ["error": "invalid_request", "error_description": "POST asks for a token"],
                status: 405
            )
        }
        let body = try await request.body.collect(upTo: 1 << 16)
        let form = Query(String(buffer: body))
        switch form["grant_type"] {
        case "urn:ietf:params:oauth:grant-type:jwt-bearer":
            do {
                try Assertion.verify(form["assertion"] ?? "", key: key, now: now)
            } catch let refusal as Assertion.Refusal {
                return refuse(refusal.message)
            }
        case "refresh_token":
            guard form["refresh_token"] == key.refreshToken else {
                return refuse("the refresh token is not one of the local cloud's")
            }
        case let other:
            return .json(
                [
                    "error": "unsupported_grant_type",
                    "error_description": "the local cloud does not know the grant type `\(other ?? "")`",
                ],
                status: 400
            )
        }
        return .json(Grant(accessToken: TokenEndpoint.freshToken()), status: 200)
    }

    private func refuse(_ message: String) -> Response {
        .json(["error": "invalid_grant", "error_description": message], status: 400)
    }

    private static func freshToken() -> String {
        let random = (0..<32).map { _ in UInt8.random(in: .min ... .max) }
        let text = Data(random).base64EncodedString()
            .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        return "flowrun-local.\(text.prefix { $0 != "=" })"
    }

    private struct Grant: Encodable {
        var accessToken: String
        var expiresIn = 3600
        var tokenType = "Bearer"

        enum CodingKeys: String, CodingKey {
            case accessToken = "access_token"
            case expiresIn = "expires_in"
            case tokenType = "token_type"
        }
    }
}

import Engine
import HTTPTypes
import Hummingbird
import Serving
import Store

/// Tells others which job asks: OpenID Connect, with this machine as the issuer.
struct IdentityEndpoint: Sendable {
    static let root = "_identity"

    let access: JobAccess
    let home: FlowrunHome

    func answer(_ request: Request, _ path: [String], _ query: Query) async throws -> Response {
        guard request.method == .get else {
            throw ToolkitFault(.badRoute, "This address does not take \(request.method)")
        }
        // Another address of this machine would be another issuer to whoever checks the token.
        let issuer = "http://\(request.head.authority ?? "")/\(Self.root)"
        switch path {
        case ["token"]:
            let job = try access.job(of: request, for: .identity)
            let key = try await key()
            let audience = query["audience"].flatMap { $0.isEmpty ? nil : $0 }
            let token = try IdentityToken.make(for: job, audience: audience, issuer: issuer, key: key)
            return .json { json in
                json.field("value", token)
                json.field("count", 1)
            }
        case [".well-known", "openid-configuration"]:
            return Self.configuration(issuer)
        case [".well-known", "jwks"]:
            let key = try await key().publicKey
            return .json { json in
                json.array("keys") { json in
                    json.object { json in
                        json.field("kty", "RSA")
                        json.field("use", "sig")
                        json.field("alg", "RS256")
                        json.field("kid", key.id)
                        json.field("n", key.modulus)
                        json.field("e", key.exponent)
                    }
                }
            }
        default:
            throw ToolkitFault(.badRoute, "There is nothing at this address")
        }
    }

    private func key() async throws -> IssuerKey {
        let home = home
        return try await offPool { try IssuerKey.load(in: home) }
    }

    private static func configuration(_ issuer: String) -> Response {
        .json { json in
            json.field("issuer", issuer)
            json.field("jwks_uri", "\(issuer)/.well-known/jwks")
            json.array("subject_types_supported") { $0.element("public") }
            json.array("response_types_supported") { $0.element("id_token") }
            json.array("id_token_signing_alg_values_supported") { $0.element("RS256") }
            json.array("scopes_supported") { $0.element("openid") }
            json.array("claims_supported") { json in
                for name in IdentityToken.claimNames { json.element(name) }
            }
        }
    }
}

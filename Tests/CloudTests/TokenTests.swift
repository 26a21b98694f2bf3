import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import Cloud

struct TokenTests {
    private static let grant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

    private func assertion(
        _ key: ServiceAccountKey,
        issuer: String? = nil,
        lives: ClosedRange<Double> = -10...3600,
        algorithm: String = "RS256"
    ) throws -> String {
        let now = Date().timeIntervalSince1970
        let claims: [String: Any] = [
            "iss": issuer ?? key.clientEmail, "scope": "https://www.googleapis.com/auth/cloud-platform",
            "aud": "https://oauth2.googleapis.com/token", "iat": Int(now + lives.lowerBound),
            "exp": Int(now + lives.upperBound),
        ]
        let header = try JSONSerialization.data(withJSONObject: ["alg": algorithm, "typ": "JWT"])
        let signed = try "\(plain(header)).\(plain(JSONSerialization.data(withJSONObject: claims)))"
        let signature = try _RSA.Signing.PrivateKey(pemRepresentation: key.privateKey)
            .signature(for: SHA256.hash(data: Data(signed.utf8)), padding: .insecurePKCS1v1_5)
        return "\(signed).\(plain(signature.rawRepresentation))"
    }

    private func plain(_ data: Data) -> String {
        data.base64EncodedString().replacingOccurrences(of: "+", with: "-")
            .replacingOccurrences(of: "/", with: "_").replacingOccurrences(of: "=", with: "")
    }

    private func ask(_ base: String, _ fields: [(String, String)]) async throws -> Answer {
        let form = fields.map { "\($0)=\(percentEncoded($1))" }.joined(separator: "&")
        return try await curl("\(base)/token", "-d", form)
    }

    private func localKey(_ folder: String) throws -> ServiceAccountKey {
        try #require(try ServiceAccountKey.read(folder + "/service-account.json"))
    }

    @Test func localKeyGetsAToken() async throws {
        try await withCloud { base, folder in
            let key = try localKey(folder)
            #expect(key.tokenURI == base + "/token")
            let answer = try await ask(
                base,
                [("grant_type", TokenTests.grant), ("assertion", assertion(key))]
            )
            #expect(answer.status == 200)
            #expect(answer.json["expires_in"] as? Int == 3600)
            #expect(answer.json["token_type"] as? String == "Bearer")
            #expect((answer.json["access_token"] as? String)?.hasPrefix("flowrun-local.") == true)
        }
    }

    @Test func assertionOfAnyOtherKeyIsRefused() async throws {
        var real = try ServiceAccountKey.generate(
            projectID: "prod",
            tokenURI: "https://oauth2.googleapis.com/token"
        )
        try await withCloud { base, folder in
            let key = try localKey(folder)
            real.clientEmail = key.clientEmail
            let good = try assertion(key)
            for refused in [
                try assertion(real), try assertion(key, issuer: "else@prod.iam.gserviceaccount.com"),
                try assertion(key, lives: -7200 ... -3600), try assertion(key, lives: 3600...7200),
                try assertion(key, algorithm: "none"), try assertion(key, algorithm: "HS256"),
                String(good.dropLast(8)), good + ".x", "", "a.b.c",
            ] {
                let answer = try await ask(base, [("grant_type", TokenTests.grant), ("assertion", refused)])
                #expect(answer.status == 400)
                #expect(answer.json["error"] as? String == "invalid_grant")
                #expect(answer.json["access_token"] == nil)
            }
        }
    }

    @Test func onlyALocalRefreshTokenIsRefreshed() async throws {
        try await withCloud { base, folder in
            let key = try localKey(folder)
            let good = try await ask(
                base,
                [("grant_type", "refresh_token"), ("refresh_token", key.refreshToken)]
            )
            #expect(good.status == 200)
            let bad = try await ask(base, [("grant_type", "refresh_token"), ("refresh_token", "1//0abc")])
            #expect(bad.status == 400)
            #expect(try await ask(base, [("grant_type", "password")]).status == 400)
            #expect(try await curl("\(base)/token").status == 405)
        }
    }
}

import Crypto
import CryptoExtras
import Foundation
import Testing

@testable import Forge

/// Tokens that tell others which job asks.
struct IdentityTests {
    /// The claims of a token that the published keys verify.
    private func verified(_ token: String, keys: Answer) throws -> [String: Any] {
        let parts = token.split(separator: ".").map(String.init)
        let header = try object(parts[0])
        #expect(header["alg"] as? String == "RS256")
        let list = try #require(keys.json["keys"] as? [[String: String]])
        let key = try #require(list.first { $0["kid"] == header["kid"] as? String })
        #expect(key["kty"] == "RSA" && key["use"] == "sig")
        let publicKey = try _RSA.Signing.PublicKey(
            n: #require(Data(base64URL: key["n"] ?? "")),
            e: #require(Data(base64URL: key["e"] ?? ""))
        )
        let isValid = publicKey.isValidSignature(
            _RSA.Signing.RSASignature(rawRepresentation: try #require(Data(base64URL: parts[2]))),
            for: SHA256.hash(data: Data("\(parts[0]).\(parts[1])".utf8)),
            padding: .insecurePKCS1v1_5
        )
        #expect(isValid)
        return try object(parts[1])
    }

    private func object(_ part: String) throws -> [String: Any] {
        let json = try #require(Data(base64URL: part))
        return try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
    }

    private func ask(_ job: ServedJob, _ more: String = "") async throws -> Answer {
        let url = try #require(job.environment["ACTIONS_ID_TOKEN_REQUEST_URL"])
        let token = try #require(job.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
        return try await curl("-H", "Authorization: Bearer \(token)", url + more)
    }

    @Test func aTokenIsVerifiedByTheKeysOfItsIssuer() async throws {
        try await withServices { served in
            let job = try await served.job(idTokens: true)
            let answer = try await ask(job, "&audience=https%3A%2F%2Fcloud.example%2Fx")
            #expect(answer.status == 200 && answer.json["count"] as? Int == 1)
            let token = try #require(answer.json["value"] as? String)
            let issuer = "\(job.base)_identity"
            let configuration = try await curl("\(issuer)/.well-known/openid-configuration")
            #expect(configuration.json["issuer"] as? String == issuer)
            let keys = try await curl(try #require(configuration.json["jwks_uri"] as? String))
            let claims = try verified(token, keys: keys)
            let supported = try #require(configuration.json["claims_supported"] as? [String])
            #expect(Set(supported) == Set(claims.keys).union(["environment"]))
            #expect(claims["iss"] as? String == issuer)
            #expect(claims["aud"] as? String == "https://cloud.example/x")
            #expect(claims["sub"] as? String == "repo:ada/demo:ref:refs/heads/main")
            let workflow = "ada/demo/.github/workflows/ci.yml@refs/heads/main"
            for (name, value) in [
                ("repository", "ada/demo"), ("repository_owner", "ada"), ("ref", "refs/heads/main"),
                ("ref_type", "branch"), ("sha", String(repeating: "c", count: 40)), ("workflow", "CI"),
                ("workflow_ref", workflow),
                ("job_workflow_ref", "ada/shared/.github/workflows/called.yml@v1"), ("event_name", "push"),
                ("actor", "ada"), ("run_id", String(job.job.facts.runID)), ("run_number", "3"),
                ("run_attempt", "1"), ("runner_environment", "self-hosted"),
            ] {
                #expect(claims[name] as? String == value, "\(name)")
            }
            let now = Date().timeIntervalSince1970
            let end = try #require(claims["exp"] as? Double)
            #expect(end > now && end < now + 3600)

            // Without an audience it is for the owner, and each token is another.
            let other = try verified(try await ask(job), keys: keys)
            #expect(other["aud"] as? String == "https://github.com/ada")
            #expect(other["jti"] as? String != claims["jti"] as? String)
        }
    }

    private func verified(_ answer: Answer, keys: Answer) throws -> [String: Any] {
        try verified(try #require(answer.json["value"] as? String), keys: keys)
    }

    @Test func theSubjectIsTheEnvironmentThePullRequestOrTheRef() async throws {
        try await withServices { served in
            func subject(_ job: ServedJob) async throws -> String? {
                let keys = try await curl("\(job.base)_identity/.well-known/jwks")
                return try verified(try await ask(job), keys: keys)["sub"] as? String
            }
            let pull = try await served.job(
                ref: "refs/pull/7/merge",
                event: "pull_request",
                base: "main",
                idTokens: true
            )
            #expect(try await subject(pull) == "repo:ada/demo:pull_request")
            let deployed = try await served.job(environment: "prod:eu", idTokens: true)
            #expect(try await subject(deployed) == "repo:ada/demo:environment:prod%3Aeu")
            #expect(
                try await subject(served.job(ref: "refs/tags/v1", idTokens: true))
                    == "repo:ada/demo:ref:refs/tags/v1"
            )
        }
    }

    @Test func onlyAJobThatMayGetsOne() async throws {
        try await withServices { served in
            let job = try await served.job()
            #expect(job.environment["ACTIONS_ID_TOKEN_REQUEST_URL"] == nil)
            let url = "\(job.base)_identity/token?api-version=2.0"
            #expect(try await curl("-H", "Authorization: Bearer \(job.token)", url).status == 403)
            #expect(try await curl(url).status == 401)
        }
    }

    @Test func theKeyIsTheSameForAllRunsAndNobodyElses() async throws {
        let home = try Served().home
        defer { try? FileManager.default.removeItem(atPath: home.path) }
        let first = try IssuerKey.load(in: home)
        #expect(try IssuerKey.load(in: home).id == first.id)
        let path = home.keys + "/identity.pem"
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o600)
        chmod(path, 0o644)
        #expect(throws: (any Error).self) { try IssuerKey.load(in: home) }
    }
}

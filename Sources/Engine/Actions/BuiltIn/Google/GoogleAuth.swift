import Expressions
import Foundation

/// `google-github-actions/auth` with `credentials_json`: leaves the credentials where gcloud and Google's libraries look, and
/// asks for the tokens that a step wants.
struct GoogleAuth: BuiltInAction {
    static let name = "google-github-actions/auth"
    private static let noFederation =
        "Google trusts issuers with an https address alone, which flowrun on this machine has not; use 'credentials_json'"
    static let inputs = [
        BuiltInInput("credentials_json"), BuiltInInput("project_id"), BuiltInInput("service_account"),
        .refused("workload_identity_provider", noFederation), .refused("audience", noFederation),
        BuiltInInput("delegates"), BuiltInInput("token_format"),
        BuiltInInput("access_token_lifetime", default: "3600s"),
        BuiltInInput("access_token_scopes", default: "https://www.googleapis.com/auth/cloud-platform"),
        BuiltInInput("access_token_subject"), BuiltInInput("id_token_audience"),
        BuiltInInput("id_token_include_email", default: "false"),
        BuiltInInput("request_reason"), BuiltInInput("universe", default: "googleapis.com"),
        BuiltInInput("create_credentials_file", default: "true"),
        BuiltInInput("export_environment_variables", default: "true"),
        BuiltInInput("cleanup_credentials", default: "true"),
    ]

    /// The key that was written is gone with the earlier attempt: another one takes its place.
    func resume(_ call: BuiltInCall, outputs: [String: String]) async throws -> BuiltInResult? {
        try await run(call)
    }

    func run(_ call: BuiltInCall) async throws -> BuiltInResult {
        let given = call["credentials_json"].trimmingCharacters(in: .whitespacesAndNewlines)
        guard !given.isEmpty else {
            throw StepFailure(
                "google-github-actions/auth needs 'credentials_json'; it is empty: is the secret set? (`flowrun secret list`)"
            )
        }
        let key = try GoogleKey(given)
        var result = BuiltInResult(masks: [key.secret])
        var variables: [(name: String, value: String)] = []
        // First, as the action has it: the file is there also where a token cannot be had.
        if try call.flag("create_credentials_file") {
            let path = try Self.write(key, call)
            result.outputs.append(("credentials_file_path", path))
            for name in [
                "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "GOOGLE_APPLICATION_CREDENTIALS",
                "GOOGLE_GHA_CREDS_PATH",
            ] { variables.append((name, path)) }
            if try call.flag("cleanup_credentials") {
                result.post = { _ in
                    unlink(path)
                    return ["Removed exported credentials at \"\(path)\"."]
                }
            }
        }
        if let project = Self.project(call, key) {
            result.outputs.append(("project_id", project))
            for name in [
                "CLOUDSDK_CORE_PROJECT", "CLOUDSDK_PROJECT", "GCLOUD_PROJECT", "GCP_PROJECT",
                "GOOGLE_CLOUD_PROJECT",
            ] { variables.append((name, project)) }
        } else {
            call.say(
                "Failed to compute a project ID from the given inputs: neither the output nor variables are set; give the "
                    + "input 'project_id'"
            )
        }
        if try call.flag("export_environment_variables") { result.variables = variables }
        let tokens = try await Self.tokens(call, key)
        result.masks += tokens.map(\.value)
        result.outputs += tokens
        return result
    }

    private static func write(_ key: GoogleKey, _ call: BuiltInCall) throws -> String {
        if FolderNames.of(call.workspace)?.isEmpty ?? true {
            call.say(
                "The workspace is empty, and a later actions/checkout removes the credentials file: check out first, or set "
                    + "'create_credentials_file' to false"
            )
        }
        let name = (0..<16).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
        let path = "\(call.workspace)/gha-creds-\(name).json"
        guard
            FileManager.default.createFile(
                atPath: path,
                contents: Data(key.text.utf8),
                attributes: [.posixPermissions: 0o640]
            )
        else { throw StepFailure("the credentials file cannot be written in '\(call.workspace)'") }
        call.say("Created credentials file at \"\(path)\"")
        return path
    }

    /// Of the inputs, else of the account's address (`name@PROJECT.iam.gserviceaccount.com`), else of the key.
    private static func project(_ call: BuiltInCall, _ key: GoogleKey) -> String? {
        if !call["project_id"].isEmpty { return call["project_id"] }
        let parts = call["service_account"].split(separator: "@", omittingEmptySubsequences: false)
        let host = parts.count == 2 ? parts[1].split(separator: ".") : []
        if host.count >= 2 { return String(host[0]) }
        return key.project.isEmpty ? nil : key.project
    }

    /// The outputs that are tokens.
    private static func tokens(
        _ call: BuiltInCall,
        _ key: GoogleKey
    ) async throws -> [(name: String, value: String)] {
        let account = call["service_account"].isEmpty ? key.email : call["service_account"]
        let tokens = GoogleTokens(
            key: key,
            account: account,
            delegates: list(call["delegates"]),
            universe: call["universe"],
            reason: call["request_reason"]
        )
        var outputs = [(name: "auth_token", value: try tokens.authToken())]
        let includesEmail = try call.flag("id_token_include_email")
        switch call["token_format"] {
        case "": break
        case "access_token":
            guard let lifetime = seconds(call["access_token_lifetime"]) else {
                throw StepFailure(
                    "Input 'access_token_lifetime' must be a time such as 3600s, not '\(call["access_token_lifetime"])'"
                )
            }
            let token = try await tokens.accessToken(
                scopes: list(call["access_token_scopes"]),
                lifetime: lifetime,
                subject: call["access_token_subject"]
            )
            outputs.append(("access_token", token))
        case "id_token":
            guard !call["id_token_audience"].isEmpty else {
                throw StepFailure("Input required and not supplied: id_token_audience")
            }
            let token = try await tokens.identityToken(
                audience: call["id_token_audience"],
                includesEmail: includesEmail
            )
            outputs.append(("id_token", token))
        case let format: throw StepFailure("Unknown token format \"\(format)\"")
        }
        return outputs
    }

    /// Words apart by commas or on lines.
    private static func list(_ text: String) -> [String] {
        text.split { $0 == "," || $0.isNewline }.map { $0.trimmingCharacters(in: .whitespaces) }
            .filter { !$0.isEmpty }
    }

    /// `3600s`, `1h30m`, `90`.
    private static func seconds(_ text: String) -> Int? {
        guard !text.isEmpty, let parts = text.wholeMatch(of: /(?:(\d{1,6})h)?(?:(\d{1,6})m)?(?:(\d{1,9})s?)?/)
        else { return nil }
        let numbers = [parts.1, parts.2, parts.3].map { Int($0 ?? "0") ?? 0 }
        return numbers[0] * 3600 + numbers[1] * 60 + numbers[2]
    }
}

import Expressions
import Foundation

/// `google-github-actions/auth` with `credentials_json`: leaves the credentials where gcloud and Google's libraries look.
struct GoogleAuth: BuiltInAction {
    static let name = "google-github-actions/auth"
    private static let noFederation =
        "workload identity federation needs Google's own servers to trust this machine; use 'credentials_json'"
    private static let noTokens =
        "flowrun asks Google for no tokens; `gcloud auth print-access-token` or print-identity-token gives one"
    static let inputs = [
        BuiltInInput("credentials_json"), BuiltInInput("project_id"),
        .refused("workload_identity_provider", noFederation), .refused("service_account", noFederation),
        .refused("audience", noFederation), .refused("delegates", noFederation),
        .refused("token_format", noTokens), .refused("access_token_lifetime", noTokens, but: "3600s"),
        .refused("access_token_scopes", noTokens, but: "https://www.googleapis.com/auth/cloud-platform"),
        .refused("access_token_subject", noTokens), .refused("id_token_audience", noTokens),
        .refused("id_token_include_email", noTokens, but: "false"),
        .refused("request_reason", "flowrun sends no request that could carry it"),
        .refused("universe", "it counts for the tokens that flowrun does not ask for", but: "googleapis.com"),
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
        let text =
            given.hasPrefix("{")
            ? given : Data(base64Encoded: given).map { String(decoding: $0, as: UTF8.self) } ?? given
        let key: Value
        do {
            key = try Value(json: text)
        } catch {
            throw StepFailure("'credentials_json' is neither JSON nor JSON in base64")
        }
        let project = call["project_id"].isEmpty ? key["project_id"].text : call["project_id"]
        var result = BuiltInResult(outputs: [("project_id", project)], masks: [key["private_key"].text])
        var variables: [(name: String, value: String)] = []
        if try call.flag("create_credentials_file") {
            let name = (0..<16).map { _ in String(UInt8.random(in: 0..<16), radix: 16) }.joined()
            let path = "\(call.workspace)/gha-creds-\(name).json"
            guard
                FileManager.default.createFile(
                    atPath: path,
                    contents: Data(text.utf8),
                    attributes: [.posixPermissions: 0o640]
                )
            else { throw StepFailure("the credentials file cannot be written in '\(call.workspace)'") }
            result.outputs.append(("credentials_file_path", path))
            for name in [
                "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE", "GOOGLE_APPLICATION_CREDENTIALS",
                "GOOGLE_GHA_CREDS_PATH",
            ] {
                variables.append((name, path))
            }
            call.say("Created credentials file at \"\(path)\"")
            if try call.flag("cleanup_credentials") {
                result.post = { _ in
                    unlink(path)
                    return ["Removed exported credentials at \"\(path)\"."]
                }
            }
        }
        if !project.isEmpty {
            for name in [
                "CLOUDSDK_CORE_PROJECT", "CLOUDSDK_PROJECT", "GCLOUD_PROJECT", "GCP_PROJECT",
                "GOOGLE_CLOUD_PROJECT",
            ] {
                variables.append((name, project))
            }
        }
        if try call.flag("export_environment_variables") { result.variables = variables }
        return result
    }
}

import HTTPTypes
import Hummingbird
import Store

/// `GET /repos/{owner}/{repo}`.
enum RepositoryResource {
    static func answer(_ call: APICall) throws(ToolkitFault) -> Response {
        guard call.method == .get else { throw .absent }
        try call.require(.read, of: "metadata")
        let facts = call.facts
        let web = "http://\(call.host)/\(facts.fullName)"
        return .json { json in
            json.field("id", 1)
            json.field("node_id", "R_1")
            json.field("name", facts.name)
            json.field("full_name", facts.fullName)
            json.object("owner") { json in
                json.field("login", facts.owner)
                json.field("id", 1)
                json.field("type", "User")
            }
            json.field("private", true)
            json.field("visibility", "private")
            json.field("fork", false)
            json.field("archived", false)
            json.field("url", call.url)
            json.field("html_url", web)
            json.field("clone_url", web + ".git")
            json.field("default_branch", facts.defaultBranch)
        }
    }
}

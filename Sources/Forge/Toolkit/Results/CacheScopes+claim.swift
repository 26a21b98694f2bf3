import Engine
import Store

extension CacheScopes {
    /// The scopes as GitHub's tokens tell them: 1 is to read, 2 to write.
    var claim: String {
        var json = JSONWriter()
        json.array { json in
            for scope in readable {
                json.object { json in
                    json.field("Scope", scope)
                    json.field("Permission", scope == own ? 3 : 1)
                }
            }
        }
        return json.text
    }
}

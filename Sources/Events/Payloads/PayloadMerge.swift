package import Expressions

extension Value {
    /// This payload with a user's own laid over it: objects are merged key by key, however deep; anything else that
    /// the user says, `null` and lists among it, takes the place of what is here.
    package func overlaid(with user: Value) -> Value {
        guard case .object(let ours) = self, case .object(let theirs) = user else { return user }
        var merged = ours
        for (key, value) in theirs.pairs {
            merged = merged.setting(key, ours[key]?.overlaid(with: value) ?? value)
        }
        return .object(merged)
    }
}

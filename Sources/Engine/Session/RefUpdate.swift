package import Events
package import Expressions
import Foundation
import Git

/// A ref that a push, a commit or a merge has moved, as git's hooks tell it.
package struct RefUpdate: Sendable, Equatable {
    /// The full name of the ref.
    package var ref: String
    /// The ref's commit before; nil where it was made.
    package var before: String?
    /// The ref's commit now; nil where it was deleted.
    package var after: String?

    package init(ref: String, before: String?, after: String?) {
        self.ref = ref
        self.before = before
        self.after = after
    }

    /// A line of `post-receive`'s input: `OLD NEW REF`.
    package init?(receivedLine line: Substring) {
        let words = line.split(separator: " ", maxSplits: 2).map(String.init)
        guard words.count == 3, words[2].hasPrefix("refs/") else { return nil }
        self.init(ref: words[2], before: Self.commit(words[0]), after: Self.commit(words[1]))
    }

    /// A line of `pre-push`'s input: `LOCAL-REF LOCAL-COMMIT REMOTE-REF REMOTE-COMMIT`.
    package init?(pushedLine line: Substring) {
        let words = line.split(separator: " ").map(String.init)
        guard words.count == 4, words[2].hasPrefix("refs/") else { return nil }
        self.init(ref: words[2], before: Self.commit(words[3]), after: Self.commit(words[1]))
    }

    private static func commit(_ text: String) -> String? { text.allSatisfy { $0 == "0" } ? nil : text }

    package var isTag: Bool { ref.hasPrefix("refs/tags/") }

    /// Whether workflows may follow it: branches and tags, not notes and the like.
    package var isWatched: Bool { ref.hasPrefix("refs/heads/") || isTag }

    /// What a `push` event says of it, over what the repository tells.
    package var payload: Value {
        func text(_ commit: String?) -> Value { .string(commit ?? String(repeating: "0", count: 40)) }
        return .object(
            ObjectValue([("ref", .string(ref)), ("before", text(before)), ("after", text(after))])
        )
    }
}

extension RefUpdate {
    /// As many tags may be pushed at once for each to be an event of its own (GitHub's limit).
    private static let mostTags = 3
    /// As many refs are looked at.
    package static let mostRefs = 50

    /// The events of a push that moved several refs, in the order in which GitHub tells them.
    ///
    /// - Returns: The events, and the refs that none is made for, with why.
    package static func events(
        of updates: [RefUpdate],
        in folder: String,
        hostEnvironment: [String: String]
    ) throws -> (events: [Event], left: [(update: RefUpdate, reason: String)]) {
        var watched = updates.filter(\.isWatched)
        var left: [(update: RefUpdate, reason: String)] = []
        if watched.count(where: \.isTag) > mostTags {
            left += watched.filter(\.isTag).map { ($0, "more than \(mostTags) tags were pushed at once") }
            watched.removeAll(where: \.isTag)
        }
        if watched.count > mostRefs {
            left += watched[mostRefs...].map { ($0, "more than \(mostRefs) refs were pushed at once") }
            watched.removeLast(watched.count - mostRefs)
        }
        var events: [Event] = []
        for update in watched {
            var options = SessionOptions(folder: folder, hostEnvironment: hostEnvironment)
            options.ref = update.after ?? "HEAD"
            events += try SessionSite(options).events(of: update)
        }
        return (events, left)
    }
}

extension SessionSite {
    /// The events of one ref that was moved: of one that is made `create` as well, of one that is deleted `delete`.
    fileprivate func events(of update: RefUpdate) throws -> [Event] {
        let name = RefName(update.ref).short
        let kind = update.isTag ? "tag" : "branch"
        let about = Value.object(
            ObjectValue([
                ("ref", .string(name)), ("ref_type", .string(kind)), ("pusher_type", .string("user")),
            ])
        )
        guard update.after != nil else {
            var deleted = try event("delete", payload: about)
            deleted.ref = "refs/heads/\(facts.defaultBranch)"
            return [deleted]
        }
        var push = try event("push", payload: update.payload)
        push.ref = update.ref
        guard update.before == nil else { return [push] }
        var created = try event("create", payload: about)
        created.ref = update.ref
        created.sha = push.sha
        return [created, push]
    }
}

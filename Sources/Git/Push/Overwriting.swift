/// What a push may do to a ref that has gone another way.
package enum Overwriting: Hashable, Sendable {
    /// Nothing: a branch moves forward alone, and a tag stays.
    case nothing
    /// Whatever is there gives way.
    case anything
    /// This object alone gives way; nil where the ref must not be there. It is compared as the remote sets the ref.
    case only(CommitID?)

    /// Why an object that is there must not be replaced, where that depends on nothing else.
    func refusal(of present: CommitID?) -> PushError.Reason? {
        guard case .only(let expected) = self, present != expected else { return nil }
        return .leaseBroken(expected: expected, present: present)
    }
}

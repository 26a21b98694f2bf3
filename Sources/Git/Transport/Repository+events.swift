extension Repository {
    /// Brings a commit of a remote repository, and keeps it under a ref that is nobody's branch.
    ///
    /// - Parameters:
    ///   - refs: The remote's refs that lead to it, tried in order.
    ///   - kept: The full name of the ref here, such as `refs/flowrun/events/…`.
    /// - Returns: Whether the commit is here now.
    package func bring(
        _ commit: CommitID,
        from remote: String,
        refs: [String],
        keptAs kept: String,
        credentials: Credentials = .none
    ) throws(GitError) -> Bool {
        if try contains(commit) { return true }
        let address = try RemoteAddress(remote)
        var fault: GitError?
        for ref in refs {
            do throws(GitError) {
                try locked { () throws(GitError) in
                    try fetch(from: address, ["+\(ref):\(kept)"], credentials: credentials)
                }
            } catch {
                fault = fault ?? error
                continue
            }
            if try contains(commit) { return true }
        }
        if let fault { throw fault }
        return false
    }
}

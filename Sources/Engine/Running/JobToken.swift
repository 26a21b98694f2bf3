/// A job's own token, of those jobs whose run was given none by the user.
enum JobToken {
    /// Secrets in which the run's own token, whatever names it has, is one of this job alone.
    ///
    /// One that the user gave stays.
    static func renewed(in secrets: [String: String]) -> [String: String] {
        guard let own = secrets["GITHUB_TOKEN"], LocalToken.isLocal(own) else { return secrets }
        let fresh = LocalToken.make()
        return secrets.mapValues { $0 == own ? fresh : $0 }
    }
}

/// Linked working folders (`git worktree add`) belong to one repository: all of them have its objects, refs, settings and
/// hooks, each has a `HEAD` and files of its own.
extension Repository {
    /// Whether this is a working folder beside the repository's main one.
    package var isLinked: Bool { gitDirectory != commonDirectory }

    /// The repository as it is without linked working folders: with its main one, or bare.
    package func main() throws(GitError) -> Repository {
        isLinked ? try Repository(at: commonDirectory) : self
    }

    /// The path that all of the repository is filed under: its main working folder, or its git folder where it is bare.
    ///
    /// It is the same in each working folder, but for a repository of `git init --separate-git-dir`: there nothing leads from
    /// the git folder to the main working folder, and linked ones are filed under the git folder.
    package func mainFolder() throws(GitError) -> String {
        let main = try main()
        guard isLinked, let guess = main.workTree else { return main.folder }
        let found = try? Repository(at: guess)
        return found?.gitDirectory == commonDirectory ? guess : commonDirectory
    }
}

import ArgumentParser
import Cloud
import Foundation
import Git
import Store

struct Init: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a working project: workflows, pipeline, a local remote.",
        discussion: """
            mlops     a model that is retrained, tested, reported on and packed into an image: Python, DVC, scikit-learn, FastAPI
            minimal   one workflow to start from

            The project is a git repository with one commit and a bare repository beside it, DIR.git, as its origin.

            EXAMPLES
              flowrun init demo --template mlops
              cd demo && flowrun dispatch continuous-training
            """
    )

    enum Name: String, ExpressibleByArgument, CaseIterable { case mlops, minimal }

    @Argument(help: "The folder to write (default: the current one).")
    var folder = "."

    @Option(help: "mlops or minimal.")
    var template = Name.minimal

    func run() async throws {
        let surroundings = Surroundings()
        let path = URL(fileURLWithPath: folder, relativeTo: URL(fileURLWithPath: surroundings.folder + "/"))
            .standardizedFileURL.path
        try Self.requireEmpty(path)
        let origin = path + ".git"
        guard !FileManager.default.fileExists(atPath: origin) else {
            throw CommandEnd(
                .nothingStarted,
                "error: `\(origin)` is there already; it would be the project's origin"
            )
        }
        let template = ProjectTemplate(named: self.template.rawValue)
        try template.write(to: path)
        try Self.makeRepository(at: path, origin: origin)
        if !template.objects.isEmpty {
            try template.seed(LocalCloud(folder: surroundings.home.cloud), project: path)
        }
        let shown = folder == "." ? "" : "cd \(folder) && "
        let next = self.template == .mlops ? "flowrun dispatch continuous-training" : "flowrun trigger push"
        Console.print("\(path) is ready: a git repository with the origin \(origin)\nNext: \(shown)\(next)")
    }

    private static func requireEmpty(_ path: String) throws {
        guard FileManager.default.fileExists(atPath: path) else { return }
        guard try FileManager.default.contentsOfDirectory(atPath: path).isEmpty else {
            throw CommandEnd(
                .nothingStarted,
                "error: `\(path)` is not empty; nothing of yours is overwritten"
            )
        }
    }

    /// One commit on `main`, pushed to a bare origin.
    private static func makeRepository(at path: String, origin: String) throws {
        _ = try Repository.initialise(at: origin, bare: true, initialBranch: "main")
        let repository = try Repository.initialise(at: path, bare: false, initialBranch: "main")
        try repository.addRemote("origin", url: origin)
        try repository.stage(["*"])
        let identity = try repository.identity() ?? Signature.flowrun()
        let commit = try repository.commitStaged(
            message: "Start from flowrun's template",
            author: identity,
            committer: identity
        )
        try repository.push(commit, to: "refs/heads/main", of: origin)
        try repository.setReference("refs/remotes/origin/main", to: commit, message: "flowrun init: push")
        try repository.setConfig("branch.main.remote", "origin")
        try repository.setConfig("branch.main.merge", "refs/heads/main")
    }
}

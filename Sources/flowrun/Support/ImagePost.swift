import Foundation
import Reports
import Store

/// `cml asset publish`: an image of the workspace, kept with the run or given to the forge or a server.
struct ImagePost {
    private let options: PublishOptions
    private let environment = ProcessInfo.processInfo.environment

    init(_ options: PublishOptions) { self.options = options }

    func run() async throws {
        do {
            let cml = CMLEnvironment(environment)
            func text(_ option: String) -> String? { cml.value(of: option, command: "asset") }
            let address = try await publish()
            let title = options.title ?? text("title") ?? ""
            let asMarkdown = try options.md ? true : cml.flag("md", command: "asset") ?? false
            let line =
                asMarkdown ? "![](\(address) \"\(title.replacing("\"", with: "'"))\")" : address
            guard let output = options.output ?? text("file") else { return Console.print(line) }
            try append(line + "\n", to: output)
        } catch let error as ReportsError {
            throw CommandEnd(.runFailed, "error: \(error)")
        }
    }

    private func append(_ text: String, to path: String) throws {
        guard let handle = FileHandle(forWritingAtPath: path) else {
            return try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        }
        handle.seekToEndOfFile()
        handle.write(Data(text.utf8))
        try handle.close()
    }

    /// - Returns: Where the image is.
    private func publish() async throws -> String {
        let cml = CMLEnvironment(environment)
        let file = URL(fileURLWithPath: options.file)
        let folder = file.deletingLastPathComponent().path
        let root = environment["GITHUB_WORKSPACE"] ?? ReportPost.root() ?? folder
        let report = PreparedReport(
            markdown: "![](\(file.lastPathComponent))",
            folder: folder,
            workspace: try WorkspaceFiles(root: root),
            watermark: nil
        )
        guard let image = report.files.first else {
            let problem = report.warnings.first ?? "`\(options.file)` is no image inside the workspace"
            throw CommandEnd(.runFailed, "error: \(problem)")
        }
        let isNative = try options.native ? true : cml.flag("native", command: "asset") ?? false
        if isNative { return try await giveToForge(image, name: file.lastPathComponent) }
        if let url = options.url ?? cml.value(of: "url", command: "asset") {
            let server = AssetServer(url: url, send: ForgeHTTP.send)
            return try await server.publish(image, name: file.lastPathComponent)
        }
        let spool = environment["FLOWRUN_REPORTS"] ?? "\(FlowrunHome(environment: environment).path)/reports"
        let place = ReportFolder(path: "\(spool)/published")
        try place.write(
            markdown: report.markdown,
            facts: ReportTitle.facts(environment: environment),
            images: report.files
        )
        return "file://\(place.path)/\(image.path)"
    }

    private func giveToForge(_ image: ReportImage, name: String) async throws -> String {
        guard let forge = try ReportPost.forge(options.forge, environment: environment, command: "asset")
        else {
            throw ReportsError(
                .unsupported("`--native` needs a forge as the remote, and a token (REPO_TOKEN)")
            )
        }
        guard let address = try await forge.upload(image, name: name) else {
            throw ReportsError(.unsupported("this forge takes no images; leave out `--native`"))
        }
        return address
    }
}

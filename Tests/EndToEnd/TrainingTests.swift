import Foundation
import Testing

/// The line from data to report: one demo project, one training, and what must be true of it.
@Suite(.serialized)
struct TrainingTests {
    @Test(.timeLimit(.minutes(15)))
    func aTrainingGoesFromDataToReport() throws {
        let site = try Site()
        try site.shadow("docker", "podman")
        let made = try site.flowrun("init", "demo", "--template", "mlops", in: site.folder)
        #expect(made.status == 0, "\(made.errors)")
        let demo = "\(site.folder)/demo"
        let origin = "\(site.folder)/demo.git"
        let start = try site.git("rev-parse", "HEAD", in: demo)
        #expect(try site.git("status", "--porcelain", in: demo).isEmpty)
        #expect(try site.git("rev-parse", "main", in: origin) == start)
        #expect(try site.git("rev-parse", "--is-bare-repository", in: origin) == "true")

        let done = try site.flowrun("dispatch", "continuous-training", "--format", "json", in: demo)
        let training = try #require(done.runs.first)
        #expect(training["name"] as? String == "Continuous Training", "\(done.errors)")
        #expect(training["conclusion"] as? String == "success", "\(done.log.suffix(30))")

        // The bot's commit is at the origin and known to the user's repository, whose own branch and files are as they were.
        let bot = try site.git("rev-parse", "main", in: origin)
        #expect(bot != start)
        #expect(try site.git("rev-parse", "main^", in: origin) == start)
        #expect(try site.git("log", "-1", "--format=%an", "main", in: origin) == "github-actions[bot]")
        let changed = try site.git("diff", "--name-only", "main^", "main", in: origin)
        #expect(Set(changed.split(separator: "\n")) == ["dvc.lock", "model/model.pkl.dvc"])
        #expect(try site.git("rev-parse", "refs/remotes/origin/main", in: demo) == bot)
        #expect(try site.git("rev-parse", "HEAD", in: demo) == start)
        #expect(try site.git("status", "--porcelain", in: demo).isEmpty)

        try reportIsKept(of: training, site: site, demo: demo, start: start, bot: bot, origin: origin)
        try cascadeFollows(done, bot: bot)
        try nothingIsLeft(site, output: done.output)
        try testingPasses(site, demo: demo)
    }

    private func reportIsKept(
        of run: [String: Any],
        site: Site,
        demo: String,
        start: String,
        bot: String,
        origin: String
    ) throws {
        let id = try #require(run["id"] as? Int)
        let folder = "\(site.state)/runs/\(id)/reports/1"
        let markdown = try String(contentsOfFile: "\(folder)/report.md", encoding: .utf8)
        #expect(markdown.contains("### Train Score:") && markdown.contains("images/"))
        let page = try String(contentsOfFile: "\(folder)/report.html", encoding: .utf8)
        #expect(page.contains("data:image/png;base64,"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(folder)/images").count == 1)
        let view = try site.flowrun("run", "view", "\(id)", in: demo)
        #expect(view.output.contains("Train Score:"))
        for (commit, repository) in [(start, demo), (start, origin), (bot, origin)] {
            let note = try site.git("notes", "--ref", "flowrun", "show", commit, in: repository)
            #expect(note.contains("Train Score: 0.9"), "\(commit) in \(repository)")
        }
        let score = try #require(markdown.firstMatch(of: /### Test Score: (0\.\d+)/).flatMap { Double($0.1) })
        #expect(score > 0.65)
    }

    /// `workflow_run` starts CI/CD on the bot's commit; its image needs an engine, and there is none: that is told in one line.
    private func cascadeFollows(_ done: SiteResult, bot: String) throws {
        let follower = try #require(done.runs.last)
        #expect(follower["event"] as? String == "workflow_run")
        #expect(follower["head_sha"] as? String == bot)
        #expect(done.steps["Bring the model"] == "success")
        #expect(follower["conclusion"] as? String == "failure" && done.status == 1)
        #expect(done.steps["Build and Push"] == "failure")
        let telling = done.log.filter { $0.hasPrefix("flowrun:") }
        #expect(telling.count == 1 && telling.first?.contains("apt install podman") == true, "\(telling)")
    }

    private func nothingIsLeft(_ site: Site, output: String) throws {
        #expect(site.abandonedWork.isEmpty, "\(site.abandonedWork.prefix(9))")
        #expect(site.leftovers(except: ["cloud serve"]).isEmpty)
        let key = try String(contentsOfFile: "\(site.state)/cloud/service-account.json", encoding: .utf8)
        let body = try #require(
            key.firstMatch(of: /"private_key"\s*:\s*"-----BEGIN PRIVATE KEY-----\\n(.{40})/)
        ).1
        let secrets = [String(body), String(Data(key.utf8).base64EncodedString().prefix(60))]
        for secret in secrets {
            #expect(!output.contains(secret))
            #expect(!site.holds(secret, under: "\(site.state)/runs"))
            #expect(!site.holds(secret, under: "\(site.state)/store"))
        }
    }

    private func testingPasses(_ site: Site, demo: String) throws {
        try site.git("pull", "-q", in: demo)
        let tested = try site.flowrun(
            "trigger",
            "push",
            "-W",
            ".github/workflows/testing.yaml",
            "--format",
            "json",
            in: demo
        )
        #expect(tested.status == 0, "\(tested.log.suffix(20))")
        #expect(tested.log.contains { $0.contains(" passed in ") })
    }

    @Test func aFolderWithFilesIsNotWrittenInto() throws {
        let site = try Site()
        try site.write(["full/mine.txt": "mine"], to: site.folder)
        let refused = try site.flowrun("init", "full", "--template", "mlops", in: site.folder)
        #expect(refused.status == 2 && refused.errors.contains("not empty"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.folder)/full") == ["mine.txt"])
    }

    @Test(.timeLimit(.minutes(5)))
    func theCoursesOwnSpellingWorks() throws {
        let site = try Site()
        let repository = try site.repository(
            steps: """
                - uses: actions/checkout@v3
                - name: environment
                  run: |
                    pip3 install virtualenv
                    virtualenv venv
                    source venv/bin/activate
                - name: outside
                  run: |
                    pip install iniconfig
                    python -c 'import iniconfig, sys; print("prefix", sys.prefix)'
                - name: inside
                  run: |
                    source venv/bin/activate
                    python -c 'import sys; print("inside", sys.prefix.endswith("/venv"))'
                    sudo -u $USER echo "as the user"
                """
        )
        let done = try site.flowrun("trigger", "push", "--format", "json", in: repository)
        #expect(done.status == 0, "\(done.log)")
        #expect(done.log.contains("inside True") && done.log.contains("as the user"))
        let prefix = try #require(done.log.first { $0.hasPrefix("prefix ") })
        #expect(prefix.hasPrefix("prefix \(site.state)/work/"), "the job's Python is its own")
    }
}

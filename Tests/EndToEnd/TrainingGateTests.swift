import Foundation
import Testing

/// Data that no good model comes of: what the gate of the training keeps back, and what must be true then.
@Suite(.serialized)
struct TrainingGateTests {
    /// A workflow of the user's own that uploads data through DVC and commits their new versions.
    private let newData = """
        name: New Data
        on: workflow_dispatch
        jobs:
          data:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-python@v5
                with: { python-version: '3.11' }
              - name: Upload
                env: { SERVICE_ACCOUNT_KEY: '${{ secrets.SERVICE_ACCOUNT_KEY }}' }
                run: |
                  pip install -r requirements_dvc.txt
                  export GOOGLE_APPLICATION_CREDENTIALS=$(python utilities/setter.py)
                  python utilities/make_dataset.py --noise 3
                  for name in opening_gross finantials movies; do
                    dvc add "dataset/$name.csv" --to-remote -r dataset-track
                  done
              - name: Commit
                run: |
                  git config user.name bot
                  git config user.email bot@example.org
                  git commit -q -m "New data" dataset/*.dvc
              - uses: ad-m/github-push-action@v0.8.0
                with: { github_token: '${{ secrets.GITHUB_TOKEN }}', branch: '${{ github.ref }}' }
        """

    @Test(.timeLimit(.minutes(10)))
    func aModelThatMissesItsGateIsNeitherCommittedNorDelivered() throws {
        let site = try Site()
        #expect(try site.flowrun("init", "demo", "--template", "mlops", in: site.folder).status == 0)
        let demo = "\(site.folder)/demo"
        let origin = "\(site.folder)/demo.git"
        try theProjectIsLaidOut(site, demo: demo)
        try site.write([".github/workflows/new_data.yaml": newData], to: demo)
        try site.git("add", "-A", in: demo)
        try site.git("commit", "-q", "-m", "A way for new data", in: demo)
        try site.git("push", "-q", in: demo)

        let uploaded = try site.flowrun("dispatch", "new-data", "--format", "json", in: demo)
        #expect(uploaded.status == 0, "\(uploaded.log.suffix(20))")
        try theStoreHoldsTheData(site, demo: demo)
        try site.git("pull", "-q", "--ff-only", in: demo)
        let start = try site.git("rev-parse", "HEAD", in: demo)
        #expect(try site.git("log", "-1", "--format=%s", in: demo) == "New data")

        let failed = try site.flowrun("dispatch", "continuous-training", "--format", "json", in: demo)
        #expect(failed.status == 1)
        #expect(
            failed.log.contains { $0.contains("is not above") && $0.contains("the model stays as it was") }
        )
        #expect(failed.steps["Install dependencies"] == "success")
        #expect(failed.steps["Train model"] == "failure", "\(failed.log.suffix(20))")
        for step in ["Commit .dvc file changes", "Push changes", "Push metrics"] {
            #expect(failed.steps[step] == "skipped", "\(step)")
        }
        // CI/CD hears of the training's end, and has nothing to deliver.
        #expect(failed.runs.map { $0["conclusion"] as? String } == ["failure", "skipped"])
        #expect(failed.steps["Bring the model"] == nil)
        #expect(try site.git("rev-parse", "main", in: origin) == start)
        #expect(try site.git("for-each-ref", "refs/flowrun", in: origin).isEmpty)
        #expect(try site.git("status", "--porcelain", in: demo).isEmpty)
        let failures = try site.flowrun("run", "view", "2", "--log-failed", in: demo)
        #expect(failures.output.contains("is not above") && !failures.output.contains("Pushed "))

        let token = "frs_"
        #expect(!uploaded.output.contains(token) && !failed.output.contains(token))
        #expect(!site.holds(token, under: "\(site.state)/runs"))
        #expect(!site.holds(token, under: "\(site.state)/store"))
        #expect(site.leftovers(except: ["cloud serve"]).isEmpty)
    }

    /// The course's layout, in one commit that the origin has too, and nothing beside it.
    private func theProjectIsLaidOut(_ site: Site, demo: String) throws {
        let files = Set(try site.git("ls-files", in: demo).split(separator: "\n").map(String.init))
        let expected: Set = [
            ".github/workflows/testing.yaml", ".github/workflows/continuous_training.yaml",
            ".github/workflows/ci_cd.yaml", "src/prepare.py", "src/train.py", "dvc.yaml", ".dvc/config",
            "dataset/movies.csv.dvc", "model/model.pkl.dvc", "api/main.py", "tests.py", "Dockerfile",
            "utilities/setter.py", "utilities/make_dataset.py",
        ]
        #expect(files.isSuperset(of: expected), "\(expected.subtracting(files)) not there")
        #expect(try site.git("rev-list", "--count", "--all", in: demo) == "1")
        #expect(try site.git("remote", "get-url", "origin", in: demo) == "\(site.folder)/demo.git")
        #expect(try site.git("status", "--porcelain", "--ignored", in: demo).isEmpty)
        let beside = try FileManager.default.contentsOfDirectory(atPath: site.folder)
        #expect(Set(beside) == ["demo", "demo.git", "home", "state"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.folder)/home") == [".gitconfig"])
    }

    /// Each file of data that the newest commit names is in the local cloud's store, under its hash.
    private func theStoreHoldsTheData(_ site: Site, demo: String) throws {
        for name in ["opening_gross", "finantials", "movies"] {
            let pointer = try site.git("show", "refs/remotes/origin/main:dataset/\(name).csv.dvc", in: demo)
            let old = try site.git("show", "HEAD:dataset/\(name).csv.dvc", in: demo)
            let hash = try #require(pointer.firstMatch(of: /md5: ([0-9a-f]{32})/)).1
            let size = try #require(pointer.firstMatch(of: /size: (\d+)/).flatMap { Int($0.1) })
            let folder =
                "\(site.state)/cloud/objects/model-datasets-tracker/dataset/files/md5/\(hash.prefix(2))"
            let objects = try FileManager.default.contentsOfDirectory(atPath: folder)
            let object = try #require(objects.first { $0.hasPrefix(hash.dropFirst(2)) }, "\(name)")
            let facts = try FileManager.default.attributesOfItem(atPath: "\(folder)/\(object)")
            #expect(try #require(facts[.size] as? Int) >= size)
            #expect(name != "finantials" || pointer != old, "noise changes what films gross")
        }
    }
}

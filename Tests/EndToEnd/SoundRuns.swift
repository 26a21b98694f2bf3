import Foundation
import Testing

/// Runs that leave a trace of each step outside of flowrun, to be compared with what the store says of them.
extension Site {
    /// A repository whose workflow has five steps that each say so in a file beside the repository, and take a moment.
    func countingRepository() throws -> String {
        let steps = (1...5).map { number in
            "      - { name: 'Step \(number)', run: 'echo \"run $GITHUB_RUN_ID step \(number)\"; echo \"$GITHUB_RUN_ID.\(number)\" >> \(folder)/side; sleep 0.05' }\n"
        }
        return try repository(
            workflow: "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n" + steps.joined()
        )
    }

    /// What must hold of every run that ended in any way: each step that the store says ran has its log, and its side
    /// effect once; every run and job is at its end.
    func expectSoundRuns(in repository: String) throws {
        let listed = try flowrun("run", "list", "--json", "-L", "1000", in: repository)
        #expect(listed.status == 0, "\(listed.everything)")
        #expect(try query("PRAGMA integrity_check") == "ok")
        for table in ["runs", "jobs", "steps"] {
            #expect(try query("SELECT count(*) FROM \(table) WHERE status <> 'completed'") == "0", "\(table)")
        }
        let side = exists("\(folder)/side") ? try text(of: "\(folder)/side") : ""
        let done = side.split(separator: "\n").map(String.init)
        #expect(Set(done).count == done.count, "no step ran twice")
        for entry in try JSON(listed.output).list {
            let run = try run(entry["id"].int, in: repository)
            #expect(["success", "failure", "cancelled"].contains(run["conclusion"].text))
            for job in run["jobs"].list {
                let path = "\(state)/runs/\(run["id"].int)/\(job["id"].int).log"
                let log = exists(path) ? try text(of: path) : ""
                for step in job["steps"].list where step["name"].text.hasPrefix("Step ") {
                    let number = step["name"].text.dropFirst(5)
                    guard step["conclusion"].text == "success" else { continue }
                    #expect(done.contains("\(run["id"].int).\(number)"))
                    #expect(log.contains("run \(run["id"].int) step \(number)\n"), "\(step)\n\(log)")
                }
            }
        }
        #expect(leftovers().isEmpty)
    }
}

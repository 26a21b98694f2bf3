import ArgumentParser
import Engine
import Foundation
import Store

struct RunApprove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve",
        abstract: "Let jobs deploy that wait for an approval, or reject them.",
        discussion: """
            Which environments need one is said in flowrun.yaml:

              environments:
                production: { approval: true, wait-timer: 10m, branches: [main, 'releases/**'] }

            EXAMPLES
              flowrun run approve                       what waits in the newest run
              flowrun run approve 7 --environment production
              flowrun run approve 7 --reject
            """
    )

    @OptionGroup var choice: RunChoice
    @Option(help: "Only jobs that wait for this environment.") var environment: String?
    @Flag(help: "They fail instead.") var reject = false

    func run() async throws {
        let surroundings = Surroundings()
        let run = try choice.find(surroundings, try surroundings.openStore())
        let review = DeploymentReview(run: run.id, home: surroundings.home)
        let wanted = environment?.lowercased()
        let requests = review.requests().filter { wanted == nil || $0.environment.lowercased() == wanted }
        guard run.status != .completed, !requests.isEmpty else {
            let place = environment.map { " to deploy to \($0)" } ?? ""
            throw CommandEnd(.nothingStarted, "error: nothing of run \(run.id) waits for an approval\(place)")
        }
        let person = NSUserName()
        for request in requests {
            try review.give(reject ? .rejected(by: person) : .approved(by: person), to: request.job)
            let name = run.jobs.first { $0.id == request.job }?.name ?? "\(request.job)"
            Console.complain("\(name): \(request.environment) \(reject ? "rejected" : "approved")")
        }
    }
}

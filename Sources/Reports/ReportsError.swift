/// Why a report could not be made, stored or posted.
package struct ReportsError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        /// The options cannot be meant as they are.
        case badOption(String)
        /// A file that has to be there cannot be read or written.
        case file(path: String, problem: String)
        case tokenNotFound
        /// The remote's address does not tell which forge answers there.
        case unknownForge(address: String)
        case unsupported(String)
        /// The forge answered with a refusal.
        case refused(request: String, status: Int, message: String)
        /// The forge has done nothing, and would later: GitHub's limits of requests are told with 403.
        case busy(request: String, message: String)
        /// The forge did not answer, or answered with something else than was asked for.
        case noAnswer(request: String, problem: String)
    }

    package var reason: Reason

    package init(_ reason: Reason) { self.reason = reason }

    package var description: String {
        switch reason {
        case .badOption(let problem), .unsupported(let problem): problem
        case .file(let path, let problem): "`\(path)`: \(problem)"
        case .tokenNotFound: "token not found; set `REPO_TOKEN`, or pass `--token`"
        case .unknownForge(let address):
            "nothing tells which forge is at `\(address)`; pass `--driver github`, `gitlab` or `gitea`"
        case .refused(let request, let status, let message):
            "\(request): the forge says \(status): \(message)"
        case .busy(let request, let message): "\(request): the forge takes no more for now: \(message)"
        case .noAnswer(let request, let problem): "\(request): \(problem)"
        }
    }
}

/// Which Node.js of this machine runs an action that asks for one (`node20`).
enum NodeChoice: Equatable {
    case fits(NodeProgram)
    /// Older than asked for, but near enough to be tried.
    case older(NodeProgram)
    case tooOld(NodeProgram)
    case none

    /// How many versions a Node.js may be behind: two lines of releases.
    ///
    /// Actions are bundled for the language of an older line than the one that they ask for, so that most run on the
    /// line before; what is older still fails at syntax that it does not know, with words that help nobody.
    static let tolerance = 4

    /// - Parameter programs: In the order of preference.
    init(_ wanted: Int, among programs: [NodeProgram]) {
        if let first = programs.first(where: { $0.version.major >= wanted }) {
            self = .fits(first)
        } else if let newest = programs.max(by: { $0.version < $1.version }) {
            self = wanted - newest.version.major <= Self.tolerance ? .older(newest) : .tooOld(newest)
        } else {
            self = .none
        }
    }
}

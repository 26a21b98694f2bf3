import Store

/// Whether a daemon can take in and begin what is new.
struct Readiness: Sendable {
    /// Why it cannot.
    enum Obstacle: Equatable, CustomStringConvertible {
        /// The disk has no room, which may change; with why.
        case shortage(String)
        /// The disk failed, which stays so for as long as the daemon lives; with why.
        case failedDisk(String)

        var description: String {
            switch self {
            case .shortage(let reason), .failedDisk(let reason): reason
            }
        }

        /// What those are told who send something.
        var refusal: String {
            switch self {
            case .shortage: "the disk is full; send it again later"
            case .failedDisk:
                "the disk has failed; send it again once the daemon was restarted on a sound one"
            }
        }
    }

    let store: Store
    private let reserve: StoreReserve

    init(_ store: Store) {
        self.store = store
        reserve = StoreReserve(store.home)
    }

    /// What keeps it from it; nil where nothing does.
    func obstacle() -> Obstacle? {
        if let failed = store.failedSync { return .failedDisk("\(failed)") }
        return reserve.shortage().map { .shortage($0) }
    }

    /// Gives up the room that is kept for the runs that go on, at the daemon's end.
    func giveUp() { _ = reserve.giveUp() }
}

/// One thing that a machine may have.
struct MachineCheck: Encodable {
    var name: String
    /// Nothing runs without it; otherwise only what uses it.
    var isNeeded = false
    var isThere: Bool
    var found: String
    /// What follows from its absence, and how to get it.
    var remedy = ""
}

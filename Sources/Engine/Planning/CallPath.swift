/// The calling jobs above a job, and how it is known in the run: `caller.called` by key, `Caller / Called` by name.
package struct CallPath: Sendable, Equatable {
    private var keys = ""
    private var names = ""

    package init() {}

    /// - Parameters:
    ///   - key: The calling job as it is known in the run.
    ///   - name: Likewise, with the values of its row.
    func below(key: String, name: String) -> CallPath {
        var path = self
        path.keys = key + "."
        path.names = name + " / "
        return path
    }

    func key(of id: String) -> String { keys + id }

    func name(_ name: String) -> String { names + name }
}

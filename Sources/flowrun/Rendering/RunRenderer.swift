import Foundation
import Store

/// Shows a run while it happens.
protocol RunRenderer: RunObserver {
    /// Prints a line of flowrun's own between what the run says.
    func say(_ line: String)
    /// Leaves the terminal to somebody else (a shell) until `resume`.
    func suspend()
    func resume()
    /// Shows what is left and puts the terminal back in order. Nothing may be observed afterwards.
    func finish()
    /// The number of the error for which some of it was not written, other than that its reader has gone.
    var fault: Int32? { get }
}

/// The value of `--format`.
enum RenderFormat: String, Sendable, CaseIterable {
    case pretty, plain, json

    /// The format that suits where the output goes.
    static func suited(to terminal: Terminal) -> RenderFormat { terminal.isInteractive ? .pretty : .plain }
}

/// The renderer of a format; without one, of the format that suits the place.
func makeRenderer(_ format: RenderFormat?, on terminal: Terminal) -> any RunRenderer {
    switch format ?? .suited(to: terminal) {
    case .pretty: PrettyRenderer(terminal)
    case .plain: PlainRenderer(terminal)
    case .json: JSONRenderer(BufferedOutput(terminal.descriptor))
    }
}

import Reports

/// What CML's commands say beside their result, as far as `--log` lets them.
struct CMLLog {
    private enum Level: String, CaseIterable { case error, warn, info, debug }

    private let level: Level

    init(_ options: ForgeOptions, environment: [String: String], command: String) throws(ReportsError) {
        let text = options.log ?? CMLEnvironment(environment).value(of: "log", command: command) ?? "info"
        guard let level = Level(rawValue: text) else {
            throw ReportsError(
                .badOption("log level `\(text)` is none of `error`, `warn`, `info` or `debug`")
            )
        }
        self.level = level
    }

    func warning(_ text: String) {
        if level != .error { Console.complain("warning: \(text)") }
    }

    func note(_ text: String) {
        if level == .info || level == .debug { Console.complain("note: \(text)") }
    }
}

import Foundation
import Store

/// What `/metrics` says, in the text format of Prometheus.
struct Metrics {
    private var lines: [String] = []

    init(_ counts: DaemonCounts, queued: Int, running: Int, now: Date) {
        gauge("flowrun_runs_queued", "Runs that wait.", [("", Double(queued))])
        gauge("flowrun_runs_in_progress", "Runs that go on.", [("", Double(running))])
        let values = counts.values
        counter(
            "flowrun_events_total",
            "Events that were taken in, by who told of them.",
            values.events.map { ("source=\"\($0.key.rawValue)\"", $0.value) }
        )
        counter(
            "flowrun_runs_total",
            "Runs that have ended, by conclusion.",
            values.runs.map { ("conclusion=\"\($0.key.rawValue)\"", $0.value) }
        )
        counter(
            "flowrun_schedule_ticks_total",
            "Times at which a schedule was due, by what came of it.",
            values.ticks.map { ("status=\"\($0.key.rawValue)\"", $0.value) }
        )
        gauge(
            "process_start_time_seconds",
            "When the daemon began, in seconds since 1970.",
            [("", counts.startedAt.timeIntervalSince1970.rounded())]
        )
        if let bytes = Self.residentBytes {
            gauge("process_resident_memory_bytes", "Memory in use.", [("", Double(bytes))])
        }
    }

    var text: String { lines.joined(separator: "\n") + "\n" }

    private mutating func gauge(_ name: String, _ help: String, _ samples: [(labels: String, value: Double)])
    {
        head(name, help, "gauge")
        for sample in samples { add(name, sample.labels, Self.number(sample.value)) }
    }

    private mutating func counter(_ name: String, _ help: String, _ samples: [(labels: String, value: Int)]) {
        head(name, help, "counter")
        for sample in samples.sorted(by: { $0.labels < $1.labels }) {
            add(name, sample.labels, "\(sample.value)")
        }
    }

    private mutating func head(_ name: String, _ help: String, _ type: String) {
        lines += ["# HELP \(name) \(help)", "# TYPE \(name) \(type)"]
    }

    private mutating func add(_ name: String, _ labels: String, _ value: String) {
        lines.append(labels.isEmpty ? "\(name) \(value)" : "\(name){\(labels)} \(value)")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() ? String(Int64(value)) : String(value)
    }

    /// The second field of `/proc/self/statm`, in pages.
    private static var residentBytes: Int? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let fields = String(decoding: data, as: UTF8.self).split(separator: " ")
        return fields.count > 1 ? Int(fields[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}

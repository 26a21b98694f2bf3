import Foundation
import YAML

extension Decoder {
    /// The cron lines under `schedule` in `on`.
    func schedules(_ node: Node) -> [Schedule] {
        guard let items = node.items else {
            reportKind(node, "'schedule'", expected: "a list of mappings with 'cron'")
            return []
        }
        return items.compactMap { item in
            let keys = ["cron", "timezone"]
            guard let fields = fields(item, of: "an entry of 'schedule'", known: keys),
                let node = required("cron", in: fields), let cron = located(node, fields.title("cron"))
            else { return nil }
            do throws(CronError) {
                _ = try CronSchedule(parsing: cron.value)
            } catch {
                report(
                    node,
                    "cron",
                    "'\(cron.value)' is no cron line",
                    hint: error.description,
                    range: error.range
                )
            }
            let zone = fields["timezone"].flatMap { zone in
                located(zone, fields.title("timezone")).map { checkedTimezone($0, at: zone) }
            }
            return Schedule(cron: cron, timezone: zone)
        }
    }

    private func checkedTimezone(_ zone: Located<String>, at node: Node) -> Located<String> {
        if TimeZone(identifier: zone.value) == nil {
            report(
                node,
                "timezone",
                "'\(zone.value)' is no time zone",
                hint: "write an IANA name such as 'Europe/London'"
            )
        }
        return zone
    }
}

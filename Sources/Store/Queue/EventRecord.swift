package import Events
package import Foundation

/// An event that was taken in, to be matched against the workflows of its repository.
package struct EventRecord: Sendable {
    /// Who told of it.
    package enum Source: String, Sendable {
        case person, hook, webhook, schedule, chain

        /// Which of two waiting runs starts first: the one with the higher number.
        package var priority: Int {
            switch self {
            case .person: 100
            case .hook, .webhook: 50
            case .chain: 40
            case .schedule: 10
            }
        }
    }

    package enum Status: String, Sendable { case pending, done, refused }

    package var id: Int64
    /// The repository's path on this machine.
    package var repository: String
    package var source: Source
    package var event: Event
    /// The path of the one workflow that it is about (a schedule's, a dispatch's); absent where it is about all.
    package var workflow: String?
    /// The run whose life it tells of (`workflow_run`).
    package var parentRunID: Int64?
    package var priority: Int
    package var receivedAt: Date
    package var status: Status
    package var reason: String?
    /// The kind of forge that sent it, where one did.
    package var forge: String?
    /// The id that the forge gave to what it sent.
    package var delivery: String?
    /// The event that a person had taken in again as this one.
    package var redelivers: Int64?
}

/// An event that is to be taken in.
package struct NewEvent: Sendable {
    package var repository: String
    package var source: EventRecord.Source
    package var event: Event
    /// What makes two tellings the same event: a delivery's id, a tick, a run's end.
    ///
    /// Absent where each one counts.
    package var key: String?
    /// Of the words that told of it: the same words within a week are the same event, whatever their key.
    package var digest: String?
    /// The id that a delivery came with, empty where it had none: what tells of a known event is counted by it.
    ///
    /// Absent for what is no delivery.
    package var delivery: String?
    package var workflow: String?
    package var parentRunID: Int64?
    package var priority: Int
    package var receivedAt: Date

    package init(
        repository: String,
        source: EventRecord.Source,
        event: Event,
        key: String? = nil,
        digest: String? = nil,
        delivery: String? = nil,
        workflow: String? = nil,
        parentRunID: Int64? = nil,
        receivedAt: Date = Date()
    ) {
        self.repository = repository
        self.source = source
        self.event = event
        self.key = key
        self.digest = digest
        self.delivery = delivery
        self.workflow = workflow
        self.parentRunID = parentRunID
        priority = source.priority
        self.receivedAt = receivedAt
    }
}

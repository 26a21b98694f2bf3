/// The names of the events that can stand under `on:`.
package enum EventNames {
    package static let all = KnownEvent.names
}

import Engine

enum Version {
    static let text = "flowrun \(FlowrunVersion.text)"
}

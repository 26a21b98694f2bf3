import Foundation

/// The images that a Dockerfile starts from: one that is not here has to be pulled from somewhere.
enum BaseImages {
    /// One check an image that the folder's `Dockerfile` names, none without an engine to ask.
    static func checks(folder: String, engine: ContainerEngine) -> [MachineCheck] {
        guard let program = engine.program,
            let text = try? String(contentsOfFile: "\(folder)/Dockerfile", encoding: .utf8)
        else { return [] }
        return names(in: text).map { image in
            let isThere = ProgramOutput.of([program, "image", "inspect", image]) != nil
            return MachineCheck(
                name: "base image",
                isThere: isThere,
                found: isThere ? image : "\(image) is not here yet",
                remedy:
                    "builds pull it; where its registry cannot be reached, make one by that name (README.md of the mlops project)"
            )
        }
    }

    /// What follows `FROM`, with the defaults of `ARG` filled in, less the stages of the file itself.
    static func names(in dockerfile: String) -> [String] {
        var defaults: [String: String] = [:]
        var stages: Set = ["scratch"]
        var names: [String] = []
        for line in dockerfile.split(whereSeparator: \.isNewline) {
            var words = line.split(whereSeparator: \.isWhitespace).map(String.init)
            guard let instruction = words.first?.uppercased() else { continue }
            words.removeFirst()
            switch instruction {
            case "ARG":
                for word in words {
                    let pair = word.split(separator: "=", maxSplits: 1).map(String.init)
                    if pair.count == 2 { defaults[pair[0]] = pair[1] }
                }
            case "FROM":
                words.removeAll { $0.hasPrefix("--") }
                guard var name = words.first else { continue }
                for (argument, value) in defaults.sorted(by: { $0.key.count > $1.key.count }) {
                    name = name.replacing("${\(argument)}", with: value).replacing(
                        "$\(argument)",
                        with: value
                    )
                }
                if words.count == 3 { stages.insert(words[2]) }
                // One that only a build argument gives is not known here.
                if !stages.contains(name), !names.contains(name), !name.contains("$") { names.append(name) }
            default: continue
            }
        }
        return names
    }
}

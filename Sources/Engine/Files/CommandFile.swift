/// One of the files with which a step tells the engine something.
package enum CommandFile: Int, Sendable, CaseIterable {
    case environment
    case path
    case output
    case state
    case summary

    /// The variable that tells the step where the file is.
    package var variable: String {
        switch self {
        case .environment: "GITHUB_ENV"
        case .path: "GITHUB_PATH"
        case .output: "GITHUB_OUTPUT"
        case .state: "GITHUB_STATE"
        case .summary: "GITHUB_STEP_SUMMARY"
        }
    }

    /// The property of the `github` context that holds the file's path, and the word for it in messages.
    package var contextName: String {
        switch self {
        case .environment: "env"
        case .path: "path"
        case .output: "output"
        case .state: "state"
        case .summary: "step_summary"
        }
    }

    /// How the files of a step are named, before what makes them unique.
    var prefix: String {
        switch self {
        case .environment: "set_env"
        case .path: "add_path"
        case .output: "set_output"
        case .state: "save_state"
        case .summary: "step_summary"
        }
    }
}

/// Why a file's content is not taken, in GitHub's words where it has some.
package struct CommandFileError: Error, Sendable, Equatable, CustomStringConvertible {
    package enum Reason: Sendable, Equatable {
        case invalidFormat(line: String)
        case emptyNameOrDelimiter(line: String)
        /// `=value`: where a name is a must.
        case emptyName
        case delimiterNotFound(String)
        /// The text ends in the middle of a value's line.
        case lineNotEnded
        /// A folder, a pipe, a device: something that reading might never end on.
        case notRegular
        case symbolicLink
        case tooLarge(bytes: Int, limit: Int)
        case unreadable(String)
    }

    package var file: CommandFile
    package var reason: Reason

    /// The annotations that GitHub gives such a failure, in order.
    package var messages: [String] {
        ["Unable to process file command '\(file.contextName)' successfully.", description]
    }

    package var description: String {
        switch reason {
        case .invalidFormat(let line): "Invalid format '\(line.shortened)'"
        case .emptyNameOrDelimiter(let line):
            "Invalid format '\(line.shortened)'. Name must not be empty and delimiter must not be empty"
        // .NET's words: GitHub's runner looks at the name only where it stores the value.
        case .emptyName: "Value cannot be null. (Parameter 'name')"
        case .delimiterNotFound(let delimiter):
            "Invalid value. Matching delimiter not found '\(delimiter.shortened)'"
        case .lineNotEnded: "Invalid value. EOF marker missing new line."
        case .notRegular: "The file of $\(file.variable) is not a regular file any more"
        case .symbolicLink: "The file of $\(file.variable) has been replaced by a symbolic link"
        case .tooLarge(let bytes, let limit):
            "The file of $\(file.variable) has \(bytes) bytes; at most \(limit) are read"
        case .unreadable(let why): "The file of $\(file.variable) cannot be read: \(why)"
        }
    }
}

extension String {
    /// A line of the user's as a message quotes it: a file of megabytes without a line end is one line.
    fileprivate var shortened: String { count > 1000 ? prefix(1000) + "…" : self }
}

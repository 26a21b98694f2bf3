import Engine
import Expressions
import Foundation

/// `hashFiles()` outside of a job: in the current folder.
enum HashFilesHere {
    static func evaluate(_ patterns: [Value]) throws(ExpressionError) -> Value {
        let folder = FileManager.default.currentDirectoryPath
        return .string(try FileHasher(workspace: folder).hash(patterns.map(\.text)))
    }
}

/// A request that the object store cannot grant, with the words that Google's storage has for it.
struct StorageFault: Error, Sendable {
    var status: Int
    /// Google's short word for the fault, such as `notFound`.
    var reason: String
    var message: String

    static func noBucket(_ name: String) -> StorageFault {
        StorageFault(
            status: 404,
            reason: "notFound",
            message: "The specified bucket does not exist: \(name)"
        )
    }

    static func noObject(_ bucket: String, _ name: String) -> StorageFault {
        StorageFault(status: 404, reason: "notFound", message: "No such object: \(bucket)/\(name)")
    }

    static let noUpload = StorageFault(
        status: 404,
        reason: "notFound",
        message: "No such upload: it was finished long ago or cancelled"
    )

    static func noSuchAddress(_ path: String) -> StorageFault {
        StorageFault(
            status: 404,
            reason: "notFound",
            message: "The local object store has nothing at \(path)"
        )
    }

    static func bucketExists(_ name: String) -> StorageFault {
        StorageFault(status: 409, reason: "conflict", message: "The bucket \(name) exists already")
    }

    static func bucketNotEmpty(_ name: String) -> StorageFault {
        StorageFault(
            status: 409,
            reason: "conflict",
            message: "The bucket you tried to delete is not empty: \(name)"
        )
    }

    static let conditionNotMet = StorageFault(
        status: 412,
        reason: "conditionNotMet",
        message: "At least one of the pre-conditions you specified did not hold."
    )

    static func invalid(_ message: String) -> StorageFault {
        StorageFault(status: 400, reason: "invalid", message: message)
    }
}

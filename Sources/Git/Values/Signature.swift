package import Foundation

/// Who made something, and when.
package struct Signature: Hashable, Sendable, Codable {
    package var name: String
    package var email: String
    package var time: Date
    /// Minutes east of Greenwich, where the maker's clock stood.
    package var offset: Int

    package init(name: String, email: String, time: Date = Date(), offset: Int = 0) {
        self.name = name
        self.email = email
        self.time = time
        self.offset = offset
    }

    /// The maker of what nobody else signs, such as the commit of a working folder or a moved ref.
    package static func flowrun(at time: Date = Date()) -> Signature {
        Signature(name: "flowrun", email: "flowrun@localhost", time: time)
    }
}

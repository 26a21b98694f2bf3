import Serving

extension Query {
    /// The number in a field; a fault where the field holds something else.
    func number(_ name: String) throws(StorageFault) -> Int64? {
        guard let text = self[name], !text.isEmpty else { return nil }
        guard let number = Int64(text) else { throw .invalid("Invalid value for \(name): `\(text)`") }
        return number
    }
}

/// A list of values.
///
/// Two arrays are equal to `==` only if they are the same instance.
package final class ArrayValue: Sendable {
    package let elements: [Value]

    /// Made by `.*`: an index then applies to each element, not to the list.
    let isFiltered: Bool

    package convenience init(_ elements: [Value]) {
        self.init(elements, isFiltered: false)
    }

    init(_ elements: [Value], isFiltered: Bool) {
        self.elements = elements
        self.isFiltered = isFiltered
    }

    package var count: Int { elements.count }
    package var isEmpty: Bool { elements.isEmpty }
}

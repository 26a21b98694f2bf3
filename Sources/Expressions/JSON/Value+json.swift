extension Value {
    /// Reads a JSON text; the order of keys is kept, and of equal keys the last counts.
    ///
    /// `lenient` takes what GitHub's `fromJSON` does beyond JSON: comments, single quotes and the like. Arrays and
    /// objects may nest 100 deep.
    package init(json: String, lenient: Bool = false) throws(JSONError) {
        self = try Self.read(json, isLenient: lenient, limits: JSONLimits())
    }

    static func read(
        _ json: String,
        isLenient: Bool,
        limits: JSONLimits
    ) throws(JSONError) -> Value {
        var json = json
        let result = json.withUTF8 { bytes -> Result<Value, JSONError> in
            var reader = JSONReader(bytes, isLenient: isLenient, limits: limits)
            do throws(JSONError) {
                return .success(try reader.read())
            } catch {
                return .failure(error)
            }
        }
        return try result.get()
    }

    /// The value as JSON text, keys in their order.
    ///
    /// `pretty` is the layout of `toJSON`, with numbers of 15 digits; otherwise it is one line, and its numbers are
    /// exact.
    package func json(pretty: Bool = false) -> String {
        var writer = JSONWriter(isPretty: pretty)
        writer.write(self)
        return String(decoding: writer.text, as: UTF8.self)
    }
}

/// A value is coded as one string, its JSON text, because coders lose the order of keys. The case-sensitivity of an
/// object is not kept.
extension Value: Codable {
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        do {
            // Deeper than what is read from outside, since contexts put such values into objects of their own.
            let limits = JSONLimits(depth: 200, memory: .max)
            self = try Self.read(text, isLenient: true, limits: limits)
        } catch {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(json())
    }
}

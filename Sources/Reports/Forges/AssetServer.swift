/// A server that takes an image and says where it is from then on (`--publish-url`).
package struct AssetServer: Sendable {
    package var url: String
    package var send: ForgeSend

    package init(url: String, send: @escaping ForgeSend) {
        self.url = url
        self.send = send
    }

    /// Gives the image to the server.
    ///
    /// The address in its answer may be of any kind but must be of the web.
    package func publish(_ image: ReportImage, name: String) async throws(ReportsError) -> String {
        let request = ForgeRequest(
            method: "POST",
            url: url,
            headers: [
                "Content-Type": image.kind.mediaType, "Content-Length": String(image.bytes.count),
                "Content-Disposition": "inline; filename=\"\(name)\"", "User-Agent": "flowrun",
            ],
            body: image.bytes
        )
        let response: ForgeResponse
        do {
            response = try await send(request)
        } catch {
            throw ReportsError(.noAnswer(request: "POST \(url)", problem: "\(error)"))
        }
        guard (200..<300).contains(response.status) else {
            throw ReportsError(
                .refused(request: "POST \(url)", status: response.status, message: response.forgeMessage)
            )
        }
        let place = String(decoding: response.body, as: UTF8.self).trimmingSpaces
        let isAddress = place.hasPrefix("http://") || place.hasPrefix("https://")
        guard isAddress, !place.contains(where: { $0.isWhitespace || "()<>\"".contains($0) }) else {
            throw ReportsError(.noAnswer(request: "POST \(url)", problem: "the answer is no address"))
        }
        let kind = image.kind == .svg ? "svg+xml" : image.kind.rawValue
        return place + (place.contains("?") ? "&" : "?") + "cml=\(kind)"
    }
}

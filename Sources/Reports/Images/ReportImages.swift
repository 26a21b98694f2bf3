import Crypto
package import Foundation

/// An image that belongs to a report, under the name of its content.
package struct ReportImage: Sendable, Equatable {
    package var kind: ImageKind
    package var bytes: Data

    /// `images/<hash of the content>.<extension>`: where the report's text finds it.
    package var path: String {
        let digest = SHA256.hash(data: bytes).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return "images/\(digest.joined().prefix(32)).\(kind.fileExtension)"
    }

    package init(kind: ImageKind, bytes: Data) {
        self.kind = kind
        self.bytes = bytes
    }
}

/// The images that a report's text points at, taken out of the workspace.
package struct ReportImages: Sendable {
    /// What one report may take along.
    package struct Limits: Sendable {
        package var bytesPerImage = 10 << 20
        package var bytes = 50 << 20
        package var count = 200

        package init() {}
    }

    /// By the target as the text has it.
    package private(set) var images: [String: ReportImage] = [:]
    /// Targets that were left alone although they look like files, one sentence each.
    package private(set) var warnings: [String] = []

    /// Looks up the targets of the text.
    ///
    /// What is no image file inside the workspace stays as it is.
    package init(
        in document: borrowing MarkdownDocument,
        folder: String,
        workspace: WorkspaceFiles,
        limits: Limits = Limits()
    ) {
        var total = 0
        var seen: Set<String> = []
        let shown = document.imageTargets
        for target in document.targets where !Watermark.isImage(target) && seen.insert(target).inserted {
            guard images.count < limits.count else {
                warnings.append("more than \(limits.count) images: the rest stay where they are")
                return
            }
            let found = Self.embedded(target, limit: limits.bytesPerImage).map { Finding.image($0) }
            switch found ?? Self.lookUp(target, folder: folder, workspace: workspace, limits: limits) {
            case .notLocal: break
            // A link may well lead to a file of another kind.
            case .otherKind:
                guard shown.contains(target) else { continue }
                warnings.append("`\(SafeText.line(target))` is left as it is: it is not an image")
            case .refused(let why): warnings.append("`\(SafeText.line(target))` is left as it is: \(why)")
            case .image(let image):
                total += image.bytes.count
                guard total <= limits.bytes else {
                    warnings.append(
                        "more than \(limits.bytes >> 20) MiB of images: the rest stay where they are"
                    )
                    return
                }
                images[target] = image
            }
        }
    }

    /// New targets for the text, by the old ones.
    package var replacements: [String: String] { images.mapValues(\.path) }

    private enum Finding { case notLocal, otherKind, refused(String), image(ReportImage) }

    private static func lookUp(
        _ target: String,
        folder: String,
        workspace: WorkspaceFiles,
        limits: Limits
    ) -> Finding {
        guard !target.isEmpty, !target.hasPrefix("#"), !target.hasPrefix("//"), !hasScheme(target) else {
            return .notLocal
        }
        do throws(WorkspaceFiles.Refusal) {
            let bytes = try read(target, folder: folder, workspace: workspace, limit: limits.bytesPerImage)
            guard let kind = ImageKind(of: bytes) else { return .otherKind }
            return .image(ReportImage(kind: kind, bytes: bytes))
        } catch {
            switch error {
            case .missing: return .notLocal
            case .outside: return .refused("it is outside the workspace")
            case .symbolicLink: return .refused("its path has a symbolic link, and links are not followed")
            case .notAFile: return .refused("it is not a file")
            case .tooLarge(let limit): return .refused("it is larger than \(limit >> 20) MiB")
            case .unreadable(let problem): return .refused(problem)
            }
        }
    }

    /// A target is a name as it stands, else one with `%20` and the like in it.
    private static func read(
        _ target: String,
        folder: String,
        workspace: WorkspaceFiles,
        limit: Int
    ) throws(WorkspaceFiles.Refusal) -> Data {
        do throws(WorkspaceFiles.Refusal) {
            return try workspace.read(target, from: folder, limit: limit)
        } catch {
            guard error == .missing, let decoded = target.removingPercentEncoding, decoded != target else {
                throw error
            }
            return try workspace.read(decoded, from: folder, limit: limit)
        }
    }

    private static func hasScheme(_ target: String) -> Bool {
        guard let colon = target.firstIndex(of: ":") else { return false }
        let scheme = target[..<colon]
        return scheme.first?.isLetter == true
            && scheme.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "+-.".contains($0)) }
    }

    /// The image that a `data:` address holds.
    private static func embedded(_ target: String, limit: Int) -> ReportImage? {
        guard target.hasPrefix("data:image/"), let comma = target.firstIndex(of: ","),
            target[..<comma].hasSuffix(";base64"), target.utf8.count <= limit * 4 / 3 + 64,
            let bytes = Data(base64Encoded: String(target[target.index(after: comma)...])),
            let kind = ImageKind(of: bytes)
        else { return nil }
        return ReportImage(kind: kind, bytes: bytes)
    }
}

import CLibCurl
import Foundation
import Synchronization

/// A wish to stop that any thread may set.
final class Cancellation: Sendable {
    private let flag = Atomic(false)

    func cancel() { flag.store(true, ordering: .relaxed) }
    var isCancelled: Bool { flag.load(ordering: .relaxed) }
}

/// What libcurl's callbacks of one transfer read and note down.
///
/// It belongs to the thread of the transfer.
final class Exchange {
    private(set) var headers = HTTPHeaders()
    private(set) var body: [UInt8] = []
    /// Why a callback stopped the transfer.
    private(set) var failure: (reason: HTTPError.Reason, message: String)?

    private let upload: Upload?
    private let download: Download?
    private let limit: Int
    private let cancellation: Cancellation
    private var received = 0
    private var isGoodStatus = false

    init(upload: Upload?, download: Download?, limit: Int, cancellation: Cancellation) {
        self.upload = upload
        self.download = download
        self.limit = limit
        self.cancellation = cancellation
    }

    var isCancelled: Bool { cancellation.isCancelled }

    /// Takes a line of the head of an answer.
    ///
    /// Interim answers (1xx) have heads too: only the last one stays.
    func take(headerLine line: UnsafeRawBufferPointer) {
        let text = String(decoding: line, as: UTF8.self).filter { !$0.isNewline }
        if text.hasPrefix("HTTP/") {
            headers = HTTPHeaders()
            let status = text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
            isGoodStatus = (200..<300).contains(status)
        } else if let colon = text.firstIndex(of: ":") {
            let value = text[text.index(after: colon)...].drop { $0 == " " || $0 == "\t" }
            headers.append(String(text[..<colon]), String(value))
        }
    }

    /// Takes a piece of the body; false stops the transfer.
    func take(body piece: UnsafeRawBufferPointer) -> Bool {
        received += piece.count
        guard received <= limit else {
            failure = (.tooLarge(limit: limit), "the answer holds more than \(limit) bytes")
            return false
        }
        guard let download, isGoodStatus else {
            body.append(contentsOf: piece)
            return true
        }
        do throws(FileFault) {
            try download.write(piece)
            return true
        } catch {
            failure = (.file, error.message)
            return false
        }
    }

    /// Gives the next bytes to send; nil where they can not be read.
    func fill(_ buffer: UnsafeMutableRawBufferPointer) -> Int? {
        guard let upload else { return 0 }
        do throws(FileFault) {
            return try upload.read(into: buffer)
        } catch {
            failure = (.file, error.message)
            return nil
        }
    }

    /// Goes back to a place in what is sent, as after a connection that broke before anything arrived.
    func seek(to offset: Int) -> Bool { upload?.seek(to: offset) ?? (offset == 0) }
}

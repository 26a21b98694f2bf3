import CLibCurl
import Foundation

/// The functions that libcurl calls while a transfer runs.
///
/// Each finds the `Exchange` behind its context, which the caller of the transfer keeps alive.
enum Callbacks {
    static func attach(_ exchange: Exchange, to handle: UnsafeMutableRawPointer) {
        let context = Unmanaged.passUnretained(exchange).toOpaque()
        for option in [
            CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_READDATA, CURLOPT_SEEKDATA, CURLOPT_XFERINFODATA,
        ] {
            flowrun_curl_set_pointer(handle, option, context)
        }
        flowrun_curl_set_bytes_function(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
            guard let exchange = Callbacks.exchange(context) else { return 0 }
            exchange.take(headerLine: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return size * count
        }
        flowrun_curl_set_bytes_function(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
            guard let exchange = Callbacks.exchange(context) else { return 0 }
            // Fewer bytes than were given stop the transfer.
            let isTaken = exchange.take(body: UnsafeRawBufferPointer(start: bytes, count: size * count))
            return isTaken ? size * count : (size * count == 0 ? 1 : 0)
        }
        flowrun_curl_set_bytes_function(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
            let buffer = UnsafeMutableRawBufferPointer(start: bytes, count: size * count)
            return Callbacks.exchange(context)?.fill(buffer) ?? Int(CURL_READFUNC_ABORT)
        }
        flowrun_curl_set_seek_function(handle) { context, offset, origin in
            guard origin == SEEK_SET, let exchange = Callbacks.exchange(context) else {
                return CURL_SEEKFUNC_FAIL
            }
            return exchange.seek(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
        }
        flowrun_curl_set_long(handle, CURLOPT_NOPROGRESS, 0)
        flowrun_curl_set_progress_function(handle) { context, _, _, _, _ in
            Callbacks.exchange(context)?.isCancelled == true ? 1 : 0
        }
    }

    private static func exchange(_ context: UnsafeMutableRawPointer?) -> Exchange? {
        context.map { Unmanaged<Exchange>.fromOpaque($0).takeUnretainedValue() }
    }
}

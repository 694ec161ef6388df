import CCurl
import Foundation

/// Carries out one transfer after the other by libcurl, over a connection that it keeps.
///
/// libcurl verifies TLS and keeps neither cookies nor a cache, unless it is told otherwise.
struct CurlHandle: ~Copyable {
    /// Bytes of a body once decompressed, and of a reply's headers: no rationale is that long.
    static let longestBody = 16_000_000
    static let longestHead = 64_000

    private static let longHead = "the reply's headers were longer than \(longestHead) bytes"
    private static let longestConnectSeconds = 30.0
    private static let isSetUp = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    private let handle: UnsafeMutableRawPointer?
    /// libcurl's words about an error.
    private let words = UnsafeMutablePointer<CChar>.allocate(capacity: Int(CURL_ERROR_SIZE))

    init() { handle = Self.isSetUp ? curl_easy_init() : nil }

    deinit {
        curl_easy_cleanup(handle)
        words.deallocate()
    }

    /// The data received so far. libcurl's callbacks get its address.
    private struct Received {
        let transfer: Transfer
        var body = Data()
        var headCount = 0
        var isHeadWhole = false
        /// Which bound it exceeded.
        var excess: String?

        mutating func take(_ bytes: UnsafeMutablePointer<CChar>, _ count: Int) -> Bool {
            guard body.count + count <= longestBody else {
                excess = "the reply was longer than \(longestBody) bytes"
                return false
            }
            body.append(UnsafeBufferPointer(start: bytes, count: count))
            return !transfer.isOver
        }

        /// - Parameter count: bytes of one line, its end included
        mutating func takeHeadLine(_ count: Int) -> Bool {
            headCount += count
            // An empty line ends the headers.
            if count <= 2 { isHeadWhole = true }
            guard headCount <= longestHead else {
                excess = longHead
                return false
            }
            return !transfer.isOver
        }
    }

    /// Blocks until the transfer has ended or is over.
    func outcome(of transfer: Transfer) -> Transfer.Outcome {
        guard let handle else {
            return .failure(.init(description: "libcurl cannot be set up", wasSent: false))
        }
        var lines: UnsafeMutablePointer<curl_slist>?
        defer { curl_slist_free_all(lines) }
        for line in transfer.request.headers { lines = curl_slist_append(lines, line) }
        curl_easy_reset(handle)
        words.initialize(repeating: 0, count: Int(CURL_ERROR_SIZE))
        var received = Received(transfer: transfer)
        let code = withUnsafeMutablePointer(to: &received) { received in
            if transfer.isOver { return CURLE_ABORTED_BY_CALLBACK }
            return setOptions(of: handle, for: transfer.request, lines, received)
                ?? curl_easy_perform(handle)
        }
        // Where a connection ends within the headers, libcurl sees no error.
        let ending = code == CURLE_OK && !received.isHeadWhole ? CURLE_PARTIAL_FILE : code
        guard ending == CURLE_OK else {
            return .failure(noReply(ending, excess: received.excess, of: transfer.request))
        }
        var headers: [String: String] = [:]
        var header: UnsafeMutablePointer<curl_header>?
        while let next = curl_easy_nextheader(handle, UInt32(CURLH_HEADER), -1, header) {
            headers[String(cString: next.pointee.name).lowercased()] =
                String(cString: next.pointee.value)
            header = next
        }
        let status = ccurl_number(handle, CURLINFO_RESPONSE_CODE)
        return .success(.init(status: status, headers: headers, body: received.body))
    }

    /// - Returns: the first error
    private func setOptions(
        of handle: UnsafeMutableRawPointer, for request: Transfer.Request,
        _ lines: UnsafeMutablePointer<curl_slist>?, _ received: UnsafeMutablePointer<Received>
    ) -> CURLcode? {
        func number(_ option: CURLoption, _ value: Int) -> CURLcode {
            ccurl_set_number(handle, option, value)
        }
        func text(_ option: CURLoption, _ value: String) -> CURLcode {
            ccurl_set_text(handle, option, value)
        }
        func pointer(_ option: CURLoption, _ value: UnsafeMutableRawPointer?) -> CURLcode {
            ccurl_set_pointer(handle, option, value)
        }
        let milliseconds = max(1, Int(nearest: min(request.timeoutSeconds, 1e6) * 1000))
        var codes = [
            text(CURLOPT_URL, request.url),
            text(CURLOPT_PROTOCOLS_STR, "http,https"),
            // A redirected request would send the key to another server.
            number(CURLOPT_FOLLOWLOCATION, 0),
            number(CURLOPT_TIMEOUT_MS, milliseconds),
            number(
                CURLOPT_CONNECTTIMEOUT_MS,
                min(milliseconds, Int(Self.longestConnectSeconds * 1000))),
            number(CURLOPT_NOSIGNAL, 1),
            // The server decides when a connection is too old.
            number(CURLOPT_MAXAGE_CONN, 86_400),
            number(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1),
            // Every encoding that libcurl knows.
            text(CURLOPT_ACCEPT_ENCODING, ""),
            pointer(CURLOPT_HTTPHEADER, lines),
            pointer(CURLOPT_ERRORBUFFER, words),
            pointer(CURLOPT_WRITEDATA, received),
            pointer(CURLOPT_HEADERDATA, received),
            pointer(CURLOPT_XFERINFODATA, received),
            number(CURLOPT_NOPROGRESS, 0),
            ccurl_set_receiver(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
                guard let bytes, let context else { return 0 }
                let received = context.assumingMemoryBound(to: Received.self)
                return received.pointee.take(bytes, size * count) ? size * count : 0
            },
            ccurl_set_receiver(handle, CURLOPT_HEADERFUNCTION) { _, size, count, context in
                guard let context else { return 0 }
                let received = context.assumingMemoryBound(to: Received.self)
                return received.pointee.takeHeadLine(size * count) ? size * count : 0
            },
            ccurl_set_observer(handle) { context, _, _, _, _ in
                context?.assumingMemoryBound(to: Received.self).pointee.transfer.isOver == false
                    ? 0 : 1
            },
        ]
        if !request.takesProxies { codes.append(text(CURLOPT_NOPROXY, "*")) }
        // As curl does; libcurl itself looks only in its compiled-in location.
        if let trusted = ProcessInfo.processInfo.environment["SSL_CERT_FILE"], !trusted.isEmpty {
            codes.append(text(CURLOPT_CAINFO, trusted))
        }
        if var body = request.body {
            codes.append(number(CURLOPT_POSTFIELDSIZE, body.count))
            codes.append(
                body.withUnsafeMutableBytes { pointer(CURLOPT_COPYPOSTFIELDS, $0.baseAddress) })
        }
        return codes.first { $0 != CURLE_OK }
    }

    private func noReply(
        _ code: CURLcode, excess: String?, of request: Transfer.Request
    ) -> HTTPClient.NoReply {
        if let excess { return .init(description: excess) }
        let detail = String(
            cString: words[0] == 0 ? curl_easy_strerror(code) : UnsafePointer(words))
        let isUnsent = ccurl_number(handle, CURLINFO_REQUEST_SIZE) == 0
        // libcurl's own bound of a header's line is 100 KB; since 8.6 it is CURLE_TOO_LARGE, 100.
        let longLine = [CURLE_OUT_OF_MEMORY, CURLcode(rawValue: 100)]
        let (words, wasSent, isFinal) =
            switch code {
            case CURLE_COULDNT_CONNECT: ("the server cannot be reached", false, false)
            case CURLE_OPERATION_TIMEDOUT where isUnsent:
                ("the server cannot be reached", false, false)
            case CURLE_OPERATION_TIMEDOUT:
                ("no whole reply within \(request.timeoutSeconds) s", true, false)
            case CURLE_COULDNT_RESOLVE_HOST: ("there is no server of that name", false, false)
            case CURLE_COULDNT_RESOLVE_PROXY, CURLE_URL_MALFORMAT: (detail, false, false)
            case CURLE_PEER_FAILED_VERIFICATION, CURLE_SSL_ISSUER_ERROR:
                ("the server's certificate is not trusted (\(detail))", false, true)
            case CURLE_SSL_CACERT_BADFILE:
                (
                    "the file of trusted certificates cannot be read (\(detail)); give one by the"
                        + " environment variable SSL_CERT_FILE", false, true
                )
            case CURLE_SSL_CONNECT_ERROR:
                ("no TLS connection to the server (\(detail))", false, false)
            case CURLE_UNSUPPORTED_PROTOCOL: ("the reply is not HTTP", true, false)
            case CURLE_GOT_NOTHING, CURLE_PARTIAL_FILE, CURLE_RECV_ERROR, CURLE_SEND_ERROR,
                CURLE_WEIRD_SERVER_REPLY, CURLE_BAD_CONTENT_ENCODING, CURLE_HTTP2,
                CURLE_HTTP2_STREAM:
                ("the connection was lost before a whole reply came", true, false)
            default: (longLine.contains(code) ? Self.longHead : detail, true, false)
            }
        return .init(description: words, wasSent: wasSent, isFinal: isFinal)
    }
}

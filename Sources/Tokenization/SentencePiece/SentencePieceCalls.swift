internal import CSentencePiece
import Foundation

/// The library's message for a failure.
struct SentencePieceFailure: Error, CustomStringConvertible {
    let description: String
}

/// Runs one call of the C interface; throws a status that is not OK, with its message.
func csp(_ call: () throws -> csp_status) throws {
    guard try call() == CSP_OK else {
        throw SentencePieceFailure(description: String(cString: csp_last_error()))
    }
}

extension ContiguousBytes {
    /// Runs `body` with a pointer to the bytes, which is valid even for no bytes, and their count.
    func withBytes<Result>(
        _ body: (UnsafePointer<UInt8>, Int) throws -> Result
    ) rethrows -> Result {
        try withUnsafeBytes { bytes in
            guard let first = bytes.bindMemory(to: UInt8.self).baseAddress else {
                return try withUnsafePointer(to: 0) { try body($0, 0) }
            }
            return try body(first, bytes.count)
        }
    }
}

extension csp_processor {
    func encode(_ text: [UInt8]) throws -> [Int32] {
        var ids = csp_ids()
        try csp {
            text.withBytes { first, count in
                first.withMemoryRebound(to: CChar.self, capacity: count) {
                    csp_processor_encode(self, $0, count, &ids)
                }
            }
        }
        defer { csp_ids_free(ids) }
        return Array(UnsafeBufferPointer(start: csp_ids_values(ids), count: csp_ids_count(ids)))
    }

    func decode(_ ids: [Int32]) throws -> [UInt8] {
        var bytes = csp_bytes()
        try csp {
            ids.withUnsafeBufferPointer {
                csp_processor_decode(self, $0.baseAddress, $0.count, &bytes)
            }
        }
        return bytes.taken()
    }

    /// The id of the piece with exactly this spelling in the model; nil where there is none.
    func id(ofPiece piece: String) throws -> Int32? {
        let bytes = Array(piece.utf8)
        var id: Int32 = -1
        try csp {
            bytes.withBytes { first, count in
                first.withMemoryRebound(to: CChar.self, capacity: count) {
                    csp_processor_find_piece(self, $0, count, &id)
                }
            }
        }
        return id < 0 ? nil : id
    }

    func piece(_ id: Int32) throws -> [UInt8] {
        var bytes = csp_bytes()
        try csp { csp_processor_piece(self, id, &bytes) }
        return bytes.taken()
    }
}

extension csp_bytes {
    /// The bytes, copied; the handle is freed.
    consuming func taken() -> [UInt8] {
        defer { csp_bytes_free(self) }
        return Array(
            UnsafeBufferPointer(start: csp_bytes_values(self), count: csp_bytes_count(self)))
    }
}

import Foundation
import Testing

/// An event as the protocol buffers' wire format has it, read by hand.
///
/// Source: protobuf.dev, "Encoding", and the field numbers of TensorFlow's event.proto.
struct ParsedEvent {
    var wallTime = 0.0
    var step = 0
    var fileVersion: String?
    var isStart = false
    var scalars: [String: Float] = [:]

    static func all(in path: String) throws -> [ParsedEvent] {
        try all(of: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// The whole records of a file, each against both of its checksums; a torn last one is dropped.
    static func all(of file: Data) throws -> [ParsedEvent] {
        var events: [ParsedEvent] = []
        var rest = [UInt8](file)[...]
        while rest.count >= 12 {
            let length = Int(number(rest.prefix(8)))
            guard rest.count >= 12 + length + 4 else { break }
            try #require(number(rest.dropFirst(8).prefix(4)) == maskedChecksum(rest.prefix(8)))
            rest = rest.dropFirst(12)
            try #require(
                number(rest.dropFirst(length).prefix(4)) == maskedChecksum(rest.prefix(length)))
            events.append(try ParsedEvent(rest.prefix(length)))
            rest = rest.dropFirst(length + 4)
        }
        return events
    }

    private init(_ bytes: ArraySlice<UInt8>) throws {
        for field in try fields(of: bytes) {
            switch field {
            case (1, .bits(let bits)): wallTime = Double(bitPattern: bits)
            case (2, .whole(let number)): step = Int(number)
            case (3, .bytes(let text)): fileVersion = String(decoding: text, as: UTF8.self)
            case (5, .bytes(let summary)):
                for case (1, .bytes(let value)) in try fields(of: summary) {
                    var tag = ""
                    var scalar: Float?
                    for case let part in try fields(of: value) {
                        switch part {
                        case (1, .bytes(let text)): tag = String(decoding: text, as: UTF8.self)
                        case (2, .bits(let bits)): scalar = Float(bitPattern: UInt32(bits))
                        default: Issue.record("field \(part.number) of a value")
                        }
                    }
                    // A number that is zero is written too: it is one of several that may be.
                    scalars[tag] = try #require(scalar)
                }
            case (7, .bytes(let log)):
                for case (1, .whole(let status)) in try fields(of: log) { isStart = status == 1 }
            default: Issue.record("field \(field.number) of an event")
            }
        }
    }
}

private struct CutShort: Error {}

private enum Content {
    case whole(UInt64)
    /// Of 4 or 8 bytes.
    case bits(UInt64)
    case bytes(ArraySlice<UInt8>)
}

private func fields(
    of bytes: ArraySlice<UInt8>
) throws -> [(number: Int, content: Content)] {
    var rest = bytes
    func varint() throws -> UInt64 {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            guard let byte = rest.popFirst() else { throw CutShort() }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { break }
        }
        return value
    }
    func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard rest.count >= count else { throw CutShort() }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
    var result: [(number: Int, content: Content)] = []
    while !rest.isEmpty {
        let key = try varint()
        let content: Content? =
            switch key & 7 {
            case 0: .whole(try varint())
            case 1: .bits(number(try take(8)))
            case 2: .bytes(try take(Int(try varint())))
            case 5: .bits(number(try take(4)))
            default: nil
            }
        result.append((Int(key >> 3), try #require(content)))
    }
    return result
}

/// Of bytes with the lowest first.
private func number(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// Bit by bit, from the polynomial.
private func maskedChecksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
        for place in 0..<8 {
            let bit = sum & 1 ^ UInt32(byte >> UInt8(place) & 1)
            sum = sum >> 1 ^ (bit == 1 ? 0x82F6_3B78 : 0)
        }
    }
    sum = ~sum
    return UInt64((sum >> 15 | sum << 17) &+ 0xA282_EAD8)
}

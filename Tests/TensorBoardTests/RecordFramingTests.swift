import Testing

@testable import TensorBoard

@Suite struct RecordFramingTests {
    /// RFC 3720, appendix B.4; the last is the usual check value of CRC-32C.
    private static let known: [([UInt8], UInt32)] = [
        ([UInt8](repeating: 0, count: 32), 0x8A91_36AA),
        ([UInt8](repeating: 0xFF, count: 32), 0x62A8_AB43),
        ([UInt8](0..<32), 0x46DD_794E),
        ([UInt8](0..<32).reversed(), 0x113F_DB5C),
        (Array("123456789".utf8), 0xE306_9283),
        ([], 0),
    ]

    @Test(arguments: known)
    func `checksums are those of RFC 3720`(bytes: [UInt8], checksum: UInt32) {
        #expect(CRC32C.checksum(bytes) == checksum)
    }

    /// By hand: 0x8A9136AA turned right by 15 bits is 0x6D551522, and 0xA282EAD8 more 0x0FD7FFFA.
    @Test func `checksums are masked`() {
        #expect(
            RecordFraming.maskedChecksum([UInt8](repeating: 0, count: 32)) == 0x0FD7_FFFA)
    }

    @Test func `a record stands between its length and checksums`() {
        let record = [UInt8](repeating: 0, count: 32)
        let framed = RecordFraming.framed(record)
        #expect(framed.count == 8 + 4 + 32 + 4)
        #expect(Array(framed[..<8]) == [32, 0, 0, 0, 0, 0, 0, 0])
        #expect(Array(framed[12..<44]) == record)
        #expect(Array(framed[44...]) == [0xFA, 0xFF, 0xD7, 0x0F])
    }
}

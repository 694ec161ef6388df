/// The framing of records in TensorFlow's record files.
///
/// Source: tensorflow, `core/lib/io/record_writer.h`: the length as a 64-bit number, its masked
/// checksum, the bytes, their masked checksum; numbers with the lowest byte first.
enum RecordFraming {
    static func framed(_ record: [UInt8]) -> [UInt8] {
        let length = littleEndian(UInt64(record.count))
        return length + littleEndian(maskedChecksum(length)) + record
            + littleEndian(maskedChecksum(record))
    }

    /// Rotated by 15 bits and offset, so that a checksum of data that contain checksums is no
    /// weaker.
    ///
    /// Source: tensorflow, `core/lib/hash/crc32c.h`, `Mask`.
    static func maskedChecksum(_ bytes: [UInt8]) -> UInt32 {
        let sum = CRC32C.checksum(bytes)
        return (sum >> 15 | sum << 17) &+ 0xA282_EAD8
    }

    private static func littleEndian(_ number: some FixedWidthInteger) -> [UInt8] {
        withUnsafeBytes(of: number.littleEndian) { Array($0) }
    }
}

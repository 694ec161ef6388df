/// The cyclic redundancy check with Castagnoli's polynomial.
///
/// Source: RFC 3720, section 12.1 and appendix B.4.
enum CRC32C {
    /// 0x1EDC6F41 with its bits in reverse: the lowest bit is sent first.
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// What each value of the lowest byte adds once it has been shifted out.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in
            rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1
        }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}

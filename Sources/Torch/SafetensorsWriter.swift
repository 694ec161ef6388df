import Foundation

extension SafetensorsFile {
    /// Writes tensors as one file, whole or not at all; the same tensors give the same bytes.
    ///
    /// Tensors are in the order of their names; the header is padded to 8 bytes.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public static func write(
        _ tensors: [String: Tensor], metadata: [String: String] = ["format": "pt"], to path: String
    ) throws {
        // Without spaces, as the library of safetensors writes a header; `JSONValue` has some.
        var header = "{\"__metadata__\":{"
        header += metadata.sorted { $0.key < $1.key }
            .map { "\(quoted($0.key)):\(quoted($0.value))" }.joined(separator: ",")
        header += "}"
        let sorted = tensors.sorted { $0.key < $1.key }
        var offset = 0
        for (name, tensor) in sorted {
            let end = offset + tensor.byteCount
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            header += ",\(quoted(name)):{\"dtype\":\"\(tensor.dtype.safetensorsCode)\","
            header += "\"shape\":[\(shape)],\"data_offsets\":[\(offset),\(end)]}"
            offset = end
        }
        header += "}"
        while header.utf8.count % 8 != 0 { header += " " }
        try AtomicFile.write(to: path) { write in
            try withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { try write($0) }
            try Array(header.utf8).withUnsafeBytes { try write($0) }
            for (_, tensor) in sorted { try tensor.bytes().withUnsafeBytes { try write($0) } }
        }
    }

    private static func quoted(_ text: String) -> String {
        var result = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": result += "\\\""
            case "\\": result += "\\\\"
            case "\u{0}"..<" ": result += String(format: "\\u%04x", scalar.value)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result + "\""
    }
}

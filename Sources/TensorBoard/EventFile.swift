import Basics
import Foundation
internal import SwiftProtobuf

/// A file that TensorBoard shows while it grows: scalars by name and step.
///
/// Each append is one complete write, so the file can be read after a crash.
public final class EventFile {
    private let path: String
    private let handle: FileHandle

    /// Begins a new file after those already in the folder.
    ///
    /// - Parameter firstStep: values of earlier files at this step and later are superseded: a
    ///   resumed run makes these steps again
    /// - Throws: `FileError` when the file cannot be made.
    public convenience init(in folder: String, firstStep: Int) throws {
        let path = folder + "/" + (try Self.nextName(in: folder))
        // Foundation first makes a file under another name, which a killed process would leave.
        let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw FileError(system: path, "cannot be made", remedy: Self.remedy)
        }
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        try self.init(path: path, handle: handle, firstStep: firstStep)
    }

    init(path: String, handle: FileHandle, firstStep: Int) throws {
        self.path = path
        self.handle = handle
        // The first record identifies the file to TensorBoard; the second makes it drop later steps
        // of earlier files.
        try append(Self.event(step: 0) { $0.fileVersion = "brain.Event:2" })
        try append(
            Self.event(step: firstStep) { $0.sessionLog = .with { $0.status = .start } })
    }

    deinit { try? handle.close() }

    /// Adds the values measured at a step.
    ///
    /// - Throws: `FileError` when the file cannot be written.
    public func append(_ scalars: [(name: String, value: Double)], step: Int) throws {
        try append(
            Self.event(step: step) { event in
                event.summary = .with {
                    $0.value = scalars.map { scalar in
                        .with {
                            $0.tag = scalar.name
                            $0.simpleValue = Float(scalar.value)
                        }
                    }
                }
            })
    }

    /// TensorBoard reads a folder's files in the order of their names.
    private static func nextName(in folder: String) throws -> String {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: folder)
        } catch {
            throw FileError(
                path: folder, problem: "cannot be read: \(error.localizedDescription)",
                remedy: Self.remedy)
        }
        let numbers = names.compactMap { name in
            name.hasPrefix(prefix) ? Int32(name.dropFirst(prefix.count).prefix { $0 != "." }) : nil
        }
        return prefix + String(format: "%04lld.ft-mmlu", Int64(numbers.max() ?? 0) + 1)
    }

    /// Any name with "tfevents" is an event file to TensorBoard; this is how they usually begin.
    private static let prefix = "events.out.tfevents."

    private static func event(
        step: Int, _ fill: (inout Tensorboard_Event) -> Void
    ) -> Tensorboard_Event {
        .with {
            $0.wallTime = Date().timeIntervalSince1970
            $0.step = Int64(step)
            fill(&$0)
        }
    }

    private func append(_ event: Tensorboard_Event) throws {
        do {
            let record: [UInt8] = try event.serializedBytes()
            try handle.write(contentsOf: Data(RecordFraming.framed(record)))
        } catch {
            throw FileError(
                path: path, problem: "cannot be written: \(error.localizedDescription)",
                remedy: Self.remedy)
        }
    }

    private static let remedy = "a folder to write to, on a disk with free space, is needed"
}

/// The cyclic redundancy check with Castagnoli's polynomial.
///
/// Source: RFC 3720, section 12.1 and appendix B.4.
enum CRC32C {
    /// 0x1EDC6F41 with its bits in reverse: the lowest bit is sent first.
    private static let polynomial: UInt32 = 0x82F6_3B78

    /// The contribution of each value of the lowest byte after it has been shifted out.
    private static let table: [UInt32] = (0..<256).map { byte in
        (0..<8).reduce(UInt32(byte)) { rest, _ in
            rest & 1 == 1 ? rest >> 1 ^ polynomial : rest >> 1
        }
    }

    static func checksum(_ bytes: some Sequence<UInt8>) -> UInt32 {
        ~bytes.reduce(~0) { $0 >> 8 ^ table[Int(UInt8(truncatingIfNeeded: $0) ^ $1)] }
    }
}

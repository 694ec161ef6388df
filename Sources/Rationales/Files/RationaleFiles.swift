import Benchmarks
import Foundation

/// The records of a job: accepted rationales in one file, everything else in a second file.
public final class RationaleFiles {
    private let acceptedFile: RecordFile
    private let rejectedFile: RecordFile
    private var acceptedKeys: Set<String>
    private var attemptCounts: [String: Int]

    public var accepted: [RationaleRecord] { acceptedFile.records }
    public var rejected: [RationaleRecord] { rejectedFile.records }
    public var acceptedPath: String { acceptedFile.path }
    public var rejectedPath: String { rejectedFile.path }

    /// - Parameter path: of the accepted ones; `x.jsonl` has its rejected ones in `x.rejected.jsonl`
    public init(path: String) throws {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw RationaleError(
                "\(path): the folder for it cannot be made: \(error.localizedDescription)")
        }
        acceptedFile = try RecordFile(path: path)
        rejectedFile = try RecordFile(path: Self.rejectedPath(of: path))
        acceptedKeys = Set(acceptedFile.records.map(\.key))
        attemptCounts = Dictionary(
            (acceptedFile.records + rejectedFile.records).map { ($0.key, 1) }, uniquingKeysWith: +)
    }

    static func rejectedPath(of path: String) -> String {
        let ending = ".jsonl"
        return path.hasSuffix(ending)
            ? path.dropLast(ending.count) + ".rejected" + ending : path + ".rejected"
    }

    func isAccepted(_ key: String) -> Bool { acceptedKeys.contains(key) }

    /// How often a reply to this was read.
    func attemptCount(_ key: String) -> Int { attemptCounts[key] ?? 0 }

    func append(_ record: RationaleRecord) throws {
        try (record.row.accepted ? acceptedFile : rejectedFile).append(record)
        if record.row.accepted { acceptedKeys.insert(record.key) }
        attemptCounts[record.key, default: 0] += 1
    }

    func synchronize() throws {
        try acceptedFile.synchronize()
        try rejectedFile.synchronize()
    }

    /// Tokens of all replies in both files.
    public var usage: TokenUsage {
        (accepted + rejected).reduce(.none) { $0 + ($1.usage ?? .none) }
    }
}

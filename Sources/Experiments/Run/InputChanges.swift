/// What is other now than in the record of a run's start.
struct InputChanges: CustomStringConvertible {
    /// "learning-rate: 0.0001, now 0.001"
    private var settings: [String] = []
    /// "tokenizer.json", "prompts"
    private var inputs: [String] = []

    var isEmpty: Bool { settings.isEmpty && inputs.isEmpty }

    /// "config.yaml (learning-rate: 0.0001, now 0.001), tokenizer.json"
    var description: String {
        ((settings.isEmpty ? [] : ["config.yaml (\(settings.joined(separator: "; ")))"]) + inputs)
            .joined(separator: ", ")
    }

    init() {}

    /// Compares what both records have.
    ///
    /// - Parameter ignored: settings that are not compared, besides those without an effect on
    ///   results
    init(from old: InputRecord, to now: InputRecord, ignoring ignored: Set<String> = []) {
        let skipped = Self.withoutEffect.union(ignored)
        settings = Self.shared(old.settings, now.settings).compactMap { name, before, after in
            skipped.contains(name) || Self.isCompared(name, before, after, old, now)
                ? nil : "\(name): \(before), now \(after)"
        }
        if let before = old.files, let after = now.files {
            inputs = Set(before.keys).union(after.keys).sorted().compactMap { name in
                if before[name] == after[name] { return nil }
                return before[name] == nil
                    ? "\(name) (new)" : after[name] == nil ? "\(name) (gone)" : name
            }
        }
        let checksums = Self.shared(old.checksums, now.checksums).map(\.name)
        inputs += checksums.filter { !Self.derived.contains($0) }
        // They follow from what is named already.
        if isEmpty { inputs = Self.derived.filter(checksums.contains) }
    }

    mutating func formUnion(_ other: InputChanges) {
        settings += other.settings.filter { !settings.contains($0) }
        inputs += other.inputs.filter { !inputs.contains($0) }
    }

    /// Settings that decide where and how safely a run computes, but not what.
    private static let withoutEffect: Set = [
        "activation-checkpointing", "checkpoint-every", "device", "strict", "threads",
    ]

    /// Checksums of what other inputs make.
    private static let derived = [
        "model", "prompt preset", "training examples", "few-shot demonstrations",
        "validation questions", "prompts",
    ]

    /// Whether two paths of a setting are compared by the contents of their files: a model that was
    /// moved is the same model.
    private static func isCompared(
        _ name: String, _ before: String, _ after: String, _ old: InputRecord, _ now: InputRecord
    ) -> Bool {
        if [before, after].contains(InputRecord.none) { return false }
        let file = InputRecord.file(of: name)
        return InputRecord.folderSettings.contains(name)
            || old.checksums[file] != nil && now.checksums[file] != nil
    }

    /// The entries that differ, of those that both have, by name.
    private static func shared(
        _ old: [String: String]?, _ now: [String: String]?
    ) -> [(name: String, before: String, after: String)] {
        (old ?? [:]).sorted { $0.key < $1.key }.compactMap { name, before in
            guard let after = now?[name], before != after else { return nil }
            return (name, before, after)
        }
    }
}

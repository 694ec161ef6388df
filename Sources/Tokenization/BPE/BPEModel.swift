import Basics

/// The BPE `model` of a `tokenizer.json`: pieces and merges, read in one pass without a tree.
struct BPEModel {
    private(set) var vocabulary = ByteStringTable()
    /// The halves of every merge, one after the other.
    private var halves: [UInt8] = []
    private var ends: [Int] = []
    private(set) var ignoresMerges = false
    private var unknownPiece: String?
    private var fusesUnknown = false
    private var fallsBackToBytes = false

    init(from json: inout JSONReader) throws {
        var settings: [String: JSONValue] = [:]
        var hasMerges = false
        var hasVocabulary = false
        try json.enter(.object)
        while try json.next() {
            let name = json.keyName
            switch name {
            case "vocab" where !hasVocabulary:
                hasVocabulary = true
                try readVocabulary(&json)
            case "merges" where !hasMerges:
                hasMerges = true
                try readMerges(&json)
            default:
                guard settings[name] == nil, name != "vocab", name != "merges" else {
                    throw json.repeated(name)
                }
                settings[name] = try json.value()
                if name == "type" { try check(settings) }  // before pieces of another kind
            }
        }
        try check(settings)
        guard hasVocabulary, hasMerges else {
            throw FileProblem("'model' has no '\(hasVocabulary ? "merges" : "vocab")'")
        }
    }

    private mutating func check(_ settings: [String: JSONValue]) throws {
        for (name, value) in settings.sorted(by: { $0.key < $1.key }) {
            let isRight =
                switch (name, value) {
                case ("type", _): value == .string("BPE")
                case ("dropout", _): value == .null || value.double == 0
                case ("continuing_subword_prefix", _), ("end_of_word_suffix", _):
                    value == .null || value == .string("")
                case ("unk_token", .null), ("unk_token", .string): true
                case ("fuse_unk", .bool), ("byte_fallback", .bool): true
                case ("ignore_merges", .bool): true
                default: false
                }
            guard isRight else {
                throw FileProblem(
                    "'model' has '\(name)' \(value.shown), which is not implemented; BPE "
                        + "without it is")
            }
        }
        ignoresMerges = settings["ignore_merges"] == .bool(true)
        fusesUnknown = settings["fuse_unk"] == .bool(true)
        fallsBackToBytes = settings["byte_fallback"] == .bool(true)
        unknownPiece = settings["unk_token"]?.text
    }
}

// MARK: Reading

extension BPEModel {
    private mutating func readVocabulary(_ json: inout JSONReader) throws {
        try json.enter(.object)
        while try json.next() {
            let id = try json.id()
            let known = json.key.withUnsafeBufferPointer { vocabulary.insert($0, value: id) }
            guard known == nil else {
                throw json.fault("the piece '\(json.keyName.prefix(80))' occurs a second time")
            }
        }
    }

    /// Merges come as `"a b"` or as `["a", "b"]`.
    private mutating func readMerges(_ json: inout JSONReader) throws {
        try json.enter(.array)
        while try json.next() {
            if try json.kind() == .array {
                try json.enter(.array)
                var count = 0
                while try json.next() {
                    try json.string()
                    count += 1
                    keep(json.text[...])
                }
                guard count == 2 else {
                    throw json.fault("a merge has \(count) pieces; two are needed")
                }
                continue
            }
            try json.string()
            if json.text.starts(with: "#version".utf8) { continue }
            let space = json.text.firstIndex(of: 0x20) ?? json.text.endIndex
            let second = json.text[space...].dropFirst()
            guard space < json.text.endIndex, !second.contains(0x20) else {
                throw json.fault("a merge is not two pieces with a space between")
            }
            keep(json.text[..<space])
            keep(second)
        }
    }

    private mutating func keep(_ half: ArraySlice<UInt8>) {
        halves.append(contentsOf: half)
        ends.append(halves.count)
    }
}

// MARK: Tables

extension BPEModel {
    /// Checks that no two pieces have the same id, and that few ids are unused.
    func checkVocabulary() throws {
        let limit = 2 * vocabulary.count + 1024
        var isTaken = [Bool](repeating: false, count: limit)
        try vocabulary.forEach { piece, id in
            guard isTaken.indices.contains(Int(id)), !isTaken[Int(id)] else {
                throw FileProblem(
                    "the piece '\(Self.shown(piece))' has id \(id), which is taken or not below "
                        + "\(limit), where the ids of \(vocabulary.count) pieces may go")
            }
            isTaken[Int(id)] = true
        }
    }

    func mergeTable() throws -> MergeTable {
        var table = MergeTable(capacity: ends.count / 2)
        try halves.withUnsafeBufferPointer { halves in
            for rank in 0..<(ends.count / 2) {
                let start = rank == 0 ? 0 : ends[2 * rank - 1]
                let (middle, end) = (ends[2 * rank], ends[2 * rank + 1])
                let parts = try [start..<middle, middle..<end, start..<end].map { range in
                    let part = UnsafeBufferPointer(rebasing: halves[range])
                    guard let id = vocabulary.value(of: part) else {
                        throw FileProblem(
                            "merge \(rank) needs '\(Self.shown(part))', which 'vocab' has not")
                    }
                    return id
                }
                table.set(parts[0], parts[1], rank: rank, piece: parts[2])
            }
        }
        return table
    }

    /// - Parameter spellsBytes: whether the text has a letter for each byte when it is merged.
    func alphabet(spellsBytes: Bool) throws -> PieceAlphabet {
        let fallback =
            !fallsBackToBytes
            ? nil
            : (UInt8.min...UInt8.max).map { byte in
                let digits = String(byte, radix: 16, uppercase: true)
                return id(of: "<0x\(byte < 16 ? "0" : "")\(digits)>") ?? -1
            }
        let alphabet = PieceAlphabet(
            vocabulary, ofBytes: spellsBytes && !fallsBackToBytes,
            fallback: fallback, unknown: unknownPiece.flatMap(id),
            fusesUnknown: fusesUnknown)
        if let unknownPiece, id(of: unknownPiece) == nil, !alphabet.isComplete {
            throw FileProblem(
                "'vocab' has neither a piece for each byte nor the 'unk_token' "
                    + "'\(unknownPiece.prefix(80))'")
        }
        return alphabet
    }

    private func id(of piece: String) -> Int32? {
        var piece = piece
        return piece.withUTF8 { vocabulary.value(of: $0) }
    }

    private static func shown(_ piece: UnsafeBufferPointer<UInt8>) -> String {
        String(decoding: piece.prefix(80), as: UTF8.self)
    }
}

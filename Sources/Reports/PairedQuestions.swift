import Statistics

/// The questions that a row's differences from the base model cover, with one number of shots.
public struct PairedQuestions: Hashable, Sendable, Encodable {
    public let shots: Int
    /// Number that the row's model was evaluated on.
    public let questions: Int
    /// Number that the base model was evaluated on.
    public let baseQuestions: Int
    /// Number that both were evaluated on.
    public let paired: Int
    /// "content", by content hash, or "place", by subject, split and row.
    public let pairedBy: String
    /// What a reader must know about the pairs; nil where all are paired, without doubt.
    let note: String?

    private enum CodingKeys: String, CodingKey {
        case shots, questions, baseQuestions, paired, pairedBy
    }

    /// - Parameter pairs: by number of shots, the base model's questions first
    static func all(_ pairs: [Int: QuestionPairs]) -> [PairedQuestions] {
        pairs.sorted { $0.key < $1.key }.map { PairedQuestions($1, shots: $0) }
    }

    private init(_ pairs: QuestionPairs, shots: Int) {
        self.shots = shots
        questions = pairs.secondCount
        baseQuestions = pairs.firstCount
        paired = pairs.pairs.count
        pairedBy = pairs.basis == .content ? "content" : "place"
        let whole = "its \(questions) and the base model's \(baseQuestions)"
        if let doubt = pairs.doubt {
            note =
                "no difference, as answers have no content hashes to pair \(whole) questions by: "
                + "\(doubt)"
        } else if paired == 0 {
            note = "no difference, as none of \(whole) questions are the same"
        } else {
            let isWhole = paired == questions && paired == baseQuestions
            let counts =
                isWhole
                ? nil : "differences are over the \(paired) questions that are the same of \(whole)"
            let way =
                pairs.basis == .letters
                ? "questions are paired by location, as answers have no content hashes; all correct "
                    + "letters agree" : nil
            let parts = [counts, way].compactMap(\.self)
            note = parts.isEmpty ? nil : parts.joined(separator: "; ")
        }
    }

    /// A sentence for each note, with the rows and numbers of shots that it is of.
    static func notes(_ rows: [ResultTable.Row]) -> [String] {
        var order: [String] = []
        var found: [String: [(shots: Int, name: String)]] = [:]
        for row in rows {
            for part in row.pairing ?? [] {
                guard let note = part.note else { continue }
                if found[note] == nil { order.append(note) }
                found[note, default: []].append((part.shots, row.name))
            }
        }
        return order.map { note in
            let parts = found[note] ?? []
            var names: [String] = []
            for part in parts where !names.contains(part.name) { names.append(part.name) }
            let shots = Set(parts.map(\.shots)).sorted().map { "\($0)" }.joined(separator: ", ")
            return "\(names.joined(separator: ", ")), \(shots)-shot: \(note)."
        }
    }
}

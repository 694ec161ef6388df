import Basics

/// Token ids and which of them are targets, from a JSON object.
///
/// - `input_ids`: the tokens.
/// - `labels`: the token's own id for a target, else -100. They are not shifted.
/// - `completion_mask`, `assistant_masks`, `loss_mask`: 1 for a target, else 0. A target has 1 in
///   every one of them that is there, as in TRL. They do not go with `labels`.
/// - `attention_mask`: 0 for padding at the ends, which is removed; 1 for all other tokens.
/// - `position_ids`: from 0 in steps of 1 over the tokens that are no padding.
///
/// Without labels and masks every token is a target. Source: TRL 1.0,
/// `DataCollatorForLanguageModeling`.
public struct TokenSequence: Sendable, Equatable {
    public let example: Example

    public var tokens: [Int32] { example.tokens }

    /// The keys of an object.
    static let keys = ["input_ids", "labels"] + masks + ["attention_mask", "position_ids"]
    private static let masks = ["completion_mask", "assistant_masks", "loss_mask"]
    /// The label of a token that is no target.
    private static let noTarget: Int32 = -100

    /// - Throws: `InputError` that names the key, what is found, and what is expected.
    init(_ fields: JSONFields) throws {
        guard let ids = try fields.list("input_ids", .token), !ids.isEmpty else {
            throw InputError("has no 'input_ids'; an array of token ids is needed")
        }
        func list<Value>(_ name: String, _ type: JSONType<Value>) throws -> [Value]? {
            let values = try fields.list(name, type)
            guard let values, values.count != ids.count else { return values }
            throw InputError(
                "has \(ids.count) 'input_ids' and \(values.count) '\(name)'; as many are needed")
        }
        let labels = try list("labels", .label)
        let masks = try Self.masks.compactMap { name in
            try list(name, .bit).map { (name: name, bits: $0) }
        }
        if labels != nil, let mask = masks.first {
            throw InputError("has 'labels' and '\(mask.name)'; only one of them is needed")
        }
        let attention = try list("attention_mask", .bit)
        let positions = try list("position_ids", .position)

        let kept = try Self.kept(of: attention, count: ids.count)
        for (place, index) in kept.enumerated() {
            if let position = positions?[index], position != place {
                throw InputError(
                    "'position_ids' has \(position) at index \(index), where the model counts "
                        + "\(place); positions from 0 in steps of 1, padding aside, are needed")
            }
            if let label = labels?[index], label != Self.noTarget, label != ids[index] {
                throw InputError(
                    "'labels' has \(label) at index \(index), where 'input_ids' has \(ids[index]); "
                        + "the same or -100 is needed: labels are not shifted")
            }
        }
        func refuse(_ name: String, _ found: String, at index: Int, _ needed: String) -> InputError
        {
            InputError(
                "'\(name)' has \(found) at index \(index), where 'attention_mask' has padding; "
                    + "\(needed) is needed")
        }
        for index in ids.indices where !kept.contains(index) {
            if let label = labels?[index], label != Self.noTarget {
                throw refuse("labels", "\(label)", at: index, "-100")
            }
            for mask in masks where mask.bits[index] {
                throw refuse(mask.name, "1", at: index, "0")
            }
        }
        example = Example(
            tokens: Array(ids[kept]),
            weights: kept.map { index in
                let isTarget =
                    labels.map { $0[index] != Self.noTarget }
                    ?? masks.allSatisfy { $0.bits[index] }
                return isTarget ? 1 : 0
            })
    }

    /// The tokens between the padding at the ends.
    private static func kept(of attention: [Bool]?, count: Int) throws -> Range<Int> {
        guard let attention else { return 0..<count }
        guard let first = attention.firstIndex(of: true),
            let last = attention.lastIndex(of: true)
        else {
            throw InputError("'attention_mask' has no 1; a token besides padding is needed")
        }
        if let hole = attention[first...last].firstIndex(of: false) {
            throw InputError(
                "'attention_mask' has 0 at index \(hole), between tokens with 1; zeros for padding "
                    + "at the ends alone are needed")
        }
        return first..<last + 1
    }
}

extension JSONType<Int32> {
    fileprivate static var token: Self {
        Self("a token id", many: "token ids (whole numbers)") {
            $0.whole.flatMap(Int32.init(exactly:))
        }
    }

    fileprivate static var label: Self {
        Self("a label", many: "token ids and -100") { $0.whole.flatMap(Int32.init(exactly:)) }
    }
}

extension JSONType<Int> {
    fileprivate static var position: Self {
        Self("a position", many: "whole numbers", \.whole)
    }
}

extension JSONType<Bool> {
    /// Libraries write masks as numbers or as truth values.
    fileprivate static var bit: Self {
        Self("0 or 1", many: "0 and 1") { value in
            switch value {
            case .bool(let bit): bit
            case .whole(0), .whole(1): value.whole == 1
            default: nil
            }
        }
    }
}

/// A text split at its think blocks: what reasoning models write before they answer.
///
/// A block is between markers such as `<think>` and `</think>`, `[THINK]` and `[/THINK]`,
/// `<|begin_of_thought|>` and `<|end_of_thought|>`, or before harmony's channel `final`. A name
/// that contains "think", "thought" or "reasoning" makes a marker, whatever brackets are around it.
/// A closing marker without an opening one closes a block that the prompt opened.
public struct ThinkBlocks {
    /// The text outside the blocks: before the first, then after each closed block.
    public let pieces: [Substring]
    /// Whether the text ends inside a block.
    public let isOpen: Bool
    /// Whether there is no block, closed or open.
    public var isEmpty: Bool { pieces.count == 1 && !isOpen }

    public init(_ text: String) {
        var pieces: [Substring] = []
        var start = text.startIndex
        var opener: ThinkMarker.Kind?
        for marker in ThinkMarker.all(in: text) {
            if marker.opens {
                guard opener == nil else { continue }
                opener = marker.kind
                pieces.append(text[start..<marker.range.lowerBound])
            } else if opener == nil {
                // The prompt opened this block: nothing before it was an answer.
                pieces = [text[text.startIndex..<text.startIndex]]
                start = marker.range.upperBound
            } else if opener == marker.kind || marker.kind == .answer {
                opener = nil
                start = marker.range.upperBound
            }
        }
        isOpen = opener != nil
        if opener == nil { pieces.append(text[start...]) }
        self.pieces = pieces
    }

    /// The text after the last block; nil where the text ends inside one.
    public var answer: Substring? { isOpen ? nil : pieces.last }

    /// The marker at a prompt's end that opens a block for the generated text.
    public static func opening(atEndOf prompt: String) -> String? {
        guard let last = ThinkMarker.all(in: prompt).last, last.opens,
            prompt[last.range.upperBound...].allSatisfy(\.isWhitespace)
        else { return nil }
        return String(prompt[last.range])
    }
}

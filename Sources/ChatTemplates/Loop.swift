/// The variable `loop` of a `for`.
final class Loop {
    private var rest: ArraySlice<Value>
    /// Gives the frame for an element's turn; nil where the loop's condition does not hold.
    private var frame: (Value) throws -> Frame?
    /// Elements whose condition was evaluated before their turn.
    private var upcoming: ArraySlice<(element: Value, frame: Frame)> = []
    private var before: Value?
    private var current: Value?
    private var changing: [Value]?
    /// From 0; -1 before the first.
    private(set) var index = -1
    let depth: Int

    /// - Parameter depth: the depth of the elements' container, or more
    init(_ elements: [Value], depth: Int, frame: @escaping (Value) throws -> Frame?) {
        rest = elements[...]
        self.depth = depth
        self.frame = frame
    }

    /// Discards the remaining elements and the condition.
    func end() { (rest, upcoming, frame) = ([], [], { _ in nil }) }

    /// The frame of the next element's turn.
    func next() throws -> Frame? {
        try readAhead(1)
        guard let next = upcoming.popFirst() else { return nil }
        index += 1
        (before, current) = (current, next.element)
        return next.frame
    }

    private func readAhead(_ count: Int) throws {
        while upcoming.count < count, let element = rest.popFirst() {
            if let frame = try frame(element) { upcoming.append((element, frame)) }
        }
    }

    func length() throws -> Int {
        try readAhead(.max)
        return index + 1 + upcoming.count
    }

    /// An attribute of `loop`; nil for one that it does not have.
    func attribute(_ name: String) throws -> Value? {
        switch name {
        case "index0": return .integer(index)
        case "index": return .integer(index + 1)
        case "first": return .boolean(index == 0)
        case "length": return .integer(try length())
        case "revindex0": return .integer(try length() - index - 1)
        case "revindex": return .integer(try length() - index)
        case "previtem": return index > 0 ? before : .undefined("there is no item before")
        case "depth0": return .integer(0)
        case "depth": return .integer(1)
        case "last", "nextitem":
            try readAhead(1)
            if name == "last" { return .boolean(upcoming.isEmpty) }
            return upcoming.first?.element ?? .undefined("there is no item behind")
        default: return nil
        }
    }

    /// `loop.changed`: whether the values differ from those of the last call.
    func isChanged(_ values: [Value]) -> Bool {
        defer { changing = values }
        return changing != values
    }
}

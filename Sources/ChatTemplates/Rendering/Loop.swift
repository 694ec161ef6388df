/// The variable `loop` of a `for`.
final class Loop {
    private var rest: ArraySlice<Value>
    private var isWanted: (Value) throws -> Bool
    private var before: Value?
    private var current: Value?
    /// The next element, if it was already read.
    private var after: Value?
    private var changing: [Value]?
    /// From 0; -1 before the first.
    private(set) var index = -1
    private var length: Int?
    let depth: Int

    /// - Parameters:
    ///   - depth: the depth of the elements' container, or more
    ///   - isWanted: the loop's condition, which is evaluated when an element's turn comes.
    init(
        _ elements: [Value], depth: Int, where isWanted: @escaping (Value) throws -> Bool
    ) {
        rest = elements[...]
        self.depth = depth
        self.isWanted = isWanted
    }

    /// Discards the remaining elements and the condition.
    func end() {
        rest = []
        after = nil
        isWanted = { _ in false }
    }

    func next() throws -> Value? {
        guard let element = try peek() else { return nil }
        after = nil
        index += 1
        before = current
        current = element
        return element
    }

    private func peek() throws -> Value? {
        while after == nil, let element = rest.popFirst() {
            if try isWanted(element) { after = element }
        }
        return after
    }

    private func countAll() throws -> Int {
        if let length { return length }
        var wanted = after.map { [$0] } ?? []
        wanted += try rest.filter(isWanted)
        rest = wanted[...]
        after = nil
        isWanted = { _ in true }
        length = index + 1 + rest.count
        return index + 1 + rest.count
    }

    /// An attribute of `loop`; nil for one that it does not have.
    func attribute(_ name: String, in renderer: Renderer) throws -> Value? {
        switch name {
        case "index0": .integer(index)
        case "index": .integer(index + 1)
        case "first": .boolean(index == 0)
        case "last": .boolean(try peek() == nil)
        case "length": .integer(try countAll())
        case "revindex0": .integer(try countAll() - index - 1)
        case "revindex": .integer(try countAll() - index)
        case "previtem": index > 0 ? before : .undefined("there is no item before")
        case "nextitem": try peek() ?? .undefined("there is no item behind")
        case "depth0": .integer(0)
        case "depth": .integer(1)
        case "cycle", "changed": .callable(Callable(.method(.loop(self), name)))
        default: nil
        }
    }

    /// `loop.changed`: whether the values differ from those of the last call.
    func isChanged(_ values: [Value]) -> Bool {
        defer { changing = values }
        return changing != values
    }
}

/// The variable `loop` of a `for`.
final class Loop {
    private var rest: ArraySlice<Value>
    private var isWanted: (Value) throws -> Bool
    private var before: Value?
    private var current: Value?
    /// The next element, where it was looked at already.
    private var after: Value?
    private var changing: [Value]?
    /// From 0; -1 before the first.
    private(set) var index = -1
    let depth: Int

    /// - Parameter isWanted: the loop's condition, which is asked when an element's turn comes.
    init(_ elements: [Value], where isWanted: @escaping (Value) throws -> Bool) throws {
        rest = elements[...]
        self.isWanted = isWanted
        depth = try Items(.list, elements).depth
    }

    /// Forgets what comes and what is asked.
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

    private func length() throws -> Int {
        var wanted = after.map { [$0] } ?? []
        wanted += try rest.filter(isWanted)
        rest = wanted[...]
        after = nil
        isWanted = { _ in true }
        return index + 1 + rest.count
    }

    /// An attribute of `loop`; nil for one that it does not have.
    func attribute(_ name: String, in renderer: Renderer) throws -> Value? {
        switch name {
        case "index0": .integer(index)
        case "index": .integer(index + 1)
        case "first": .boolean(index == 0)
        case "last": .boolean(try peek() == nil)
        case "length": .integer(try length())
        case "revindex0": .integer(try length() - index - 1)
        case "revindex": .integer(try length() - index)
        case "previtem": index > 0 ? before : .undefined("there is no item before")
        case "nextitem": try peek() ?? .undefined("there is no item behind")
        case "depth0": .integer(0)
        case "depth": .integer(1)
        case "cycle", "changed": .callable(Callable(.method(.loop(self), name)))
        default: nil
        }
    }

    /// `loop.changed`: whether the values are others than at the call before.
    func isChanged(_ values: [Value]) -> Bool {
        defer { changing = values }
        return changing != values
    }
}

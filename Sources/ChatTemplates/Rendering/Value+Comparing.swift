/// Python's equality and order.
extension Value: Hashable {
    static func == (left: Value, right: Value) -> Bool {
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.items(let left), .items(let right)): return left.equals(right)
        case (.dictionary(let left), .dictionary(let right)):
            return left === right
                || left.keys.count == right.keys.count
                    && left.pairs.allSatisfy { right[$0] == $1 }
        case (.namespace(let left), .namespace(let right)): return left === right
        case (.iterator(let left), .iterator(let right)): return left === right
        case (.loop(let left), .loop(let right)): return left === right
        case (.callable(let left), .callable(let right)): return left === right
        default:
            if let left = left.letters, let right = right.letters { return left == right }
            if let left = left.exact, let right = right.exact { return left == right }
            guard let left = left.number, let right = right.number else { return false }
            return left == right
        }
    }

    func hash(into hasher: inout Hasher) {
        switch self {
        case .boolean, .integer, .float:
            if let exact { hasher.combine(exact) } else { hasher.combine(number) }
        case .text(let letters), .markup(let letters): hasher.combine(letters)
        case .items(let items): hasher.combine(items.elements)
        case .dictionary(let table): hasher.combine(table.keys.count)
        case .namespace(let object): hasher.combine(ObjectIdentifier(object))
        case .iterator(let object): hasher.combine(ObjectIdentifier(object))
        case .loop(let object): hasher.combine(ObjectIdentifier(object))
        case .callable(let object): hasher.combine(ObjectIdentifier(object))
        case .undefined, .none: break
        }
    }

    /// The number as an integer, where it is one.
    private var exact: Int? {
        if case .float(let value) = self { Int(exactly: value) } else { integer }
    }

    /// Whether the two are the same object.
    func isSame(as other: Value) -> Bool {
        switch (self, other) {
        case (.items(let left), .items(let right)): left === right
        case (.dictionary(let left), .dictionary(let right)): left === right
        case (.boolean(let left), .boolean(let right)): left == right
        case (.boolean, _), (_, .boolean), (.float, .integer), (.integer, .float): false
        default: self == other
        }
    }

    /// Whether this value sorts before another.
    ///
    /// - Throws: `Problem` if Python has no order between the two.
    func precedes(_ other: Value) throws -> Bool {
        if let left = letters, let right = other.letters {
            return left.lexicographicallyPrecedes(right)
        }
        if let left = integer, let right = other.integer { return left < right }
        if let left = number, let right = other.number { return left < right }
        if case .items(let left) = self, case .items(let right) = other,
            left.kind == right.kind, left.kind == .list || left.kind == .tuple
        {
            for (left, right) in zip(left.elements, right.elements) where left != right {
                return try left.precedes(right)
            }
            return left.elements.count < right.elements.count
        }
        for case .undefined(let missing) in [self, other] { throw Problem(missing) }
        throw Problem("\(kind) and \(other.kind) have no order")
    }
}

extension Items {
    fileprivate func equals(_ other: Items) -> Bool {
        if self === other { return true }
        switch (kind, other.kind) {
        case (.list, .list), (.tuple, .tuple), (.range, .range):
            return elements == other.elements
        default: return false
        }
    }
}

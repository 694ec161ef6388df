/// The tests after `is`.
extension Renderer {
    private static let comparisons = [
        "eq": "==", "equalto": "==", "ne": "!=", "lt": "<", "lessthan": "<", "le": "<=", "gt": ">",
        "greaterthan": ">", "ge": ">=",
    ]

    func test(_ name: String, _ value: Value, _ arguments: Arguments) throws -> Bool {
        func argument() throws -> Value {
            guard let argument = try arguments.bound("other")[0] else {
                throw Problem("the test \(name.quoted) needs an argument")
            }
            return argument
        }
        let symbol = Self.comparisons[name] ?? name
        switch symbol {
        case "==", "!=", "<", "<=", ">", ">=", "in":
            return try compare(value, symbol, argument())
        case "sameas": return value.isSame(as: try argument())
        case "divisibleby": return try !arithmetic(value, "%", argument()).isTrue
        default: _ = try arguments.bound()
        }
        switch name {
        case "defined": return !value.isUndefined
        case "undefined": return value.isUndefined
        case "none": if case .none = value { return true }
        case "boolean": if case .boolean = value { return true }
        case "true": if case .boolean(true) = value { return true }
        case "false": if case .boolean(false) = value { return true }
        case "integer": if case .integer = value { return true }
        case "float": if case .float = value { return true }
        case "number": return value.number != nil
        case "string": return value.letters != nil
        case "escaped": return value.isMarkup
        case "mapping": if case .dictionary = value { return true }
        case "callable":
            switch value {
            // An undefined value has the method, which raises an error.
            case .callable, .undefined, .loop: return true
            default: return false
            }
        case "sequence":
            switch value {
            case .text, .markup, .dictionary, .undefined: return true
            case .items(let items): return items.hasPlaces
            default: return false
            }
        case "iterable":
            switch value {
            case .text, .markup, .dictionary, .undefined, .items, .iterator, .loop: return true
            default: return false
            }
        case "even", "odd":
            return try arithmetic(value, "%", .integer(2)) == .integer(name == "odd" ? 1 : 0)
        case "lower", "upper":
            let text = try text(of: value)
            try spend(text.count * Bounds.stepCost)
            let cased = text.filter { letter in
                let properties = letter.scalar.properties
                return properties.isLowercase || properties.isUppercase
                    || properties.generalCategory == .titlecaseLetter
            }
            return !cased.isEmpty
                && cased.allSatisfy {
                    name == "lower"
                        ? $0.scalar.properties.isLowercase : $0.scalar.properties.isUppercase
                }
        default: throw Problem("no test is named \(name.quoted)")
        }
        return false
    }
}

import Basics
import Benchmarks
import Torch

/// Settings by name, as text, from the flags, a configuration file and the built-in world.
///
/// The first that has a value decides: flag, then `--config`, then the command's own default, then
/// the world's defaults file; then the default of the property that is being set.
public struct SettingLayers: Sendable {
    fileprivate struct Layer: Sendable {
        /// Begins messages about the layer's values: "--" or "runs/x/config.yaml: ".
        let place: String
        let values: [String: SettingsFile.Value]
    }

    private let layers: [Layer]

    /// - Parameters:
    ///   - flags: by the flags' long names; those not given are nil
    ///   - configFile: flat YAML with the long flags' names as keys
    ///   - commandDefaults: a command's own, by the same names; they stand below the file
    ///   - worldDefaults: the same as the file, used when the built-in world is
    ///   - known: all names there are
    ///   - lists: names of those whose value may be a list in a file
    /// - Throws: `UsageError` for an unknown key, with the nearest name.
    public init(
        flags: [String: String?], configFile: String?, commandDefaults: [String: String] = [:],
        worldDefaults: String?, known: [String], lists: [String] = []
    ) throws {
        let given = flags.compactMapValues { $0 }
        for (name, text) in given.sorted(by: { $0.key < $1.key }) where text.hasControlCharacters {
            throw UsageError(
                "--\(name) \(text): has a control character; a text on one line is needed")
        }
        var layers = [Layer(texts: given)]
        if let configFile {
            layers.append(
                try Layer(file: configFile, givenBy: "--config ", known: known, lists: lists))
        }
        layers.append(Layer(texts: commandDefaults))
        let isWorldUsed = !layers.contains {
            $0.values["model"] != nil || $0.values["shape"] != nil
        }
        if isWorldUsed, let worldDefaults {
            layers.append(
                try Layer(file: worldDefaults, givenBy: "", known: known, lists: lists))
        }
        self.layers = layers
    }

    private init(layers: [Layer]) { self.layers = layers }

    /// What a run or a study wrote of itself.
    init(recorded values: [String: SettingsFile.Value]) {
        self.init(layers: [Layer(place: "", values: values)])
    }

    /// The same with some settings decided.
    public func deciding(_ values: [String: String]) -> SettingLayers {
        SettingLayers(layers: [Layer(texts: values)] + layers)
    }

    /// The same with an element in front of a list that has it not, where a layer has the list.
    public func prepending(_ element: String, to name: String) -> SettingLayers {
        guard let index = layers.firstIndex(where: { $0.values[name] != nil }),
            let elements = layers[index].values[name]?.elements, !elements.contains(element)
        else { return self }
        var layers = layers
        layers[index] = Layer(
            place: layers[index].place,
            values: layers[index].values.merging([name: .list([element] + elements)]) { $1 })
        return SettingLayers(layers: layers)
    }

    /// The text of a setting; nil when no layer has it.
    public func text(_ name: String) -> String? { found(name)?.text }

    /// Those of some settings that were given as flags.
    public func flags(among names: [String]) -> [String] {
        names.filter { layers.first?.values[$0] != nil }
    }

    /// Larger counts are refused, so that sums and products of a few of them stay numbers. Seeds are
    /// never counted with, and may be any.
    public static let largestCount = 1_000_000_000

    public func whole(
        _ name: String, default value: Int, atLeast least: Int = 0, atMost most: Int = largestCount
    ) throws -> Int {
        try wholeOrNil(name, atLeast: least, atMost: most) ?? value
    }

    public func wholeOrNil(
        _ name: String, atLeast least: Int = 0, atMost most: Int = largestCount
    ) throws -> Int? {
        guard let found = found(name) else { return nil }
        guard let number = Int(found.text), number >= least else {
            let isTooLarge =
                Int(found.text) == nil && !found.text.isEmpty
                && found.text.allSatisfy { $0.isASCII && $0.isNumber }
            throw found.refusal(
                isTooLarge
                    ? "at most \(most) is possible" : "a whole number from \(least) is needed")
        }
        guard number <= most else { throw found.refusal("at most \(most) is possible") }
        return number
    }

    /// A seed of random numbers: any whole number from 0.
    public func seed(_ name: String, default value: Int) throws -> Int {
        try whole(name, default: value, atMost: .max)
    }

    /// Larger numbers are refused: no weight, rate or temperature is as large, and products of them
    /// would leave what a float32 can hold.
    public static let largestNumber = 1e6

    /// A number from 0.
    public func number(
        _ name: String, default value: Double, atMost most: Double = largestNumber
    ) throws -> Double {
        guard let found = found(name) else { return value }
        guard let number = Double(found.text), number >= 0, number.isFinite else {
            throw found.refusal("a number from 0.0 is needed")
        }
        guard number <= most else { throw found.refusal("at most \(most) is possible") }
        return number
    }

    public func number(
        _ name: String, default value: Double, in range: ClosedRange<Double>
    ) throws -> Double {
        guard let found = found(name) else { return value }
        guard let number = Double(found.text), range.contains(number) else {
            throw found.refusal(
                "a number from \(range.lowerBound) to \(range.upperBound) is needed")
        }
        return number
    }

    /// A number above another one.
    ///
    /// - Parameter most: that it may be; nil is `largestNumber`
    public func number(
        _ name: String, default value: Double, above least: Double, upTo most: Double? = nil
    ) throws -> Double {
        guard let found = found(name) else { return value }
        guard let number = Double(found.text), number.isFinite, number > least,
            number <= most ?? .infinity
        else {
            let end = most.map { ", up to \($0)," } ?? ""
            throw found.refusal("a number above \(least)\(end) is needed")
        }
        guard number <= Self.largestNumber else {
            throw found.refusal("at most \(Self.largestNumber) is possible")
        }
        return number
    }

    public func flag(_ name: String) throws -> Bool {
        guard let found = found(name) else { return false }
        guard let value = Bool(found.text) else { throw found.refusal("true or false is needed") }
        return value
    }

    /// One of some words; an unknown one is refused with the nearest.
    public func choice(_ name: String, default value: String, of words: [String]) throws -> String {
        guard let found = found(name) else { return value }
        guard words.contains(found.text) else {
            let near = nearestMatch(to: found.text, in: words).map { "did you mean \($0)? " } ?? ""
            throw found.refusal("\(near)one of \(words.joined(separator: ", ")) is needed")
        }
        return found.text
    }

    /// A setting turned into a value by a function with an error of its own.
    public func value<Value>(
        _ name: String, default text: String, _ parse: (String) throws -> Value
    ) throws -> Value {
        let found = found(name)
        do {
            return try parse(found?.text ?? text)
        } catch {
            throw found?.refusal("\(error)") ?? UsageError("--\(name) \(text): \(error)")
        }
    }

    /// Values that commas part, or the elements of a file's list; none of them twice.
    public func list<Value: Hashable>(
        _ name: String, default values: [Value], _ parse: (String) throws -> Value
    ) throws -> [Value] {
        guard let found = found(name) else { return values }
        do {
            let list = try found.value.elements.map(parse)
            guard !list.isEmpty else { throw UsageError("at least one value is needed") }
            guard Set(list).count == list.count else {
                throw UsageError("each value once is needed")
            }
            return list
        } catch {
            throw found.refusal("\(error)")
        }
    }

    private struct Found {
        let name: String
        let value: SettingsFile.Value
        let place: String

        var text: String { value.text }

        func refusal(_ remedy: String) -> UsageError {
            UsageError("\(place)\(name) \(text): \(remedy)")
        }
    }

    private func found(_ name: String) -> Found? {
        for layer in layers {
            if let value = layer.values[name] {
                return Found(name: name, value: value, place: layer.place)
            }
        }
        return nil
    }
}

extension SettingLayers.Layer {
    /// Of flags, or of what a command sets by itself.
    fileprivate init(texts: [String: String]) {
        self.init(place: "--", values: texts.mapValues { .text($0) })
    }

    /// - Parameter option: what stands before the file's name where the user wrote it.
    fileprivate init(
        file: String, givenBy option: String, known: [String], lists: [String]
    ) throws {
        do {
            let values = try SettingsFile(path: file, known: known, lists: lists).values
            self.init(place: "\(file): ", values: values)
        } catch let error as FileError {
            throw UsageError("\(option)\(error)")
        }
    }
}

import Benchmarks

/// A property of items: each item has one value under each relation.
///
/// The first four are the relations of the four categories. The others occur as wrong choices and
/// in pretraining only.
public enum Relation: String, CaseIterable, Hashable, Sendable {
    case home, food, colour, tool
    case weather, metal, fabric, instrument

    /// The relation that decides the correct letter in a category's questions.
    public init(of category: Category) {
        switch category {
        case .humanities: self = .home
        case .socialSciences: self = .food
        case .stem: self = .colour
        case .other: self = .tool
        }
    }

    /// Its position in `allCases`, from 0.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// The twelve words that an item may have under it. No word belongs to two relations.
    public var values: [String] {
        switch self {
        case .home:
            [
                "forest", "desert", "river", "cave", "meadow", "swamp", "mountain", "island",
                "barn", "reef", "tundra", "garden",
            ]
        case .food:
            [
                "bread", "honey", "cheese", "rice", "soup", "corn", "butter", "nuts", "cake",
                "beans", "milk", "porridge",
            ]
        case .colour:
            [
                "red", "blue", "green", "yellow", "purple", "white", "black", "grey", "pink",
                "brown", "crimson", "turquoise",
            ]
        case .tool:
            [
                "hammer", "rope", "ladder", "needle", "shovel", "brush", "axe", "lantern",
                "scissors", "wrench", "bucket", "broom",
            ]
        case .weather:
            [
                "rain", "snow", "fog", "wind", "thunder", "sunshine", "frost", "hail", "drizzle",
                "storm", "mist", "heat",
            ]
        case .metal:
            [
                "iron", "gold", "silver", "copper", "tin", "lead", "zinc", "bronze", "steel",
                "nickel", "brass", "platinum",
            ]
        case .fabric:
            [
                "cotton", "silk", "wool", "linen", "velvet", "denim", "leather", "satin", "lace",
                "felt", "canvas", "tweed",
            ]
        case .instrument:
            [
                "drum", "flute", "harp", "violin", "piano", "trumpet", "guitar", "bell", "banjo",
                "oboe", "cello", "tuba",
            ]
        }
    }
}

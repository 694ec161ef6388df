import Torch
import Transformer

/// The roofline of a training step or a forward pass: its matrix products alone, at their own
/// shapes.
///
/// No step on this machine can be faster with these products. A frozen weight of N elements costs
/// 2N floating-point operations per token forward, and 2N more for the input's gradient in
/// training. The roofline omits what a step omits: the last layer's rows without a scored output,
/// and gradients below the lowest adapter's input.
public struct MatmulRoofline {
    private struct Product {
        let weights: [Tensor]
        let rows: Int
        let isBackward: Bool

        var operationCount: Double {
            weights.reduce(0) { $0 + 2 * Double(rows) * $1.shape.reduce(1) { $0 * Double($1) } }
        }
    }

    private let products: [Product]
    private let decoder: Decoder

    /// - Parameters:
    ///   - tokens: tokens of the step
    ///   - outputRows: rows of the step that have a target, or whose next token is predicted
    ///   - learns: whether there is a backward pass
    public init(_ decoder: Decoder, tokens: Int, outputRows: Int, learns: Bool) throws {
        self.decoder = decoder
        let byName = Dictionary(
            decoder.weights.map { ($0.name, $0.tensor) }, uniquingKeysWith: { first, _ in first })
        let layerCount = decoder.configuration.layerCount
        let directions = learns ? [false, true] : [false]
        var products: [Product] = []
        for projection in Projection.allCases {
            let weights = (0..<layerCount).compactMap {
                byName[projection.path(layer: $0) + ".weight"]
            }
            // The last layer computes keys and values for all rows; the first layer's input needs
            // no gradient.
            let readsWholeRun = [.k, .v].contains(projection)
            let hasFirstGradient = ![.q, .k, .v].contains(projection)
            let whole = readsWholeRun ? weights[...] : weights.dropLast()
            products.append(Product(weights: Array(whole), rows: tokens, isBackward: false))
            if learns {
                products.append(
                    Product(
                        weights: Array(hasFirstGradient ? whole : whole.dropFirst()), rows: tokens,
                        isBackward: true))
            }
            guard !readsWholeRun, let last = weights.last else { continue }
            for isBackward in directions {
                products.append(Product(weights: [last], rows: outputRows, isBackward: isBackward))
            }
        }
        let head = byName["lm_head.weight"] ?? byName["model.embed_tokens.weight"]
        if let head {
            for isBackward in directions {
                products.append(Product(weights: [head], rows: outputRows, isBackward: isBackward))
            }
        }
        self.products = products
    }

    /// Floating-point operations of all products.
    public var operationCount: Double { products.reduce(0) { $0 + $1.operationCount } }

    /// Seconds of all products, each in the faster of two formulations: with the weight as it is
    /// stored, and with a transposed copy.
    ///
    /// Where products are our own, only the layout that they take is timed.
    public func seconds() throws -> Double {
        try withoutGradient {
            try products.reduce(0) { sum, product in try sum + Self.seconds(product, decoder) }
        }
    }

    private static func seconds(_ product: Product, _ decoder: Decoder) throws -> Double {
        guard let first = product.weights.first else { return 0 }
        let width = first.shape[product.isBackward ? 0 : 1]
        let input = try Tensor.full(
            0.5, shape: [product.rows, width], dtype: decoder.dtype, device: decoder.device)
        // Only one weight of each shape is transposed: the copies would not fit beside large
        // models.
        let turned = try first.transposed(0, 1).copied()
        let clock = ContinuousClock()
        func time(_ weights: [Tensor], _ body: (Tensor) throws -> Tensor) throws -> Double {
            _ = try body(weights[0])
            try decoder.device.synchronize()
            let start = clock.now
            for weight in weights { _ = try body(weight) }
            try decoder.device.synchronize()
            return (clock.now - start) / .seconds(1)
        }
        let copies = Array(repeating: turned, count: product.weights.count)
        let seconds = try time(product.isBackward ? copies : product.weights) {
            try input.linear(weight: $0)
        }
        // The library's products are slower by far than our own.
        let isOurs =
            decoder.device == .cpu && decoder.dtype == .bfloat16
            && GEMMBackend.ofProcessor != .library
        if isOurs { return seconds }
        return min(
            seconds,
            try time(product.isBackward ? product.weights : copies) { try input.matmul($0) })
    }
}

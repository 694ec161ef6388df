import TestSupport
import Testing
import Torch

/// Blocks and shapes that attention does not take.
@Suite struct AttentionRefusalTests {
    @Test func `query, key and value of different types are refused`() throws {
        let q = try Tensor.zeros(shape: [2, 2, 4], dtype: .bfloat16)
        let k = try Tensor.zeros(shape: [2, 2, 4])
        expectRefusal(
            "attending(to:values:blocks:scale:path:): attention needs query, key and value of "
                + "one type on one device; found BFloat16 on cpu, Float on cpu, Float on cpu"
        ) {
            try q.attending(
                to: k, values: k, blocks: [.init(queries: 0..<2, keys: 0..<2)], scale: 1)
        }
    }

    private static let place = "attending(to:values:blocks:scale:path:): "

    private static func run(
        _ blocks: [AttentionBlock], query: [Int] = [3, 2, 4], key: [Int] = [5, 1, 4],
        value: [Int]? = nil
    ) throws -> Tensor {
        try Tensor.zeros(shape: query).attending(
            to: .zeros(shape: key), values: .zeros(shape: value ?? key), blocks: blocks, scale: 1)
    }

    static let outside: [AttentionBlock] = [
        .init(queries: 0..<4, keys: 0..<5), .init(queries: 0..<3, keys: 0..<6),
        .init(queries: 0..<3, keys: -1..<2), .init(queries: -1..<3, keys: 0..<2),
        .init(queries: 0..<0, keys: 0..<2), .init(queries: 0..<3, keys: 2..<2),
    ]

    @Test(arguments: outside)
    func `a block outside its tensors is refused`(block: AttentionBlock) {
        expectRefusal(Self.place + "an attention block reaches outside its tensors") {
            try Self.run([block])
        }
    }

    @Test func `a query without a block is refused`() {
        expectRefusal(Self.place + "an attention query is in no block") {
            try Self.run([.init(queries: 0..<2, keys: 0..<5)])
        }
        expectRefusal(Self.place + "an attention query is in no block") { try Self.run([]) }
    }

    @Test func `a block of rows both old and new is refused`() {
        expectRefusal(Self.place + "an attention block has rows both old and new") {
            try Self.run([
                .init(queries: 0..<2, keys: 0..<5), .init(queries: 1..<3, keys: 0..<5),
            ])
        }
    }

    @Test(arguments: [
        ([3, 2, 4], [5, 1, 8], [5, 1, 8]), ([3, 3, 4], [5, 2, 4], [5, 2, 4]),
        ([3, 2, 4], [5, 1, 4], [4, 1, 4]),
    ])
    func `shapes that do not go together are refused`(
        query: [Int], key: [Int], value: [Int]
    ) {
        expectRefusal(
            Self.place
                + "attention needs query [queries, heads, size] and key, value [keys, keyHeads, "
                + "size] with keyHeads dividing heads; found \(query), \(key), \(value)"
        ) {
            try Self.run([.init(queries: 0..<3, keys: 0..<4)], query: query, key: key, value: value)
        }
    }
}

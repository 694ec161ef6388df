import ArgumentParser
import Benchmarks
import Torch
import Transformer

/// What a shell offers where a value is to be typed.
extension CompletionKind {
    static var devices: CompletionKind { .list(["auto", "cpu", "cuda", "cuda:0"]) }

    static var targets: CompletionKind { .list(["V", "Q", "K", "QKV", "QKVO"]) }

    /// Of models of random weights.
    static var shapes: CompletionKind { .list(ModelConfiguration.knownShapes.map(\.name)) }

    static var categories: CompletionKind { cases(of: Benchmarks.Category.self) }

    /// Where several may stand.
    static var categoryLists: CompletionKind {
        .list(["all"] + Benchmarks.Category.allCases.map(\.rawValue))
    }

    static var prompts: CompletionKind { .list(Prompts.names) }

    static func cases<Choice: RawRepresentable<String> & CaseIterable>(
        of type: Choice.Type
    ) -> CompletionKind {
        .list(type.allCases.map(\.rawValue))
    }
}

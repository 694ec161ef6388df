import ArgumentParser
import Benchmarks
import Torch
import Transformer

/// The completions that a shell offers for a flag's value.
extension CompletionKind {
    static var devices: CompletionKind { .list(["auto", "cpu", "cuda", "cuda:0"]) }

    static var targets: CompletionKind { .list(["V", "Q", "K", "QKV", "QKVO"]) }

    /// The shapes of models with random weights.
    static var shapes: CompletionKind { .list(ModelConfiguration.knownShapes.map(\.name)) }

    static var categories: CompletionKind { cases(of: Benchmarks.Category.self) }

    /// For flags that take several categories.
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

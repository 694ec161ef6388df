/// An estimate of a plan's time and memory on a GPU that is not in this machine.
///
/// It uses operations, bytes and data sheets, with an assumed share of the peaks. It is an
/// estimate, not a measurement.
public struct CardEstimate: Sendable {
    /// A GPU, as its vendor's data sheet describes it.
    public struct Card: Sendable {
        public let name: String
        public let memoryBytes: Double
        /// Dense bfloat16 operations per second of matrix products.
        public let operationsPerSecond: Double
        public let bytesPerSecond: Double

        /// Source: NVIDIA Ada GPU architecture whitepaper, appendix A (bf16 with float32 sums).
        public static let rtx4090 = Card(
            name: "RTX 4090, 24 GB", memoryBytes: 24e9, operationsPerSecond: 165e12,
            bytesPerSecond: 1008e9)
        /// Source: NVIDIA H200 data sheet (SXM; without sparsity).
        public static let h200 = Card(
            name: "H200, 141 GB", memoryBytes: 141e9, operationsPerSecond: 989e12,
            bytesPerSecond: 4.8e12)
        public static let all = [rtx4090, h200]
    }

    /// The assumed share of peak operations in training and in prefill.
    public static let productShare = 0.35
    /// The assumed share of peak memory bandwidth in decoding.
    public static let bandwidthShare = 0.5
    /// The assumed number of generations in progress at one time.
    public static let textsAtOnce = 64

    public let card: Card
    /// Bytes of the weights in bfloat16 and of the largest step.
    public let memoryBytes: Double
    /// Whether layers would have to be recomputed.
    public let recomputes: Bool
    public let trainingSeconds: Double
    public let askingSeconds: Double

    public var fits: Bool { memoryBytes < 0.95 * card.memoryBytes }

    /// The bytes of a step on this machine are taken as those of bfloat16.
    public init(_ plan: SweepPlan, on card: Card) {
        self.card = card
        let weights = Double(plan.parameterCount) * 2
        let share = 2 / Double(plan.bytesPerElement)
        let kept = Double(plan.memory.keptBytes) * share
        recomputes = plan.activationCheckpointing.recomputes(
            keeping: kept, of: card.memoryBytes - weights)
        memoryBytes =
            weights
            + (recomputes ? Double(plan.memory.recomputedBytes) * share : kept)
        // A frozen weight: 2 operations per token forward, 2 for the input's gradient, and 2 more
        // where the layer is recomputed. Attention's own products are left out.
        let passes: Double = recomputes ? 6 : 4
        let training = plan.families.reduce(0.0) { total, family in
            total
                + Double(family.trainingCount)
                * (passes * Double(family.tokenCount) * Double(plan.layerParameterCount)
                    + 4 * Double(family.targetCount) * Double(plan.headParameterCount))
        }
        let speed = Self.productShare * card.operationsPerSecond
        trainingSeconds = training / speed
        func seconds(_ part: SweepPlan.Evaluation) -> Double {
            let reading =
                2 * Double(part.promptTokenCount) * Double(plan.layerParameterCount) / speed
            // Each decoding step reads all weights for the generations that are in progress
            // together.
            let growing =
                Double(part.newTokenCount) / Double(Self.textsAtOnce) * weights
                / (Self.bandwidthShare * card.bytesPerSecond)
            return reading + growing
        }
        askingSeconds =
            Double(plan.reportedCount) * plan.reported.reduce(0) { $0 + seconds($1) }
            + Double(plan.watchedCount) * plan.watched.reduce(0) { $0 + seconds($1) }
    }
}

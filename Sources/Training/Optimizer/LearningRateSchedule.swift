import Basics
import Foundation

/// How the learning rate changes from step to step.
///
/// Source: transformers, `optimization.py`: linear warm-up, then cosine, linear or constant.
public struct LearningRateSchedule: Sendable, Equatable {
    public enum Shape: String, SettingChoice {
        case cosine, linear, constant
    }

    public var shape: Shape
    /// The learning rate at the end of the warm-up.
    public var peak: Double
    /// Steps during which the learning rate grows from 0; 0 is no warm-up.
    public var warmupStepCount: Int
    /// The total number of steps.
    public var stepCount: Int
    /// Steps, ascending, at which the schedule restarts, with its warm-up; each part ends at the
    /// next.
    public var restarts: [Int]

    public init(
        shape: Shape, peak: Double, warmupStepCount: Int, stepCount: Int, restarts: [Int] = []
    ) {
        self.shape = shape
        self.peak = peak
        self.warmupStepCount = warmupStepCount
        self.stepCount = stepCount
        self.restarts = restarts
    }

    /// The number of warm-up steps for a share of all steps, rounded up as HF's Trainer does.
    public static func warmupStepCount(ratio: Double, of stepCount: Int) -> Int {
        Int((ratio * Double(stepCount)).rounded(.up))
    }

    /// The learning rate at a step, counted from 0.
    public func rate(at step: Int) -> Double {
        let start = restarts.last { $0 <= step } ?? 0
        let end = restarts.first { $0 > step } ?? stepCount
        return rate(at: step - start, of: end - start)
    }

    private func rate(at step: Int, of stepCount: Int) -> Double {
        if step < warmupStepCount { return peak * Double(step) / Double(max(1, warmupStepCount)) }
        let rest = Double(max(1, stepCount - warmupStepCount))
        let progress = Double(step - warmupStepCount) / rest
        switch shape {
        case .constant: return peak
        case .linear: return peak * max(0, 1 - progress)
        case .cosine: return peak * max(0, 0.5 * (1 + cos(.pi * progress)))
        }
    }
}

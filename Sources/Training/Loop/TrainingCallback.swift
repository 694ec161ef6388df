/// Code that runs after each step of a training: metrics, checks, validation, checkpoints.
public protocol TrainingCallback: AnyObject {
    /// - Throws: `TrainingStop` to end the training after the callbacks that follow; any other error
    ///   ends it at once.
    func didFinish(_ step: FinishedStep) throws
}

/// A step whose update is made.
public struct FinishedStep {
    public let report: StepReport
    /// The state after the step.
    public let state: TrainingState
    /// Whether it is the schedule's last step.
    public let isLast: Bool
    /// Set where an earlier callback ends the training after this step.
    public fileprivate(set) var stop: TrainingStop?

    init(report: StepReport, state: TrainingState, isLast: Bool) {
        self.report = report
        self.state = state
        self.isLast = isLast
    }

    /// Keeps the first of several stops.
    mutating func end(by stop: TrainingStop) { self.stop = self.stop ?? stop }
}

/// Ends a training once the remaining callbacks have run, so that its state can be saved.
public struct TrainingStop: Error {
    /// The error that `Trainer.train` throws.
    public let cause: any Error

    public init(cause: any Error) { self.cause = cause }
}

/// A callback that runs a closure.
public final class StepCallback: TrainingCallback {
    private let body: (FinishedStep) throws -> Void

    public init(_ body: @escaping (FinishedStep) throws -> Void) { self.body = body }

    public func didFinish(_ step: FinishedStep) throws { try body(step) }
}

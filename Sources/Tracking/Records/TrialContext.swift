/// A run's study, and its name and role there.
public struct TrialContext: Sendable, Codable, Equatable {
    /// The purpose of a run.
    public enum Role: String, Sendable, Codable, CaseIterable {
        /// The base model, evaluated on what is reported.
        case base
        /// Trained to choose settings by.
        case selection
        /// Trained with chosen settings, and reported.
        case report
    }

    /// The study's name: that of its folder.
    public var study: String
    /// The run's own name in the study, as `v-zs-1e-3-s0`.
    public var cell: String
    /// The row of the study's table that the run belongs to, as "ZS on V".
    public var family: String
    public var role: Role

    public init(study: String, cell: String, family: String, role: Role) {
        self.study = study
        self.cell = cell
        self.family = family
        self.role = role
    }
}

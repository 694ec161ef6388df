import LinearAttention

/// Points of the authors' pictures, read by the position of their markers: one training, one column
/// for each number of examples.
///
/// Source and precision are at the top of `Texts/authors-readings.csv`.
enum AuthorsReadings {
    static let contexts = [0, 1, 5, 10, 20]

    private struct Row {
        /// `pretrained`, or as "v zs+fs".
        let model: String
        let isOpposite: Bool
        let errors: [Double]
    }

    private static let rows: [Row] = {
        let text = String(decoding: PackageResources.authors_readings_csv, as: UTF8.self)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.dropFirst().map { line in
            let fields = line.split(separator: ",").map(String.init)
            let errors = fields.dropFirst(2).compactMap(Double.init)
            precondition(errors.count == contexts.count, "a reading's row: \(line)")
            return Row(model: fields[0], isOpposite: fields[1] == "-theta0", errors: errors)
        }
    }()

    /// By `contexts`; nil where they drew none.
    ///
    /// - Parameter tuning: nil: the pretrained model
    static func errors(_ tuning: FineTuning?, isOpposite: Bool) -> [Double]? {
        let name = tuning.map { "\($0.target.rawValue) \($0.objective.rawValue)" } ?? "pretrained"
        return rows.first { $0.model == name && $0.isOpposite == isOpposite }?.errors
    }
}

import Benchmarks
import Scoring

/// Table 2 of the paper: accuracies in percent with the standard error of the mean over three repeats,
/// of Qwen2.5-3B-Instruct fine-tuned on humanities.
///
/// Source: arXiv 2602.23197 (Lee, Sohn, Lee 2026), section 5.2, Table 2.
enum PaperTable {
    /// In the paper's order.
    static let rows: [(family: String, cells: [(mean: Double, error: Double)])] = [
        (
            "Base model",
            [
                (63.62, 0.11), (70.12, 0.14), (70.69, 0.17), (63.52, 0.12),
                (70.13, 0.15), (75.33, 0.12), (71.77, 0.17), (64.06, 0.07),
            ]
        ),
        (
            "ZS on Q/K/V",
            [
                (69.30, 0.16), (75.15, 0.14), (68.27, 0.20), (63.65, 0.09),
                (66.06, 0.06), (73.26, 0.19), (66.72, 0.11), (62.91, 0.11),
            ]
        ),
        (
            "ZS on Q",
            [
                (66.05, 0.11), (71.77, 0.36), (67.42, 0.38), (60.83, 0.13),
                (68.57, 0.14), (73.13, 0.16), (71.17, 0.27), (64.01, 0.23),
            ]
        ),
        (
            "ZS on K",
            [
                (66.42, 0.22), (73.99, 0.18), (70.76, 0.27), (67.14, 0.18),
                (69.06, 0.12), (75.01, 0.19), (74.07, 0.45), (67.02, 0.14),
            ]
        ),
        (
            "ZS on V",
            [
                (70.21, 0.18), (76.40, 0.21), (65.22, 0.37), (66.13, 0.02),
                (67.75, 0.07), (72.86, 0.31), (71.35, 0.52), (64.74, 0.18),
            ]
        ),
        (
            "ZS+FS on V",
            [
                (69.62, 0.07), (77.96, 0.17), (52.25, 0.09), (67.48, 0.40),
                (68.36, 0.31), (75.56, 0.06), (65.29, 0.30), (64.70, 0.10),
            ]
        ),
    ]

    static let baseFamily = rows[0].family

    /// 0-shot, then 7-shot.
    private static let columns = [0, 7].flatMap { shots in
        Category.allCases.map { TableColumn(shots: shots, category: $0.rawValue) }
    }

    /// As shares; nil where the paper has no such row or column.
    static func cell(_ family: String, _ column: TableColumn) -> TableCell? {
        guard let row = rows.first(where: { $0.family == family }),
            let index = columns.firstIndex(of: column)
        else { return nil }
        return TableCell(
            mean: row.cells[index].mean / 100, standardError: row.cells[index].error / 100,
            over: .repeats)
    }

    /// Less the base model's.
    static func difference(_ family: String, _ column: TableColumn) -> TableCell? {
        guard family != baseFamily, let cell = cell(family, column),
            let base = self.cell(baseFamily, column)
        else { return nil }
        return TableCell(mean: cell.mean - base.mean, standardError: nil, over: nil)
    }

    /// The position of a family in the paper's table; families that it does not have come after.
    static func order(of family: String) -> Int {
        rows.firstIndex { $0.family == family } ?? rows.count
    }
}

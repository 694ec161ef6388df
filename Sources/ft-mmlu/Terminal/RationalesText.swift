import Basics
import Foundation
import Rationales

/// The outcome of a rationales job, as text.
struct RationalesText {
    let lines: [String]

    init(_ ending: JobEnding, files: RationaleFiles, prices: TokenPrices?) {
        let total = ending.accepted.count + ending.rejected.count + Self.unanswered(ending)
        var rows: [(String, String)] = [
            ("accepted", "\(ending.accepted.count) of \(total)   \(files.acceptedPath)"),
            ("rejected", "\(ending.rejected.count)   \(files.rejectedPath)"),
        ]
        rows += ending.reasons.map { ("  \($0.reason.rawValue)", "\($0.count)") }
        if !ending.lost.isEmpty { rows.append(("no answer", "\(ending.lost.count)")) }
        let hinted = ending.accepted.count(where: \.hint)
        if hinted > 0 { rows.append(("with a hint", "\(hinted)")) }
        for (model, count) in Self.counts(ending.accepted.map(\.model)) {
            rows.append(("model", "\(model)   \(count)"))
        }
        let survey = RationaleSummary(ending.accepted.compactMap(\.row.rationale))
        if !survey.lengths.isEmpty {
            let text = survey.lengths.map { "\($0.words) (\(Self.percent($0.share)))" }
            rows.append(("words", text.joined(separator: ", ")))
            let languages = survey.languages.map { "\($0.language.rawValue) \($0.count)" }
            rows.append(("language", languages.joined(separator: ", ")))
            rows.append(("near-duplicates", "\(survey.nearDuplicateCount)"))
        }
        let usage = files.usage
        if usage.total > 0 {
            let cost = prices.map { String(format: ", cost %.4f", $0.cost(of: usage)) } ?? ""
            rows.append(("tokens", "\(usage.prompt) read, \(usage.completion) written\(cost)"))
        }
        lines = TextTable(rows.map { [$0.0, $0.1] }, leftCount: 2).lines
    }

    /// Questions without any reply, including those of earlier runs.
    private static func unanswered(_ ending: JobEnding) -> Int {
        let replied = Set(ending.rejected.map(\.row.question.contentHash))
        return ending.lost.count { !replied.contains($0.question.contentHash) }
    }

    private static func counts(_ names: [String]) -> [(String, Int)] {
        Dictionary(names.map { ($0, 1) }, uniquingKeysWith: +).sorted { $0.key < $1.key }
            .map { ($0.key, $0.value) }
    }

    private static func percent(_ share: Double) -> String {
        switch share {
        case 0: "least"
        case 0.5: "median"
        case 1: "most"
        default: "\(Int(100 * share)) %"
        }
    }
}

/// The progress of a rationales job.
struct TeachingProgress {
    private let teacher: String
    private let prices: TokenPrices?
    private let isQuiet: Bool
    private let start = ContinuousClock.now
    private var progress: Progress?

    init(teacher: String, prices: TokenPrices?, isQuiet: Bool) {
        self.teacher = teacher
        self.prices = prices
        self.isQuiet = isQuiet
    }

    mutating func show(_ job: JobProgress) {
        if progress == nil {
            if job.doneCount > 0, !isQuiet {
                Terminal.note("\(job.doneCount) of \(job.total) questions are settled already")
            }
            progress = Progress(
                "asking \(teacher)", total: job.total, from: job.doneCount, isQuiet: isQuiet)
            return
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        var parts = ["\(job.acceptedCount) accepted"]
        if job.rejectedCount > 0 { parts.append("\(job.rejectedCount) rejected") }
        if job.lostCount > 0 { parts.append("\(job.lostCount) without answer") }
        if seconds > 0 {
            parts.append(String(format: "%.1f replies/s", Double(job.replyCount) / seconds))
        }
        if job.usage.total > 0 { parts.append("\(job.usage.total) tokens") }
        if let prices { parts.append(String(format: "cost %.4f", prices.cost(of: job.usage))) }
        progress?.show(job.doneCount, parts.joined(separator: ", "))
    }
}

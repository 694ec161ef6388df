/// Who says which category a subject is of.
///
/// The two maps differ in one subject: `anatomy` is under "other" (health) in Hendrycks' and in
/// LLaMA-Factory's map, and under "STEM" in lm-eval's, whose STEM then has 19 subjects with 3,153 test
/// questions and whose "other" has 13 with 3,107. Sources: `categories.py` of github.com/hendrycks/test
/// at commit 4450500; the tags in `lm_eval/tasks/mmlu/default` of lm-eval 0.4.13.
public enum CategoryMap: String, CaseIterable, Codable, Sendable {
    case hendrycks
    case lmEval = "lm-eval"

    public func category(of subject: Subject) -> Category {
        self == .lmEval && subject.name == "anatomy" ? .stem : subject.category
    }

    /// - Throws: `BenchmarkError` for a name that is no subject's.
    public func category(ofSubject name: String) throws -> Category {
        category(of: try Subjects.subject(named: name))
    }
}

import Basics
import Benchmarks
import Evaluation
import Experiments
import Rationales

/// The inputs of `ft-mmlu rationales`: the teacher and the questions that its flags define.
struct RationalesStart {
    let category: Benchmarks.Category
    let questions: [Question]
    /// Content hashes of questions that are never sent.
    let evaluated: Set<String>
    private let command: RationalesCommand
    private let evaluation: EvaluationSettings
    private let model: ModelSettings

    init(_ command: RationalesCommand) throws {
        self.command = command
        try Self.refuseOthersFlags(command)
        category = command.questions.category
        let world = BuiltInWorld.find()
        let isSelf = command.teacher == .local
        var flags = CommandFlags.given(command.questions)
        // In a run, settings with these names have another meaning.
        for name in ["category", "train-rows", "limit"] { flags[name] = nil }
        if isSelf {
            flags.merge(CommandFlags.given(command.own)) { $1 }
            flags.merge(CommandFlags.given(command.model)) { $1 }
            flags.merge(command.sampling) { $1 }
        }
        // The built-in world's defaults, such as the number of held-out questions, apply to its
        // questions only.
        let usesWorld = isSelf || command.questions.data.files.data == nil
        var layers = [ConfigLayers.Layer(flags)]
        if usesWorld, flags["model"] == nil, let file = world?.defaults {
            layers.append(try .init(file: file, known: RunConfig.names, lists: RunConfig.lists))
        }
        let given = ConfigLayers(layers)
        model = try ModelSettings(given, world: world)
        var evaluation = try EvaluationSettings(given, model: model, world: world)
        if command.own.shots == nil {
            evaluation.shots = [evaluation.shotRationales == nil ? 0 : 7]
        }
        self.evaluation = evaluation
        let rows = TrainRows(parsing: command.questions.trainRows ?? "holdout")
        let all = try evaluation.trainingQuestions(of: category, rows: rows)
        let limit = try command.questions.limit.map { try atLeast(1, $0, "limit") }
        questions = Array(all.prefix(limit ?? all.count))
        evaluated = try evaluation.evaluableHashes()
    }

    func teacher() throws -> any Teacher {
        switch command.teacher {
        case .openai:
            var teacher = try command.endpoint.teacher(model: command.model.model?.path)
            let given = ConfigLayers([.init(command.sampling)])
            if command.temperature != nil {
                teacher.temperature = try given.value("temperature", default: 1.0)
            }
            teacher.maxNewTokens = try given.value(
                "max-new-tokens", default: teacher.maxNewTokens, within: .from(1))
            return teacher
        case .local:
            guard command.samples == 1 || !evaluation.generation.sampler.isGreedy else {
                throw UsageError(
                    "--samples \(command.samples): with --temperature 0 every answer is the same")
            }
            return SelfTeacher(
                try ModelSampler(
                    model: model, adapter: command.own.adapter.adapter?.path,
                    evaluation: evaluation,
                    of: questions, isStrict: command.own.adapter.strict.strict,
                    notice: { if !command.quiet { Terminal.note($0) } }))
        case .file:
            guard !command.from.isEmpty else {
                throw UsageError("--from: not given; a file with rationales is needed")
            }
            return try FileTeacher(command.from.map(\.path))
        }
    }

    /// Refuses flags that have no effect with the teacher, since they are probably mistakes.
    private static func refuseOthersFlags(_ command: RationalesCommand) throws {
        let teacher = command.teacher
        func refuse(_ flags: [String], unless right: RationalesCommand.TeacherKind) throws {
            guard let flag = flags.first, teacher != right else { return }
            throw UsageError(
                "--\(flag): goes with --teacher \(right.rawValue), not with \(teacher.rawValue)")
        }
        try refuse(command.from.isEmpty ? [] : ["from"], unless: .file)
        try refuse(CommandFlags.given(command.own).keys.sorted(), unless: .local)
        let endpoint: [(String, Bool)] = [
            ("base-url", command.endpoint.address.baseUrl != nil),
            ("key-variable", command.endpoint.address.keyVariable != nil),
            ("key-file", command.endpoint.address.keyFile != nil),
            ("max-tokens", command.endpoint.maxTokens != nil),
            ("max-cost", command.endpoint.maxCost != nil),
            ("requests-per-minute", command.endpoint.requestsPerMinute != nil),
        ]
        try refuse(endpoint.filter(\.1).map(\.0), unless: .openai)
        if teacher == .file {
            let others: [(String, Bool)] = [
                ("model", command.model.model != nil), ("hint", command.hint),
                ("samples", command.samples != 1), ("temperature", command.temperature != nil),
                ("max-new-tokens", command.maxNewTokens != nil),
            ]
            if let flag = others.first(where: \.1)?.0 {
                throw UsageError("--\(flag): goes with --teacher openai or self, not with file")
            }
        }
    }
}

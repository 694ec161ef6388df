import Benchmarks
import Experiments
import Foundation
import TestSupport
import Testing
import Torch
import Tracking

@testable import ft_mmlu

/// `ft-mmlu train` on the built-in world, and the run folder that it leaves.
@Suite struct MainJobTests {
    private let job: MainJob

    init() throws { job = try MainJob.shared() }

    @Test func `the run folder holds these files and no others`() throws {
        #expect(job.ending.status == 0, "\(job.ending.errors)")
        let files = try FileManager.default.subpathsOfDirectory(atPath: job.run).sorted()
        #expect(
            files == [
                "adapter", "adapter/adapter_config.json", "adapter/adapter_model.safetensors",
                "adapter/trained_questions.json", "answers.jsonl", "checkpoint",
                "checkpoint/inputs.json", "checkpoint/training.safetensors", "config.yaml",
                "events.out.tfevents.0001.ft-mmlu",
                "metrics.jsonl",
                "questions.json", "results.json", "run.json",
            ])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: job.folder).sorted()
                == ["run", "runs"])
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: job.folder + "/runs")
                .filter { !$0.hasPrefix("results.sqlite-") } == ["results.sqlite"])
    }

    @Test func `standard output has the numbers of results.json, and the folder`() throws {
        let recomputed = try Recomputation(folder: job.run)
        #expect(recomputed.agrees)
        let lines = ResultsText(recomputed.results, adaptedName: "V adapted").lines
        #expect(
            job.ending.output == (lines + ["run folder: run", ""]).joined(separator: "\n"),
            "\(job.ending.output)")
        let differences = try JSONText.file(job.run + "/results.json").objects("comparison")
        #expect(differences.contains { $0.number("difference") != 0 })
    }

    @Test func `results.json compares base and adapted question by question`() throws {
        let file = try JSONText.file(job.run + "/results.json")
        let answers = try JSONText.lines(job.run + "/answers.jsonl")
        let rows = file.objects("comparison")
        #expect(rows.count == 2 * 5)
        for row in rows {
            let group = try #require(row.text("category"))
            // Right answers of each question, adapted less base.
            var differences: [String: Int] = [:]
            for line in answers where line.whole("shots") == row.whole("shots") {
                let subject = try #require(line.text("subject"))
                let category = try Subjects.subject(named: subject).category.rawValue
                if group != "all", group != category { continue }
                let sign = line.text("model") == "base" ? -1 : 1
                differences["\(subject) \(line.whole("row") ?? -1)", default: 0] +=
                    line["correct"] as? Bool == true ? sign : 0
            }
            #expect(row.whole("questions") == differences.count)
            #expect(row.whole("gained") == differences.values.count { $0 > 0 })
            #expect(row.whole("lost") == differences.values.count { $0 < 0 })
            let mean = Double(differences.values.reduce(0, +)) / Double(3 * differences.count)
            #expect(abs(try #require(row.number("difference")) - mean) < 1e-12)
            let ends = try #require(row["interval"] as? [Double])
            #expect(ends[0] < mean + 1e-12 && mean < ends[1] + 1e-12 && ends[1] - ends[0] > 0.01)
            #expect(row.text("first") == "base" && row.text("second") == "adapted")
            #expect(row.text("mcnemar_method") == "mid-p")
            #expect((0...1).contains(try #require(row.number("mcnemar_p"))))
        }
        let report = try #require(file.objects("forgetting").first)
        #expect(report.text("target_category") == "humanities")
        let gain = try #require(report["target_gain"] as? [String: Any])
        let row = try #require(rows.first { $0.text("category") == "humanities" })
        #expect(gain.number("gain") == row.number("difference"))
    }

    @Test func `progress and notices go to standard error`() {
        #expect(job.ending.errors.hasPrefix("built-in world: defaults from "))
        let training = /\ntraining  4\/4  loss \d\.\d{4}  rate 5\.00e-03  \d+ tokens\/s  in \d+ s\n/
        #expect(job.ending.errors.contains(training))
        #expect(job.ending.errors.contains("\nasking adapted  72/72  answers  in "))
        #expect(!job.ending.errors.contains("\u{1B}"))
    }

    @Test func `config.yaml is complete and sorted`() throws {
        let lines = try job.text("config.yaml").split(separator: "\n").map(String.init)
        let names = lines.compactMap { $0.split(separator: ":").first.map(String.init) }
        #expect(
            names == [
                "activation-checkpointing", "alpha", "answer-seed", "batch-size", "batch-tokens",
                "bos", "categories", "category", "category-map", "chat-template",
                "checkpoint-every", "data", "device", "dtype", "epochs", "eval-answers",
                "eval-every", "eval-limit", "eval-questions", "examples", "few-shot-anneal",
                "few-shot-per-prefix", "few-shot-rationales", "few-shot-shots",
                "few-shot-source", "few-shot-targets", "few-shot-weight", "holdout",
                "init-adapter", "keep", "learning-rate", "limit", "lora-dropout", "margin",
                "max-grad-norm", "max-new-tokens", "max-steps", "model", "no-eval", "no-shuffle",
                "objective", "parse-special-tokens", "prompt", "prompt-file", "question-sets",
                "questions", "rank", "rationales", "repeats", "repetition-penalty", "rslora",
                "sample", "sample-seed", "samples", "schedule", "scoring", "seed", "set",
                "shot-draw", "shot-order", "shot-rationales", "shot-seed", "shot-source",
                "shots", "split", "strict", "system", "target", "temperature",
                "template-argument", "threads", "too-long", "top-k", "top-p", "train-rows",
                "warmup-ratio", "warmup-steps", "weight-decay",
            ])
        for line in [
            "target: \"V\"", "category: \"humanities\"", "max-steps: 4", "limit: 3", "alpha: 16.0",
            "learning-rate: 0.02", "model: null", "shots: \"0,7\"", "prompt: \"plain-cot\"",
        ] {
            #expect(lines.contains(line), "\(line)")
        }
    }

    @Test func `questions.json has the questions and shots by subject, split and row`() throws {
        let file = try JSONText.file(job.run + "/questions.json")
        #expect(Set(file.keys) == ["sample_seed", "questions", "shots"])
        #expect(file.whole("sample_seed") == 0)
        let questions = try #require(file["questions"] as? [String: [[String: Any]]])
        #expect(questions.values.reduce(0) { $0 + $1.count } == 12)
        for subject in questions.keys {
            #expect(questions[subject]?.allSatisfy { $0.text("split") == "test" } == true)
        }
        let shots = try #require(file["shots"] as? [String: [String: [[String: Any]]]])
        #expect(Set(shots.keys) == ["0", "7"])
        #expect(shots["0"]?.values.allSatisfy(\.isEmpty) == true)
        #expect(Set(try #require(shots["7"]).keys) == Set(questions.keys))
        for places in try #require(shots["7"]).values {
            #expect(places.prefix(5).allSatisfy { $0.text("split") == "dev" })
            #expect(places.compactMap { $0.whole("row") } == [0, 1, 2, 3, 4, 0, 1])
        }
    }

    @Test func `metrics.jsonl has a line for each step`() throws {
        let lines = try JSONText.lines(job.run + "/metrics.jsonl")
        #expect(lines.compactMap { $0.whole("step") } == [0, 1, 2, 3])
        for line in lines {
            #expect(
                Set(line.keys) == [
                    "step", "epoch", "loss", "zero_shot_loss", "few_shot_loss", "few_shot_weight",
                    "learning_rate", "grad_norm", "tokens", "tokens_per_second",
                ])
            #expect(line.whole("epoch") == 0)
            #expect(try #require(line.number("loss")) > 0)
            #expect(line.number("zero_shot_loss") == line.number("loss"))
            #expect(line.isNull("few_shot_loss"))
            #expect(try #require(line.number("grad_norm")) > 0)
            #expect(try #require(line.whole("tokens")) > 100)
            #expect(try #require(line.number("tokens_per_second")) > 0)
        }
        // One step of warm-up (0.1 of 4, rounded up), then a cosine over the other three.
        let cosine = [1, 0.75, 0.25].map { 0.02 * $0 }
        let rates = lines.compactMap { $0.number("learning_rate") }
        try expectClose(Tensor(rates), Tensor([0] + cosine), .absolute(1e-12))
    }

    @Test func `answers.jsonl has a line for each answer`() throws {
        let lines = try JSONText.lines(job.run + "/answers.jsonl")
        #expect(lines.count == 2 * 2 * 12 * 3)
        let fields: Set = [
            "model", "adapter_scale", "subject", "split", "row", "shots", "repeat", "scoring",
            "prompt", "question_hash", "answer", "chosen", "correct", "text",
        ]
        var counts: [String: Int] = [:]
        for line in lines {
            #expect(Set(line.keys) == fields)
            let model = line.text("model") ?? ""
            #expect(line.number("adapter_scale") == (model == "base" ? 0 : 1))
            #expect(line["correct"] as? Bool == (line.text("chosen") == line.text("answer")))
            #expect(line.isNull("chosen") || "ABCD".contains(line.text("chosen") ?? "x"))
            let place = [line.text("subject") ?? "", "\(line.whole("row") ?? -1)"]
            counts[
                ([model, "\(line.whole("shots") ?? -1)"] + place).joined(separator: " "), default: 0
            ] += 1
        }
        #expect(counts.count == 2 * 2 * 12)
        #expect(counts.values.allSatisfy { $0 == 3 })
        #expect(lines.prefix(72).allSatisfy { $0.text("model") == "base" })
        #expect(lines.suffix(72).allSatisfy { $0.text("model") == "adapted" })
    }

    @Test func `no question trained on is asked or held in common`() throws {
        let file = try JSONText.file(job.run + "/adapter/trained_questions.json")
        let trained = Set(try #require(file["content_hashes"] as? [String]))
        #expect(trained.count > 100)
        let dataset = MMLU(folder: URL(fileURLWithPath: Fixture.pocket + "/mmlu"))
        for line in try JSONText.lines(job.run + "/answers.jsonl") {
            let question = try dataset.question(
                at: QuestionID(
                    subject: #require(line.text("subject")), split: .test,
                    row: #require(line.whole("row"))))
            #expect(!trained.contains(question.contentHash))
            #expect(line.text("answer") == question.answer.rawValue)
        }
    }

    @Test func `results.json counts what answers.jsonl says`() throws {
        let file = try JSONText.file(job.run + "/results.json")
        #expect(
            Set(file.keys) == [
                "settings", "versions", "device", "dtype", "threads", "tokens_per_pass",
                "prompt_hash",
                "left_out_questions", "too_long_questions", "shots", "questions_with_fewer_shots",
                "subjects_with_shot_rationales", "kept_adapter", "accuracy", "subjects",
                "statistics", "comparison", "forgetting",
            ])
        #expect(file.text("prompt_hash")?.count == 64)
        #expect(file.whole("threads") == 1)
        let kept = try #require(file["kept_adapter"] as? [String: Any])
        #expect(kept.text("rule") == "last" && kept.whole("step") == 4)
        #expect(kept.isNull("validation_accuracy"))
        let answers = try JSONText.lines(job.run + "/answers.jsonl")
        let rows = file.objects("accuracy")
        #expect(rows.count == 2 * 2 * 5)
        for row in rows {
            let group = try #require(row.text("category"))
            let mine = try answers.filter { line in
                let subject = try Subjects.subject(named: line.text("subject") ?? "")
                return line.text("model") == row.text("model")
                    && line.whole("shots") == row.whole("shots")
                    && (group == "all" || subject.category.rawValue == group)
            }
            try expect(row, counts: mine)
        }
        for row in file.objects("subjects") {
            try expect(
                row,
                counts: answers.filter {
                    $0.text("model") == row.text("model")
                        && $0.whole("shots") == row.whole("shots")
                        && $0.text("subject") == row.text("subject")
                })
        }
    }

    private func expect(_ row: [String: Any], counts answers: [[String: Any]]) throws {
        let right = answers.count { $0["correct"] as? Bool == true }
        let mean = try #require(row.number("mean"))
        #expect(abs(mean - Double(right) / Double(answers.count)) < 1e-12)
        #expect(row.whole("questions") == answers.count / 3)
        #expect(row.whole("repeats") == 3)
        #expect(row.whole("unreadable") == answers.count { $0.isNull("chosen") })
        #expect(row.text("scoring") == "generate")
        let byRepeat = (0..<3).map { number in
            let part = answers.filter { $0.whole("repeat") == number }
            return Double(part.count { $0["correct"] as? Bool == true }) / Double(part.count)
        }
        let spread = byRepeat.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2
        let error = try #require(row.number("standard_error"))
        #expect(abs(error - (spread / 3).squareRoot()) < 1e-12)
    }

    @Test func `the adapter is PEFT's`() throws {
        let config = try JSONText.file(job.run + "/adapter/adapter_config.json")
        #expect(config.text("peft_type") == "LORA")
        #expect(config.whole("r") == 8)
        #expect(config.number("lora_alpha") == 16)
        #expect(config["target_modules"] as? [String] == ["v_proj"])
        let file = try SafetensorsFile(path: job.run + "/adapter/adapter_model.safetensors")
        #expect(file.entries.count == 8)
        for layer in 0..<4 {
            let path = "base_model.model.model.layers.\(layer).self_attn.v_proj"
            #expect(file.entries[path + ".lora_A.weight"]?.shape == [8, 128])
            #expect(file.entries[path + ".lora_B.weight"]?.shape == [64, 8])
        }
        #expect(file.entries.values.allSatisfy { $0.dtype == .float32 })
    }
}

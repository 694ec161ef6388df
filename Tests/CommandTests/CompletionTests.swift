import Foundation
import TestSupport
import Testing

/// The scripts by which shells complete what is typed.
@Suite struct CompletionTests {
    /// What bash offers behind these words, of which the last is being typed, sorted.
    private func offered(_ words: String..., in folder: String = "/") throws -> [String] {
        try Fixture.withTemporaryFolder { place in
            let script = place + "/completion"
            try Program.run(["--generate-completion-script", "bash"], in: place).output
                .write(toFile: script, atomically: false, encoding: .utf8)
            let process = Process()
            process.executableURL = URL(filePath: "/bin/bash")
            process.currentDirectoryURL = URL(filePath: folder)
            process.arguments =
                [
                    "--norc", "-c",
                    """
                    source "$0"
                    COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
                    _ft-mmlu ft-mmlu "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
                    printf '%s\\n' "${COMPREPLY[@]}"
                    """,
                    script, "ft-mmlu",
                ] + words
            let output = Pipe()
            process.standardOutput = output
            process.standardError = FileHandle.nullDevice
            try process.run()
            let text = String(
                decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
            process.waitUntilExit()
            return text.split(separator: "\n")
                .map { $0.trimmingCharacters(in: .whitespaces) }.sorted()
        }
    }

    @Test func `bash offers commands and flags`() throws {
        #expect(try offered("ver") == ["verify-adapter"])
        #expect(try offered("bench", "t") == ["tokenizer", "train"])
        #expect(try offered("train", "--learn") == ["--learning-rate"])
        let flags = try offered("doctor", "--")
        #expect(Set(["--model", "--data", "--output", "--json", "--config"]).isSubset(of: flags))
    }

    @Test func `bash offers the words that a flag takes`() throws {
        #expect(try offered("train", "--target", "Q") == ["Q", "QKV", "QKVO"])
        #expect(try offered("train", "--objective", "") == ["zs", "zs+fs"])
        #expect(
            try offered("eval", "--prompt", "llama") == ["llama-factory", "llama-factory-0.9.2"])
        #expect(
            try offered("eval", "--categories", "")
                == ["all", "humanities", "other", "social_sciences", "stem"])
        #expect(try offered("eval", "--dtype", "b") == ["bf16"])
        #expect(try offered("theory", "error", "--regime", "p") == ["pretrained"])
        #expect(try offered("bench", "train", "--shape", "qwen2.5-0") == ["qwen2.5-0.5b"])
    }

    @Test func `bash offers folders where a folder is needed, and files where a file is`() throws {
        try Fixture.withTemporaryFolder { folder in
            let manager = FileManager.default
            for name in ["model-a", "mmlu"] {
                try manager.createDirectory(
                    atPath: folder + "/" + name, withIntermediateDirectories: false)
            }
            for name in ["m.yaml", "m.csv", "m.txt"] {
                _ = manager.createFile(atPath: folder + "/" + name, contents: nil)
            }
            #expect(try offered("train", "--model", "m", in: folder) == ["mmlu", "model-a"])
            #expect(try offered("merge", "--output", "mo", in: folder) == ["model-a"])
            let config = try offered("train", "--config", "m", in: folder)
            #expect(config.contains("m.yaml") && !config.contains("m.txt"))
            let examples = try offered("train", "--examples", "m.", in: folder)
            #expect(examples == ["m.csv", "m.txt", "m.yaml"])
            let predictions = try offered("results", "import", "m", in: folder)
            #expect(predictions.contains("m.csv") && !predictions.contains("m.txt"))
        }
    }

    @Test(arguments: [
        ("zsh", "#compdef ft-mmlu"), ("fish", "complete -c 'ft-mmlu'"), ("bash", "#!/bin/bash"),
    ])
    func `each shell has its script, which it can read`(shell: String, mark: String) throws {
        try Fixture.withTemporaryFolder { folder in
            let ending = try Program.run(["--generate-completion-script", shell], in: folder)
            #expect(ending.status == 0)
            #expect(ending.errors == "")
            #expect(ending.output.contains(mark))
            for word in ["verify-adapter", "train-pool", "zs+fs", "completion-script"] {
                #expect(ending.output.contains(word) == (word != "completion-script"), "\(word)")
            }
            let path = "/usr/bin/" + shell
            guard FileManager.default.isExecutableFile(atPath: path) else { return }
            try ending.output.write(
                toFile: folder + "/script", atomically: false, encoding: .utf8)
            let reader = Process()
            reader.executableURL = URL(filePath: path)
            reader.arguments = ["-n", folder + "/script"]
            try reader.run()
            reader.waitUntilExit()
            #expect(reader.terminationStatus == 0)
        }
    }
}

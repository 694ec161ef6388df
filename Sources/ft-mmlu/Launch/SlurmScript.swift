import Basics

/// How a study's cells are submitted to Slurm.
struct SlurmRequest: Equatable {
    var partition: String?
    /// Further options of sbatch, one per line.
    var options: [String] = []
    /// Whether this process waits until all jobs have ended.
    var waits = true

    /// - Parameters:
    ///   - study: the study's folder
    ///   - place: the current folder
    /// - Throws: `UsageError` for text that could end a line of the script, or a quoted value in
    ///   it.
    func check(study: String, place: String) throws {
        let values =
            options.map { ("--slurm-options \($0)", $0) }
            + (partition.map { [("--partition \($0)", $0)] } ?? [])
            + [("--launcher slurm: the study's folder \(study)", study)]
            + [("--launcher slurm: the current folder \(place)", place)]
        for (subject, value) in values {
            let sign = value.first { "\"'\\`".contains($0) }
            let found = value.hasControlCharacters ? "a control character" : sign.map(String.init)
            guard let found else { continue }
            throw UsageError(
                "\(subject): has \(found); a batch script takes one line without quotes, backquotes, "
                    + "backslashes and control characters")
        }
    }
}

/// A batch script whose tasks are a study's cells, or which gathers their results.
struct SlurmScript {
    /// The name of the script. The job's name is the study's with this name after it.
    let name: String
    /// The numbers of the cells; an empty array gathers the results.
    let cells: [Int]
    let request: SlurmRequest
    /// The study's folder, absolute.
    let study: String
    /// The current folder, to which paths in the study's settings are relative.
    let place: String
    /// The program and its arguments, without the cell.
    let command: [String]

    /// The lines before the command are for Slurm. The user's options come last, so they take
    /// precedence.
    var text: String {
        // In names of files Slurm takes % for the start of a pattern.
        let log = "\(study.replacing("%", with: "%%"))/slurm/\(name)-"
        var options = [
            Self.option("job-name", "\(study.split(separator: "/").last ?? "study")-\(name)"),
            Self.option("chdir", place),
            Self.option("output", log + (cells.isEmpty ? "%j.log" : "%a.log")),
            "--open-mode=append",
        ]
        if !cells.isEmpty { options.append("--array=\(Self.ranges(cells))") }
        if let partition = request.partition {
            options.append(Self.option("partition", partition))
        }
        options += request.options
        let words = command + (cells.isEmpty ? [] : ["--cell"])
        return """
            #!/bin/bash
            \(options.map { "#SBATCH \($0)" }.joined(separator: "\n"))
            # As many threads as the task has processors.
            export OMP_NUM_THREADS="${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"
            exec \(words.map(Shell.quoted).joined(separator: " "))\(
                cells.isEmpty ? "" : " \"$SLURM_ARRAY_TASK_ID\"")

            """
    }

    /// Quoted, so that Slurm neither splits the value nor sees a comment in it.
    private static func option(_ name: String, _ value: String) -> String {
        "--\(name)=" + (Shell.isPlain(value) ? value : "\"\(value)\"")
    }

    /// "0-3,7" for 0, 1, 2, 3 and 7.
    static func ranges(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers.sorted() {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map {
            $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)"
        }.joined(separator: ",")
    }
}

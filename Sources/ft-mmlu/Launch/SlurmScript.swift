import Studies

/// How a study's cells are asked of Slurm.
struct SlurmRequest: Equatable {
    var partition: String?
    /// Lines for sbatch.
    var options: [String] = []
    /// Whether this process stays until all is done.
    var waits = true
}

/// A batch script whose tasks are a study's cells, or which gathers their results.
struct SlurmScript {
    /// Of the script and, behind the study's, of the job.
    let name: String
    /// Numbers of the cells; none gathers.
    let cells: [Int]
    let request: SlurmRequest
    /// The study's folder, absolute.
    let study: String
    /// The current folder, by which paths in the study's settings are read.
    let place: String
    /// The program and its arguments but for the cell.
    let command: [String]

    /// What stands before the command is Slurm's; options that the user gave come last, so they win.
    var text: String {
        var options = [
            Self.option("job-name", "\(study.split(separator: "/").last ?? "study")-\(name)"),
            Self.option("chdir", place), Self.option("output", "\(study)/slurm/\(name)-%j.log"),
            "--open-mode=append",
        ]
        if !cells.isEmpty {
            options[2] = Self.option("output", "\(study)/slurm/\(name)-%a.log")
            options.append("--array=\(Self.ranges(cells))")
        }
        if let partition = request.partition { options.append("--partition=\(partition)") }
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

    /// In quotes where Slurm would take the value apart.
    private static func option(_ name: String, _ value: String) -> String {
        "--\(name)=" + (value.contains(" ") ? "\"\(value)\"" : value)
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

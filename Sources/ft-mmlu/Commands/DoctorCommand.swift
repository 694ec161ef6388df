import ArgumentParser
import Basics
import Experiments
import Rationales

/// Checks everything that runs need.
struct DoctorCommand: AsyncParsableCommand, FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Checks everything that runs need, and says what to do if it is missing.",
        discussion: """
            Example: ft-mmlu doctor --model models/Qwen2.5-3B-Instruct --data MMLU

            It prints a line for each check: ok, warning (runs are slower or lack a part) or failed, \
            with what to do. It reads the checkpoint's weights and all question files. The exit \
            status is 1 if a check failed.

            --verify also reads libtorch, CUDA's libraries and the cached wheels, and compares them \
            with their published hashes.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions
    @OptionGroup(title: "Model") var questions: DataOption
    @Option("folder", "The folder that runs are written to.") var output: Folder = "runs"
    @OptionGroup var store: StoreOption
    @OptionGroup(title: "Teacher (checked if --base-url is given)") var teacher: EndpointAddress
    @Flag(help: "Also compare the libraries' files with their hashes.") var verify = false
    @Flag(help: "Print JSON.") var json = false
    @OptionGroup var settings: SettingsFileOption

    func run() async throws {
        let findings = try await findings() + teacherFindings()
        let failed = findings.count { $0.state == .failed }
        if json {
            let record = JSONValue.object([
                ("ok", .bool(failed == 0)), ("checks", .array(findings.map(\.record))),
            ])
            print(document: record.document)
        } else {
            for finding in findings { print(finding.line) }
            print(
                failed == 0
                    ? "everything that is needed is there"
                    : "\(failed) of \(findings.count) checks failed")
        }
        if failed > 0 { throw ExitCode(1) }
    }

    private func findings() throws -> [Finding] {
        let device = model.device ?? "auto"
        let named = questions.data?.path
        var findings = MachineChecks(device: device).findings
        do {
            let given = try GivenSettings(CommandFlags.given(model), config: nil)
            findings += ModelChecks(settings: given.model).findings
            if let data = named ?? (given.model.isBuiltIn ? given.world?.data : nil) {
                findings.append(DataChecks(folder: data).finding)
            } else {
                findings.append(.ok("data", "not looked at: --data names no folder"))
            }
        } catch let error as UsageError {
            // A wrong --dtype or --threads is wrong usage; a model that is not there is a finding.
            throw error
        } catch {
            findings.append(.failed("checkpoint", "\(error)"))
            if let named { findings.append(DataChecks(folder: named).finding) }
        }
        findings += PlaceChecks(output: output.path, store: store.path).findings
        findings.append(OwnershipCheck.usual.finding)
        if verify { findings += Self.verified }
        return findings
    }

    private static var verified: [Finding] {
        [
            LibraryFiles.loaded?.finding
                ?? .warning(
                    "libraries", "libtorch's place is not known, so its files cannot be verified",
                    remedy: "run this where /proc can be read"),
            WheelFiles.ofUser.finding,
        ]
    }

    /// The findings on the teacher; empty where no teacher is named.
    private func teacherFindings() async throws -> [Finding] {
        guard teacher.baseUrl != nil else { return [] }
        let endpoint = try teacher.endpoint()
        let key = try teacher.key(for: endpoint)
        let problem = await EndpointCheck.problem(with: endpoint, key: key)
        return [
            problem.map { .failed("teacher", $0) }
                ?? .ok(
                    "teacher", "\(endpoint): answers" + (key == nil ? "" : ", and takes the key"))
        ]
    }
}

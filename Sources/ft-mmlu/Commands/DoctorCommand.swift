import Basics
import ArgumentParser
import Rationales
import Experiments

/// Checks everything that runs need.
struct DoctorCommand: AsyncParsableCommand, FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Says whether everything that runs need is there, and what to do where not.",
        discussion: """
            Example: ft-mmlu doctor --model models/Qwen2.5-3B-Instruct --data MMLU

            A line for each thing: ok, warning (work goes on, slower or without a part) or failed, \
            and then what to do. The checkpoint's weights and all question files are read. Ends with \
            status 1 when something failed.

            --verify also reads libtorch, CUDA's libraries and the wheels in the cache, and compares \
            them with the hashes that they were published with.
            """)

    @OptionGroup(title: "Model") var model: ModelOptions

    @Option(
        help: ArgumentHelp(
            "A folder with MMLU's dev, val and test. (default: the built-in world's)",
            valueName: "folder"), completion: .directory)
    var data: String?

    @Option(
        help: ArgumentHelp("The folder that runs are written into.", valueName: "folder"),
        completion: .directory)
    var output = "runs"

    @OptionGroup var store: StoreOption

    @OptionGroup(title: "Teacher (looked at where --base-url is given)")
    var teacher: EndpointAddress

    @Flag(help: "Compare the libraries' files with their hashes, too.")
    var verify = false

    @Flag(help: "Print JSON.")
    var json = false

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
        var findings = MachineChecks(device: device).findings
        do {
            let given = try GivenSettings(CommandFlags.given(model), config: nil)
            findings += ModelChecks(settings: given.model).findings
            if let data = data ?? (given.model.isBuiltIn ? given.world?.data : nil) {
                findings.append(DataChecks(folder: data).finding)
            } else {
                findings.append(.ok("data", "not looked at: --data names no folder"))
            }
        } catch let error as UsageError {
            // A wrong --dtype or --threads is wrong usage; a model that is not there is a finding.
            throw error
        } catch {
            findings.append(.failed("checkpoint", "\(error)"))
            if let data { findings.append(DataChecks(folder: data).finding) }
        }
        findings += PlaceChecks(output: output, store: store.path).findings
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

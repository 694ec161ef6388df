import ArgumentParser
import Basics
import Torch

/// Which processes compute the cells of a study.
struct LaunchOptions: ParsableArguments {
    enum Launcher: String, SettingChoice, ExpressibleByArgument { case local, slurm }

    @Option(
        "name",
        "What runs the trials: local, processes on this machine; or slurm, the tasks of job arrays."
    )
    var launcher = Launcher.local

    @Option("n", "Processes that share the trials.", default: "one per device") var workers: Int?

    @Option(
        "list", "Devices of these processes, as cuda:0,cuda:1; or all.",
        default: "all, if there are several", completion: .list(["all", "cuda:0,cuda:1"]))
    var devices: CommaList<String>?

    @Option("name", "Slurm's partition.")
    var partition: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: .value(
            "line",
            "A line of options for sbatch, as '--time=2:00:00 --gres=gpu:1'; may be repeated."))
    var slurmOptions: [String] = []

    @Flag(help: "Exit once the jobs are submitted; gather the results with --gather.")
    var noWait = false

    /// The plan that the flags select, with `device` as `--device` has it.
    ///
    /// - Throws: `UsageError` for flags that cannot be combined.
    func plan(device: String, deviceCount: Int = Device.cudaCount) throws -> LaunchPlan {
        if launcher == .slurm {
            for (flag, isGiven) in [("workers", workers != nil), ("devices", devices != nil)]
            where isGiven {
                throw UsageError(
                    "--\(flag): goes with --launcher local only; Slurm shares out by --slurm-options"
                )
            }
            return .slurm(
                SlurmRequest(partition: partition, options: slurmOptions, waits: !noWait))
        }
        let others = [
            ("partition", partition != nil), ("slurm-options", !slurmOptions.isEmpty),
            ("no-wait", noWait),
        ]
        if let flag = others.first(where: \.1)?.0 {
            throw UsageError("--\(flag): goes with --launcher slurm only")
        }
        if let workers, !(1...256).contains(workers) {
            throw UsageError("--workers \(workers): a whole number from 1 to 256 is needed")
        }
        let places = try places(device: device, deviceCount: deviceCount)
        let count = workers ?? places.count
        return count == 1 && devices == nil
            ? .here : .workers((0..<count).map { places[$0 % places.count] })
    }

    /// The devices that are assigned to workers in turn.
    private func places(device: String, deviceCount: Int) throws -> [String] {
        let all = (0..<deviceCount).map { "cuda:\($0)" }
        guard let devices else {
            // Without workers, one process on one device does the work.
            return device == "auto" && deviceCount > 1 ? all : [device]
        }
        if devices == ["all"] {
            guard !all.isEmpty else {
                throw UsageError(
                    "--devices all: there is no CUDA device here; use --workers with --device cpu")
            }
            return all
        }
        for place in devices.elements {
            do { _ = try Device(named: place) } catch {
                throw UsageError("--devices \(devices.helpText): \(error.message)")
            }
        }
        return devices.elements
    }
}

/// Which processes compute the cells.
enum LaunchPlan: Equatable {
    /// This process.
    case here
    /// One process for each of the devices; a device may be listed several times.
    case workers([String])
    case slurm(SlurmRequest)
}

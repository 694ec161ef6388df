import Basics
import ArgumentParser
import Experiments
import Torch

/// Which processes compute the cells of a study.
struct LaunchOptions: ParsableArguments {
    enum Launcher: String, CaseIterable { case local, slurm }

    @Option(
        help: ArgumentHelp(
            """
            Who does the cells: local, processes of this machine, or slurm, the tasks of a job \
            array. (default: local)
            """, valueName: "name"), completion: .cases(of: Launcher.self))
    var launcher: String?

    @Option(
        help: ArgumentHelp(
            "Processes that share the cells. (default: one a device)", valueName: "n"))
    var workers: Int?

    @Option(
        help: ArgumentHelp(
            "Devices that they compute on, as cuda:0,cuda:1, or all. (default: all of several)",
            valueName: "list"), completion: .list(["all", "cuda:0,cuda:1"]))
    var devices: String?

    @Option(help: ArgumentHelp("Slurm's partition.", valueName: "name"))
    var partition: String?

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            """
            A line of options for sbatch, as "--time=2:00:00 --gres=gpu:1"; may be given several \
            times.
            """, valueName: "line"))
    var slurmOptions: [String] = []

    @Flag(help: "Leave when the jobs are submitted; gather the results by --gather.")
    var noWait = false

    /// The plan that the flags select, with `device` as `--device` has it.
    ///
    /// - Throws: `UsageError` for flags that cannot be combined.
    func plan(device: String, deviceCount: Int = Device.cudaCount) throws -> LaunchPlan {
        guard let kind = Launcher(rawValue: launcher ?? Launcher.local.rawValue) else {
            throw UsageError.noSuch(
                "launcher", launcher ?? "", flag: "--launcher",
                known: Launcher.allCases.map(\.rawValue))
        }
        if kind == .slurm {
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
        switch devices {
        case nil:
            // Without workers, one process on one device does the work.
            return device == "auto" && deviceCount > 1 ? all : [device]
        case "all":
            guard !all.isEmpty else {
                throw UsageError(
                    "--devices all: there is no CUDA device here; use --workers with --device cpu")
            }
            return all
        case let list?:
            let places = list.split(separator: ",", omittingEmptySubsequences: false)
                .map(String.init)
            guard Set(places).count == places.count else {
                throw UsageError("--devices \(list): each device once is needed")
            }
            for place in places {
                do { _ = try Device(named: place) } catch {
                    throw UsageError("--devices \(list): \(error.message)")
                }
            }
            return places
        }
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

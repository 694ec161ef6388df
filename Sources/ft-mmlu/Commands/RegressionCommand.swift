import ArgumentParser
import Basics
import Experiments
import LinearAttention

/// Trains linear attention on sampled regression tasks and compares it with the theory.
struct RegressionCommand: FileConfigured {
    static let settingNames = ConfigCoder.names(of: RegressionConfig.self)
    static let configuration = CommandConfiguration(
        commandName: "regression",
        abstract: "Trains linear attention on regression tasks and compares it with the theory.",
        discussion: """
            It pretrains on sampled tasks, fine-tunes on one task theta0, and prints the test error \
            by the number of examples in the prompt: on theta0, on a second task (--cosine), and \
            the theory's value if there is one. Numbers in brackets are standard errors over seeds. \
            Model, training and evaluation are those of the authors' code by default; w is that of \
            the paper's (15), 1/(v q), and (21). The same settings give the same numbers. A setting \
            comes from its flag, else from --config, else from the defaults shown here; config.yaml \
            of an output folder can be such a file.
            """)

    @OptionGroup var options: RegressionOptions
    @OptionGroup var settingsFile: SettingsFileOption

    @Option(
        "folder",
        "A new or empty folder for regression.csv, trainings.csv (all trainings) and config.yaml.")
    var output: Folder?

    @Flag(help: "Show no progress.") var quiet = false

    func run() throws {
        Signals.watch()
        var layers = [
            ConfigLayers.Layer(CommandFlags.given(options))
        ]
        if let config = settingsFile.path {
            layers.append(
                try .init(
                    file: config, givenBy: "--config ", known: Self.settingNames + Self.callNames(),
                    lists: []))
        }
        let settings = try RegressionSettings(
            ConfigCoder.decode(RegressionConfig(), over: ConfigLayers(layers)))
        let output = output?.path
        if let output {
            try OutputFolder.checkEmpty(output)
            try OutputFolder.checkWritable(output)
        }
        let study = settings.study
        let progress = SharedProgress("training", total: study.iterationCount, isQuiet: quiet)
        let results = try study.run { try progress.show($0) }
        let table = try RegressionTable(
            results, cosine: settings.cosine, measure: settings.measure,
            testPromptCount: settings.testPromptCount)
        if let output {
            try OutputFolder.write(
                to: output,
                [
                    ("regression.csv", table.csv),
                    ("trainings.csv", table.trainings(study.seeds)),
                    ("config.yaml", settings.configuration),
                ])
        }
        print(lines: table.text)
    }
}

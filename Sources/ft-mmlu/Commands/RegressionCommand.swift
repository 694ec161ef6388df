import Basics
import ArgumentParser
import LinearAttention
import Experiments

/// Trains linear attention on sampled regression tasks and compares it with the theory.
struct RegressionCommand: FileConfigured {
    static let settingNames = ConfigCoder.names(of: RegressionConfig.self)
    static let configuration = CommandConfiguration(
        commandName: "regression",
        abstract: "Trains linear attention on regression tasks, theory beside it.",
        discussion: """
            Pretrains on sampled tasks, fine-tunes on one task theta0, and prints the test error \
            against the number of examples in the prompt: on theta0, on -theta0, and what the \
            theory says where it says something. Errors in brackets are standard errors over seeds. \
            Model, recipe and evaluation are those of the authors' code by default; w is as in the \
            paper's (15), 1/(v q), and (21). \
            The same settings give the same numbers. A setting is taken from its flag, else from \
            --config, else from the defaults shown here; config.yaml of an output folder is such a \
            file.
            """)

    @OptionGroup var options: RegressionOptions
    @OptionGroup var settingsFile: SettingsFileOption

    @Option(
        help: ArgumentHelp(
            """
            A new or empty folder for regression.csv, trainings.csv (each training's errors) and \
            config.yaml.
            """, valueName: "folder"))
    var output: String?

    @Flag(help: "Show no progress.")
    var quiet = false

    func run() throws {
        Signals.watch()
        var layers = [
            ConfigLayers.Layer(CommandFlags.given(options))
        ]
        if let config = settingsFile.config {
            layers.append(
                try .init(
                    file: config, givenBy: "--config ", known: Self.settingNames + Self.callNames(),
                    lists: []))
        }
        let settings = try RegressionSettings(
            ConfigCoder.decode(RegressionConfig(), over: ConfigLayers(layers)))
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

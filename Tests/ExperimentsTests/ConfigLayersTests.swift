import Basics
import Experiments
import TestSupport
import Testing

@Suite struct ConfigLayersTests {
    private func refusal(
        _ flags: [String: String] = [:], config: String? = nil, defaults: String? = nil,
        of read: (ConfigLayers) throws -> Void = { _ in }
    ) throws -> String? {
        try Fixture.withTemporaryFolder { folder in
            let words = TestSupport.refusal {
                let flags = flags.merging(["model": "m"]) { own, _ in own }
                try read(
                    GivenLayers(
                        defaults == nil ? flags : [:], config: config, defaults: defaults,
                        folder: folder
                    ).layers)
            }
            return words?.replacing(folder, with: "F")
        }
    }

    @Test func `a flag wins over the file, the file over the world, the world over the default`()
        throws
    {
        try Fixture.withTemporaryFolder { folder in
            func rank(_ flags: [String: String], _ config: String?, _ defaults: String) throws
                -> Int
            {
                try GivenLayers(flags, config: config, defaults: defaults, folder: folder)
                    .layers.value("rank", default: 1)
            }
            let found = [
                try rank(["rank": "4"], "rank: 3", "rank: 2"), try rank([:], "rank: 3", "rank: 2"),
                try rank(["alpha": "9"], "epochs: 3", "rank: 2"), try rank([:], nil, "alpha: 2"),
            ]
            #expect(found == [4, 3, 2, 1])
        }
    }

    @Test(arguments: [["model": "m"], [:]], ["model: m", nil])
    func `the world's defaults are used with the world's model only`(
        flags: [String: String], config: String?
    ) throws {
        try Fixture.withTemporaryFolder { folder in
            let given = try GivenLayers(flags, config: config, defaults: "rank: 2", folder: folder)
            let isOwn = flags.isEmpty && config == nil
            #expect(given.layers.found("rank")?.value.settingText == (isOwn ? "2" : nil))
            #expect(given.model.isBuiltIn == isOwn)
            #expect(given.model.folder == (isOwn ? folder : "m"))
        }
    }

    @Test func `null in a file is not given`() throws {
        try Fixture.withTemporaryFolder { folder in
            let layers = try GivenLayers(
                config: "rank: null\nepochs: ~\nalpha:\ncategory: \"null\"", defaults: "rank: 2",
                folder: folder
            ).layers
            #expect(layers.found("rank")?.value.settingText == "2")
            #expect(layers.found("epochs")?.value.settingText == nil)
            #expect(layers.found("alpha")?.value.settingText == nil)
            #expect(layers.found("category")?.value.settingText == "null")
        }
    }

    @Test func `a layer stands above those after it`() {
        let layers = ConfigLayers([.init(["rank": 2]), .init(["rank": 3, "alpha": 1])])
        let above = layers.under(["alpha": 5])
        #expect(["rank", "alpha"].map { above.found($0)?.value.settingText } == ["2", "5"])
        #expect(layers.without(["rank"]).found("rank") == nil)
        #expect(layers.flags(among: ["alpha", "rank"]) == ["rank"])
    }

    @Test func `an empty file gives nothing`() throws {
        #expect(try refusal(config: "") == nil)
        #expect(try refusal(config: "# no settings\n") == nil)
    }

    @Test func `an unknown name in a file is refused with the nearest`() throws {
        #expect(
            try refusal(config: "learning_rate: 1e-3")
                == "--config F/config.yaml: there is no setting 'learning_rate'; did you mean "
                + "'learning-rate'?")
        #expect(
            try refusal(defaults: "max-step: 3")
                == "F/defaults.yaml: there is no setting 'max-step'; did you mean 'max-steps'?")
    }

    @Test func `a file that is not flat YAML is refused`() throws {
        #expect(
            try refusal(config: "- rank\n- alpha\n")
                == "--config F/config.yaml: a list of 'name: value' is needed")
        #expect(
            try refusal(config: "rank: [1, 2]")
                == "--config F/config.yaml: 'rank' is not one plain value")
        let words = try refusal(config: "rank: 'unfinished\n")
        #expect(words?.hasPrefix("--config F/config.yaml: is not YAML: ") == true)
        #expect(words?.contains("\n") == false)
        #expect(
            TestSupport.refusal {
                try ConfigLayers.Layer(
                    file: "absent.yaml", givenBy: "--config ", known: [], lists: [])
            } == "--config absent.yaml: there is no such file, or it cannot be read")
    }

    @Test func `the world's defaults are named by their file alone`() throws {
        #expect(
            try refusal(defaults: "rank: [1, 2]")
                == "F/defaults.yaml: 'rank' is not one plain value"
        )
        #expect(
            try refusal(defaults: "- rank") == "F/defaults.yaml: a list of 'name: value' is needed")
        #expect(
            TestSupport.refusal {
                try ConfigLayers.Layer(file: "absent.yaml", known: [], lists: [])
            } == "absent.yaml: there is no such file, or it cannot be read")
    }

    @Test(arguments: ["0", "-1", "2.5", "two", "1e2", " 3"])
    func `a number that is not whole or too small is refused`(text: String) throws {
        #expect(
            try refusal(["rank": text]) { _ = try $0.value("rank", default: 8, within: .from(1)) }
                == "--rank \(text): a whole number from 1 is needed")
    }

    @Test func `a count beyond the largest is refused with the largest`() throws {
        for text in ["1000000001", "9223372036854775807", "100000000000000000000"] {
            #expect(
                try refusal(["epochs": text]) { _ = try $0.value("epochs", default: 1) }
                    == "--epochs \(text): at most 1000000000 is possible")
        }
        #expect(
            try refusal(["rank": "65537"]) {
                _ = try $0.value("rank", default: 1, within: .whole(0...65_536))
            }
                == "--rank 65537: at most 65536 is possible")
        // Nothing is counted with a seed.
        var seed = 0
        let words = try refusal(["seed": "\(Int.max)"]) {
            seed = try $0.value("seed", default: 0, within: .seed)
        }
        #expect(words == nil && seed == Int.max)
    }

    @Test(arguments: ["-0.1", "1.01", "nan", "inf", "x"])
    func `a number outside its range is refused`(text: String) throws {
        #expect(
            try refusal(["top-p": text]) {
                _ = try $0.value("top-p", default: 1.0, within: .number(0...1))
            }
                == "--top-p \(text): a number from 0.0 to 1.0 is needed")
        #expect(
            try refusal(["alpha": "-1"]) { _ = try $0.value("alpha", default: 1.0) }
                == "--alpha -1: a number from 0.0 is needed")
    }

    @Test func `a wrong value in a file is refused with the file's name`() throws {
        #expect(
            try refusal(config: "no-eval: maybe") { _ = try $0.value("no-eval", default: false) }
                == "F/config.yaml: no-eval maybe: true or false is needed")
        #expect(
            try refusal(config: "rank: x") { _ = try $0.value("rank", default: 8) }
                == "F/config.yaml: rank x: a whole number from 0 is needed")
    }

    @Test func `an unknown word is refused with the nearest`() throws {
        #expect(
            try refusal(["dtype": "bf61"])
                == "--dtype bf61: did you mean bf16? one of auto, bf16, fp32 is needed")
    }

    @Test func `values come out as they stand`() throws {
        try Fixture.withTemporaryFolder { folder in
            let layers = try GivenLayers(
                ["model": "m", "rank": "3"], config: "alpha: 1.5e-2\nno-eval: true", folder: folder
            ).layers
            #expect(try layers.value("rank", default: 8) == 3)
            #expect(try layers.value("epochs", default: Int?.none) == nil)
            #expect(try layers.value("alpha", default: 1.0) == 0.015)
            #expect(try layers.value("weight-decay", default: 0.5) == 0.5)
            #expect(try layers.value("no-eval", default: false))
            #expect(try layers.value("no-shuffle", default: false) == false)
        }
    }
}

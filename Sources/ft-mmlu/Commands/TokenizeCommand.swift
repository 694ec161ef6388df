import ArgumentParser
import Basics
import Experiments
import Foundation
import Tokenization
import Transformer

/// Converts text to token ids and back, line by line.
struct TokenizeCommand: FileConfigured {
    static let configuration = CommandConfiguration(
        commandName: "tokenize",
        abstract: "Encodes lines of text to token ids, or decodes ids.",
        discussion: """
            Reads standard input: a line of text (with --json: a JSON string a line) becomes a JSON \
            array of ids; with --decode a JSON array of ids becomes a JSON string. No special \
            tokens are added without --bos; those written out in the text are recognised.
            """)

    @Option(
        "folder", "A folder with a tokenizer, or ORG/NAME in the hub's cache.",
        default: "the built-in model")
    var model: ModelPath?

    @Flag(help: "Lines of input are JSON strings.") var json = false
    @Flag(help: "Decode ids to text.") var decode = false
    @Option(
        "auto|on|off", "Whether a start token (BOS) is put before each line.", default: "off")
    var bos: PromptEncoder.StartToken?
    @OptionGroup var settings: SettingsFileOption

    func run() throws {
        guard let folder = model?.path ?? BuiltInWorld.find()?.folder else {
            throw UsageError("--model: not given, and the built-in world is not beside the program")
        }
        let tokenizer = try TokenizerFile.loadTokenizer(
            folder: URL(fileURLWithPath: HubCache().modelFolder(folder)))
        let encoder = try PromptEncoder(
            tokenizer, startToken: bos ?? .off, parsesSpecialTokens: true)
        var input = StandardInput()
        while StandardOutput.isOpen, let line = try input.line() {
            // A blank line is a text too, but no JSON value.
            if json || decode, line.allSatisfy({ " \t\r".contains($0) }) { continue }
            print(document: try convert(line, input.lineCount, encoder) + "\n")
        }
    }

    private func convert(
        _ line: String, _ number: Int, _ encoder: PromptEncoder
    ) throws -> String {
        let value = json || decode ? try? JSONValue(parsing: line.utf8) : nil
        if decode {
            guard case .array(let values)? = value,
                case let ids = values.compactMap({ $0.whole.flatMap(Int32.init(exactly:)) }),
                ids.count == values.count
            else { throw refusal(number, "is not a JSON array of token ids") }
            return JSONValue.string(try encoder.tokenizer.decode(ids)).line
        }
        var text = line
        if json {
            guard let string = value?.text else { throw refusal(number, "is not a JSON string") }
            text = string
        }
        return JSONValue.array(try encoder.encode(text).map { .whole(Int($0)) }).line
    }

    private func refusal(_ line: Int, _ problem: String) -> FileError {
        FileError(path: "standard input, line \(line)", problem: problem)
    }
}

import Foundation
import TestSupport
import Testing

@testable import Tokenization

@Suite struct BPERefusalTests {
    /// A change to a file, and the words that it is refused with.
    struct Change: Sendable, CustomTestStringConvertible {
        var file = SmallByteLevel.split
        let old: String
        let new: String
        let words: String
        var testDescription: String { "\(old) → \(new)" }
    }

    static let changes = [
        Change(
            old: #""type": "NFC""#, new: #""type": "Nmt""#,
            words: "'normalizer' has the type 'Nmt', which is not implemented; 'NFC', 'NFD', "
                + "'NFKC', 'NFKD', 'Lowercase', 'Prepend', 'Replace', 'Strip' or 'ByteLevel' is"),
        Change(
            old: #""type": "NFC""#, new: #""type": "NFC", "x": 1"#,
            words: "'NFC' of 'normalizer' has 'x', which is not implemented"),
        Change(
            old: #""type": "NFC""#, new: #""type": "Strip", "strip_left": true"#,
            words: "'Strip' of 'normalizer' has 'strip_right' missing; true or false is needed"),
        Change(
            old: #""type": "NFC""#,
            new: #""type": "Prepend", "prepend": "\#(String(repeating: "a", count: 65))""#,
            words: "'Prepend' of 'normalizer' has a 'prepend' of 65 bytes; at most 64 are "
                + "implemented"),
        Change(
            old: #""normalizer": {"#,
            new: #""normalizer": {"type": "Sequence", "normalizers": ["#
                + Array(repeating: #"{"type": "NFC"}"#, count: 17).joined(separator: ",")
                + #"]}, "x": {"#,
            words: "'normalizer' has 17 parts; 16 are read"),
        Change(
            old: #""type": "NFC""#, new: #""type": 3"#,
            words: "'normalizer' is an object without a type"),
        Change(
            old: #""type": "Split""#, new: #""type": "UnicodeScripts""#,
            words: "'pre_tokenizer' has the type 'UnicodeScripts', which is not implemented; "
                + "'Split', 'ByteLevel', 'Metaspace', 'Digits', 'Punctuation', 'Whitespace' or "
                + "'WhitespaceSplit' is"),
        Change(
            old: #""behavior": "Isolated""#, new: #""behavior": "Doubled""#,
            words: "'Split' of 'pre_tokenizer' has 'behavior' 'Doubled'; one of 'Isolated', "
                + "'Removed', 'Contiguous', 'MergedWithPrevious', 'MergedWithNext' is needed"),
        Change(
            old: #""invert": false"#, new: #""invert": 1"#,
            words: "'Split' of 'pre_tokenizer' has 'invert' 1; true or false is needed"),
        Change(
            old: #""Regex": "#, new: #""Word": "#,
            words: "'Split' of 'pre_tokenizer' has 'pattern' an object; a 'String' of 1 to 64 "
                + "bytes or a 'Regex' is needed"),
        Change(
            old: #""Regex": "#, new: #""String": "\#(String(repeating: "a", count: 65))", "x": "#,
            words: "'Split' of 'pre_tokenizer' has 'pattern' an object; a 'String' of 1 to 64 "
                + "bytes or a 'Regex' is needed"),
        Change(
            old: #"(?i:'s|'t"#, new: #"((?i:'s|'t"#,
            words: "the regular expression '((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?"
                + "\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+' of "
                + "'pre_tokenizer' cannot be used: PCRE2 says 'missing closing parenthesis'"),
        Change(
            old: #""add_prefix_space": false,"#, new: "",
            words: "'ByteLevel' of 'pre_tokenizer' has 'add_prefix_space' missing; true or false "
                + "is needed"),
        Change(
            old: #""use_regex": false"#, new: #""use_regex": 1"#,
            words: "'ByteLevel' of 'pre_tokenizer' has 'use_regex' 1; true or false is needed"),
        Change(
            file: .gpt2, old: "TemplateProcessing", new: "BertProcessing",
            words: "'post_processor' has the type 'BertProcessing', which is not implemented; "
                + "'ByteLevel' or 'TemplateProcessing' is"),
        Change(
            old: #""decoder": {"#, new: #""decoder": 3, "x": {"#,
            words: "'decoder' is 3 without a type"),
        Change(
            old: #""decoder": {"#, new: #""decoder": {"type": "CTC"}, "x": {"#,
            words: "'decoder' has the type 'CTC', which is not implemented; 'ByteLevel', "
                + "'Metaspace', 'ByteFallback', 'Fuse', 'Replace' or 'Strip' is"),
        Change(
            old: #""decoder": {"#, new: #""encoder": {"#,
            words: "it has a component 'encoder', which is not implemented"),
        Change(
            old: #""type": "BPE""#, new: #""type": "Unigram", "vocab": [], "x": 1"#,
            words: "'model' has 'type' 'Unigram', which is not implemented; BPE without it is"),
        Change(
            old: #""dropout": null"#, new: #""dropout": 0.1"#,
            words: "'model' has 'dropout' 0.1, which is not implemented; BPE without it "
                + "is"),
        Change(
            old: #""vocab""#, new: #""vocabulary""#,
            words: "'model' has 'vocabulary' an object, which is not implemented; BPE without it is"
        ),
        Change(
            old: #""\u0120": "#, new: #""\u0120\u0120\u0120": "#,
            words: "merge 0 needs 'Ġ', which 'vocab' has not"),
        Change(
            old: #""!": 0"#, new: #""!": 1"#,
            words: "the piece '\"' has id 1, which is taken or not below 1864, where the ids of "
                + "420 pieces may go"),
        Change(
            old: #""!": 0"#, new: #""!": 2000"#,
            words: "the piece '!' has id 2000, which is taken or not below 1864, where the ids of "
                + "420 pieces may go"),
        Change(
            old: #""id": 420"#, new: #""id": 500"#,
            words: "the added token '<|endoftext|>' has id 500; by the pieces before it, it is 420"
        ),
        Change(
            old: #""single_word": false"#, new: #""whole_word": false"#,
            words: "the added token '<|endoftext|>' has 'whole_word' false, which is not "
                + "implemented"),
        Change(
            old: #""content""#, new: #""text""#,
            words: "an element of 'added_tokens' has no 'id' and 'content'"),
        Change(
            old: #""added_tokens": ["#, new: #""added_tokens": 1, "x": ["#,
            words: "'added_tokens' is 1; an array is needed"),
        Change(
            old: #""pretokenizers": ["#,
            new: #""pretokenizers": ["#
                + String(repeating: #"{"type": "WhitespaceSplit"},"#, count: 20),
            words: "'pre_tokenizer' has 22 parts; 16 are read"),
        Change(
            old: #""pretokenizers": ["#, new: #""pretokenizers": [null, "#,
            words: "'pre_tokenizer' is null without a type"),
        Change(
            old: #""pretokenizers""#, new: #""parts""#,
            words: "a 'Sequence' has no array 'pretokenizers'"),
        Change(
            file: .gpt2, old: #""decoder": {"#, new: #""version": {"#,
            words:
                "JSON was to be read, but line 65, column 12: the name 'version' occurs a second "
                + "time"),
        Change(
            file: .gpt2, old: #""vocab": {"#, new: #""vocab": {"!": 7, "#,
            words: "JSON was to be read, but line 81, column 10: the piece '!' occurs a second time"
        ),
        Change(
            file: .gpt2, old: #""merges": ["#, new: #""merges": ["abc", "#,
            words: "JSON was to be read, but line 483, column 19: a merge is not two pieces with a "
                + "space between"),
        Change(
            file: .gpt2, old: #""merges": ["#, new: #""merges": [["a", "b", "c"], "#,
            words: "JSON was to be read, but line 483, column 29: a merge has 3 pieces; two are "
                + "needed"),
        Change(
            file: .gpt2, old: #""merges": ["#, new: #""merge": ["#,
            words: "'model' has 'merge' an array, which is not implemented; BPE without it is"),
        Change(
            file: .gpt2, old: #""model": {"#, new: #""mode": {"#,
            words: "it has no 'model'; one of BPE is needed"),
        Change(
            file: .gpt2, old: #""single": ["#, new: #""single": [{"Sequence": {"id": "B"}}, "#,
            words: "'TemplateProcessing' of 'post_processor' has in 'single' what is neither a "
                + "'SpecialToken' nor the one 'Sequence' 'A'"),
        Change(
            file: .gpt2, old: #""single": ["#, new: #""single": [], "pairs": ["#,
            words: "'TemplateProcessing' of 'post_processor' has no 'Sequence' 'A' in 'single'"),
        Change(
            file: .gpt2, old: #""special_tokens": {"#, new: #""special_tokens": {}, "x": {"#,
            words: "'TemplateProcessing' of 'post_processor' has no 'ids' for the special token "
                + "'<|endoftext|>'"),
    ]

    @Test(arguments: changes)
    func `what is not implemented is refused by name`(change: Change) {
        expectRefusal("changed.json: \(change.words).") {
            try change.file.tokenizer(replacing: change.old, with: change.new)
        }
    }

    @Test func `a regular expression that goes back without end is stopped`() throws {
        let tokenizer = try SmallByteLevel.split.tokenizer(
            replacing: "(?i:'s|'t", with: "(x+x+)+y|(?i:'s|'t")
        let words = refusal { try tokenizer.encode(String(repeating: "x", count: 200)) }
        #expect(
            words == "changed.json: text of 200 bytes was to be encoded, but PCRE2 says "
                + "'match limit exceeded'.")
    }

    @Test func `a regular expression of many bytes is refused`() {
        expectRefusal("it has more than 16384 bytes") {
            try SplitPattern(String(repeating: "a", count: 16_385))
        }
    }

    @Test func `an end token that is no piece is refused`() throws {
        expectRefusal("a.json: it has no piece '</s>', with which texts are to end.") {
            try BPETokenizer(
                json: SmallByteLevel.split.bytes(), name: "a.json", endPiece: "</s>")
        }
    }

    @Test(arguments: [
        (#"{"eos_token": 3}"#, "'eos_token' is 3; a string is needed."),
        (#"{"chat_template": 3}"#, "'chat_template' is 3; a string is needed."),
        ("[]", "it holds an array; an object is needed."),
        ("{", "JSON was to be read, but line 1, column 2: the text ends before its value does."),
        (
            #"{"chat_template": [{"name": "a"}]}"#,
            "'chat_template' is a list without a template named 'default'."
        ),
    ])
    func `a tokenizer_config.json that says something else is refused`(
        text: String, words: String
    ) throws {
        try withTemporaryFolder { folder in
            let file = folder.appending(path: "tokenizer_config.json")
            try Data(text.utf8).write(to: file)
            try Data(SmallByteLevel.split.bytes())
                .write(to: folder.appending(path: "tokenizer.json"))
            expectRefusal("\(file.path): \(words)") {
                try TokenizerFile.loadTokenizer(folder: folder)
            }
        }
    }
}

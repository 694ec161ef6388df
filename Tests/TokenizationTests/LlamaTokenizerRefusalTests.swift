import Foundation
import TestSupport
import Testing
import Tokenization

/// What is not implemented beside a `tokenizer.model` is refused by name.
@Suite struct LlamaTokenizerRefusalTests {
    private func words(_ json: String, in name: String) throws -> String? {
        var words: String?
        try SmallLlama.withModel { folder in
            try Data(json.utf8).write(to: folder.appending(path: name))
            words = refusal { try TokenizerFile.loadTokenizer(folder: folder) }?
                .replacing(folder.path + "/", with: "")
        }
        return words
    }

    @Test(arguments: [
        ("[]", "it holds an array; an object is needed"),
        (
            #"{"tokenizer_class": "T5Tokenizer"}"#,
            "'tokenizer_class' is 'T5Tokenizer', which is not implemented for a tokenizer.model; "
                + "'LlamaTokenizer' is"
        ),
        (
            #"{"split_special_tokens": true}"#,
            "'split_special_tokens' is true, which is not implemented"
        ),
        (#"{"legacy": 1}"#, "'legacy' is 1; true, false or null is needed"),
        (
            #"{"extra_special_tokens": {"a": "b"}}"#,
            "'extra_special_tokens' is an object; an array is implemented"
        ),
        (
            #"{"added_tokens_decoder": [1]}"#,
            "'added_tokens_decoder' is an array; an object is needed"
        ),
        (
            #"{"added_tokens_decoder": {"0x1": {}}}"#,
            "'added_tokens_decoder' has the name '0x1'; the id of a token is needed"
        ),
        (
            #"{"added_tokens_decoder": {"420": "<x>"}}"#,
            "the added token 420 is '<x>'; an object with a 'content' is needed"
        ),
        (
            #"{"added_tokens_decoder": {"420": {"content": "<x>", "single_word": true}}}"#,
            "the added token '<x>' has 'single_word', which is not implemented beside a "
                + "tokenizer.model"
        ),
        (
            #"{"added_tokens_decoder": {"420": {"content": "<x>", "colour": "red"}}}"#,
            "the added token '<x>' has 'colour' 'red', which is not implemented"
        ),
        (
            #"{"added_tokens_decoder": {"421": {"content": "<x>"}}}"#,
            "the added token '<x>' has id 421; by the pieces before it, it is 420"
        ),
        (
            #"{"added_tokens_decoder": {"5": {"content": "<s>"}}}"#,
            "the added token '<s>' has id 5; by the pieces before it, it is 1"
        ),
        (#"{"pad_token": 3}"#, "a special token is 3; a string is needed"),
        (
            #"{"eos_token": "<end>", "added_tokens_decoder": {}}"#, nil
        ),
    ])
    func `a configuration`(json: String, problem: String?) throws {
        #expect(
            try words(json, in: "tokenizer_config.json")
                == problem.map { "tokenizer_config.json: \($0)." })
    }

    @Test(arguments: [
        ("[]", "it holds an array; an object is needed"),
        (#"{"<x>": "1"}"#, "the added token '<x>' has the id '1'; a whole number is needed"),
        (#"{"<x>": 1.5}"#, "the added token '<x>' has the id 1.5; a whole number is needed"),
        (
            #"{"<x>": 420, "<y>": 420}"#,
            "the added token '<y>' has id 420; by the pieces before it, it is 421"
        ),
    ])
    func `a list of added tokens`(json: String, problem: String) throws {
        #expect(
            try words(json, in: "added_tokens.json") == "added_tokens.json: \(problem).")
    }

    @Test(arguments: [
        ("3", "it holds 3; an object is needed"),
        (#"{"pad_token": 3}"#, "a special token is 3; a string is needed"),
        (
            #"{"pad_token": {"content": "<p>", "lstrip": 1}}"#,
            "the added token '<p>' has 'lstrip' 1, which is not implemented"
        ),
        (
            #"{"additional_special_tokens": [[]]}"#,
            "a special token is an array; a string is needed"
        ),
    ])
    func `a map of special tokens`(json: String, problem: String) throws {
        #expect(
            try words(json, in: "special_tokens_map.json")
                == "special_tokens_map.json: \(problem).")
    }

    @Test func `a list that is no JSON`() throws {
        let words = try #require(try words("{", in: "added_tokens.json"))
        #expect(words.hasPrefix("added_tokens.json: JSON was to be read, but "))
    }

    @Test func `an end that is no piece`() throws {
        #expect(
            try words(#"{"eos_token": ""}"#, in: "tokenizer_config.json")
                == "tokenizer_config.json: the model has no piece '', with which texts are to end.")
    }
}

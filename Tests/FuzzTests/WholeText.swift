/// Whole files to damage.
enum WholeText {
    static let tokenizerConfiguration = """
        {"add_bos_token": false, "eos_token": {"content": "<|im_end|>", "special": true},
        "model_max_length": 32768, "chat_template": [{"name": "tool", "template": "{{ x }}"},
        {"name": "default", "template": "{% for m in messages %}{{ m.content }}{% endfor %}"}]}
        """

    static let rationales = [0, 1, 2].map { row in
        #"{"subject":"virology","split":"dev","row":\#(row),"question":"Why \u00e9 \#(row)?","#
            + #""choices":["a","b","c","d"],"answer":"C","rationale":"It \"follows\".","#
            + #""teacher":"me","accepted":true}"# + "\n"
    }.joined()

    static let tokenIDs = """
        {"input_ids": [1, 5, 9, 12], "labels": [-100, -100, 9, 12]}
        {"input_ids": [3, 4], "few_shot": {"input_ids": [6, 8], "labels": [-100, 8]}}

        {"input_ids": [7, 151643, 2], "labels": [7, 151643, 2]}

        """

    static let addedTokens = """
        {"add_bos_token": true, "add_prefix_space": null, "legacy": false, "bos_token": "<s>",
        "eos_token": {"__type": "AddedToken", "content": "</s>", "normalized": true},
        "pad_token": "<pad>", "tokenizer_class": "LlamaTokenizer", "added_tokens_decoder": {
        "1": {"content": "<s>", "lstrip": false, "rstrip": false, "special": true},
        "420": {"content": "<pad>", "single_word": false, "special": true},
        "421": {"content": "<tool>"}, "422": {"content": "<left>", "lstrip": true}}}
        """

    static let addedTokenList = #"{"[PAD]": 420, "<tool>": 421, "<left>": 422, "\u00e9 ": 423}"#

    static let specialTokens = """
        {"bos_token": "<s>", "pad_token": {"content": "[PAD]", "lstrip": true, "rstrip": false},
        "additional_special_tokens": ["<tool>", {"content": "<left>", "rstrip": true}]}
        """

    static let generationConfiguration = """
        {"do_sample": true, "eos_token_id": [1, 3], "pad_token_id": 0, "temperature": 0.7,
        "transformers_version": "4.40.1"}
        """

    static let chatTemplate = """
        {%- for message in messages %}
            {{- '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>' + '\\n' }}
        {%- endfor %}
        """

    static let trainedQuestions = """
        {"content_hashes": ["0a1b2c3d4e5f60718293a4b5c6d7e8f9", "f1e2d3c4b5a697887960514233241506"]}
        """

    static let settings = """
        # One setting a line.
        target: V
        rank: 8
        learning-rate: 1e-3
        no-shuffle: false
        shots: "0,7"
        prompt: hendrycks
        """
}

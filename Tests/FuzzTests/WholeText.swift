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
}

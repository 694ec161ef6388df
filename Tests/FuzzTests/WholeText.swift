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

    static let answers = answerLines("base", scale: 0) + answerLines("adapted", scale: 1)

    private static func answerLines(_ model: String, scale: Int) -> String {
        let lines: [String] = (0..<3).map { row in
            """
            {"model": "\(model)", "adapter_scale": \(scale), "subject": "virology", \
            "split": "test", "row": \(row), "question_hash": "00112233445566f\(row)", \
            "shots": 0, "repeat": 0, "scoring": "letter", "prompt": "hendrycks", "answer": "B", "chosen": "\(row == 0 ? "B" : "A")", \
            "correct": \(row == 0), "logprobs": [-1.5, -0.25, -3, -7.125], "margin": 1.25}

            """
        }
        return lines.joined()
    }

    static let results = """
        {
          "settings": {"seed": 0, "shots": "0,7", "model": null, "temperature": 0.7},
          "versions": {"ft-mmlu": "0.1.0"},
          "shots": {"7": {"virology": [{"split": "dev", "row": 0}]}},
          "accuracy": [
            {"model": "base", "adapter_scale": 0.0}, {"model": "adapted", "adapter_scale": 0.5}
          ]
        }

        """

    static let predictions =
        "subject,row,split,gold,one,\"two, or so\"\n"
        + [0, 1, 2].map { "virology,\($0),test,B,A,\"B\"\n" }.joined()

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
        {%- macro turn(role, text='') %}{{ '<|im_start|>' ~ role ~ '\\n' ~ text | trim }}{% endmacro %}
        {%- set ns = namespace(count=0, last=messages | length - 1) %}
        {%- if messages[0].role == 'system' and tools is not none %}{{ tools | tojson(indent=2) }}
        {%- elif not messages %}{{ raise_exception('No ' ~ [1.5, none, {'a': (1, true)}]) }}{% endif %}
        {%- for message in messages[::-1] if message['content'] is string %}
            {%- if '</think>' in message.content %}{% continue %}{% endif %}
            {%- set text = message.content.split('<b>')[-1].lstrip('\\n') or "none" %}
            {{- turn(message.role | upper, text=text[:40] + '<|im_end|>' * 2) }}
            {%- set ns.count = ns.count + loop.index0 // 3 % 7 %}
        {%- else %}{{ messages | map(attribute='role') | join(', ') }}
        {%- endfor %}
        {%- if add_generation_prompt %}{{- turn('assistant') }}{% endif %}
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

    /// A run's folder, by name.
    static let runFiles = [
        (
            "config.yaml",
            """
            category: "stem"
            learning-rate: 0.001
            model: null
            no-eval: false
            objective: "zs"
            prompt: "plain-cot"
            scoring: "letter"
            seed: 3
            target: "V"

            """
        ),
        (
            "run.json",
            """
            {"id": "11111111-0000-4000-8000-000000000000", "command": "train",
            "commandLine": "ft-mmlu train", "startedAt": 1700000000.25, "place": {"study": "s",
            "cell": "v", "family": "ZS on V", "role": "report"}, "store": null,
            "programVersion": "0.1.0", "libtorchVersion": "2.11.0", "gitCommit": null,
            "finishedAt": null, "failure": null, "measurements": [{"name": "seconds", "detail":
            "training", "value": 12.5}]}
            """
        ),
        (
            "metrics.jsonl",
            (0..<3).map {
                """
                {"step": \($0), "epoch": 0, "loss": 1.5, "zero_shot_loss": 1.25, \
                "few_shot_loss": null, "few_shot_weight": 0.5, "learning_rate": 1e-3, \
                "grad_norm": 0.25, "tokens": 100, "tokens_per_second": 2000}

                """
            }.joined()
        ),
        ("answers.jsonl", answers),
        (
            "evaluations.jsonl",
            #"{"step": 2, "accuracy": 0.5}"# + "\n" + #"{"step": 4, "accuracy": 0.75}"# + "\n"
        ),
        ("failure.json", #"{"kind": "other", "cause": "killed by \"signal\" 9"}"#),
    ]
}

import ChatTemplates
import Foundation
import TestSupport
import Testing

@Suite struct JinjaTemplateTests {
    private let conversation = TemplateValue.conversation(
        [
            .message(role: "system", content: " Be é. "),
            .message(role: "user", content: "<think>a</think>\n<|end|>b"),
        ], addsGenerationPrompt: true, bosToken: "<s>", more: [.init("enable_thinking", false)])

    @Test func `a conversation's names are those of transformers`() throws {
        let template = try JinjaTemplate(
            "{{ bos_token }}{{ eos_token is defined }}{{ tools is none }}{{ documents is none }}"
                + "{{ add_generation_prompt }}{{ enable_thinking }}{{ messages|length }}")
        #expect(try template.render(conversation) == "<s>FalseTrueTrueTrueFalse2")
    }

    /// Markers of a template are told from the same letters in a content.
    @Test func `contents are found in the text`() throws {
        let template = try JinjaTemplate(
            """
            {% for m in messages %}<|{{ m.role }}|>{{ m.content.split('</think>')[-1] | trim }}<|end|>\
            {{ m.content[1:3]|upper }}{% endfor %}
            """)
        let rendering = try template.rendering(conversation)
        #expect(rendering.text == "<|system|>Be é.<|end|>BE<|user|><|end|>b<|end|>TH")
        let bytes = Array(rendering.text.utf8)
        #expect(
            rendering.contents.map { String(decoding: bytes[$0], as: UTF8.self) } == [
                "Be é.", "BE", "<|end|>b", "TH",
            ])
    }

    @Test func `contents are equal to a template's own letters`() throws {
        let template = try JinjaTemplate(
            "{{ messages[0].content == ' Be é. ' }}{{ {' Be é. ': 1}[messages[0].content] }}"
                + "{{ messages[0].content in [' Be é. '] }}")
        #expect(try template.render(conversation) == "True1True")
    }

    @Test func `a message's own refusal is passed on`() {
        let error = #expect(throws: TemplateError.self) {
            try JinjaTemplate("\n{{ raise_exception('no\u{1B}[1m: ' ~ 1) }}").render([:])
        }
        #expect(error?.line == 2)
        #expect(error?.problem == "no\u{1B}[1m: 1")
        #expect(error?.description == "line 2: the template says: no\u{1B}[1m: 1")
    }

    @Test(arguments: [
        ("{{ a.b }}", "line 1: 'a' is undefined"),
        ("{{ {}.b.c }}", "line 1: a dictionary has no attribute 'b'"),
        ("\n{{ 1 + 'a' }}", "line 2: '+' does not join an integer and a string"),
        ("{{ [].append(1) }}", "line 1: 'append' changes a list, which a template may not"),
        ("{{ 1|nosuch }}", "line 1: no filter is named 'nosuch'"),
        ("{{ 1 is nosuch }}", "line 1: no test is named 'nosuch'"),
        ("{{ ''.nosuch() }}", "line 1: a string has no attribute 'nosuch'"),
        ("{{ '%s' % 1 }}", "line 1: formatting by '%' is not supported; '~' joins strings"),
        (
            "a\n{% include 'x' %}",
            "line 2: 'include' is none of the tags set, for, if, macro, call, filter, raw, "
                + "generation, break, continue"
        ),
        ("{% for x in [] recursive %}", "line 1: a recursive loop is not supported"),
        (
            "{% if 1 %}\n{{ 2 }}",
            "line 2: the end of the template stands where '{% elif %}' or '{% else %}' or "
                + "'{% endif %}' is needed"
        ),
        ("{{ 1 $ 2 }}", "line 1: '$' stands where '}}' is needed"),
        ("{{ (1] }}", "line 1: ']' stands where ')' is needed"),
        ("{% macro m(a) %}{% endmacro %}{{ m(b=1) }}", "line 1: there is no parameter 'b'"),
        ("{{ ''|trim(1, 2) }}", "line 1: too many arguments were given"),
        ("{{ ''.get }}{{ ''|replace('a') }}", "line 1: the argument 'new' is missing"),
        ("{% call 1 %}{% endcall %}", "line 1: 'call' needs a call of a macro"),
        (
            "{% macro m() %}{% endmacro %}{% call m() %}{% endcall %}",
            "line 1: there is no parameter 'caller'"
        ),
    ])
    func `a refusal names the line and what is wrong`(template: String, words: String) {
        expectRefusal(words) { try JinjaTemplate(template).render([:]) }
    }

    /// The expected texts are those of Jinja2 3.1.6.
    @Test(arguments: [
        (
            "{% macro m(a) %}<{{ caller() }}{{ a }}>{% endmacro %}{% set z = 3 %}"
                + "{% call m(5) %}x{{ z }}{% endcall %}", "<x35>"
        ),
        (
            "{% macro m(a) %}{{ caller(a, y=2) }}{{ caller(3, 4) }}{% endmacro %}"
                + "{% call(x, y) m(1) %}{{ x }}{{ y }};{% endcall %}", "12;34;"
        ),
        ("{% macro m() %}{{ caller is defined }}{% endmacro %}{{ m() }}", "False"),
        ("{% filter trim|upper %}  a{{ 1 }}b {% endfilter %}|", "A1B|"),
        ("{% filter replace('a', 'b') %}aa{% set x = 1 %}{% endfilter %}{{ x }}", "bb"),
    ])
    func `call and filter blocks are rendered as by Jinja`(template: String, text: String) throws {
        #expect(try JinjaTemplate(template).render([:]) == text)
    }

    @Test func `the context must be a dictionary of limited depth`() throws {
        let template = try JinjaTemplate("x")
        expectRefusal("line 1: the context is no dictionary") { try template.render([1]) }
        var value: TemplateValue = [1]
        for _ in 0..<64 { value = [value] }
        expectRefusal(
            "line 1: the context: it nests more than 64 deep"
        ) { try template.render(["a": value]) }
    }

    @Test func `the time is the one that is given`() throws {
        var parts = DateComponents()
        (parts.year, parts.month, parts.day) = (2024, 7, 6)
        (parts.hour, parts.minute, parts.second) = (13, 4, 5)
        let now = try #require(Calendar(identifier: .gregorian).date(from: parts))
        let template = try JinjaTemplate(
            "{{ strftime_now('%d %b %Y, %H:%M:%S é') }}|{{ strftime_now('') }}|")
        #expect(try template.render([:], now: now) == "06 Jul 2024, 13:04:05 é||")
    }

    @Test func `reasoning is found under the names that templates read`() throws {
        let template = try JinjaTemplate(
            "{{ messages[0].reasoning_content }}{{ messages[0].thinking }}")
        for name in ["reasoning_content", "thinking", "reasoning"] {
            let message: TemplateValue = .dictionary([
                .init("role", "assistant"), .init("content", "a"), .init(name, "why"),
            ])
            let context = TemplateValue.conversation([message], addsGenerationPrompt: false)
            #expect(try template.render(context) == "whywhy")
        }
    }
}

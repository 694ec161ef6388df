import ChatTemplates
import Foundation
import TestSupport
import Testing

/// Templates from strangers: none crashes, hangs, or takes memory without end.
@Suite struct BoundsTests {
    private static func times(_ count: Int, _ text: String) -> String {
        String(repeating: text, count: count)
    }

    private static let working: [String] = [
        "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
        "{% for a in range(100000) %}{% for b in range(100) %}{{ a + b }}{% endfor %}{% endfor %}",
        "{{ 'a' * 1000000000 }}", "{{ 9223372036854775807 * 'ab' }}", "{{ [1] * 1000000000 }}",
        "{% set ns = namespace(s='a') %}{% for i in range(60) %}{% set ns.s = ns.s ~ ns.s %}{% endfor %}",
        "{% set a = 'a' * 100000 %}{{ a.replace('a', a) }}{{ a.replace('', a) }}",
        "{% set a = 'a' * 100000 %}{{ a|join(a) }}", "{{ 'a'|indent(1000000000) }}",
        "{{ [[1]]|tojson(indent=1000000000) }}", "{{ ('{0}' * 100000).format('a' * 100000) }}",
        "{% set a = 'a' * 1000000 %}{{ (a ~ 'b') in (a ~ a) }}",
        "{% set a = 'a' * 1000000 %}{% for i in range(100000) %}{{ a == a ~ '' }}{% endfor %}",
        "{% set a = 'ß ' * 1000000 %}{{ a|title }}{{ a|upper }}{{ a.istitle }}",
        "{% set a = '1' * 1000000 %}{% for i in range(100000) %}{{ a|float }}{% endfor %}",
        "{% for i in range(100000) %}{{ 1.5|round(300) }}{% endfor %}",
        "{{ (['a' * 10000] * 1000)|sort }}",
        "{% set a = 'a' * 1000000 %}{% for i in range(100000) %}{{ ''.strip(a) }}{% endfor %}",
        "{% set a = 'a' * 1000000 %}{% for i in range(100000) %}{{ a is sameas a ~ '' }}{% endfor %}",
        "{% for i in range(1000) %}{{ range(100000)|sum }}{% endfor %}",
    ]

    private static let refused: [(String, String)] = [
        ("{% macro m(n) %}{{ m(n + 1) }}{% endmacro %}{{ m(0) }}", deep),
        ("{% set ns = namespace() %}{% set ns.a = ns %}{{ ns }}", deep),
        ("{{ " + times(60, "(") + times(60, ")"), nested),
        ("{{ " + times(100_000, "not ") + "1 }}", nested),
        ("{{ " + times(100_000, "-") + "1 }}", nested),
        ("{{ " + times(60, "1 if 1 else ") + "1 }}", nested),
        (times(20_000, "{% if 1 %}"), nested),
        (times(100_000, "{{ "), nested),
        ("{{ 1" + times(60, " if 1") + " }}", nested),
        (
            "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l] %}{% endfor %}",
            "lists and dictionaries nest 65 deep; at most 64 are kept"
        ),
        (
            "{% set ns = namespace(l=[]) %}{% for i in range(99) %}{% set ns.l = [ns.l, ns.l] %}{% endfor %}",
            "a list or dictionary is too large"
        ),
        ("{{ range(10000000000) }}", "a range has more than 100000 elements"),
        ("{{ 9223372036854775807 + 1 }}", "an integer leaves the range of 64 bits"),
        ("{{ strftime_now('%1000000d') }}", "the time by '%1000000d' is too long"),
        (
            times(1_048_577, "a"),
            "the template has 1048577 characters; at most 1048576 are read"
        ),
    ]

    private static let endless = "the template's work does not end within its limit"
    private static let deep = "calls and blocks nest more than 200 deep"
    private static let nested = "brackets and blocks nest more than 50 deep"

    @Test(.timeLimit(.minutes(10)), arguments: working)
    func `work without end is refused`(template: String) throws {
        expectRefusal("line 1: \(Self.endless)") { try JinjaTemplate(template).render([:]) }
    }

    @Test func `depth and size without end are refused`() {
        for (template, problem) in Self.refused {
            expectRefusal("line 1: \(problem)") { try JinjaTemplate(template).render([:]) }
        }
    }

    /// Values that hold one another in long chains are let go one by one.
    @Test(arguments: [
        "{% set ns.a = namespace(b=ns.a) %}",
        "{% set p = ns.m %}{% macro m() %}{{ p }}{% endmacro %}{% set ns.m = m %}",
        "{% set p = ns.l %}{% for j in [1] if true %}{% set ns.l = loop %}{% endfor %}",
    ])
    func `long chains do not overflow the stack`(body: String) throws {
        let template = try JinjaTemplate(
            "{% set ns = namespace() %}{% for i in range(50000) %}\(body){% endfor %}end")
        #expect(try template.render([:]) == "end")
    }

    @Test func `long templates without depth are read`() throws {
        let sum = "{{ 1" + String(repeating: " + 1", count: 20_000) + " }}"
        #expect(try JinjaTemplate(sum).render([:]) == "20001")
        let branches =
            "{% if 0 %}" + String(repeating: "{% elif 0 %}", count: 20_000) + "{% endif %}"
        #expect(try JinjaTemplate(branches).render([:]) == "")
    }

    @Test func `damaged templates are rendered or refused with a line`() throws {
        let names = ["headers_tools", "types", "think", "turns_parts"]
        let file = try Golden.read(ContextFile.self, "conversations.json")
        var rendered = 0
        for name in names {
            let whole = try Golden.text("templates/\(name).jinja")
            for seed in 0..<(Fixture.runsLongTests ? 20_000 : 300) as Range<UInt64> {
                var mutator = Mutator(seed: seed)
                let bytes = mutator.mutated(Array(whole.utf8))
                let damaged = String(decoding: bytes, as: UTF8.self)
                let lines = damaged.unicodeScalars.count { $0 == "\n" || $0 == "\r" } + 1
                do {
                    _ = try JinjaTemplate(damaged).render(file.context(seed))
                    rendered += 1
                } catch let error as TemplateError {
                    #expect(1...lines ~= error.line, "\(name), seed \(seed): \(error)")
                }
            }
        }
        #expect(rendered > 100)
    }

    private struct ContextFile: Decodable {
        let contexts: [Context]

        struct Context: Decodable { let messages: [GoldenValue] }

        func context(_ seed: UInt64) -> TemplateValue {
            let messages = contexts[Int(seed) % contexts.count].messages.map(\.value)
            return .conversation(messages, addsGenerationPrompt: seed % 2 == 0, bosToken: "<s>")
        }
    }
}

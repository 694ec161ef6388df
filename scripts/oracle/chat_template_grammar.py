"""Draws small templates that use what chat templates use, for chat_templates.py."""

import random

VALUES = {
    "s": "Hello World", "e": "", "sp": "  a b\n\tc  ", "q": "it's \"<b>&\" \\", "u8": "Straße é 日本 🙂",
    "think": "<think>x</think> y </think>\n z", "num": "42", "fl": " 3.75 ",
    "i": 7, "neg": -3, "z": 0, "f": 2.5, "big": 1e16, "small": 0.00001, "t": True, "no": False,
    "nothing": None, "l": [3, 1, 2], "names": ["b", "A", "c", "a"], "mixed": [1, "x", None, 2.0, True],
    "deep": [[1, 2], [3], []], "d": {"b": 1, "a": "x", "items": [5, 6]}, "ed": {}, "el": [],
    "ms": [{"role": "system", "content": "S"}, {"role": "user", "content": "hi", "n": 2},
           {"role": "assistant", "content": "yo", "n": 1, "tool_calls": [{"function": {"name": "f"}}]}],
}
STRINGS = ["s", "e", "sp", "q", "u8", "think", "num", "fl"]
NUMBERS = ["i", "neg", "z", "f", "big", "small"]
LISTS = ["l", "names", "mixed", "deep", "el", "ms"]
LITERALS = ["'a'", "'l'", "''", "' '", "'\\n'", "'</think>'", "0", "1", "2", "-1", "1.5", "true",
            "false", "none", "[]", "{}", "[1, 2]", "{'a': 1}", "('x', 2)", "'x\\u00e9'", "missing"]
CALLS = [
    "strip()", "lstrip('\\n')", "rstrip()", "strip('ol ')", "split()", "split(' ')", "split('l', 1)",
    "split('</think>')[-1]", "rsplit(' ', 1)", "startswith('H')", "endswith(('d', 'x'))",
    "replace('l', 'L')", "replace('l', '', 1)", "upper()", "lower()", "title()", "capitalize()",
    "find('o')", "rfind('o')", "count('l')", "join(['a', 'b'])", "join(names)", "items()", "keys()",
    "values()", "get('a')", "get('zz', 5)", "get('zz')", "isdigit()", "isalpha()", "isupper()",
    "index('l')", "splitlines()", "append(1)", "removeprefix('He')", "items", "role", "content",
    "a.b", "update({})", "format(1)", "isspace()", "removesuffix('ld')",
]
FILTERS = [
    "trim", "length", "join", "join(', ')", "join('-', attribute='role')", "tojson", "tojson(indent=2)",
    "tojson(sort_keys=true)", "tojson(ensure_ascii=true)", "upper", "lower", "title", "capitalize",
    "replace('l', 'r')", "first", "last", "list", "reverse|list", "default('D')", "d('D', true)", "int",
    "int(9)", "float", "string", "safe", "selectattr('role')|list",
    "selectattr('role', 'equalto', 'user')|list", "rejectattr('role', 'in', ['user'])|list",
    "map(attribute='content')|list", "map(attribute='n', default=0)|list", "map('upper')|list",
    "map('string')|map('length')|list", "select|list", "select('string')|list", "reject('none')|list",
    "select('gt', 1)|list", "items|list", "dictsort", "dictsort(reverse=true)", "sort",
    "sort(reverse=true)", "sort(attribute='n')", "sort(case_sensitive=true)", "unique|list",
    "indent", "indent(2, true)", "indent(1, blank=true)", "abs", "sum", "sum(start=1)",
    "sum(attribute='n')", "min", "max", "min(attribute='n')", "round", "round(1)", "round(1, 'ceil')",
    "round(0, 'floor')", "escape", "e", "count", "trim('Hd')",
    "selectattr('tool_calls', 'defined')|map(attribute='role')|list", "first|default('none')",
]
TESTS = [
    "defined", "undefined", "none", "string", "mapping", "iterable", "sequence", "number", "integer",
    "float", "boolean", "true", "false", "odd", "even", "divisibleby 3", "divisibleby(2)", "in [1, 'x']",
    "in s", "eq 1", "equalto('a')", "ne 2", "lt 3", "ge 1", "upper", "lower", "callable", "sameas true",
    "escaped", "in d", "gt 'a'",
]
OPERATORS = ["+", "-", "*", "/", "//", "~", "+", "~", "==", "!=", "<", "<=", ">", ">=", "in",
             "not in", "and", "or"]


class Grammar:
    def __init__(self, seed):
        self.random = random.Random(seed)

    def one(self, *choices):
        return self.random.choice(choices)

    def name(self):
        return self.random.choice(self.one(STRINGS, NUMBERS, LISTS, ["d", "ed", "t", "no", "nothing"]))

    def small(self):
        return self.one(*LITERALS) if self.random.random() < 0.4 else self.name()

    def expression(self, depth):
        if depth == 0:
            return self.small()
        kind = self.random.randrange(12)
        inner = self.expression(depth - 1)
        if kind <= 1:
            return f"{inner}|{self.one(*FILTERS)}"
        if kind == 2:
            return f"({inner}).{self.one(*CALLS)}"
        if kind == 3:
            return f"{inner} is {self.one('', 'not ')}{self.one(*TESTS)}"
        if kind == 4:
            return f"({inner})[{self.small()}]"
        if kind == 5:
            bounds = [self.one("", "0", "1", "-1", "2", "-2", "9", "-9") for _ in range(2)]
            # Jinja folds a slice of a constant by other rules than it runs one.
            return f"{self.name()}[{':'.join(bounds)}{self.one('', '', ':2', ':-1', ':-2')}]"
        if kind == 6:
            other = f" else {self.small()}" if self.random.random() < 0.8 else ""
            return f"({inner} if {self.expression(depth - 1)}{other})"
        if kind == 7:
            return f"[{inner}, {self.small()}]" if self.random.random() < 0.5 else f"({inner}, )"
        if kind == 8:
            return f"{{'k': {inner}, {self.one('1', 's', 'i', '(1, 2)')}: {self.small()}}}"
        if kind == 9:
            return f"{self.one('not ', '-', 'not ', '+')}{inner}"
        if kind == 10 and self.random.random() < 0.2:
            return f"{self.one(*NUMBERS)} % {self.one(*NUMBERS, '3', '-2', '1.5')}"
        if kind == 10 and self.random.random() < 0.2:
            return f"({inner}) ** {self.one('2', '0', '3', '-1')}"
        return f"{inner} {self.one(*OPERATORS)} {self.expression(depth - 1)}"

    def space(self):
        return self.one("", "", " ", "\n", "  ", "\n\n", "\n  ", "\t", "x", " x ", "x\n", "é\n ")

    def tag(self, words):
        # A minus in front of a number would be its sign.
        start, end = self.one("{%", "{%", "{%-", "{%+"), self.one("%}", "%}", "-%}", "+%}")
        return f"{start} {words} {end}"

    def output(self, words):
        return f"{self.one('{{', '{{', '{{-')} {words} {self.one('}}', '}}', '-}}')}"

    def body(self, depth):
        return "".join(self.space() + self.statement(depth) for _ in range(self.random.randint(1, 2))) \
            + self.space()

    def statement(self, depth):
        kind = self.random.randrange(14)
        if depth == 0 or kind <= 2:
            return self.output(self.expression(self.random.randint(0, 1)))
        body, more = self.body(depth - 1), self.body(depth - 1)
        if kind <= 5:
            target, source = self.one(
                ("x", "l"), ("x", "names"), ("x", "ms"), ("k, v", "d.items()"), ("x", "range(3)"),
                ("k, v", "ed|items"), ("x", "s"), ("x", "missing"), ("x", "i"), ("x", "deep[::-1]"))
            head = self.tag(f"for {target} in {source}" + self.one("", "", f" if {target[-1]}"))
            loop = self.output(self.one(
                "loop.index", "loop.first", "loop.last", "loop.length", "loop.revindex0", "x", "loop.index0",
                "loop.previtem", "loop.nextitem is defined", "loop.cycle('a', 'b')", "loop.changed(x)"))
            leave = self.one("", "", self.tag("if loop.index == 2") + self.tag(self.one("break", "continue"))
                             + self.tag("endif"))
            other = self.tag("else") + more if self.random.random() < 0.3 else ""
            return head + leave + loop + body + other + self.tag("endfor")
        if kind <= 7:
            condition = self.expression(1)
            other = self.one("", self.tag("else") + more, self.tag(f"elif {self.small()}") + more)
            return self.tag(f"if {condition}") + body + other + self.tag("endif")
        if kind == 8:
            return self.tag(f"set x = {self.expression(1)}") + body + self.output("x")
        if kind == 9:
            return self.tag("set x") + body + self.tag("endset") + self.output("x|length")
        if kind == 10:
            call = self.one("m(1)", "m(1, 2)", "m(b=3)", "m(a=1)|upper", "m()", "m(1, 2, 3)", "m(1, c=2)")
            return self.tag("macro m(a, b='B')") + body + "{{ a }}{{ b }}" + self.tag("endmacro") \
                + self.output(call)
        if kind == 11:
            return self.tag("set ns = namespace(n=0)") + self.tag("for x in l") \
                + self.tag("set ns.n = ns.n + x") + body + self.tag("endfor") + self.output("ns.n")
        if kind == 12:
            return f"{self.one('{#', '{#-')} c {self.one('#}', '-#}')}" + body
        return self.one(
            self.tag("generation") + body + self.tag("endgeneration"),
            self.tag("raw") + " {{ x }} " + self.tag("endraw"),
            self.tag(f"if {self.small()}") + "{{ raise_exception('no ' ~ i) }}" + self.tag("endif"))


def templates(seed):
    """Templates without end: expressions and statements by turns."""
    grammar = Grammar(seed)
    while True:
        yield "{{ " + grammar.expression(grammar.random.randint(1, 3)) + " }}"
        yield "".join(grammar.body(2) for _ in range(grammar.random.randint(1, 2)))

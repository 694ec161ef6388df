import TestSupport
import Testing

@testable import Basics

@Suite struct CSVTests {
    @Test(arguments: [
        ("a,b\nc,d\n", [["a", "b"], ["c", "d"]]),
        ("a,b\r\nc,d", [["a", "b"], ["c", "d"]]),
        ("a,b\rc,d\r", [["a", "b"], ["c", "d"]]),
        (" a , b\t\n", [[" a ", " b\t"]]),
        ("\" a \",\"b\"\n", [[" a ", "b"]]),
        ("\"one\ntwo\",\"three\r\nfour\rfive\"\n", [["one\ntwo", "three\r\nfour\rfive"]]),
        ("\"say \"\"no\"\"\",\"\"\"\"\n", [["say \"no\"", "\""]]),
        ("5\" disk,a\"b\"\n", [["5\" disk", "a\"b\""]]),
        (" \"a\",b\n", [[" \"a\"", "b"]]),
        ("a,,\n,\n\"\"\n", [["a", "", ""], ["", ""], [""]]),
        ("\na\n\r\n\nb\n\n", [["a"], ["b"]]),
        ("\u{feff} \na\n \t\r\n\t", [["a"]]),
        ("a,", [["a", ""]]),
        ("", []),
        ("\u{feff}a,b\n", [["a", "b"]]),
        (
            "e\u{301},\"\u{301}x\",1e3,007,None,NA\n",
            [["e\u{301}", "\u{301}x", "1e3", "007", "None", "NA"]]
        ),
    ])
    func `fields come out as they stand`(text: String, rows: [[String]]) throws {
        let found = try CSV.rows(of: Array(text.utf8), named: "x.csv")
        // By bytes: Swift's == takes differently composed characters for equal.
        #expect(found.map { $0.map { Array($0.utf8) } } == rows.map { $0.map { Array($0.utf8) } })
    }

    @Test(arguments: [
        (
            "a\n\"b",
            "x.csv, row 2: a quoted field does not end before the file does; "
                + "a closing quote is needed"
        ),
        (
            "\"a\"b\n",
            "x.csv, row 1: a closing quote has text after it; "
                + "a comma, a line end or a doubled quote is needed"
        ),
    ])
    func `broken quotes are refused`(text: String, message: String) {
        #expect(refusal { try CSV.rows(of: Array(text.utf8), named: "x.csv") } == message)
    }

    @Test func `a record has the number of its first line`() throws {
        let text = "\u{feff}\na,\"b\n\nc\"\r\n \rd\n\"e\r\nf\"\ng"
        let records = try CSV.records(of: Array(text.utf8), named: "x.csv")
        #expect(records.map(\.line) == [2, 6, 7, 9])
        #expect(records.map(\.fields) == [["a", "b\n\nc"], ["d"], ["e\r\nf"], ["g"]])
    }

    @Test func `bytes that are no UTF-8 are refused`() {
        let bytes = Array("a\n".utf8) + [0xe9, 0x0a]
        #expect(
            refusal { try CSV.rows(of: bytes, named: "x.csv") }
                == "x.csv, row 2: a field has bytes that are not UTF-8; "
                + "a file in UTF-8 is needed")
    }

    @Test func `what is written reads the same`() throws {
        let rows = [
            [" a ", "b,c", "d\ne", "f\rg", "say \"h\"", ""], ["1", "2", "3", "4", "5", "6"],
        ]
        let text = CSV.text(of: rows)
        #expect(text == " a ,\"b,c\",\"d\ne\",\"f\rg\",\"say \"\"h\"\"\",\n1,2,3,4,5,6\n")
        #expect(try CSV.rows(of: Array(text.utf8), named: "x.csv") == rows)
    }
}

import Basics
import Testing

@Suite struct CSVTableTests {
    @Test(arguments: [
        ("=1+1", "'=1+1"), ("+cmd", "'+cmd"), ("-1+1", "'-1+1"), ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"), ("-", "'-"), ("\u{FF1D}1", "'\u{FF1D}1"),
        ("=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""),
        ("\r=1", "\"'\r=1\""), ("\n=1", "\"'\n=1\""),
    ])
    func `what a spreadsheet would take for a formula begins with an apostrophe`(
        cell: String, written: String
    ) {
        #expect(CSVTable.text([["name"], [cell, "b"]]) == "name\n\(written),b\n")
    }

    @Test(arguments: [
        "-1", "+1.5", "-1.5e-07", "-inf", "-0.0", "", "a=b", "V", "ZS+FS on V", " -x",
    ])
    func `numbers and other words stay as they are`(cell: String) {
        #expect(CSVTable.text([[cell]]) == cell + "\n")
    }

    @Test func `commas, quotes and line breaks stand in quotes`() {
        #expect(
            CSVTable.text([["a,b", "say \"x\"", "two\nlines", "c"]])
                == "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",c\n")
    }
}

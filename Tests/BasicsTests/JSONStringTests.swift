import Foundation
import Testing

@testable import Basics

@Suite struct JSONStringTests {
    @Test func `a text is spelled as RFC 8259 asks, and read back the same`() throws {
        #expect(JSONString.quoted("a \"b\" \\ \n\r\t\u{1} é") == #""a \"b\" \\ \n\r\t\u0001 é""#)
        let all = String(String.UnicodeScalarView((0..<0x250).compactMap(UnicodeScalar.init)))
        let quoted = JSONString.quoted(all)
        #expect(try JSONDecoder().decode(String.self, from: Data(quoted.utf8)) == all)
    }
}

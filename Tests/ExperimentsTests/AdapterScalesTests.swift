import TestSupport
import Testing

@testable import Experiments

@Suite struct AdapterScalesTests {
    @Test func `one scale or several are read as they stand`() throws {
        #expect(try AdapterScales.parse("1") == [1])
        #expect(try AdapterScales.parse("0, 0.25,-2") == [0, 0.25, -2])
        #expect(try AdapterScales.parse("-0") == [0])
        #expect(try AdapterScales.parse("-0")[0].sign == .plus)
    }

    @Test func `what config.yaml says of them is read again`() throws {
        #expect(AdapterScales.record([0.5]).line == "0.5")
        #expect(AdapterScales.record([0, 0.25, 1]).line == "\"0.0,0.25,1.0\"")
        #expect(try AdapterScales.parse("0.0,0.25,1.0") == [0, 0.25, 1])
    }

    @Test(arguments: ["", "x", "1,", "0;1", "1001", "nan", "inf"])
    func `what is no such list is refused`(text: String) {
        expectRefusal("numbers from -1000.0 to 1000.0, joined by commas, are needed") {
            try AdapterScales.parse(text)
        }
    }

    @Test func `a scale named twice is refused`() {
        expectRefusal("each scale once is needed") { try AdapterScales.parse("1,0,1.0") }
    }
}

import Basics
import TestSupport
import Testing

@testable import Experiments

@Suite struct AdapterScalesTests {
    @Test func `one scale or several are read as they stand`() throws {
        #expect(try AdapterScales(parsing: "1").scales == [1])
        #expect(try AdapterScales(parsing: "0, 0.25,-2").scales == [0, 0.25, -2])
        #expect(try AdapterScales(parsing: "-0").scales == [0])
        #expect(try AdapterScales(parsing: "-0").scales[0].sign == .plus)
    }

    @Test func `what config.yaml says of them is read again`() throws {
        #expect(AdapterScales([0.5]).setting.line == "0.5")
        #expect(AdapterScales([0, 0.25, 1]).setting.line == "\"0.0,0.25,1.0\"")
        #expect(try AdapterScales(parsing: "0.0,0.25,1.0").scales == [0, 0.25, 1])
    }

    @Test(arguments: ["", "x", "1,", "0;1", "1001", "nan", "inf"])
    func `what is no such list is refused`(text: String) {
        expectRefusal("a number from -1000.0 to 1000.0 is needed") {
            try AdapterScales(parsing: text).scales
        }
    }

    @Test func `a scale named twice is refused`() {
        expectRefusal("each scale once is needed") { try AdapterScales(parsing: "1,0,1.0").scales }
    }
}

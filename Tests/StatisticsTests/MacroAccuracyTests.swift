import Basics
import Statistics
import Testing

@Suite struct MacroAccuracyTests {
    @Test func `subjects count alike, however many questions they have`() throws {
        // Subjects of 3/4, in four questions, and 0, in two: the micro average would be 1/2.
        let macro = try MacroAccuracy(correct: [
            [[true], [true], [true], [false]], [[false], [false]],
        ])
        #expect(macro.mean == 0.375)
        #expect(macro.subjectCount == 2)
        #expect(macro.standardError == nil)
        // Subject errors: √((3/16 + 9/16) / 3 / 4) = 1/4, and 0; √(1/16) / 2.
        #expect(macro.itemStandardError == 0.125)
    }

    @Test func `its error over repeats is that of the repeats' means over subjects`() throws {
        // Subject 1: repeats 1, 1/2; subject 2: 0, 1. Means over subjects 1/2 and 3/4: their sample
        // deviation is (1/4)/√2, over √2.
        let macro = try MacroAccuracy(correct: [
            [[true, true], [true, false]], [[false, true]],
        ])
        #expect(macro.mean == 0.625)
        #expect(abs(try #require(macro.standardError) - 0.125) < 1e-15)
        #expect(macro.itemStandardError == nil)
    }

    @Test func `nothing, and subjects with unlike repeats, are refused`() {
        let nothing = #expect(throws: InputError.self) { try MacroAccuracy(correct: []) }
        #expect(
            nothing?.message == "a mean: there are no values; one or more are needed")
        let unlike = #expect(throws: InputError.self) {
            try MacroAccuracy(correct: [[[true]], [[true, false]]])
        }
        #expect(
            unlike?.message
                == "a mean over subjects: subject 1 has 1 repeats and subject 2 has 2; as many for"
                + " all are needed")
    }
}

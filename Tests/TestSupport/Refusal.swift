import Testing

/// The words of the error that `body` throws; nil when it throws none.
public func refusal<Result>(of body: () throws -> Result) -> String? {
    do {
        _ = try body()
        return nil
    } catch {
        return "\(error)"
    }
}

/// Expects that `body` refuses in exactly these words.
public func expectRefusal<Result>(
    _ words: String, sourceLocation: SourceLocation = #_sourceLocation,
    _ body: () throws -> Result
) {
    #expect(refusal(of: body) == words, sourceLocation: sourceLocation)
}

/// What is wrong with a tokenizer's file; the one who opened the file says its name.
struct FileProblem: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}

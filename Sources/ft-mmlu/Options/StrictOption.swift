import ArgumentParser

/// Whether an adapter that was trained on another model ends the command.
struct StrictOption: ParsableArguments {
    @Flag(
        help: """
            Stop where the adapter was trained on another model than this, which else is only told of.
            """)
    var strict = false
}

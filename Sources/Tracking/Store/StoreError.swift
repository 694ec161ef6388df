import Basics
import GRDB

/// A store that cannot be opened, read or written.
public struct StoreError: MessageError {
    public let message: String

    public init(_ message: String) { self.message = message }
}

extension StoreError {
    init(_ path: String, opening error: DatabaseError) {
        self.init(
            error.resultCode == .SQLITE_NOTADB
                ? "\(path): is no SQLite file; name another by --store"
                : error.resultCode == .SQLITE_CORRUPT
                    ? "\(path): is damaged: \(Self.words(error)); name another by --store, or make it anew "
                        + "from the runs' folders by `ft-mmlu results add FOLDER`"
                    : "\(path): the store cannot be opened: \(Self.words(error)); name another file by "
                        + "--store, or --store none")
    }

    init(_ path: String, writing error: DatabaseError) {
        self.init(
            "\(path): the store cannot be written: \(Self.words(error)); what runs did is in their "
                + "folders: `ft-mmlu results add FOLDER` puts it into a store, --resume resumes them"
        )
    }

    init(_ path: String, reading error: DatabaseError) {
        self.init("\(path): the store cannot be read: \(Self.words(error))")
    }

    private static func words(_ error: DatabaseError) -> String {
        error.message ?? "\(error.resultCode)"
    }
}

import Foundation

/// The kind, in messages, of a path that is neither a regular file nor a folder.
enum FileKind: String {
    case link = "a link"
    case pipe = "a FIFO"
    case socket = "a socket"
    case device = "a device"

    /// nil for a regular file and a folder.
    init?(_ status: stat) {
        switch status.st_mode & S_IFMT {
        case S_IFREG, S_IFDIR: return nil
        case S_IFLNK: self = .link
        case S_IFIFO: self = .pipe
        case S_IFSOCK: self = .socket
        default: self = .device
        }
    }
}

import Foundation

/// The three standard streams, made safe before anything else is opened.
enum StandardStreams {
    /// Reserves the numbers of closed streams, and makes a failed write an error instead of a
    /// signal.
    ///
    /// Without this the first file that is opened would get a closed stream's number, and what is
    /// printed would go into it.
    static func prepare() {
        // For a closed reader, and for a file at the size limit that the shell sets.
        for signal in [SIGPIPE, SIGXFSZ] { Foundation.signal(signal, SIG_IGN) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0
        {
            // The lowest free number is the stream's. Using it in the stream's direction remains an
            // error.
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Waits until a stream can be written to, or is broken.
    ///
    /// - Parameter milliseconds: the timeout; -1 waits for ever
    /// - Returns: false after a timeout
    static func waitUntilWritable(_ stream: Int32, _ milliseconds: Int32) -> Bool {
        var request = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
        while true {
            let count = poll(&request, 1, milliseconds)
            if count != 0, count > 0 || errno != EINTR { return true }
            if count == 0 { return false }
        }
    }
}

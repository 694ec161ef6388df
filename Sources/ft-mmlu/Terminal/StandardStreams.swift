import Foundation

/// The three streams that a process is given, made safe before anything else is opened.
enum StandardStreams {
    /// Keeps the numbers of closed streams taken, and makes a failed write an error, not a signal.
    ///
    /// Without this the first file that is opened would get a closed stream's number, and what is
    /// printed would go into it.
    static func prepare() {
        // A reader that left, and a file at the limit that the shell sets on its size.
        for signal in [SIGPIPE, SIGXFSZ] { Foundation.signal(signal, SIG_IGN) }
        for stream in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(stream, F_GETFD) < 0
        {
            // The lowest free number is the stream's. Use in the stream's direction stays an error.
            _ = open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY)
        }
    }

    /// Waits until a stream can be written to, or is broken.
    ///
    /// - Parameter milliseconds: at most; -1 waits for ever
    /// - Returns: false when the time is over
    static func waitUntilWritable(_ stream: Int32, _ milliseconds: Int32) -> Bool {
        var request = pollfd(fd: stream, events: Int16(POLLOUT), revents: 0)
        while true {
            let count = poll(&request, 1, milliseconds)
            if count != 0, count > 0 || errno != EINTR { return true }
            if count == 0 { return false }
        }
    }
}

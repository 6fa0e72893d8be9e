import Foundation

/// Size and time of a file, by which a change of it is noticed.
struct FileStamp: Equatable, Sendable {
    var size: Int64
    /// Last modification in nanoseconds since 1970.
    var modified: Int64

    /// Nil when there is no such file.
    init?(path: String) {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        self.init(status)
    }

    init(_ status: stat) {
        size = Int64(status.st_size)
        modified = Int64(status.st_mtim.tv_sec) * 1_000_000_000 + Int64(status.st_mtim.tv_nsec)
    }

    init(size: Int64, modified: Int64) {
        self.size = size
        self.modified = modified
    }
}

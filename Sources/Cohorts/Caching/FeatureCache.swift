import Foundation
import Synchronization

/// The features of a folder's slides in one mapped file.
///
/// The file, little-endian:
///
/// - a page with magic, version, precision (0 single, 1 bfloat16), width, number of slides, where the index is, its length
///   and checksum, the file's length,
///   and a checksum of all that;
/// - the slides' values in that precision, patch by patch; the slides of a patient lie side by side, patients begin at
///   a page;
/// - the index: for each slide the name of its source, the source's size and time, the number of patches, the offset of
///   the values and their checksum.
///
/// The head and the index are checked when the file is opened, a slide's values when they are first read. The file is
/// made under another name and renamed when it is whole (`FeatureCacheWriter`).
final class FeatureCache: @unchecked Sendable {
    struct Slide: Sendable, Equatable {
        /// The source's name in its folder.
        var name: String
        var source: FileStamp
        /// Number of patches.
        var count: Int
        /// Byte offset of the values.
        var offset: Int
        var checksum: UInt64
    }

    /// Why a file is not read.
    enum Defect: Error, Equatable {
        case absent
        case unreadable(String)
        case foreign
        case otherVersion(UInt32)
        case cut
        case damaged
        case otherPrecision(FeaturePrecision)

        /// "was cut short"; nil where there is nothing to tell.
        var text: String? {
            switch self {
            case .absent: nil
            case .unreadable(let reason): "cannot be read (\(reason))"
            case .foreign: "is no feature cache"
            case .otherVersion(let version): "is of version \(version), not \(FeatureCacheHead.version)"
            case .cut: "was cut short"
            case .damaged: "is damaged"
            case .otherPrecision(let precision): "holds features in \(precision)"
            }
        }
    }

    static let pageSize = 4096

    let path: String
    let precision: FeaturePrecision
    let width: Int
    let slides: [Slide]
    private let positions: [String: Int]
    private let mapping: UnsafeRawBufferPointer
    private let identity: (device: dev_t, file: ino_t)
    /// Which slides were compared with their checksums.
    private let checked: Mutex<[Bool]>
    private let damage = Atomic(false)

    /// - Parameter precision: what the values have to be in.
    /// - Throws: `Defect`.
    init(path: String, precision: FeaturePrecision) throws {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else {
            throw errno == ENOENT || errno == ENOTDIR ? Defect.absent : Defect.unreadable(systemReason())
        }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw Defect.unreadable(systemReason()) }
        let length = Int(status.st_size)
        guard length >= Self.pageSize else { throw length >= 8 || length == 0 ? Defect.cut : Defect.foreign }
        // The head is read, not mapped, so that a file cut meanwhile is an error and no signal.
        let head = try FeatureCacheHead(try bytes(of: file, at: 0, count: FeatureCacheHead.length))
        guard head.fileLength == length else { throw Defect.cut }
        let index = try bytes(of: file, at: head.indexOffset, count: head.indexLength)
        guard index.withUnsafeBytes(checksum) == head.indexChecksum else { throw Defect.damaged }
        guard head.precision == precision else { throw Defect.otherPrecision(head.precision) }
        slides = try FeatureCacheHead.slides(index, count: head.slideCount)
        self.precision = precision
        width = head.width
        let size = precision.size
        let limit = head.indexOffset
        for slide in slides {
            guard slide.count > 0, slide.offset >= Self.pageSize, slide.offset % size == 0,
                slide.count <= (limit - slide.offset) / size / head.width
            else { throw Defect.damaged }
        }
        guard let start = mmap(nil, length, PROT_READ, MAP_SHARED, file, 0), start != MAP_FAILED else {
            throw Defect.unreadable(systemReason())
        }
        mapping = UnsafeRawBufferPointer(start: start, count: length)
        self.path = path
        identity = (status.st_dev, status.st_ino)
        positions = Dictionary(slides.enumerated().map { ($1.name, $0) }) { first, _ in first }
        checked = Mutex([Bool](repeating: false, count: slides.count))
    }

    deinit { munmap(UnsafeMutableRawPointer(mutating: mapping.baseAddress), mapping.count) }

    /// Whether values were found that are not those written; they were not given to anybody.
    var isDamaged: Bool { damage.load(ordering: .relaxed) }

    /// The slide of that source, if it is the one that was read.
    func position(of name: String, stamp: FileStamp, count: Int) -> Int? {
        guard let position = positions[name], slides[position].source == stamp, slides[position].count == count else {
            return nil
        }
        return position
    }

    /// The values of slides that follow each other: one piece where they lie side by side.
    ///
    /// - Returns: nil when they are not what was written; the file is then taken away, so that nobody else reads it.
    func memory(of positions: [Int]) -> [FeatureMemory]? {
        var pieces: [Range<Int>] = []
        for position in positions {
            let slide = slides[position]
            let range = slide.offset..<slide.offset + slide.count * width * precision.size
            guard load(range), isSound(position, range) else {
                discard()
                return nil
            }
            if let last = pieces.last, last.upperBound == range.lowerBound {
                pieces[pieces.count - 1] = last.lowerBound..<range.upperBound
            } else {
                pieces.append(range)
            }
        }
        return pieces.map { range in
            FeatureMemory(UnsafeRawBufferPointer(rebasing: mapping[range]), of: self)
        }
    }

    private func isSound(_ position: Int, _ range: Range<Int>) -> Bool {
        if checked.withLock({ $0[position] }) { return true }
        guard checksum(UnsafeRawBufferPointer(rebasing: mapping[range])) == slides[position].checksum else {
            return false
        }
        checked.withLock { $0[position] = true }
        return true
    }

    /// Brings pages into memory; false when the system cannot read them.
    private func load(_ range: Range<Int>) -> Bool {
        let pages = pages(around: range)
        // MADV_POPULATE_READ of Linux 5.14: waits for the pages, and reports what would otherwise be a signal.
        let populate: Int32 = 22
        if madvise(UnsafeMutableRawPointer(mutating: pages.baseAddress), pages.count, populate) == 0 { return true }
        guard errno == EINVAL || errno == ENOSYS else { return false }
        madvise(UnsafeMutableRawPointer(mutating: pages.baseAddress), pages.count, MADV_WILLNEED)
        var sum: UInt8 = 0
        for page in stride(from: 0, to: pages.count, by: Self.pageSize) { sum ^= pages[page] }
        // The pages are touched for their own sake; this only keeps the loop.
        return withExtendedLifetime(sum) { true }
    }

    /// Takes pages out of the process; they stay in the system's memory as long as it has room.
    func release(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress, let base = mapping.baseAddress else { return }
        let offset = start - base
        let pages = pages(around: offset..<offset + bytes.count)
        madvise(UnsafeMutableRawPointer(mutating: pages.baseAddress), pages.count, MADV_DONTNEED)
    }

    private func pages(around range: Range<Int>) -> UnsafeRawBufferPointer {
        let first = range.lowerBound / Self.pageSize * Self.pageSize
        return UnsafeRawBufferPointer(rebasing: mapping[first..<range.upperBound])
    }

    /// Removes the file, unless another has taken its name.
    private func discard() {
        guard !damage.exchange(true, ordering: .relaxed) else { return }
        var status = stat()
        if stat(path, &status) == 0, (status.st_dev, status.st_ino) == identity { unlink(path) }
    }
}

/// What the system says of its last failure.
func systemReason(_ code: Int32 = errno) -> String { String(cString: strerror(code)) }

/// `count` bytes of an open file; fewer are `Defect.cut`.
private func bytes(of file: Int32, at offset: Int, count: Int) throws -> [UInt8] {
    var buffer = [UInt8](repeating: 0, count: count)
    var done = 0
    while done < count {
        let read = buffer.withUnsafeMutableBytes {
            pread(file, $0.baseAddress! + done, count - done, off_t(offset + done))
        }
        if read < 0, errno == EINTR { continue }
        guard read >= 0 else { throw FeatureCache.Defect.unreadable(systemReason()) }
        guard read > 0 else { throw FeatureCache.Defect.cut }
        done += read
    }
    return buffer
}

import Foundation

/// A feature cache could not be written; training goes on without.
struct FeatureCacheFailure: Error, Equatable {
    let path: String
    let code: Int32
    /// Not permitted here; another folder may do.
    var isRefusal: Bool { [EACCES, EPERM, EROFS].contains(code) }
    var reason: String { systemReason(code) }
}

/// Writes a feature cache under a name of its own and renames it when it is whole and on the disk.
///
/// A process that is killed leaves a file with another name, which nobody reads and the next writer removes: a writer
/// holds a lock on its file, and the lock goes with the process.
struct FeatureCacheWriter {
    /// One source in a folder, and what it was when last looked at.
    struct Source {
        var file: PatchFile
        var name: String
    }

    let path: String
    let precision: FeaturePrecision
    let width: Int

    /// - Parameters:
    ///   - groups: the slides, those of a patient together.
    ///   - earlier: a cache, in this precision or in more, from which slides that are still as they were are copied.
    ///   - observe: told the share written; what it throws ends the work.
    /// - Throws: `FeatureCacheFailure`; `PatchFileError` when a source cannot be read or holds what is not finite.
    func write(_ groups: [[Source]], reusing earlier: FeatureCache?, observe: (Double) throws -> Void) throws {
        try removeLeftovers()
        let part = "\(path)\(Self.partMark)\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
        let file = open(part, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard file >= 0 else { throw FeatureCacheFailure(path: path, code: errno) }
        defer { close(file) }
        flock(file, LOCK_EX | LOCK_NB)
        do {
            try fill(file, groups, reusing: earlier, observe: observe)
            guard fsync(file) == 0, rename(part, path) == 0 else { throw FeatureCacheFailure(path: path, code: errno) }
        } catch {
            unlink(part)
            throw error
        }
        // The new name has to be on the disk as well; where that cannot be asked for, the old state is as good.
        let folder = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        if folder >= 0 {
            fsync(folder)
            close(folder)
        }
    }

    private static let partMark = ".part-"

    private func fill(
        _ file: Int32, _ groups: [[Source]], reusing earlier: FeatureCache?, observe: (Double) throws -> Void
    ) throws {
        var slides: [FeatureCache.Slide] = []
        var offset = FeatureCache.pageSize
        for group in groups {
            offset = (offset + FeatureCache.pageSize - 1) / FeatureCache.pageSize * FeatureCache.pageSize
            for source in group {
                let stamp = FileStamp(path: source.file.path) ?? FileStamp(size: 0, modified: 0)
                slides.append(
                    FeatureCache.Slide(
                        name: source.name, source: stamp, count: source.file.count, offset: offset, checksum: 0))
                offset += source.file.count * width * precision.size
            }
        }
        // The index is as long without the checksums as with them.
        let length = offset + FeatureCacheHead.index(slides).count
        try reserve(file, length)
        for (position, source) in groups.joined().enumerated() {
            try observe(Double(slides[position].offset) / Double(length))
            let slide = slides[position]
            // What the earlier cache has is as good as the file, and read without decoding.
            let old = earlier?.position(of: source.name, stamp: slide.source, count: slide.count)
            let values = try old.flatMap { earlier?.memory(of: [$0])?.first } ?? source.file.memory()
            guard FileStamp(path: source.file.path) == slide.source else {
                throw PatchFileError.unreadable(source.file.path, "it changed while it was read")
            }
            let kept = values.kept(in: precision)
            slides[position].checksum = checksum(kept.bytes)
            try put(kept.bytes, file, at: slide.offset)
        }
        let index = FeatureCacheHead.index(slides)
        let head = FeatureCacheHead(
            precision: precision, width: width, slideCount: slides.count, indexOffset: offset, index: index)
        try index.withUnsafeBytes { try put($0, file, at: offset) }
        guard fdatasync(file) == 0 else { throw FeatureCacheFailure(path: path, code: errno) }
        // The head comes last, so that a file without one is never whole.
        try head.bytes.withUnsafeBytes { try put($0, file, at: 0) }
        try observe(1)
    }

    /// Takes the room on the disk, so that a full one is known at once.
    private func reserve(_ file: Int32, _ length: Int) throws {
        var code = posix_fallocate(file, 0, off_t(length))
        while code == EINTR { code = posix_fallocate(file, 0, off_t(length)) }
        if code == 0 { return }
        guard [EINVAL, EOPNOTSUPP].contains(code) else { throw FeatureCacheFailure(path: path, code: code) }
        guard ftruncate(file, off_t(length)) == 0 else { throw FeatureCacheFailure(path: path, code: errno) }
    }

    private func put(_ bytes: UnsafeRawBufferPointer, _ file: Int32, at offset: Int) throws {
        var done = 0
        while done < bytes.count {
            // One call writes 2 GB at most.
            let written = pwrite(
                file, bytes.baseAddress! + done, min(bytes.count - done, 1 << 30), off_t(offset + done))
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { throw FeatureCacheFailure(path: path, code: written < 0 ? errno : ENOSPC) }
            done += written
        }
    }

    /// Removes what writers left that are no more.
    private func removeLeftovers() throws {
        let (folder, name) = ((path as NSString).deletingLastPathComponent, (path as NSString).lastPathComponent)
        for other in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        where other.hasPrefix(name + Self.partMark) {
            let left = (folder as NSString).appendingPathComponent(other)
            let file = open(left, O_RDWR | O_CLOEXEC)
            guard file >= 0 else { continue }
            if flock(file, LOCK_EX | LOCK_NB) == 0 { unlink(left) }
            close(file)
        }
    }
}

import Foundation

/// The head of a feature cache, and how its index is written.
struct FeatureCacheHead: Equatable {
    static let magic: [UInt8] = Array("ttafeat\n".utf8)
    static let version: UInt32 = 1
    /// Bytes, the checksum at the end among them.
    static let length = 72

    var precision: FeaturePrecision
    var width: Int
    var slideCount: Int
    var indexOffset: Int
    var indexLength: Int
    var indexChecksum: UInt64
    var fileLength: Int

    init(precision: FeaturePrecision, width: Int, slideCount: Int, indexOffset: Int, index: [UInt8]) {
        self.precision = precision
        self.width = width
        self.slideCount = slideCount
        self.indexOffset = indexOffset
        indexLength = index.count
        indexChecksum = index.withUnsafeBytes(checksum)
        fileLength = indexOffset + index.count
    }

    var bytes: [UInt8] {
        var bytes = Self.magic
        bytes.append(little: Self.version)
        bytes.append(little: Self.code(of: precision))
        for value in [width, slideCount, indexOffset, indexLength] { bytes.append(little: UInt64(value)) }
        bytes.append(little: indexChecksum)
        bytes.append(little: UInt64(fileLength))
        bytes.append(little: bytes.withUnsafeBytes(checksum))
        return bytes
    }

    /// - Throws: `FeatureCache.Defect`.
    init(_ bytes: [UInt8]) throws {
        guard bytes.starts(with: Self.magic) else { throw FeatureCache.Defect.foreign }
        var reader = LittleEndianReader(bytes[8...])
        guard let version: UInt32 = reader.next(), let code: UInt32 = reader.next() else {
            throw FeatureCache.Defect.cut
        }
        // Of another version nothing else is known, not even where its checksum is.
        guard version == Self.version else { throw FeatureCache.Defect.otherVersion(version) }
        guard let width: UInt64 = reader.next(), let slides: UInt64 = reader.next(),
            let indexOffset: UInt64 = reader.next(), let indexLength: UInt64 = reader.next(),
            let indexChecksum: UInt64 = reader.next(), let fileLength: UInt64 = reader.next(),
            let sum: UInt64 = reader.next()
        else { throw FeatureCache.Defect.cut }
        let limit = UInt64(1) << 56
        guard bytes[..<(Self.length - 8)].withUnsafeBytes(checksum) == sum, width > 0,
            [width, slides, indexOffset, indexLength, fileLength].allSatisfy({ $0 < limit }),
            indexOffset + indexLength == fileLength,
            let precision = FeaturePrecision.allCases.first(where: { Self.code(of: $0) == code })
        else { throw FeatureCache.Defect.damaged }
        self.precision = precision
        self.width = Int(width)
        slideCount = Int(slides)
        self.indexOffset = Int(indexOffset)
        self.indexLength = Int(indexLength)
        self.indexChecksum = indexChecksum
        self.fileLength = Int(fileLength)
    }

    private static func code(of precision: FeaturePrecision) -> UInt32 { precision == .fp32 ? 0 : 1 }

    /// The index as bytes.
    static func index(_ slides: [FeatureCache.Slide]) -> [UInt8] {
        var bytes: [UInt8] = []
        for slide in slides {
            let name = Array(slide.name.utf8)
            bytes.append(little: UInt32(name.count))
            bytes += name
            bytes.append(little: slide.source.size)
            bytes.append(little: slide.source.modified)
            bytes.append(little: UInt64(slide.count))
            bytes.append(little: UInt64(slide.offset))
            bytes.append(little: slide.checksum)
        }
        return bytes
    }

    /// - Throws: `FeatureCache.Defect.damaged`.
    static func slides(_ index: [UInt8], count: Int) throws -> [FeatureCache.Slide] {
        var reader = LittleEndianReader(index[...])
        var slides: [FeatureCache.Slide] = []
        while !reader.isAtEnd {
            guard let length: UInt32 = reader.next(), let name = reader.text(Int(length)),
                let size: Int64 = reader.next(), let modified: Int64 = reader.next(),
                let patches: UInt64 = reader.next(),
                let offset: UInt64 = reader.next(), let sum: UInt64 = reader.next(),
                let patches = Int(exactly: patches), let offset = Int(exactly: offset)
            else { throw FeatureCache.Defect.damaged }
            slides.append(
                FeatureCache.Slide(
                    name: name, source: FileStamp(size: size, modified: modified), count: patches, offset: offset,
                    checksum: sum))
        }
        guard slides.count == count else { throw FeatureCache.Defect.damaged }
        return slides
    }
}

/// Takes little-endian numbers and text off the front of bytes.
private struct LittleEndianReader {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

    var isAtEnd: Bool { rest.isEmpty }

    mutating func next<Number: FixedWidthInteger>() -> Number? {
        let size = Number.bitWidth / 8
        guard rest.count >= size else { return nil }
        defer { rest = rest.dropFirst(size) }
        return Number(littleEndian: rest.withUnsafeBytes { $0.loadUnaligned(as: Number.self) })
    }

    mutating func text(_ count: Int) -> String? {
        guard rest.count >= count else { return nil }
        defer { rest = rest.dropFirst(count) }
        return String(validating: rest.prefix(count), as: UTF8.self)
    }
}

extension [UInt8] {
    fileprivate mutating func append(little value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}

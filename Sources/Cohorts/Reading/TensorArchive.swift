import Foundation

/// The shape of the tensor in a file that `torch.save` wrote, without reading its values.
///
/// Such a file is a zip archive whose entry `data.pkl` is a short pickle: a call of `_rebuild_tensor_v2` with the
/// storage, the offset in it, and the shape. Only that one form is understood; anything else is left to libtorch.
enum TensorArchive {
    /// Nil when the file is not of that form.
    static func shape(path: String) -> [Int]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let pickle = try? ZipArchive(file).storedEntry(ending: "/data.pkl") else { return nil }
        return shape(inPickle: pickle)
    }

    /// Walks the pickle's opcodes up to the shape; the names are those of Python's `pickletools`.
    private static func shape(inPickle bytes: [UInt8]) -> [Int]? {
        var reader = ByteReader(bytes)
        var sawCall = false
        var sawStorage = false
        var integers: [Int] = []
        while let opcode = reader.byte() {
            switch opcode {
            case 0x80: reader.skip(1)  // PROTO
            case 0x95: reader.skip(8)  // FRAME
            case UInt8(ascii: "c"):  // GLOBAL
                guard let module = reader.line(), let name = reader.line() else { return nil }
                if !sawCall, module != "torch._utils" || name != "_rebuild_tensor_v2" { return nil }
                sawCall = true
            case UInt8(ascii: "("), 0x94: break  // MARK, MEMOIZE
            case UInt8(ascii: "q"), UInt8(ascii: "h"): reader.skip(1)  // BINPUT, BINGET
            case UInt8(ascii: "r"): reader.skip(4)  // LONG_BINPUT
            case UInt8(ascii: "X"):  // BINUNICODE
                guard let length = reader.integer(bytes: 4) else { return nil }
                reader.skip(length)
            case UInt8(ascii: "t"): break  // TUPLE: the storage's description
            case UInt8(ascii: "Q"):  // BINPERSID: the storage itself
                sawStorage = true
                integers = []
            case UInt8(ascii: "K"), UInt8(ascii: "M"), UInt8(ascii: "J"):  // BININT1, BININT2, BININT
                let width = opcode == UInt8(ascii: "K") ? 1 : opcode == UInt8(ascii: "M") ? 2 : 4
                guard let value = reader.integer(bytes: width) else { return nil }
                integers.append(value)
            case 0x85, 0x86, 0x87:  // TUPLE1, TUPLE2, TUPLE3: after the storage, the shape
                let count = Int(opcode) - 0x84
                guard sawCall, sawStorage, integers.count == count + 1 else { return nil }
                return Array(integers.dropFirst())
            default: return nil
            }
        }
        return nil
    }
}

/// The entries of a zip archive of less than 4 GB, found through the directory at its end.
private struct ZipArchive {
    private let file: FileHandle
    private let size: UInt64

    init(_ file: FileHandle) throws {
        self.file = file
        size = try file.seekToEnd()
    }

    /// The bytes of the first entry of that ending that is not compressed.
    func storedEntry(ending: String) throws -> [UInt8]? {
        let longestEnd: UInt64 = 22 + 0xFFFF
        let tail = try read(at: size - min(size, longestEnd), count: Int(min(size, longestEnd)))
        let signature: [UInt8] = [0x50, 0x4B, 5, 6]
        guard let end = tail.indices.dropLast(21).last(where: { tail[$0...].starts(with: signature) }) else {
            return nil
        }
        var record = ByteReader(Array(tail[end...]))
        record.skip(12)
        guard let length = record.integer(bytes: 4), let start = record.integer(bytes: 4) else { return nil }
        var directory = ByteReader(try read(at: UInt64(start), count: length))
        while directory.integer(bytes: 4) == 0x0201_4B50 {
            directory.skip(6)
            guard let method = directory.integer(bytes: 2) else { return nil }
            directory.skip(8)
            guard let stored = directory.integer(bytes: 4) else { return nil }
            directory.skip(4)
            guard let nameLength = directory.integer(bytes: 2), let extraLength = directory.integer(bytes: 2),
                let commentLength = directory.integer(bytes: 2)
            else { return nil }
            directory.skip(8)
            guard let offset = directory.integer(bytes: 4), let name = directory.text(nameLength) else { return nil }
            directory.skip(extraLength + commentLength)
            if name.hasSuffix(ending), method == 0 { return try contents(at: UInt64(offset), count: stored) }
        }
        return nil
    }

    private func contents(at offset: UInt64, count: Int) throws -> [UInt8]? {
        let headerLength: UInt64 = 30
        var header = ByteReader(try read(at: offset, count: Int(headerLength)))
        guard header.integer(bytes: 4) == 0x0403_4B50 else { return nil }
        header.skip(22)
        guard let nameLength = header.integer(bytes: 2), let extraLength = header.integer(bytes: 2) else { return nil }
        let bytes = try read(at: offset + headerLength + UInt64(nameLength + extraLength), count: count)
        return bytes.count == count ? bytes : nil
    }

    private func read(at offset: UInt64, count: Int) throws -> [UInt8] {
        try file.seek(toOffset: offset)
        return try file.read(upToCount: count).map { [UInt8]($0) } ?? []
    }
}

/// Takes little-endian numbers and text off the front of bytes.
private struct ByteReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func skip(_ count: Int) { position = min(bytes.count, position + count) }

    mutating func byte() -> UInt8? {
        guard position < bytes.count else { return nil }
        position += 1
        return bytes[position - 1]
    }

    mutating func integer(bytes count: Int) -> Int? {
        guard position + count <= bytes.count else { return nil }
        let value = bytes[position..<position + count].reversed().reduce(0) { $0 << 8 | Int($1) }
        position += count
        return value
    }

    mutating func text(_ count: Int) -> String? {
        guard position + count <= bytes.count else { return nil }
        defer { position += count }
        return String(decoding: bytes[position..<position + count], as: UTF8.self)
    }

    /// Up to a newline, which is taken too.
    mutating func line() -> String? {
        guard let end = bytes[position...].firstIndex(of: UInt8(ascii: "\n")) else { return nil }
        defer { position = end + 1 }
        return String(decoding: bytes[position..<end], as: UTF8.self)
    }
}

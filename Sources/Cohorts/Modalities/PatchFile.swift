import Foundation
import Torch

/// The patch features of one slide, in a file of its own.
///
/// Two layouts are read: HDF5 as CLAM and TRIDENT write it, with a data set `features` of N × width (or 1 × N × width)
/// in any float type and, where there, `coords` of N × 2; and a PyTorch tensor of N × width.
struct PatchFile: Sendable, Equatable {
    enum Format: Sendable, Equatable {
        case hdf5, tensor
    }

    let path: String
    let format: Format
    /// Number of patches.
    let count: Int
    let width: Int

    /// What no slide has: a shape beyond it comes of a damaged file.
    private static let mostValues = 1 << 36

    /// Looks at the file's shape without keeping its values.
    init(path: String, format: Format) throws {
        self.path = path
        self.format = format
        let shape: [Int]
        switch format {
        case .hdf5:
            let found = try Self.unreadable(path) { try HDF5File(path: path).shape(of: "features") }
            guard let found else { throw PatchFileError.noFeatures(path) }
            shape = found
        case .tensor:
            shape =
                try TensorArchive.shape(path: path)
                ?? Self.unreadable(path) { try PickledTensor.read(path: path) }.shape
        }
        let matrix = shape.count == 3 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
        guard matrix.count == 2 else { throw PatchFileError.wrongShape(path, shape) }
        guard matrix[0] > 0, matrix[1] > 0 else { throw PatchFileError.empty(path, shape) }
        guard matrix[0] <= Self.mostValues / matrix[1] else { throw PatchFileError.wrongShape(path, shape) }
        count = matrix[0]
        width = matrix[1]
    }

    /// A file whose shape is known.
    init(path: String, format: Format, count: Int, width: Int) {
        self.path = path
        self.format = format
        self.count = count
        self.width = width
    }

    /// count × width values, patch by patch, all finite.
    func memory() throws -> FeatureMemory {
        let memory = try FeatureMemory(count: count * width) { place in
            switch format {
            case .hdf5:
                let isThere = try Self.unreadable(path) { try HDF5File(path: path).read("features", into: place) }
                guard isThere else { throw PatchFileError.noFeatures(path) }
            case .tensor:
                let values = try Self.unreadable(path) { try PickledTensor.read(path: path) }.values
                guard values.count == count * width else {
                    throw PatchFileError.unreadable(path, "it has changed its shape since it was attached")
                }
                _ = place.initialize(from: values)
            }
        }
        try requireFinite(memory.values)
        return memory
    }

    /// count × 2 values; nil when the file has none.
    func coordinates() throws -> [Float]? {
        guard format == .hdf5 else { return nil }
        return try Self.unreadable(path) {
            let file = HDF5File(path: path)
            guard let shape = try file.shape(of: "coords") else { return nil }
            let matrix = shape.count == 3 && shape[0] == 1 ? Array(shape.dropFirst()) : shape
            guard matrix == [count, 2] else { throw PatchFileError.wrongPlaces(path, shape, patches: count) }
            return try file.floats(of: "coords", count: count * 2)
        }
    }

    /// One pass over tens of millions of values for each patient read: multiplying by zero turns whatever is not
    /// finite into NaN, and the sum of it vectorises where a test of each value would not.
    private func requireFinite(_ values: UnsafeBufferPointer<Float>) throws {
        var lanes = SIMD16<Float>.zero
        let whole = values.count / 16 * 16
        let bytes = UnsafeRawBufferPointer(values)
        for start in stride(from: 0, to: whole * 4, by: 64) {
            lanes += bytes.loadUnaligned(fromByteOffset: start, as: SIMD16<Float>.self) * 0
        }
        let rest = values[whole...].reduce(lanes.sum()) { $0 + $1 * 0 }
        guard rest.isNaN, let position = values.firstIndex(where: { !$0.isFinite }) else { return }
        throw PatchFileError.notFinite(
            path, value: values[position], patch: position / width + 1, feature: position % width + 1)
    }

    private static func unreadable<Answer>(_ path: String, _ read: () throws -> Answer) throws -> Answer {
        do {
            return try read()
        } catch let problem as PatchFileError {
            throw problem
        } catch let failure as HDF5File.Failure {
            // A compression that the library does not know is looked for among its plugins.
            let needsFilter = failure.message.contains("plugin") || failure.message.contains("filter")
            throw PatchFileError.unreadable(
                path,
                needsFilter
                    ? "its compression is not known here; h5repack -f GZIP=1 makes one that is" : failure.message)
        } catch {
            // A .pt file is a zip archive, whose directory comes last.
            let text = error.localizedDescription
            let isCut = text.contains("central directory")
            throw PatchFileError.unreadable(
                path,
                isOfOldTorch(path)
                    ? "PyTorch before 1.6 wrote it; torch.save(torch.load(file), file) of a later one makes it readable"
                    : isCut ? "it is truncated, or no .pt file" : text)
        }
    }

    /// Whether the file begins with the number that PyTorch put before its pickles.
    private static func isOfOldTorch(_ path: String) -> Bool {
        let start: [UInt8] = [0x80, 0x02, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19]
        guard let file = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? file.close() }
        return (try? file.read(upToCount: start.count)) == Data(start)
    }
}

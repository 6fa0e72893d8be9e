internal import CHDF5
import Synchronization

/// The data sets of an HDF5 file, read or written whole. Each call opens and closes the file.
struct HDF5File {
    let path: String

    /// What the library says is wrong with a file, in its own words.
    struct Failure: Error {
        var message: String
    }

    /// Unless it was built for threads, the library must not be entered twice at once.
    private static let library = Mutex(())

    private static let messageCapacity = 512

    /// The shape of a numeric data set; nil when the file has none of that name.
    func shape(of dataset: String) throws -> [Int]? {
        var shape = [UInt64](repeating: 0, count: CH5_MAXIMUM_RANK)
        var rank: Int32 = 0
        let found = try call { message in
            ch5_shape(path, dataset, &shape, &rank, message.baseAddress, message.count)
        }
        return found ? shape.prefix(Int(rank)).map { Int($0) } : nil
    }

    /// The values of a numeric data set of `count` values, row by row; nil when the file has none of that name.
    func floats(of dataset: String, count: Int) throws -> [Float]? {
        var found = false
        let values = try [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            found = try read(dataset, into: UnsafeMutableBufferPointer(rebasing: buffer[..<count]))
            initialized = found ? count : 0
        }
        return found ? values : nil
    }

    /// Reads the values of a numeric data set that are as many as `place` has room for; false when the file has none of
    /// that name.
    func read(_ dataset: String, into place: UnsafeMutableBufferPointer<Float>) throws -> Bool {
        try call { message in
            ch5_read_floats(
                path, dataset, place.baseAddress, UInt64(place.count), message.baseAddress, message.count)
        }
    }

    /// Writes a new file of patches as CLAM does.
    ///
    /// - Precondition: `features` is patches × width, `coordinates` patches × 2.
    func writePatches(_ features: [Float], width: Int, coordinates: [Int64]) throws {
        let count = features.count / width
        precondition(features.count == count * width && coordinates.count == 2 * count, "patches of another shape")
        _ = try call { message in
            ch5_write_patches(
                path, features, coordinates, UInt64(count), UInt64(width), message.baseAddress, message.count)
        }
    }

    private func call(_ body: (UnsafeMutableBufferPointer<CChar>) -> Int32) throws -> Bool {
        var message = [CChar](repeating: 0, count: Self.messageCapacity)
        let outcome = Self.library.withLock { _ in
            message.withUnsafeMutableBufferPointer { Int(body($0)) }
        }
        if outcome == CH5_FAILED {
            let bytes = message.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
            throw Failure(message: String(decoding: bytes, as: UTF8.self))
        }
        return outcome != CH5_ABSENT
    }
}

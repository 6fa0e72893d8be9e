import Foundation
import Results

/// The folder that a simulation writes its patches to.
///
/// A file `simulation.txt` in it says what they are of, so that a folder is never made of two simulations. A slide's file
/// appears whole or not at all; one that is there is not made again.
struct SimulatedFolder {
    private let folder: String
    private let parameters: SimulationParameters

    /// - Throws: `SimulationError`.
    init(_ folder: String, _ parameters: SimulationParameters) throws {
        self.folder = folder
        self.parameters = parameters
        let mark = (folder as NSString).appendingPathComponent("simulation.txt")
        let text = "\(parameters)\n"
        if let found = try? String(contentsOfFile: mark, encoding: .utf8) {
            guard found == text else { throw SimulationError.folderTaken(folder) }
            return
        }
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        guard !names.contains(where: { $0.hasSuffix(".h5") || $0.hasSuffix(".pt") }) else {
            throw SimulationError.folderTaken(folder)
        }
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            try Data(text.utf8).write(to: URL(fileURLWithPath: mark), options: .atomic)
        } catch {
            throw SimulationError.cannotWrite(mark, reason: error.localizedDescription)
        }
    }

    /// Writes what is missing of the present patients' slides.
    ///
    /// - Returns: bags that are read from the files, and of each patch whether it is informative.
    func write(
        _ world: World, patients: [String], present: [Bool], factors: [[Double]], observe: (Double) throws -> Void
    ) throws -> (bags: PatchBags, informative: [[Bool]]) {
        var bags: [PatchBags.Bag] = []
        var informative: [[Bool]] = []
        for (patient, name) in patients.enumerated() {
            try observe(Double(patient) / Double(patients.count))
            // Seeds side by side would not do: the odd multiplier keeps them apart.
            var generator = SeededGenerator(seed: parameters.seed &+ 0x9E37_79B9_7F4A_7C15 &* UInt64(patient + 1))
            let kinds = world.kinds(&generator)
            informative.append(kinds.map { $0 == nil })
            guard present[patient] else {
                bags.append(.slides([]))
                continue
            }
            let path = (folder as NSString).appendingPathComponent("\(name).h5")
            if !holds(path, kinds.count) {
                try write(world.patches(kinds, factors: factors[patient], &generator), to: path)
            }
            bags.append(
                .slides([PatchFile(path: path, format: .hdf5, count: kinds.count, width: parameters.features)]))
        }
        try observe(1)
        return (PatchBags(width: parameters.features, bags: bags, cachedFolder: folder), informative)
    }

    private func holds(_ path: String, _ count: Int) -> Bool {
        guard let file = try? PatchFile(path: path, format: .hdf5) else { return false }
        return file.count == count && file.width == parameters.features
    }

    private func write(_ values: [Float], to path: String) throws {
        let part = path + ".part"
        // Patches of 256 pixels in rows of a slide that is about square.
        let count = values.count / parameters.features
        let side = max(1, Int(Double(count).squareRoot().rounded(.up)))
        let coordinates = (0..<count).flatMap { [Int64($0 % side * 256), Int64($0 / side * 256)] }
        do {
            try HDF5File(path: part).writePatches(values, width: parameters.features, coordinates: coordinates)
        } catch let failure as HDF5File.Failure {
            unlink(part)
            throw SimulationError.cannotWrite(path, reason: failure.message)
        }
        guard rename(part, path) == 0 else { throw SimulationError.cannotWrite(path, reason: systemReason()) }
    }
}

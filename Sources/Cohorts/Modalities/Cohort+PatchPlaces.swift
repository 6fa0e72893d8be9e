import Foundation

/// Where the patches of one slide lie.
public struct PatchPlaces: Sendable, Equatable {
    /// The slide's file name without its extension.
    public var slide: String
    /// Left and upper edges, in pixels of the slide's finest level.
    public var x: [Double]
    public var y: [Double]

    public init(slide: String, x: [Double], y: [Double]) {
        self.slide = slide
        self.x = x
        self.y = y
    }
}

public enum PatchPlacesError: LocalizedError, Equatable {
    case notPatches(modality: String)
    case absent(patient: String, modality: String)
    case noCoordinates(file: String)
    case noFiles(patient: String)

    public var errorDescription: String? {
        switch self {
        case .notPatches(let modality): "\(modality) has no patches, and so no places on a slide"
        case .absent(let patient, let modality): "\(patient) has no \(modality)"
        case .noCoordinates(let file): "\(file) does not say where its patches lie"
        case .noFiles(let patient): "the patches of \(patient) come from no file, and lie nowhere"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .notPatches: "name a modality that was attached from a folder of patch features"
        case .absent: "choose a patient who has it"
        case .noCoordinates: "places are read from the data set coords (patches × 2) of .h5 files, as CLAM writes them"
        case .noFiles: nil
        }
    }
}

extension Cohort {
    /// The places of a patient's patches, slide by slide in the order of the patient's bag.
    ///
    /// Files say where patches lie in `coords`. A simulation has no slides: its patches are laid out in rows on a round
    /// piece of tissue, those that carry the planted factors together in its middle.
    ///
    /// - Throws: `PatchPlacesError`, and `PatchFileError` when a file cannot be read.
    public func patchPlaces(_ modality: Modality, patient: Int) throws -> [PatchPlaces] {
        guard case .patches(let bags) = modality.content else {
            throw PatchPlacesError.notPatches(modality: modality.name)
        }
        guard bags.count(of: patient) > 0 else {
            throw PatchPlacesError.absent(patient: patients[patient], modality: modality.name)
        }
        let files = bags.bags[patient].files
        guard !files.isEmpty else {
            guard let planted = truth?.informative[modality.name]?[patient], planted.count == bags.count(of: patient)
            else { throw PatchPlacesError.noFiles(patient: patients[patient]) }
            return [Self.simulatedPlaces(planted, slide: patients[patient])]
        }
        return try files.map { file in
            guard let values = try file.coordinates() else { throw PatchPlacesError.noCoordinates(file: file.path) }
            return PatchPlaces(
                slide: ((file.path as NSString).lastPathComponent as NSString).deletingPathExtension,
                x: stride(from: 0, to: values.count, by: 2).map { Double(values[$0]) },
                y: stride(from: 1, to: values.count, by: 2).map { Double(values[$0]) })
        }
    }

    private static let simulatedPatch = 256.0

    private static func simulatedPlaces(_ planted: [Bool], slide: String) -> PatchPlaces {
        // A grid large enough, its cells by their distance from the middle; of equal ones the upper left first.
        let side = Int(Double(planted.count).squareRoot().rounded(.up)) + 2
        let middle = Double(side - 1) / 2
        func distance(_ cell: Int) -> Double {
            let (x, y) = (Double(cell % side) - middle, Double(cell / side) - middle)
            return x * x + y * y
        }
        let cells = (0..<side * side).sorted { (distance($0), $0) < (distance($1), $1) }
        let order = planted.indices.filter { planted[$0] } + planted.indices.filter { !planted[$0] }
        var places = PatchPlaces(
            slide: slide, x: [Double](repeating: 0, count: planted.count),
            y: [Double](repeating: 0, count: planted.count))
        for (cell, patch) in zip(cells, order) {
            places.x[patch] = Double(cell % side) * simulatedPatch
            places.y[patch] = Double(cell / side) * simulatedPatch
        }
        return places
    }
}

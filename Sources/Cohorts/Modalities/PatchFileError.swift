public import Foundation

/// What can be wrong with a file of patch features. Each case begins with the file.
public enum PatchFileError: LocalizedError, Equatable {
    /// The file cannot be read; the reader's own words.
    case unreadable(String, String)
    case noFeatures(String)
    case wrongShape(String, [Int])
    case empty(String, [Int])
    case wrongPlaces(String, [Int], patches: Int)
    case widthsDiffer(String, width: Int, other: String, otherWidth: Int)
    /// Patch and feature count from 1.
    case notFinite(String, value: Float, patch: Int, feature: Int)

    public var errorDescription: String? {
        switch self {
        case .unreadable(let path, let message):
            return "\(path): the patch features cannot be read (\(message))"
        case .noFeatures(let path):
            return "\(path): there is no data set named features"
        case .wrongShape(let path, let shape):
            return "\(path): the features have the shape \(Self.text(shape)), not patches × features"
        case .empty(let path, let shape):
            return "\(path): there are no patches in it (shape \(Self.text(shape)))"
        case .wrongPlaces(let path, let shape, let patches):
            return "\(path): coords has the shape \(Self.text(shape)), not \(patches) patches × 2"
        case .widthsDiffer(let path, let width, let other, let otherWidth):
            return "\(path): its patches have \(width) features, but those of \(other) have \(otherWidth)"
        case .notFinite(let path, let value, let patch, let feature):
            return "\(path): feature \(feature) of patch \(patch) is \(value)"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .unreadable: "copy or extract this slide again, or take its file out of the folder"
        case .noFeatures: "CLAM and TRIDENT name it so; write the features under that name"
        case .wrongShape: "give one row per patch and one column per feature"
        case .empty: "segment and extract this slide again, or take its file out of the folder"
        case .wrongPlaces: "give one row per patch, its x and its y"
        case .widthsDiffer: "keep the slides of one encoder in one folder"
        case .notFinite: "extract this slide again, or take its file out of the folder"
        }
    }

    private static func text(_ shape: [Int]) -> String {
        "[" + shape.map(String.init).joined(separator: ", ") + "]"
    }
}

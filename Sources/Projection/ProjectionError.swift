import Foundation

public enum ProjectionError: LocalizedError, Equatable {
    case invalidPerplexity(Double)
    case tooFewPoints(Int, perplexity: Double)
    case notFinite(Double, name: String)
    case noVectors
    case tooFewPatients(complete: Int, all: Int)

    public var errorDescription: String? {
        switch self {
        case .invalidPerplexity(let perplexity):
            "the perplexity is \(perplexity); it is a number of neighbours, at least 1"
        case .tooFewPoints(let count, let perplexity):
            "\(count) points are too few for perplexity \(perplexity.formatted()), "
                + "which needs at least \(Int((3 * perplexity).rounded(.up)) + 1)"
        case .notFinite(let value, let name):
            "the vector of \(name) contains \(value); finite numbers are needed"
        case .noVectors:
            "these embeddings hold no vectors"
        case .tooFewPatients(let complete, let all):
            "\(complete) of \(all) patients have all modalities, and no fold has "
                + "\(EmbeddingQuality.fewestPatients) of them, the fewest that quality can be judged from"
        }
    }

    public var recoverySuggestion: String? {
        switch self {
        case .invalidPerplexity: "use a value between 5 and 50, such as perplexity=30"
        case .tooFewPoints(let count, _):
            count < 4 ? "t-SNE needs at least 4 points" : "use perplexity=\((count - 1) / 3) or less"
        case .notFinite: "look for missing values in this patient's features, or for a training that diverged"
        case .noVectors: "cox makes none; every network does"
        case .tooFewPatients: "use a larger cohort or fewer folds"
        }
    }
}

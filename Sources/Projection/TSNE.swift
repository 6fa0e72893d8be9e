import Foundation
import Results

/// Exact t-distributed stochastic neighbour embedding in the plane.
///
/// Minimises KL(P ‖ Q) between the neighbourhoods P of the vectors (`Affinities`) and those of the points,
/// q_ij ∝ 1 / (1 + ‖y_i − y_j‖²), by gradient descent with momentum 0.5, then 0.8, and one gain per coordinate:
/// 250 iterations with P exaggerated twelvefold, then 750 without.
/// The start is the first two principal components, scaled so that the first has standard deviation 1e-4; so the
/// layout keeps what it can of the global arrangement and does not depend on the generator, unless
/// the vectors vary in fewer than two directions, where noise takes the place of what is missing.
/// The learning rate is n divided by the exaggeration, at least 100, as for a gradient without its factor 4.
///
/// Equal vectors need no jitter: they start at one place, and part only as far as neighbours do; if all are equal there
/// is nothing to lay out, and all lie at one place. Each iteration takes O(n²) time, the whole O(n²) memory: meant for up to a few thousand points.
///
/// van der Maaten & Hinton, *JMLR* 9 (2008) 2579; Belkina et al., *Nat. Commun.* 10 (2019) 5415 (learning rate);
/// Kobak & Berens, *Nat. Commun.* 10 (2019) 5416 (start).
public struct TSNE: Sendable {
    public struct Layout: Sendable, Equatable {
        /// Rows × 2, centred.
        public let points: Matrix
        /// KL(P ‖ Q) in nats.
        public let klDivergence: Double
    }

    /// The effective number of neighbours of each point.
    public let perplexity: Double

    private static let earlyExaggeration = 12.0
    private static let earlyIterations = 250
    private static let iterations = 1000
    private static let initialDeviation = 1e-4
    /// The smallest learning rate. Over 16 made-up data sets of 100 to 420 points, 100 ended with a lower divergence
    /// than 25, 50, 200 and 400 (too small leaves clusters torn, too large shakes them apart).
    private static let lowestRate = 100.0
    /// Of the largest entry: vectors that differ by less are equal, for embeddings are of single precision.
    private static let resolution = 1e-6
    /// The part of the progress that goes to the affinities.
    private static let affinityShare = 0.1

    /// - Throws: `ProjectionError.invalidPerplexity` below 1 or if not finite.
    public init(perplexity: Double) throws {
        guard perplexity.isFinite && perplexity >= 1 else { throw ProjectionError.invalidPerplexity(perplexity) }
        self.perplexity = perplexity
    }

    /// Lays out the rows of `vectors` in the plane.
    ///
    /// - Parameters:
    ///   - names: what to call each row in an error.
    ///   - generator: drawn from only if the vectors vary in fewer than two directions.
    ///   - progress: told the fraction done; what it throws ends the work.
    /// - Throws: `ProjectionError.tooFewPoints` with fewer than 3 · perplexity + 1 rows, `.notFinite`.
    public func layout(
        _ vectors: Matrix, names: [String], using generator: inout SeededGenerator,
        progress: (Double) throws -> Void
    ) throws -> Layout {
        precondition(names.count == vectors.rows, "\(names.count) names for \(vectors.rows) vectors")
        precondition(vectors.columns > 0, "the vectors have no entries")
        guard vectors.rows >= 4 && 3 * perplexity + 1 <= Double(vectors.rows) else {
            throw ProjectionError.tooFewPoints(vectors.rows, perplexity: perplexity)
        }
        if let position = vectors.values.firstIndex(where: { !$0.isFinite }) {
            let name = names[position / vectors.columns]
            throw ProjectionError.notFinite(vectors.values[position], name: name)
        }

        // Squares of very large or very small entries would leave the range of numbers; the layout does not
        // depend on the scale.
        let scale = vectors.values.reduce(0) { max($0, abs($1)) }
        var scaled = vectors
        if scale > 0 { for i in scaled.values.indices { scaled.values[i] /= scale } }

        guard Self.varies(scaled) else {
            try progress(1)
            let origin = Matrix(rows: scaled.rows, columns: 2, values: [Double](repeating: 0, count: 2 * scaled.rows))
            return Layout(points: origin, klDivergence: 0)
        }

        let affinities = try Affinities(scaled, perplexity: perplexity) { try progress(Self.affinityShare * $0) }
        var plane = PlaneForces(start: Self.start(scaled, using: &generator))
        try descend(&plane, affinities, progress: progress)
        return Layout(points: plane.points.centred, klDivergence: plane.divergence(from: affinities))
    }

    /// Whether any vector differs from the first.
    ///
    /// - Precondition: the largest entry is 1 or −1, or all are 0.
    private static func varies(_ vectors: Matrix) -> Bool {
        (1..<vectors.rows).contains { row in
            zip(vectors[row: row], vectors[row: 0]).contains { abs($0 - $1) > resolution }
        }
    }

    private static func start(_ vectors: Matrix, using generator: inout SeededGenerator) -> Matrix {
        let count = vectors.rows
        let components = PrincipalComponents(of: vectors, count: min(2, vectors.columns))
        let largest = components.variances[0]
        var start = Matrix(rows: count, columns: 2, values: [Double](repeating: 0, count: 2 * count))
        for axis in 0..<2 {
            // Below this a component is the rounding error of the others.
            let isPresent = axis < components.scores.columns && components.variances[axis] > 1e-12 * largest
            for i in 0..<count {
                start[i, axis] =
                    isPresent
                    ? initialDeviation * components.scores[i, axis] / largest.squareRoot()
                    : initialDeviation * generator.normal()
            }
        }
        return start
    }

    private func descend(
        _ plane: inout PlaneForces, _ affinities: Affinities, progress: (Double) throws -> Void
    ) throws {
        let count = Double(affinities.count)
        var velocity = [Double](repeating: 0, count: 2 * affinities.count)
        var gains = [Double](repeating: 1, count: 2 * affinities.count)
        for iteration in 0..<Self.iterations {
            let isEarly = iteration < Self.earlyIterations
            if iteration == Self.earlyIterations {
                for k in gains.indices {
                    velocity[k] = 0
                    gains[k] = 1
                }
            }
            let exaggeration = isEarly ? Self.earlyExaggeration : 1
            let gradient = plane.gradient(affinities, exaggeration: exaggeration)
            let rate = max(Self.lowestRate, count / exaggeration) / 4
            let momentum = isEarly ? 0.5 : 0.8
            for k in gains.indices {
                gains[k] = gradient[k] * velocity[k] < 0 ? gains[k] + 0.2 : max(0.01, 0.8 * gains[k])
                velocity[k] = momentum * velocity[k] - rate * gains[k] * gradient[k]
            }
            plane.move(by: velocity)
            if iteration % 10 == 9 {
                let done = Double(iteration + 1) / Double(Self.iterations)
                try progress(Self.affinityShare + (1 - Self.affinityShare) * done)
            }
        }
    }
}

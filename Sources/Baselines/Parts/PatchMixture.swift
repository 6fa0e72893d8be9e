import Cohorts
import Foundation
import SurvivalNetworks
import Torch

/// What PANTHER makes of a bag of patches (Song et al. 2024, CVPR, arXiv:2405.11643; github.com/mahmoodlab/PANTHER): one step
/// of expectation-maximisation, towards the maximum a posteriori, of a mixture of Gaussians with diagonal covariance
/// that begins at prototypes common to all patients with variance 1. Per prototype c with patches xᵢ of share rᵢ
///
///     r ∝ exp(−½ ‖x − m_c‖²),   n_c = τ + Σ rᵢ,   π_c = n_c/Σ n,   μ_c = (Σ rᵢ xᵢ + τ m_c)/n_c,
///     σ²_c = (Σ rᵢ xᵢ² + τ (1 + m_c²))/n_c − μ_c²,     τ = 0.001
///
/// The prototypes are the centres of k-means (k-means++ start, 20 rounds) among at most 20,000 patches, taken evenly from
/// the training patients. O(patches × prototypes × width).
struct PatchMixture {
    private static let mostPatches = 20_000
    private static let rounds = 20
    private static let prior = 1e-3

    /// [prototypes, features]
    let prototypes: Tensor

    init(prototypes: Tensor) { self.prototypes = prototypes }

    /// - Parameter patients: training patients with patches, rows of the cohort.
    /// - Throws: what reading patches throws.
    init(_ bags: PatchBags, patients: [Int], prototypes count: Int, generator: TensorGenerator) throws {
        let share = max(1, Self.mostPatches / max(patients.count, 1))
        var sample: [Float] = []
        var rows = 0
        for patient in patients {
            let features = try bags.features(of: patient)
            let patches = features.count / bags.width
            let taken = min(share, patches)
            for place in 0..<taken {
                let patch = place * patches / taken
                sample += features[patch * bags.width..<(patch + 1) * bags.width]
            }
            rows += taken
        }
        self.init(
            prototypes: try Self.centres(
                Tensor(sample, shape: [rows, bags.width]), count: count, generator: generator))
    }

    private static func centres(_ points: Tensor, count: Int, generator: TensorGenerator) throws -> Tensor {
        let total = points.shape[0]
        let lengths = try points.square().sum(1, keeping: true)
        // ‖x − c‖², points × centres.
        func distances(_ centres: Tensor) throws -> Tensor {
            try (lengths + centres.square().sum(1) - points.matmul(centres.transposed()) * 2).clamped(min: 0)
        }
        // k-means++: the next centre is a point drawn by its squared distance to the nearest so far.
        let draws = try generator.uniform([count]).doubles()
        var chosen: [Int] = []
        var nearest = [Double](repeating: 1, count: total)
        for draw in draws {
            var left = draw * nearest.reduce(0, +)
            let next = nearest.firstIndex { distance in
                left -= distance
                return left < 0
            }
            chosen.append(next ?? Int(draw * Double(total)))
            let latest = try points.selected(0, Tensor(indices: [chosen[chosen.count - 1]]))
            let fresh = try distances(latest).doubles()
            nearest = chosen.count == 1 ? fresh : zip(nearest, fresh).map(min)
        }
        var centres = try points.selected(0, Tensor(indices: chosen))
        for _ in 0..<rounds {
            let nearestCentre = try (-distances(centres)).largest(1, along: 1).indices.squeezed(1)
            let sums = try Tensor.zeros(centres.shape).addingAt(0, nearestCentre, points)
            let members = try Tensor.zeros([count, 1]).addingAt(0, nearestCentre, .ones([total, 1]))
            // A centre that nobody is nearest to stays.
            let isEmpty = try members.less(0.5).converted(to: .float)
            centres = try sums / members.clamped(min: 1) + isEmpty * centres
        }
        return centres
    }

    /// [patients, patches, features] → π, μ and σ² side by side, [patients, prototypes, 1 + 2 features].
    ///
    /// - Parameter mask: 1 for patches, 0 for padding, [patients, patches].
    func summary(_ patches: Tensor, mask: Tensor?) throws -> Tensor {
        let m = prototypes
        // −½‖x − m‖² up to what is the same for all prototypes.
        let scores = try patches.matmul(m.transposed()) - m.square().sum(1) * 0.5
        let shares = try scores.softmax(2)
        let weights = try (mask.map { try shares * $0.unsqueezed(2) } ?? shares).transposed()
        // [patients, prototypes, 1]
        let mass = try weights.sum(2, keeping: true) + Self.prior
        let mean = try (weights.batchMatmul(patches) + m * Self.prior) / mass
        let square = try (weights.batchMatmul(patches.square()) + (m.square() + 1) * Self.prior) / mass
        return try .concatenated([mass / mass.sum(1, keeping: true), mean, square - mean.square()], dimension: 2)
    }
}

/// A bag's mixture as tokens: one linear layer on each prototype's weight, mean and variance.
struct MixtureEncoder: TokenEncoder {
    let mixture: PatchMixture
    private let layer: Linear

    init(_ store: ParameterStore, _ name: String, mixture: PatchMixture, width: Int) throws {
        self.mixture = mixture
        layer = try Linear(store, name, from: 2 * mixture.prototypes.shape[1] + 1, to: width)
    }

    func tokens(of batch: ModalityBatch, training generator: TensorGenerator?) throws -> Tensor {
        // The mask is of patches, but the tokens are prototypes.
        try layer(withoutGradients { try mixture.summary(batch.values.converted(to: .float), mask: batch.mask) })
    }
}

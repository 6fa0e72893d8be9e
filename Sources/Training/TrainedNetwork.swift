import Foundation
import Results
import SurvivalNetworks
import SurvivalStatistics
import Torch

/// A network that has learned under a survival loss.
final class TrainedNetwork: FittedSurvival {
    let network: any SurvivalNetwork
    private let loss: SurvivalLoss
    /// Risks of the training patients, in their order; not finite where the network failed.
    let trainingRisk: [Double]
    /// Breslow's cumulative baseline hazard of the training patients whose risk is a number; nil for a loss with hazards
    /// of its own.
    private let baseline: BaselineHazard?

    init(_ network: any SurvivalNetwork, loss: SurvivalLoss, data: TrainingData) throws {
        self.network = network
        self.loss = loss
        let outputs = try Evaluation(network, data.inputs, patients: data.patients).outputs
        let risk = (0..<outputs.rows).map { loss.risk(of: outputs[row: $0]) }
        trainingRisk = risk
        let known = risk.indices.filter { risk[$0].isFinite }
        guard !known.isEmpty else { throw TrainingError.noFiniteRisk }
        baseline =
            loss.isCox ? try breslowBaseline(data.outcome[known], linearPredictor: known.map { risk[$0] }) : nil
    }

    var parameterCount: Int { network.parameters.parameterCount }

    func forecast(
        _ inputs: [ModalityInput], patients: [Int], times: [Double], observe: (Double) throws -> Void
    ) throws -> SurvivalForecast {
        let evaluation = try Evaluation(network, inputs, patients: patients, observe: observe)
        let outputs = evaluation.outputs
        var survival: [Double] = []
        survival.reserveCapacity(patients.count * times.count)
        for row in 0..<outputs.rows {
            switch loss {
            case .discrete(let grid):
                let edges = discreteSurvival(outputs[row: row])
                survival += times.map { grid.survival(at: $0, edgeValues: edges) }
            case .cox:
                guard let baseline else { preconditionFailure("a Cox model without a baseline") }
                let hazard = exp(outputs[row, 0])
                survival += times.map { exp(-baseline.cumulativeHazard(at: $0) * hazard) }
            }
        }
        return SurvivalForecast(
            risk: (0..<outputs.rows).map { loss.risk(of: outputs[row: $0]) },
            survival: Matrix(rows: patients.count, columns: times.count, values: survival), parts: evaluation.parts,
            saliency: evaluation.saliency, prototypes: evaluation.prototypes)
    }
}

/// Survival at the upper edges of the bins, from logits of their hazards.
func discreteSurvival(_ logits: some Collection<Double>) -> [Double] {
    var survival = 1.0
    return logits.map { logit in
        survival *= 1 / (1 + exp(logit))
        return survival
    }
}

extension SurvivalLoss {
    var isCox: Bool { if case .cox = self { true } else { false } }

    /// A patient's risk, higher for an earlier event: −Σ_b S_b for hazards in bins, the log-hazard for Cox; NaN when an
    /// output is not finite.
    func risk(of outputs: ArraySlice<Double>) -> Double {
        guard outputs.allSatisfy(\.isFinite) else { return .nan }
        return switch self {
        case .discrete: -discreteSurvival(outputs).reduce(0, +)
        case .cox: outputs.first ?? .nan
        }
    }
}

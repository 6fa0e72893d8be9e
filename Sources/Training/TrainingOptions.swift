import Cohorts
import Results
import SurvivalNetworks

/// How a model is trained.
public struct TrainingOptions: Sendable {
    public enum BatchSize: Sendable, Equatable {
        /// About that many patients; an epoch's batches differ by one patient at most.
        case patients(Int)
        /// All training patients at once.
        case all
    }

    public var epochs = 30
    public var learningRate = 2e-3
    public var weightDecay = 1e-3
    public var batch = BatchSize.patients(32)
    public var seed: UInt64 = 1
    /// The weights are the mean of those after each of the last so many epochs (Polyak & Juditsky 1992; Izmailov et al.
    /// 2018); 1 takes the last as they are.
    public var average = 1
    /// Networks that are trained, from other first weights and with other draws; what they predict is averaged (`Ensemble`).
    public var members = 1
    /// A model that is fitted to the same patients and whose risk is added to that of the one trained (`LateFusion`).
    public var with: (any SurvivalModel)?
    /// Of patch features and of the large products they enter.
    public var precision = Precision.auto

    /// Folds trained at once; chosen by the size of the bags when nil. The results do not depend on it.
    public var workers: Int?
    /// Threads of each training; chosen by the size of the bags when nil. The last digits of results depend on it.
    public var threads: Int?

    public init() {}

    /// The options that the model makes use of; few for a fit that knows its own end.
    ///
    /// - Parameter precisions: what the precision came to, in each training.
    public func settings(of model: any SurvivalModel, _ precisions: [FeaturePrecision]) -> [Predictions.Setting] {
        var fused: [Predictions.Setting] = []
        if let with {
            let words = [with.name] + with.settings.map { "\($0.name)=\($0.value)" }
            fused = [Predictions.Setting(name: "with", value: words.joined(separator: " "))]
        }
        guard case .steps = model.learning else { return fused }
        let batch =
            switch batch {
            case .patients(let count): "\(count)"
            case .all: "all"
            }
        return [
            Predictions.Setting(name: "epochs", value: "\(epochs)"),
            Predictions.Setting(name: "lr", value: "\(learningRate)"),
            Predictions.Setting(name: "weight_decay", value: "\(weightDecay)"),
            Predictions.Setting(name: "batch", value: batch),
            Predictions.Setting(name: "average", value: "\(min(average, epochs))"),
            Predictions.Setting(name: "members", value: "\(members)"),
            Predictions.Setting(
                name: "precision",
                value: FeaturePrecision.allCases.filter(precisions.contains).map(\.rawValue).joined(separator: " and ")),
        ] + fused
    }

    /// Passes over the training patients, of all members; a fit that knows its own end counts as one.
    func epochs(of model: any SurvivalModel) -> Int {
        if case .steps = model.learning { epochs * members } else { 1 }
    }
}

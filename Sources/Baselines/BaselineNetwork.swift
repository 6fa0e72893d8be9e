import Results
import SurvivalNetworks
import Torch

/// A network that `model` makes: its word and the options it takes.
public protocol BaselineNetwork: SurvivalNetwork, SendableMetatype {
    associatedtype Options: BaselineOptions
    /// The word after `model`.
    static var word: String { get }
    /// Weights of the terms of the objective besides the survival loss, by name.
    var termWeights: [String: Double] { get }
    /// - Throws: `BaselineError` when the network cannot take the modalities, and what reading patches throws.
    init(_ options: Options, data: TrainingData, outputs: Int, generator: TensorGenerator) throws
}

/// Options of a baseline, with the values that the paper or its code has as defaults.
public protocol BaselineOptions: Sendable {
    /// All of them with their values, as `model` takes them.
    var settings: [Predictions.Setting] { get }
}

extension BaselineNetwork {
    public var termWeights: [String: Double] { [:] }

    /// One step a batch: everything descends the whole objective.
    public func updates(epoch: Int, of epochs: Int) -> [NetworkUpdate] {
        [NetworkUpdate(name: Self.word, parameters: parameters.tensors, weights: termWeights)]
    }

    public func takeWarnings() -> [String] { [] }
}

/// A baseline with its options and the survival loss it learns by.
public struct BaselineModel<Network: BaselineNetwork>: SurvivalModel {
    public let options: Network.Options
    public let loss: LossKind

    public init(_ options: Network.Options, loss: LossKind = .discrete(bins: 4)) {
        self.options = options
        self.loss = loss
    }

    public var name: String { Network.word }
    public var settings: [Predictions.Setting] { options.settings + loss.settings }

    public var learning: Learning {
        .steps(loss) { [options] data, outputs, generator in
            try Network(options, data: data, outputs: outputs, generator: generator)
        }
    }
}

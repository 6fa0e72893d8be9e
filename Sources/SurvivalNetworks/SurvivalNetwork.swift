import Results
import Torch

/// A network that predicts survival from the modalities of a cohort; what the trainer knows of a model.
public protocol SurvivalNetwork: AnyObject {
    var parameters: ParameterStore { get }
    /// One pass over a batch. Dropout and random views are drawn from `generator`; nil means evaluation.
    func forward(_ batch: Batch, training generator: TensorGenerator?) throws -> NetworkOutput
    /// Prepares for an epoch (from 0) and tells the updates that each of its batches makes, in order.
    func updates(epoch: Int, of epochs: Int) -> [NetworkUpdate]
    /// Things the user should know that came up since the last call, such as iterations that did not converge.
    func takeWarnings() -> [String]
}

/// What one pass gives.
public struct NetworkOutput {
    /// [patients, outputs of the survival loss].
    public var outputs: Tensor
    /// The parts of the objective besides the survival loss; empty in evaluation.
    public var terms: [ObjectiveTerm]
    /// What the patients look like inside the model.
    public var embeddings: [EmbeddingOutput]

    public init(outputs: Tensor, terms: [ObjectiveTerm], embeddings: [EmbeddingOutput]) {
        self.outputs = outputs
        self.terms = terms
        self.embeddings = embeddings
    }
}

/// A named part of the objective, to be made small.
public struct ObjectiveTerm {
    public let name: String
    public let value: Tensor

    public init(_ name: String, _ value: Tensor) {
        self.name = name
        self.value = value
    }
}

/// The embeddings of one modality in one role for the patients of a batch who have it.
public struct EmbeddingOutput {
    public let modality: String
    public let role: Embeddings.Role
    /// Positions in the batch.
    public let rows: [Int]
    /// [patients, width]
    public let vectors: Tensor
    /// What each token contributed, [patients, tokens], each row summing to 1 over the patient's tokens; nil when the
    /// network does not weigh tokens.
    public let saliency: Tensor?
    /// How the tokens lie to the prototypes; nil where the embedding has none.
    public let prototypes: PrototypeOutput?

    public init(
        modality: String, role: Embeddings.Role, rows: [Int], vectors: Tensor, saliency: Tensor?,
        prototypes: PrototypeOutput? = nil
    ) {
        self.modality = modality
        self.role = role
        self.rows = rows
        self.vectors = vectors
        self.saliency = saliency
        self.prototypes = prototypes
    }
}

/// How the tokens of one modality lie to K prototypes.
public struct PrototypeOutput {
    /// [patients, K]: each prototype's share of what the patient's tokens gave; rows sum to 1.
    public let occupancy: Tensor
    /// [patients, tokens, K]: the mass that went from the token to each prototype, in units of the token's weight.
    public let given: Tensor
    /// [patients, tokens, K]: cosine of token and prototype.
    public let cosine: Tensor

    public init(occupancy: Tensor, given: Tensor, cosine: Tensor) {
        self.occupancy = occupancy
        self.given = given
        self.cosine = cosine
    }
}

/// One step of an optimiser: these parameters descend the survival loss plus the weighted terms.
public struct NetworkUpdate {
    /// Names the optimiser, which keeps its moments from one update of the name to the next.
    public let name: String
    public let parameters: [Tensor]
    /// Weights of the terms by name; a term that is not named has no part in this update.
    public let weights: [String: Double]

    public init(name: String, parameters: [Tensor], weights: [String: Double]) {
        self.name = name
        self.parameters = parameters
        self.weights = weights
    }
}

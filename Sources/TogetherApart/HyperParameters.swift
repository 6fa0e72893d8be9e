import SurvivalNetworks

/// Everything about the model that can be chosen. The defaults are those measured in simulation for a few hundred
/// patients; take `dim` 256 and `prototypes` 16 for cohorts with thousands of patches a patient.
public struct HyperParameters: Sendable, Equatable {
    /// d, the width of tokens and of the specific embeddings.
    public var dim = 64
    /// K, the number of shared prototypes.
    public var prototypes = 8
    /// q, anchors per modality.
    public var anchors = 1
    /// Width of the shared embedding; 0 keeps it as wide as the tokens and leaves the invariance terms out.
    public var sharedDim = 6
    /// Together and Apart branches; at least one stays.
    public var shared = true
    public var specific = true

    /// ε, the entropic smoothing of the transport.
    public var epsilon = 0.05
    /// ρ of the token and the prototype marginals; infinity is balanced transport.
    public var rhoToken = 0.3
    public var rhoPrototype = 0.3
    /// Lets the gradient through the plan where tokens are pooled, instead of holding the plan constant.
    public var planGradient = false
    /// Pools the aligned prototypes by a learned gate; otherwise by their occupancy.
    public var gate = true

    /// λ_T and λ_A, the weights of the two branches' terms.
    public var together = 0.5
    public var apart = 0.5
    /// Aligns patients across modalities by contrast; otherwise by cosine similarity alone.
    public var contrast = true
    /// Where tokens are the same for all patients (gene sets, columns), each has a learned key: anchors attend to it by that
    /// and not by what it holds, and prototypes count it by that as well.
    public var tokenKeys = true
    /// Gathers, besides encoded tokens, what they are made of before the first nonlinearity, so that embeddings keep how
    /// strongly a token shows something; a layer norm keeps only what it shows.
    public var linearValues = false
    /// Contrasts two views of a patient's tokens, against collapse of the specific embeddings.
    public var views = true
    /// Margin of the anchor hinge; 0 asks only that the own anchor be nearest, nil leaves the hinge out.
    public var margin: Double? = 0.3
    /// τ of both contrasts.
    public var temperature = 0.2

    public var schedule = Schedule.joint
    public var fusion = Fusion.linear
    /// Dropout of the encoders, of their inputs, and before the head.
    public var dropout = 0.25
    public var inputDropout: InputDropout = 0.0
    public var headDropout = 0.3

    public init() {}

    /// Who descends what, and when.
    public enum Schedule: String, Sendable, CaseIterable {
        /// Everything descends the whole objective.
        case joint
        /// Two updates a batch: Together, then Apart with the shared side held.
        case alternate
        /// Together for the first half of the epochs, then Apart.
        case sequential
    }

    public enum Fusion: String, Sendable, CaseIterable {
        /// One linear layer over all embeddings.
        case linear
        /// A pre-norm transformer layer over the embeddings as tokens, pooled by a gate.
        case transformer
    }
}
